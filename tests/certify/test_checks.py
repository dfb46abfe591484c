"""Certification finds what is wrong with a task, names it, and finds nothing else."""

import dataclasses
import functools
import itertools
import json
import random
import string
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from pytest_ood import answers, certify
from pytest_ood.case import Case, Task, task
from pytest_ood.certify import Subject, certify_all, elsewhere, mutated, same
from pytest_ood.families import grids, operators
from pytest_ood.verify import Check

LETTERS = list(string.ascii_lowercase)
CONTROL = {"size": 1}
SHIFT = {"size": 2}
Rng = np.random.Generator


def spelled(rng: Rng, size: int, **changes: Any) -> Case:
    """A case without fault, but for the changes."""
    word = "".join(rng.choice(LETTERS, 8).tolist())
    case = Case(f"Spell {word} backward in size {size}. Give the word.", word[::-1], lures={"copied": word}, input=word)
    return dataclasses.replace(case, **changes)


def labelled(rng: Rng, size: int, share: float, chance: float) -> Case:
    """A question of yes or no."""
    answer, other = ("yes", "no") if rng.random() < share else ("no", "yes")
    prompt = f"Is {rng.random():.9f} drawn in size {size}? Give yes or no."
    return Case(prompt, answer, lures={"loud": other}, chance=chance)


def guesses(answer: str, turns: int, reply: Callable[[Sequence[str]], str | None]) -> dict[str, Any]:
    """A dialogue of two turns, of which the last is judged."""
    right = answers.join(["first", answer])
    lures = {"again": answers.join(["first", "first"])}
    return {"answer": right, "lures": lures, "input": "", "reply": reply, "turns": turns, "verify": None}


def once(given: Sequence[str]) -> str | None:
    """Says one thing and ends."""
    return "Go on." if len(given) < 2 else None


# ---------------------------------------------------------------------------------------------------------------------
# Without fault.


@task(control=CONTROL, family="spelling")
def sound(rng: Rng, *, size: int) -> Case:
    """Everything at once that a case may have, but a dialogue."""
    case = spelled(rng, size)
    question = Case(
        f"How many letters has {case.input}, plus {rng.random():.3f}? Give a number.", str(int(rng.integers(10, 99)))
    )
    return dataclasses.replace(case, comprehension=question)


@task(control=CONTROL, family="spelling")
def conversing(rng: Rng, *, size: int) -> Case:
    """A dialogue without fault."""
    case = spelled(rng, size)
    return dataclasses.replace(case, **guesses(case.answer, 2, once))


@task(control=CONTROL, family="spelling")
def balanced(rng: Rng, *, size: int) -> Case:
    """Two labels, as often as it says."""
    return labelled(rng, size, 0.5, 0.5)


@task(control=CONTROL, family="spelling")
def several(rng: Rng, *, size: int) -> Case:
    """Two orders of the letters are right, one in 15 swaps of neighbours away from each other."""
    word = "".join(rng.choice(LETTERS, 16, replace=False).tolist())
    backward = word[::-1]
    right = (backward, backward[1] + backward[0] + backward[2:])
    prompt = f"Spell {word} backward in size {size}; the first two letters in any order. Give the word."
    return Case(prompt, backward, {"copied": word}, lambda given: given in right, word, unique=False)


@task(control=CONTROL, family="spelling")
def few(rng: Rng, *, size: int) -> Case:
    """No more than thirty questions, that seeds can't help sharing."""
    word = LETTERS[int(rng.integers(26))] * 2
    return Case(f"What follows {word} in size {size}? Give it.", word.upper() + word, lures={"copied": word})


def multiples(rng: Rng, size: int, distinct: bool) -> Case:
    """Many answers are right, each of them once in an arm, if that is looked at."""
    answer, taken = map(str, rng.choice([997 * factor for factor in range(11, 101)], 2, replace=False).tolist())

    def check(given: str, earlier: Sequence[str]) -> Check:
        digits = len(given) == 5 and given.isascii() and given.isdigit() and given[0] != "0"
        return Check(digits and int(given) % 997 == 0 and given not in {taken, *(earlier if distinct else ())})

    prompt = f"Give another multiple of 997 with 5 digits than {taken}, in size {size}."
    return Case(prompt, answer, lures={"copied": taken}, input=taken, unique=False, among=check)


@task(control=CONTROL, family="spelling")
def together(rng: Rng, *, size: int) -> Case:
    """Draws are judged together."""
    return multiples(rng, size, True)


SOUND = [sound, conversing, balanced, several, few, together]


