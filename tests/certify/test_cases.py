"""A case by itself: its texts, its own answer, its lures, what its verifier says."""

import dataclasses

import pytest

from pytest_ood.case import Case
from pytest_ood.certify import certify
from pytest_ood.tasks import Task, task
from pytest_ood.verify import Check
from tests.certify.spelling import CONTROL, SHIFT, Broken, Rng, find_faults, multiples, spelled


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
def unsolvable(rng: Rng, *, size: int) -> Case:
    """Nothing is right."""
    return spelled(rng, size, verify=lambda _: False)


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
    """A detail that cannot be written down."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: Check(given == case.answer, {"letters": set(given)}))


@task(control=CONTROL, family="spelling")
def overscored(rng: Rng, *, size: int) -> Case:
    """A score in per cent."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: Check(given == case.answer, {}, {"letters": 100.0}))


@task(control=CONTROL, family="spelling")
def quoted(rng: Rng, *, size: int) -> Case:
    """The quotes are part of the answer, and the answer without them is a lure."""
    case = spelled(rng, size)
    return dataclasses.replace(case, answer=f'"{case.answer}"', lures={"unquoted": case.answer}, verify=None)


@task(control=CONTROL, family="spelling")
def misunderstood(rng: Rng, *, size: int) -> Case:
    """A comprehension question whose own answer is wrong."""
    question = Case(f"How many, of {rng.random()}? Give a number.", "8", verify=lambda given: given == "9 or so")
    return spelled(rng, size, comprehension=question)


@task(control=CONTROL, family="spelling")
def forgetful(rng: Rng, *, size: int) -> Case:
    """What was answered before is right again."""
    return multiples(rng, size, False)


@task(control=CONTROL, family="spelling")
def capital_lure(rng: Rng, *, size: int) -> Case:
    """A lure that is the answer in capitals, which a verifier may overlook."""
    case = spelled(rng, size)
    return dataclasses.replace(case, lures={"copied": case.input, "loud": case.answer.upper()})


@task(control=CONTROL, family="spelling")
def lure_is_right(rng: Rng, *, size: int) -> Case:
    """A lure that the verifier takes for right."""
    case = spelled(rng, size)
    return dataclasses.replace(
        case, lures={"copied": case.input}, verify=lambda given: given in (case.answer, case.input)
    )


@task(control=CONTROL, family="spelling")
def silent(rng: Rng, *, size: int) -> Case:
    """A verifier that says nothing."""
    return spelled(rng, size, verify=lambda _: None)


BROKEN: list[Broken] = [
    (capital_lure, {"oracle"}, "the case's own answer is counted as the lure 'loud'"),
    (lure_is_right, {"lures", "trivial", "chance"}, "the lure 'copied' is right"),
    (lures_alike, {"lures"}, "the lure 'unturned' is the same as the lure 'copied'"),
    (quoted, {"forms"}, "the lure 'unquoted' is right in another dress: double quotes"),
    (lureless, {"lures"}, "only 0 of 200 cases of the shift arm have a lure"),
    (unsolvable, {"oracle"}, "the case's own answer is wrong"),
    (empty_is_right, {"trivial"}, "an empty answer is right in 100 of 100 cases"),
    (tagged, {"form"}, "the prompt mentions the answer tags"),
    (unstripped, {"form"}, "does not survive being read"),
    (unjson, {"detail"}, "the detail of an answer is not JSON: TypeError"),
    (overscored, {"detail"}, "the score 'letters' of an answer is not a number from 0 to 1"),
    (misunderstood, {"comprehension"}, "the case's own answer is wrong"),
    (forgetful, {"trivial", "chance"}, "another draw's answer is right in"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


def test_a_verifier_that_says_nothing_is_named() -> None:
    """What it returned, and what to return."""
    faults = {fault.check: fault.what for fault in certify(silent, SHIFT, CONTROL)}
    assert faults["oracle"] == "the verifier returned None (NoneType); return True, False or a pytest_ood.Check"
