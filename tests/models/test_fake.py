"""The fakes say what their names promise, through the same judge as every other model."""

import asyncio
import dataclasses
import time
from typing import Any

import pytest

from pytest_ood.case import Case
from pytest_ood.evidence.judging import judge
from pytest_ood.models.base import CallFailed, ModelError, TryAgain
from pytest_ood.models.fake import FAKES, FakeModel
from pytest_ood.models.request import Request

CASE = Case("What is 2 + 3, where + means times?", answer="6", lures={"old": "5", "other": "1"}, input="2 + 3")


def request(case: Case = CASE, arm: str = "shift", draw: int = 0) -> Request:
    """The question of a case, with its crib."""
    crib = {"arm": arm, "answer": case.answer, "lures": dict(case.lures), "input": case.input, "prompt": case.prompt}
    return Request("fake", [{"role": "user", "content": case.prompt}], draw=draw, crib=crib)


def outcome(name: str, case: Case = CASE, arm: str = "shift", draw: int = 0) -> tuple[str, str | None, str | None]:
    """Outcome, answer and lure of one question to a fake."""
    answer = asyncio.run(FakeModel(name, {}).ask(request(case, arm, draw)))
    judged = judge(case, answer)
    return judged.outcome, judged.given, judged.lure


@pytest.mark.parametrize(
    ("name", "control", "shift"),
    [
        ("fake/oracle", ("correct", "6", None), ("correct", "6", None)),
        ("fake/lured", ("correct", "6", None), ("wrong", "5", "old")),
        ("fake/copy", ("wrong", "2 + 3", None), ("wrong", "2 + 3", None)),
        ("fake/empty", ("unparsed", None, None), ("unparsed", None, None)),
        ("fake/truncated", ("truncated", None, None), ("truncated", None, None)),
        ("fake/refused", ("refused", None, None), ("refused", None, None)),
        ("fake/noisy-1", ("correct", "6", None), ("correct", "6", None)),
        ("fake/noisy-0", ("wrong", "5", "old"), ("wrong", "5", "old")),
    ],
)
def test_outcomes(name: str, control: tuple[Any, ...], shift: tuple[Any, ...]) -> None:
    """Each fake gives the outcome it is for, on both arms."""
    assert (outcome(name, arm="control"), outcome(name, arm="shift")) == (control, shift)


def test_without_lures_and_input() -> None:
    """A case without lures cannot lure; one without material is copied from its prompt."""
    bare = dataclasses.replace(CASE, lures={}, input="")
    assert outcome("fake/lured", bare)[0] == "correct"
    assert outcome("fake/copy", bare)[1] == CASE.prompt
    assert outcome("fake/noisy-0", bare)[0] == "wrong"


def test_error_and_fatal() -> None:
    """The two that never answer."""
    with pytest.raises(CallFailed):
        outcome("fake/error")
    with pytest.raises(ModelError):
        outcome("fake/fatal")


def test_flaky_fails_each_question_once() -> None:
    """The first attempt at every question fails, the second one is right."""
    model = FakeModel("fake/flaky", {})
    for draw in range(3):
        with pytest.raises(TryAgain):
            asyncio.run(model.ask(request(draw=draw)))
        assert judge(CASE, asyncio.run(model.ask(request(draw=draw)))).outcome == "correct"


def test_noise_is_in_the_question() -> None:
    """fake/noisy-0.7 is right 7 times out of 10, and always on the same questions."""
    right = [outcome("fake/noisy-0.7", draw=draw)[0] == "correct" for draw in range(400)]
    assert 0.62 < sum(right) / 400 < 0.78
    assert right[:50] == [outcome("fake/noisy-0.7", draw=draw)[0] == "correct" for draw in range(50)]


def test_counts_cost_and_delay() -> None:
    """Tokens are a quarter of the characters, nothing costs anything, and `delay` is in seconds."""
    begun = time.time()
    answer = asyncio.run(FakeModel("fake/oracle", {"delay": 0.05}).ask(request()))
    assert (answer.input_tokens, answer.output_tokens, answer.cost_usd) == (len(CASE.prompt) // 4, 18 // 4, 0.0)
    assert answer.latency_s >= 0.05
    assert begun <= answer.created_at <= time.time()


@pytest.mark.parametrize(
    "name", ["fake/", "fake/orcale", "fake/noisy", "fake/noisy-", "fake/noisy-2", "fake/noisy-nan"]
)
def test_unknown_fake(name: str) -> None:
    """The message begins with the name and ends with the fix: what was meant, or which fakes there are."""
    with pytest.raises(ModelError, match=f"^{name}: .*fake/(oracle|noisy-)") as raised:
        FakeModel(name, {})
    assert raised.value.model == name
    assert str(raised.value) == f"{name}: {raised.value.problem}"


def test_a_misspelt_fake_is_suggested() -> None:
    """Only the one that is near."""
    with pytest.raises(ModelError, match=r"^fake/orcale: unknown fake model; did you mean fake/oracle\?$"):
        FakeModel("fake/orcale", {})


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"delay": "long"}, "delay='long' is not a number of seconds"),
        ({"delay": -1}, "delay=-1 is not"),
        ({"delay": True}, "delay=True is not"),
    ],
)
def test_arguments(args: dict[str, Any], words: str) -> None:
    """A delay is a number of seconds."""
    with pytest.raises(ModelError, match=words):
        FakeModel("fake/oracle", args)


def test_other_arguments_change_nothing() -> None:
    """So that a fake can stand next to a real model in one run."""
    assert FakeModel("fake/oracle", {"temperature": 0, "max_tokens": 96}).price() == (0.0, 0.0)


def test_fakes_see_the_case() -> None:
    """Which is why requests to them carry a crib; and every fake has a test here."""
    assert FakeModel.sees_case
    tested = {"oracle", "lured", "copy", "empty", "truncated", "refused", "error", "fatal", "flaky"}
    assert set(FAKES) == tested
