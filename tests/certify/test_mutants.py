"""Answers that are nearly right."""

import dataclasses
import json

import pytest

from pytest_ood.case import Case
from pytest_ood.certify.arms import Drawn
from pytest_ood.certify.mutants import mutated, same
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, LETTERS, Broken, Rng, find_faults, spelled


@task(control=CONTROL, family="spelling")
def substring(rng: Rng, *, size: int) -> Case:
    """Right is what contains the answer."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: case.answer in given)


@task(control=CONTROL, family="spelling")
def rows_only(rng: Rng, *, size: int) -> Case:
    """A Latin square of order 3 by its first row and column, whose verifier looks at rows."""
    a, b, c = rng.choice(LETTERS, 3, replace=False).tolist()
    square = [[a, b, c], [b, c, a], [c, a, b]]
    answer = "\n".join(map(" ".join, square))

    def check(given: str) -> bool:
        rows = [line.split() for line in given.split("\n")]
        return len(rows) == 3 and rows[0] == square[0] and all(sorted(row) == sorted(square[0]) for row in rows)

    prompt = f"Size {size}: a square with the first row {a} {b} {c} and the first column {a} {b} {c}. Give its lines."
    return Case(prompt, answer, lures={"repeated": f"{a} {b} {c}\n" * 2 + f"{a} {b} {b}"}, verify=check)


BROKEN: list[Broken] = [
    (substring, {"mutants", "trivial", "hostile"}, "the answer twice is right in 100 of 100 cases"),
    (rows_only, {"mutants"}, "an answer with two words swapped is right in"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


@pytest.mark.parametrize(
    ("given", "answer", "expected"),
    [
        ("The cat.", "the  cat", True),
        ("1,234", "1234", True),
        ("-5", "5", False),
        ("05", "5", True),
        ("0" * 2000, "0", True),
        ("ab", "ba", False),
        ("well-known", "well known", True),
        ("nan", "nan ", True),
    ],
)
def test_what_a_verifier_may_overlook(given: str, answer: str, expected: bool) -> None:
    """Case, white space, punctuation, and in a number what leaves its value, but not its sign."""
    assert same(given, answer) is expected


@pytest.mark.parametrize("answer", ["a", "7", "ab cd\nef gh", "-12", "\N{GREEK SMALL LETTER ALPHA}"])
def test_mutants_differ_a_little(answer: str) -> None:
    """By a character, or by what has changed places; never only by what a verifier may overlook."""
    drawn = [Drawn("shift", draw, Case("?", answer)) for draw in range(20)]
    found = [mutant for one in drawn for _, mutant in mutated(one)]
    assert len(found) > 100
    for mutant in found:
        assert not same(mutant, answer)
        assert abs(len(mutant) - len(answer)) <= 1
    json.dumps(found)


@pytest.mark.parametrize("answer", ["", " ", "\n\n"])
def test_an_answer_without_a_visible_character_has_no_mutants(answer: str) -> None:
    """There is nothing in it to change."""
    assert list(mutated(Drawn("shift", 0, Case("?", answer)))) == []
