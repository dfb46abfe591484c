"""A downstream function as a model: what it returns, what it raises, how it is run."""

import asyncio
import functools
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_ood.models.base import CallFailed, ModelError, TryAgain
from pytest_ood.models.function import FunctionModel
from pytest_ood.models.request import Answer, Message, Request

MESSAGES: list[Message] = [{"role": "user", "content": "Say ho."}]


def ask(function: Any, calls: int = 1) -> list[Answer]:
    """So many questions at once to a function as a model."""

    async def conversation() -> list[Answer]:
        model = FunctionModel("mine", function)
        await model.start()
        try:
            return await asyncio.gather(*(model.ask(Request("mine", MESSAGES, draw=draw)) for draw in range(calls)))
        finally:
            await model.close()

    return asyncio.run(conversation())


def echo(messages: Sequence[Message]) -> str:
    """The last message, backward."""
    return messages[-1]["content"][::-1]


async def async_echo(messages: list[Message]) -> str:
    """The same, as a coroutine."""
    await asyncio.sleep(0)
    return echo(messages)


class Echo:
    """The same, as an object."""

    async def __call__(self, messages: list[Message]) -> str:
        """Call the function."""
        return echo(messages)


@pytest.mark.parametrize(
    "function",
    [echo, async_echo, functools.partial(async_echo), lambda messages: async_echo(messages), Echo()],
    ids=["plain", "async", "partial", "lambda", "object"],
)
def test_functions(function: Any) -> None:
    """Plain and async functions, partials, lambdas and objects."""
    begun = time.time()
    [answer] = ask(function)
    assert (answer.text, answer.finish_reason, answer.error) == (".oh yaS", "stop", None)
    assert (answer.input_tokens, answer.cost_usd) == (None, None)
    assert answer.latency_s > 0
    assert begun <= answer.created_at <= time.time()


def test_an_answer_is_kept() -> None:
    """A function that knows more says it with an `Answer`."""
    mine = Answer("cut", finish_reason="length", output_tokens=1, cost_usd=0.5, latency_s=7.0, created_at=1.0)
    assert ask(lambda _: mine) == [mine]


def test_odd_text_can_be_stored() -> None:
    """A lone surrogate becomes a question mark."""
    assert ask(lambda _: "a\ud800b")[0].text == "a?b"


def test_plain_functions_run_side_by_side() -> None:
    """Fifty calls of a function that waits take about as long as one, off the event loop's thread."""
    here = threading.get_ident()

    def slow(_: list[Message]) -> str:
        time.sleep(0.2)
        return str(threading.get_ident() != here)

    begun = time.perf_counter()
    assert {answer.text for answer in ask(slow, calls=50)} == {"True"}
    assert time.perf_counter() - begun < 5


def test_messages_are_its_own() -> None:
    """A function that changes its messages changes no one else's."""

    def spoil(messages: list[Message]) -> str:
        messages[0]["content"] = "spoilt"
        messages.clear()
        return "ok"

    ask(spoil, calls=2)
    assert MESSAGES == [{"role": "user", "content": "Say ho."}]


def test_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function raises is a failed call, with its type and text, and without any key."""
    monkeypatch.setenv("MY_API_KEY", "very-secret-key")

    def broken(_: list[Message]) -> str:
        raise ValueError("refused: very-secret-key")

    with pytest.raises(CallFailed, match=r"broken raised ValueError: refused: REDACTED$"):
        ask(broken)


@pytest.mark.parametrize("failure", [TryAgain("busy", 3.0), CallFailed("no"), ModelError("never")])
def test_our_own_exceptions_pass(failure: Exception) -> None:
    """A function may say how a call failed."""

    def fails(_: list[Message]) -> str:
        raise failure

    with pytest.raises(type(failure)) as raised:
        ask(fails)
    assert raised.value is failure


@pytest.mark.parametrize("returned", [None, 4, b"4", ["4"]], ids=str)
def test_wrong_type(returned: object) -> None:
    """A function that returns no text can't be used: its name and the type are in the message."""

    def mistaken(_: list[Message]) -> Any:
        return returned

    with pytest.raises(
        ModelError, match=f"model 'mine': .*mistaken returned {type(returned).__name__}; it must return"
    ):
        ask(mistaken)


def test_not_a_function() -> None:
    """Nor can something that is not callable."""
    with pytest.raises(ModelError, match="model 'mine': 'text' is not a function"):
        FunctionModel("mine", "text")  # type: ignore[arg-type]


def test_price_is_unknown() -> None:
    """Nothing is known of what it costs."""
    assert FunctionModel("mine", echo).most(Request("mine", MESSAGES)) is None