@pytest.mark.parametrize("good", SOUND, ids=lambda good: good.name)
def test_a_sound_task_has_no_faults(good: Task) -> None:
    """Nor has it any with other seeds."""
    for seed in (0, 1, 12345):
        assert certify.certify(good, SHIFT, CONTROL, seed) == []


# ---------------------------------------------------------------------------------------------------------------------
# With one fault each.


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


@task(control=CONTROL, family="spelling")
def lure_is_answer(rng: Rng, *, size: int) -> Case:
    """The copied word is what is asked for."""
    case = spelled(rng, size, input="")
    return dataclasses.replace(case, lures={"turned": case.answer})


@task(control=CONTROL, family="spelling")
def lures_alike(rng: Rng, *, size: int) -> Case:
    """Two names for one wrong answer."""
    case = spelled(rng, size)
    return dataclasses.replace(case, lures={"copied": case.input, "unturned": f" {case.input}"})


@task(control=CONTROL, family="spelling")
def lureless(rng: Rng, *, size: int) -> Case:
    """No shortcut is known."""
    return spelled(rng, size, lures={})


@task(control=CONTROL, family="spelling")
def unseeded(_: Rng, *, size: int) -> Case:
    """Draws from somewhere else."""
    return spelled(np.random.default_rng(random.getrandbits(64)), size)


@task(control=CONTROL, family="spelling")
def hashed(rng: Rng, *, size: int) -> Case:
    """Goes through a set of texts."""
    words = list({first + second for first, second in itertools.product(LETTERS, LETTERS)})
    word = "".join(words[place] for place in rng.integers(0, len(words), 4).tolist())
    return Case(f"Spell {word} backward in size {size}. Give it.", word[::-1], lures={"copied": word})


@task(control=CONTROL, family="spelling")
def longer(rng: Rng, *, size: int) -> Case:
    """The shifted prompt says more."""
    case = spelled(rng, size)
    return dataclasses.replace(case, prompt=case.prompt + " Take all the time you need." * (size - 1))


@task(control=CONTROL, family="spelling")
def bigger(rng: Rng, *, size: int) -> Case:
    """The shifted numbers have a digit more."""
    number = int(rng.integers(1000, 9999)) * 10 ** (size - 1)
    return Case(f"Negate {-number}, then {3 - size}. Give it.", f"{number}", lures={"copied": f"{-number}"})


@task(control=CONTROL, family="spelling")
def lopsided(rng: Rng, *, size: int) -> Case:
    """Yes is right more often in the shift arm, which says so by its chance alone."""
    return labelled(rng, size, 0.4 + 0.2 * size, 0.8)


@task(control=CONTROL, family="spelling")
def unmoved(rng: Rng, *, size: int) -> Case:
    """Nothing depends on the parameter."""
    return spelled(rng, 0 * size)


@task(control=CONTROL, family="spelling")
def unsolvable(rng: Rng, *, size: int) -> Case:
    """Nothing is right."""
    return spelled(rng, size, verify=lambda _: False)


class Added(Task):
    """A task that adds seed and draw."""

    def draw(self, params: Any, seed: int, draw: int) -> Case:
        """The case of the sum."""
        return self.function(np.random.default_rng(seed + draw), **params)


def spelled_anew(rng: Rng, *, size: int) -> Case:
    """As it should be."""
    return spelled(rng, size)


added = Added(spelled_anew, "added", "spelling", CONTROL, 1)


@task(control=CONTROL, family="spelling")
def unbalanced(rng: Rng, *, size: int) -> Case:
    """Yes is right in 7 of 10 cases."""
    return labelled(rng, size, 0.7, 0.0)


@task(control=CONTROL, family="spelling")
def raising(rng: Rng, *, size: int) -> Case:
    """A verifier that takes any answer for Unicode."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: given.encode() == case.answer.encode())


@task(control=CONTROL, family="spelling")
def empty_is_right(rng: Rng, *, size: int) -> Case:
    """Saying nothing is right."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: given in ("", case.answer))


@task(control=CONTROL, family="spelling")
def tagged(rng: Rng, *, size: int) -> Case:
    """The prompt names the tags."""
    case = spelled(rng, size)
    return dataclasses.replace(case, prompt=f"{case.prompt} Write <answer>{{word}}</answer>.")


@task(control=CONTROL, family="spelling")
def unstripped(rng: Rng, *, size: int) -> Case:
    """The answer ends in white space, that its verifier wants."""
    case = spelled(rng, size)
    return dataclasses.replace(case, answer=f"{case.answer}\n")


