"""Dialogues play through, and end."""

import itertools
from collections.abc import Sequence

import pytest

from pytest_ood.case import Reply
from pytest_ood.certify import certify
from pytest_ood.dialogue import Dialogue
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, SHIFT, Broken, Rng, find_faults, spelled


def conversation(rng: Rng, size: int, reply: Reply) -> Dialogue:
    """Return a dialogue of two turns."""
    case = spelled(rng, size)
    return Dialogue(
        case.prompt,
        reply=reply,
        answers=["first", case.answer],
        lures={"again": ["first", "first"]},
        input=case.input,
    )


def once(given: Sequence[str]) -> str | None:
    """Say one thing and end."""
    return "Go on." if len(given) < 2 else None


@task(control=CONTROL, family="spelling")
def conversing(rng: Rng, *, size: int) -> Dialogue:
    """Is without fault."""
    return conversation(rng, size, once)


@task(control=CONTROL, family="spelling")
def last_turn(rng: Rng, *, size: int) -> Dialogue:
    """Is without fault, and judges the last turn only."""
    case = spelled(rng, size)
    return Dialogue(
        case.prompt,
        reply=once,
        answers=["ready", case.answer],
        verify=lambda given: given[-1] == case.answer,
        lures={"copied": ["ready", case.input]},
        unique=False,
    )


@task(control=CONTROL, family="spelling")
def endless(rng: Rng, *, size: int) -> Dialogue:
    """Always has something to say."""
    return conversation(rng, size, lambda _: "Go on.")


@task(control=CONTROL, family="spelling")
def moody(rng: Rng, *, size: int) -> Dialogue:
    """Counts how often it was asked."""
    count = itertools.count()
    return conversation(rng, size, lambda given: f"{next(count)}, go on." if len(given) < 2 else None)


BROKEN: list[Broken] = [
    (endless, {"dialogue"}, "the dialogue goes on after the last of the right answers"),
    (moody, {"dialogue"}, "the same answers get another reply"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


@pytest.mark.parametrize("sound", [conversing, last_turn], ids=lambda sound: sound.name)
def test_a_sound_dialogue_has_no_faults(sound: Task) -> None:
    """Whether all turns are judged or the last."""
    assert certify(sound, SHIFT, CONTROL) == []
