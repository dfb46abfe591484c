"""A downstream function as a model: what it returns, what it raises, how it is run."""

import asyncio
import functools
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.models import check_name, open_model
from pytest_ood.models.base import CallFailed, ModelError, TryAgain
from pytest_ood.models.fingerprint import fingerprint
from pytest_ood.models.function import FunctionModel, function_name, load_function
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
    """The same, as an object, and one of its functions."""

    async def __call__(self, messages: list[Message]) -> str:
        """Call the function."""
        return echo(messages)

    @staticmethod
    def say(messages: list[Message]) -> str:
        """The same again."""
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
    """A function that returns no text cannot be used: its name and the type are in the message."""

    def mistaken(_: list[Message]) -> Any:
        return returned

    with pytest.raises(ModelError, match=f"^mine: .*mistaken returned {type(returned).__name__}; it must return"):
        ask(mistaken)


def test_not_a_function() -> None:
    """Nor can something that is not callable, nor a class, whose instances would be the answers."""
    with pytest.raises(ModelError, match=r"^mine: 'text' is not a function"):
        FunctionModel("mine", "text")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"Echo'> is not a function"):
        FunctionModel("mine", Echo)  # type: ignore[arg-type]


def test_an_answer_may_say_what_was_served() -> None:
    """Only the function can know."""
    assert ask(lambda _: Answer("x", served_model="mine-2"))[0].served_model == "mine-2"
    assert ask(echo)[0].served_model is None


# Names: python:MODULE:FUNCTION.


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (echo, "echo"),
        (async_echo, "async_echo"),
        (functools.partial(functools.partial(echo), []), "echo"),
        (Echo(), "Echo"),
        (Echo().__call__, "Echo.__call__"),
        (Echo.say, "Echo.say"),
        (lambda messages: echo(messages), "<lambda>"),
    ],
    ids=["plain", "async", "partial", "object", "bound method", "static method", "lambda"],
)
def test_a_function_has_a_name(function: Any, name: str) -> None:
    """Of its module and itself: the same in every process."""
    model = FunctionModel.of(function)
    assert model.name == function_name(function) == f"python:{__name__}:{name}"
    assert model.fingerprint == fingerprint(function)


@pytest.mark.parametrize("path", ["echo", "async_echo", "Echo.say"])
def test_the_name_leads_back_to_the_function(path: str) -> None:
    """Also where it is in a class; the model is known by the same name and code as the function that is passed."""
    name = f"python:{__name__}:{path}"
    function = load_function(name)
    assert function_name(function) == name
    passed, named = FunctionModel.of(function), open_model(name, {})
    assert (passed.name, passed.fingerprint) == (named.name, named.fingerprint)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path, with a module and a package in it."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "ood_mine.py").write_text("ANSWER = 42\ndef answer(messages):\n    return 'x'\n")
    (tmp_path / "ood_broken.py").write_text("1 / 0\n")
    (tmp_path / "ood_package").mkdir()
    (tmp_path / "ood_package" / "__init__.py").write_text("")
    (tmp_path / "ood_package" / "needs.py").write_text("import ood_missing\n")
    (tmp_path / "ood_missing_package").mkdir()
    (tmp_path / "ood_missing_package" / "__init__.py").write_text("import ood_missing\n")
    return tmp_path


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "write python:MODULE:FUNCTION"),
        ("ood_mine", "write python:MODULE:FUNCTION"),
        ("ood_mine:", "write python:MODULE:FUNCTION"),
        (":answer", "write python:MODULE:FUNCTION"),
        ("ood mine:answer", "write python:MODULE:FUNCTION"),
        ("ood_mine.py:answer:1", "write python:MODULE:FUNCTION"),
        ("ood_mnie:answer", r"no module ood_mnie; did you mean ood_mine\?"),
        ("zzz_nowhere:answer", "no module zzz_nowhere; add its folder"),
        ("ood_package.none:answer", "no module ood_package.none"),
        ("ood_nowhere.none:answer", "no module ood_nowhere.none"),
        ("ood_missing_package.module:answer", "importing ood_missing_package.module raised ModuleNotFoundError"),
    ],
)
def test_an_address_that_leads_nowhere(folder: Path, address: str, problem: str) -> None:
    """It is refused before its module is imported."""
    del folder
    with pytest.raises(ModelError, match=problem) as raised:
        check_name(f"python:{address}")
    assert raised.value.model == f"python:{address}"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ood_mine:anwser", r"ood_mine has no anwser; did you mean answer\?"),
        ("ood_mine:answer.more", "ood_mine has no answer.more"),
        ("ood_mine:ANSWER", "42 is not a function"),
        ("ood_broken:answer", "importing ood_broken raised ZeroDivisionError: division by zero"),
        (
            "ood_package.needs:answer",
            "importing ood_package.needs raised ModuleNotFoundError: No module named",
        ),
    ],
)
def test_a_module_without_the_function(folder: Path, address: str, problem: str) -> None:
    """What only the import can show is refused when the model is opened."""
    del folder
    check_name(f"python:{address}")
    with pytest.raises(ModelError, match=problem) as raised:
        open_model(f"python:{address}", {})
    assert raised.value.model == f"python:{address}"


def test_price_is_unknown() -> None:
    """Nothing is known of what it costs."""
    assert FunctionModel("mine", echo).most(Request("mine", MESSAGES)) is None