@task(control=CONTROL, family="spelling")
def unjson(rng: Rng, *, size: int) -> Case:
    """A detail that can't be written down."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: Check(given == case.answer, {"letters": set(given)}))


@task(control=CONTROL, family="spelling")
def overscored(rng: Rng, *, size: int) -> Case:
    """A score in per cent."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: Check(given == case.answer, {}, {"letters": 100.0}))


@task(control=CONTROL, family="spelling")
def endless(rng: Rng, *, size: int) -> Case:
    """A dialogue that always has something to say."""
    case = spelled(rng, size)
    return dataclasses.replace(case, **guesses(case.answer, 2, lambda _: "Go on."))


@task(control=CONTROL, family="spelling")
def moody(rng: Rng, *, size: int) -> Case:
    """A dialogue that counts how often it was asked."""
    case, count = spelled(rng, size), itertools.count()
    said = functools.partial(lambda given: f"{next(count)}, go on." if len(given) < 2 else None)
    return dataclasses.replace(case, **guesses(case.answer, 2, said))


@task(control=CONTROL, family="spelling")
def constant(_: Rng, *, size: int) -> Case:
    """The same case every time, which says that it can be guessed."""
    return spelled(np.random.default_rng(0), size, chance=1.0)


@task(control=CONTROL, family="spelling")
def misunderstood(rng: Rng, *, size: int) -> Case:
    """A comprehension question whose own answer is wrong."""
    question = Case(f"How many, of {rng.random()}? Give a number.", "8", verify=lambda given: given == "9 or so")
    return spelled(rng, size, comprehension=question)


@task(control=CONTROL, family="spelling")
def failing(rng: Rng, *, size: int) -> Case:
    """Some draws fail."""
    if rng.random() < 0.1:
        raise ZeroDivisionError("no such word")
    return spelled(rng, size)


@task(control=CONTROL, family="spelling")
def mistyped(rng: Rng, *, size: int) -> Case:
    """A count that is no Python number."""
    return spelled(rng, size, rejected=np.int64(3))


@task(control=CONTROL, family="spelling")
def forgetful(rng: Rng, *, size: int) -> Case:
    """What was answered before is right again."""
    return multiples(rng, size, False)


