"""Built-in models without a network: they take the answer and the lures from the request's crib."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_ood import answers
from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
from pytest_ood.models.request import Answer, Request
from pytest_ood.text.suggestions import did_you_mean

Crib = Mapping[str, Any]


def _oracle(crib: Crib) -> str:
    return answers.wrap(crib["answer"])


def _lured(crib: Crib) -> str:
    return _wrong(crib) if crib["arm"] == "shift" and crib["lures"] else _oracle(crib)


def _wrong(crib: Crib) -> str:
    """The first lure; without one, something that no verifier should accept."""
    return answers.wrap(next(iter(crib["lures"].values()), f"not {crib['answer']}"))


def _copy(crib: Crib) -> str:
    return answers.wrap(crib["input"] or crib["prompt"])


def _error(_: Crib) -> str:
    raise CallFailed("fake/error fails every call")


def _fatal(_: Crib) -> str:
    raise ModelError("fake/fatal: no call to this model can succeed, which is its purpose")


#: The answer of each fake, from the crib of a question: a complete text, or a whole `Answer`.
FAKES: Mapping[str, Callable[[Crib], str | Answer]] = {
    "oracle": _oracle,
    "lured": _lured,
    "copy": _copy,
    "empty": lambda _: "",
    "truncated": lambda crib: Answer(f"{answers.OPEN}{crib['answer'][:1]}", finish_reason="length"),
    "refused": lambda _: Answer("I can't help with that.", finish_reason="refusal"),
    "error": _error,
    "fatal": _fatal,
    "flaky": _oracle,  # fails the first attempt at every question: see `FakeModel.ask`
}


def find(name: str) -> tuple[Callable[[Crib], str | Answer], float]:
    """Return the answer function of the fake of this name, and how often it is used; otherwise the fake is wrong.

    Raises:
        ModelError: there is no such fake.
    """
    kind = name.removeprefix("fake/")
    if kind in FAKES:
        return FAKES[kind], 1.0
    if kind.startswith("noisy-"):
        try:
            chance = float(kind.removeprefix("noisy-"))
        except ValueError:
            chance = -1.0
        if 0 <= chance <= 1:
            return _oracle, chance
        raise ModelError("P in fake/noisy-P must be a probability; write fake/noisy-0.9, for example", model=name)
    known = [*(f"fake/{fake}" for fake in FAKES), "fake/noisy-P"]
    near = did_you_mean(name, known, 0.75)
    raise ModelError(f"unknown fake model{near or '; choose from ' + ', '.join(known)}", model=name)


class FakeModel(Model):
    """A fake by name. The argument `delay` is the seconds before each answer; other arguments change nothing."""

    sees_case = True
    takes_args = False

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(name, args)
        self._answer, self._chance = find(name)
        self._seen: set[str] = set()
        self._delay = args.get("delay", 0)
        if isinstance(self._delay, bool) or not isinstance(self._delay, int | float) or not 0 <= self._delay < 86_400:
            raise ModelError(f"delay={self._delay!r} is not a number of seconds; give 0 or more", model=name)

    async def ask(self, request: Request) -> Answer:
        """Return this fake's answer.

        Raises:
            ModelError: from fake/fatal.
            CallFailed: from fake/error.
            TryAgain: from fake/flaky, once per question.
        """
        begun = time.perf_counter()
        if self._delay:
            await asyncio.sleep(self._delay)
        if self.name == "fake/flaky" and request.key not in self._seen:
            self._seen.add(request.key)
            raise TryAgain("fake/flaky fails the first attempt at every question")
        assert request.crib is not None, "a request to a fake carries a crib"
        # Decided by the question, so that a run is repeatable whatever the order of its calls.
        right = self._chance == 1 or int(request.key[:13], 16) / 16**13 < self._chance
        response = (self._answer if right else _wrong)(request.crib)
        answer = Answer(response) if isinstance(response, str) else response
        return replace(
            answer,
            input_tokens=sum(len(message["content"]) for message in request.messages) // 4,
            output_tokens=len(answer.text) // 4,
            cost_usd=0.0,
            latency_s=time.perf_counter() - begun,
            created_at=time.time(),
        )
