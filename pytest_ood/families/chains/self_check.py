"""A finished calculation, checked for the one line that is wrong."""

import functools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import integer, pick
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# The results of lines: numbers of two digits.
LEAST, MOST = 10, 99
# By how much a wrong result is off: the units miscounted, or a carry too many or too few.
SLIPS = (-10, -1, 1, 10)
# With four lines, as in the control arm, this makes all five answers equally likely.
SHARE_OF_NONE = 0.2
NONE = "none"
LINE = re.compile("(?:line )?0*([0-9]{1,3})")
LONGEST_ANSWER = 1000

PROMPTS = (
    """\
A calculation was worked out line by line. Each line starts from the result of the line before it, right or wrong.

{lines}

At most one line is wrong, which means that its own sum or difference is not the result that it states. A line that \
starts from a wrong result but calculates correctly is not wrong.

Give the number of the wrong line, or the word none if no line is wrong.""",
    """\
Which line of this calculation is wrong, if any? Answer with its number, or with the word none if there is no wrong \
line.

{lines}

The calculation was worked out line by line, each line starting from the result of the line before it, whether or not \
that was right. A line is wrong if the result that it states is not that of its own sum or difference; it is not wrong \
if it calculates correctly from a wrong result. There is at most one wrong line.""",
    """\
{lines}

These are the lines of a calculation. Every one of them starts from the result that the line before it states, be that \
right or wrong. Find the line, if any, whose own sum or difference is not the result that it states. Only such a line \
counts as wrong, of which there is no more than one; a line that calculates correctly from a wrong result does not.

Write the number of the wrong line, or the word none if all lines are right.""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the number of the line of a calculation that states a wrong result, or "none".

    Args:
        inputs["lines"]: list[str], the lines, such as "1. 40 + 3 = 43".
    """
    for line in inputs["lines"]:
        number, one, sign, other, _, result = line.split()
        right = int(one) + int(other) if sign == "+" else int(one) - int(other)
        if right != int(result):
            return str(number).removesuffix(".")
    return NONE


@task(
    control={"lines": 4},
    name="checking.self_check",
    family="chaining",
    version=2,
    declared=("prompt", "labels", "lures"),
    size="lines",
    solver=solve,
    wordings=len(PROMPTS),
)
def self_check(rng: np.random.Generator, *, lines: int = 8, wording: int = 0) -> Case:
    """The wrong line of a calculation that is worked out line by line, if there is one.

    What is measured is scanning, not chaining: each line can be checked by itself, and the more there are, the longer
    one has to look.
    Moves: the number of lines, 4 in the control arm.
    Matched: the lines themselves, sums and differences of numbers of one or two digits with results of two digits, of
    which the control arm has the first ones; the wrong result, off by 1 or by 10, from which the lines after it go on;
    how often no line is wrong: in one case of five whatever the size, and then in both arms. Otherwise each line is the
    wrong one with equal chance. Declared: the prompt grows by the lines that are added, and the more lines there are,
    the more rarely each is the wrong one; with two lines it is mostly the first or the last.
    Rejected: nothing; the results are drawn first, each different from the one before, and determine the numbers that
    lead from one to the next.
    Lures: `says_none`, that nothing is wrong (every case with a wrong line has it); `first_line` and `last_line`, the
    same line whatever the case; `line_after`, the first line that starts from a wrong result. A case with no wrong line
    has both `last_line`, the first of its lures, and `first_line`.
    Chance: 1/5, for always saying that none is wrong; with two or three lines each line is likelier than that.
    Source: Tyen et al. 2023, "LLMs cannot find reasoning errors, but can correct them!" (2311.08516), where the first
    wrong step of a written chain of thought is asked for.

    Args:
        lines: the number of lines, 2 to 200.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("lines", lines, 2, 200)
    none_is_wrong = rng.random() < SHARE_OF_NONE
    place = integer(rng, 1, lines)
    wrong = 0 if none_is_wrong else place
    worked = calculation(rng, lines, wrong)
    shown = "\n".join(worked)
    answer = str(wrong) if wrong else NONE
    shortcuts = {"says_none": NONE, "last_line": str(lines), "first_line": "1"}
    if 0 < wrong < lines:
        shortcuts["line_after"] = str(wrong + 1)
    return Case(
        PROMPTS[wording].format(lines=shown),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_line, wrong=wrong),
        input=shown,
        inputs={"lines": worked},
        chance=max(SHARE_OF_NONE, (1 - SHARE_OF_NONE) / lines),
    )


def check_line(given: str, wrong: int) -> Check:
    """Check that it is the number of the wrong line, or "none" if `wrong` is 0. Case does not count, nor does "line".

    The detail of a wrong answer: `missed`, if there is a wrong line and the answer is "none"; `false_alarm`, the line
    called wrong where none is; `off_by`, how many lines below the wrong one the line given is; otherwise `not_a_line`.
    """
    answer = given.strip().removesuffix(".").casefold() if len(given) <= LONGEST_ANSWER else ""
    if answer == NONE:
        return Check(False, {"missed": True}) if wrong else Check(True)
    line = LINE.fullmatch(answer)
    number = int(line[1]) if line else 0
    if number and number == wrong:
        return Check(True)
    if not number:
        return Check.unparsed(not_a_line=True)
    return Check(False, {"off_by": number - wrong} if wrong else {"false_alarm": number})


def calculation(rng: np.random.Generator, lines: int, wrong: int) -> list[str]:
    """Draw the lines of a calculation. Line `wrong` states a wrong result; 0 for none."""
    slip = rng.random()
    old = integer(rng, LEAST, MOST)
    worked = []
    for number in range(1, lines + 1):
        # Any result except the one before, so that every line changes something.
        new = integer(rng, LEAST, MOST - 1)
        if new >= old:
            new += 1
        true = true_result(old, new, slip) if number == wrong else new
        sign, by = ("+", true - old) if true > old else ("-", old - true)
        worked.append(f"{number}. {old} {sign} {by} = {new}")
        old = new
    return worked


def true_result(old: int, stated: int, slip: float) -> int:
    """Draw the right result of a line that states a wrong one: near it, of two digits, and not the result before it.

    Args:
        old: the result of the line before.
        stated: the wrong result.
        slip: a number in [0, 1), which picks how far off it is.
    """
    possible = [stated + by for by in SLIPS if LEAST <= stated + by <= MOST and stated + by != old]
    return pick(possible, slip)