BROKEN: list[tuple[Task, set[str], str]] = [
    (substring, {"mutants", "trivial", "hostile"}, "the answer twice is right in 100 of 100 cases"),
    (rows_only, {"mutants"}, "an answer with two words swapped is right in"),
    (lure_is_answer, {"oracle", "lures"}, "the lure 'turned' is right"),
    (lures_alike, {"lures"}, "the lure 'unturned' is the same as the lure 'copied'"),
    (lureless, {"lures"}, "only 0 of 200 cases of the shift arm have a lure"),
    (unseeded, {"repeatable"}, "the same draw has another prompt: everything must come from `rng`"),
    (longer, {"matched"}, "on average in the control arm and"),
    (bigger, {"matched"}, "answers have 4.0 digits on average in the control arm and 5.0 in the shift arm"),
    (lopsided, {"matched"}, "match them, or declare 'labels'"),
    (unmoved, {"moved"}, "nothing is moved"),
    (unsolvable, {"oracle"}, "the case's own answer is wrong"),
    (added, {"seeds"}, "99 of 100 draws of seed 0 come again in seed 1, 0 in a far one"),
    (unbalanced, {"chance"}, "always answering 'yes' is right in"),
    (raising, {"hostile"}, "the verifier raises UnicodeEncodeError"),
    (empty_is_right, {"trivial"}, "an empty answer is right in 100 of 100 cases"),
    (tagged, {"form"}, "the prompt mentions the answer tags"),
    (unstripped, {"form"}, "does not survive being read"),
    (unjson, {"detail"}, "the detail of an answer is not JSON: TypeError"),
    (overscored, {"detail"}, "the score 'letters' of an answer is no number from 0 to 1"),
    (endless, {"dialogue"}, "the dialogue goes on after the last of the right answers"),
    (moody, {"dialogue"}, "the same answers get another reply"),
    (constant, {"seeds"}, "all 200 draws have the same prompt"),
    (misunderstood, {"comprehension"}, "the case's own answer is wrong"),
    (forgetful, {"trivial", "chance"}, "another draw's answer is right in"),
    (failing, {"draws"}, "can't be drawn: ZeroDivisionError: no such word (control arm, seed 0, draw"),
    (mistyped, {"draws"}, "rejected=np.int64(3) (int64): must be a whole number from 0 on"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the fault is told in words, and no other check is red."""
    faults = certify.certify(broken, SHIFT, CONTROL)
    assert {fault.check for fault in faults} == checks
    assert [fault for fault in faults if what in fault.what]


def test_every_check_has_a_broken_task() -> None:
    """A check that nothing fails shows nothing; `process` has its own test."""
    assert set(certify.CHECKS) | {"draws"} == set().union(*(checks for _, checks, _ in BROKEN))


def test_a_fault_shows_a_case_and_the_answer_to_it() -> None:
    """The case can be drawn again from what the fault says."""
    (fault,) = certify.certify(empty_is_right, SHIFT, CONTROL, seed=5)
    assert fault.drawn is not None
    assert fault.given == ""
    params = CONTROL if fault.drawn.arm == "control" else SHIFT
    assert fault.drawn.case.prompt == empty_is_right.draw(params, 5, fault.drawn.draw).prompt


def test_a_slow_verifier_is_found_before_it_takes_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers get longer step by step; it is processor time that counts, a busy machine's waits do not."""
    monkeypatch.setattr(certify, "HOSTILE_SECONDS", 0.05)
    longest = []

    @task(control=CONTROL, family="spelling")
    def slow(rng: Rng, *, size: int) -> Case:
        case = spelled(rng, size)

        def check(given: str) -> bool:
            longest.append(len(given))
            until = time.thread_time() + 0.06 * (len(given) >= 10_000)
            while time.thread_time() < until:
                pass
            return given == case.answer

        return dataclasses.replace(case, verify=check)

    (fault,) = certify.certify(slow, SHIFT, CONTROL)
    assert (fault.check, max(longest)) == ("hostile", 10_000)
    assert fault.what.endswith("s for 10,000 characters")


def test_another_process_draws_the_same() -> None:
    """The families do, a walk through a set does not."""
    sound_ones = [Subject(task, {}, dict(task.control)) for task in (grids.elementary_ca, operators.arithmetic)]
    first, second, third = elsewhere([*sound_ones, Subject(hashed, SHIFT, CONTROL)], 0)
    assert (first.faults, second.faults) == ((), ())
    assert [fault.check for fault in third.faults] == ["process"]
    assert "with other hashes of texts, the same draw is another case" in third.faults[0].what


def test_a_task_that_can_not_be_imported_elsewhere_is_no_fault() -> None:
    """It is said, as is what keeps the whole process from answering."""

    @task(control=CONTROL, family="spelling")
    def local(rng: Rng, *, size: int) -> Case:
        return spelled(rng, size)

    (found,) = elsewhere([Subject(local, SHIFT, CONTROL)], 0)
    assert found.faults == ()
    assert "local can't be imported" in found.unchecked


def test_another_process_that_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault of a task's, and no certificate either: the reason is handed on."""

    def ended(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", "Traceback\nImportError: no numpy")

    monkeypatch.setattr(subprocess, "run", ended)
    (found,) = elsewhere([Subject(sound, SHIFT, CONTROL)], 0)
    assert (found.faults, found.unchecked) == ((), "the other process ended early: ImportError: no numpy")


def test_all_subjects_in_their_order_and_control_arms_once() -> None:
    """One process for all, the draws of a shared control arm but once, progress told."""
    drawn: Counter[int] = Counter()

    @task(control=CONTROL, family="spelling")
    def counted(rng: Rng, *, size: int) -> Case:
        drawn[size] += 1
        return spelled(rng, size)

    done: list[int] = []
    subjects = [Subject(counted, {"size": 2}, CONTROL), Subject(unsolvable, SHIFT, CONTROL)]
    subjects += [Subject(counted, {"size": 3}, CONTROL), Subject(unseeded, SHIFT, CONTROL)]
    found = certify_all(subjects, 0, done.append)
    assert [{fault.check for fault in one.faults} for one in found] == [set(), {"oracle"}, set(), {"repeatable"}]
    assert [bool(one.unchecked) for one in found] == [True, False, True, False]
    assert done == [0, 1, 2, 3, 4]
    assert drawn[2] == drawn[3]
    assert drawn[1] == certify.DRAWS + 2 * certify.AGAIN


def test_certified_by_a_process_without_pytest() -> None:
    """It belongs to the lower floors."""
    code = "import sys, pytest_ood.certify; print('pytest' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


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
    drawn = [certify.Drawn("shift", draw, Case("?", answer)) for draw in range(20)]
    found = [mutant for one in drawn for _, mutant in mutated(one)]
    assert len(found) > 100
    for mutant in found:
        assert not same(mutant, answer)
        assert abs(len(mutant) - len(answer)) <= 1
    json.dumps(found)
