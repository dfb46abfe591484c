"""Workers answer as the model itself would, and however they end, whoever asked is told and none is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.models import base, open_model
from pytest_ood.models.base import CallFailed, ModelError, RateLimited, TryAgain
from pytest_ood.models.pool.calls import Opening, WorkerEnded
from pytest_ood.models.pool.processes import process_pool
from pytest_ood.models.pool.workers import MOST_IN_VAIN, PooledModel
from pytest_ood.models.request import Answer, Message, Request

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are found and killed by signals")

KEY = "sk-test-0123456789abcdef"
MODULE = '''
import asyncio
import os
import pathlib
import signal
import sys
import threading
import time

from pytest_ood import Answer
from pytest_ood.models import base

HERE = pathlib.Path(__file__).parent


def answer(messages):
    """Which process answers, and what it was asked."""
    return Answer(f"{os.getpid()} {messages[-1]['content']}", "thoughts", "length", 1, 2, 0.5, served_model="mine")


def other(messages):
    return str(os.getpid())


def slow(messages):
    (HERE / f"asked {os.getpid()}").touch()
    time.sleep(0.3)
    return str(os.getpid())


class Busy(base.RateLimited):
    """One of the user's own, with what no other process can read."""

    def __init__(self, after):
        super().__init__("busy", after)
        self.lock = threading.Lock()


RAISED = {
    "OwnClass": lambda: Busy(2.5),
    "ValueError": lambda: ValueError(f"bad {os.environ['SOME_API_KEY']}"),
}


def fail(messages):
    kind, _, data = messages[-1]["content"].partition(":")
    if kind in RAISED:
        raise RAISED[kind]()
    failure = getattr(base, kind)("what happened")
    failure.__dict__.update(eval(data))
    raise failure


def unsendable(messages):
    return Answer("text", tool_calls=(threading.Lock(),))


def long(messages):
    return "x" * 3 * 2**20


def killed(messages):
    os.kill(os.getpid(), signal.SIGKILL)


def talkative(messages):
    print("to standard output")
    os.write(1, b"and past Python")
    return repr(sys.stdin.read())


async def patient(messages):
    (HERE / "asked").touch()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        (HERE / "given up").touch()
        raise


async def stuck(messages):
    (HERE / f"stuck {os.getpid()}").touch()
    time.sleep(60)
'''

Make = Callable[..., PooledModel]
Work = Callable[[PooledModel], Coroutine[Any, Any, Any]]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A model that is a function of `MODULE`, asked in workers."""
    (tmp_path / "ood_pooled.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SOME_API_KEY", KEY)

    def make(function: str, size: int = 1) -> PooledModel:
        (model,) = pooled([f"python:ood_pooled:{function}"], size)
        return model

    return make


def pooled(names: Sequence[str], size: int, **args: Any) -> list[PooledModel]:
    """Models that share their workers."""
    pool = process_pool(size, [Opening(name, args) for name in names])
    return [PooledModel(open_model(name, args), pool) for name in names]


def question(text: str = "?") -> Request:
    """What is asked."""
    messages: list[Message] = [{"role": "user", "content": text}]
    return Request("m", messages)


def using(model: PooledModel, work: Work) -> Any:
    """Start a model, do something with it, and close it."""

    async def whole() -> Any:
        await model.start()
        try:
            return await work(model)
        finally:
            await model.close()

    return asyncio.run(whole())


def ask(model: PooledModel, text: str = "?") -> Any:
    """One answer."""
    return using(model, lambda model: model.ask(question(text)))


async def ask_at_once(model: PooledModel, count: int) -> list[Any]:
    """The answers to so many questions, or what asking raises."""
    return await asyncio.gather(*(model.ask(question()) for _ in range(count)), return_exceptions=True)


def failure_of(model: PooledModel, text: str = "?") -> Exception:
    """What asking raises."""
    (failure,) = using(model, lambda model: asyncio.gather(model.ask(question(text)), return_exceptions=True))
    assert isinstance(failure, Exception)
    return failure


def is_alive(pid: int) -> bool:
    """Whether there is such a process; one that has ended and was not waited for is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and ") Z " in status.read_text())


def wait_for(condition: Callable[[], Any]) -> None:
    """Until it holds, but not for ever."""
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


# What comes back


def test_an_answer_comes_whole(make: Make) -> None:
    """Every field of it, from another process, which is gone when the model is closed."""
    answer: Answer = ask(make("answer"), "what?")
    pid, _, text = answer.text.partition(" ")
    assert text == "what?"
    assert int(pid) != os.getpid()
    assert not is_alive(int(pid))
    given = (answer.reasoning, answer.finish_reason, answer.input_tokens, answer.cost_usd, answer.served_model)
    assert given == ("thoughts", "length", 1, 0.5, "mine")


def test_what_is_known_without_a_call_is_the_models() -> None:
    """How many calls may be in flight, whether it takes arguments, and what it is known by."""
    name = f"python:{os.path.basename.__module__}:basename"
    (model,) = pooled([name], 1)
    real = open_model(name, {})
    known = (model.takes_args, model.concurrency, model.fingerprint, model.price(), model.thinks({}))
    assert known == (False, real.concurrency, real.fingerprint, None, False)


EXCEPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("ModelError", {"problem": "no such key", "model": "some/model", "fix": "get one"}),
    ("NoTools", {"problem": "none", "model": "some/model"}),
    ("CallFailed", {"refused": True, "billed": False}),
    ("CallFailed", {"refused": False, "billed": True}),
    ("TryAgain", {"after": None}),
    ("RateLimited", {"after": 1.5}),
    ("Dropped", {"after": None}),
    ("TimedOut", {"after": 0.25}),
    ("Unreadable", {"after": None}),
    ("Unreachable", {"after": None, "fix": "start it"}),
]


def test_every_exception_of_a_model_is_tried_here() -> None:
    """A new one crosses as well."""
    kinds = {
        name for name, value in vars(base).items() if isinstance(value, type) and value.__module__ == base.__name__
    }
    assert {name for name, _ in EXCEPTIONS} == kinds - {"Model"}


def test_an_exception_comes_with_its_data(make: Make) -> None:
    """The class, the words and every attribute; whatever is billed stays so."""

    async def all_of_them(model: PooledModel) -> list[Any]:
        texts = [f"{kind}:{data!r}" for kind, data in EXCEPTIONS]
        return await asyncio.gather(*(model.ask(question(text)) for text in texts), return_exceptions=True)

    for failure, (kind, data) in zip(using(make("fail"), all_of_them), EXCEPTIONS, strict=True):
        raised = getattr(base, kind)("what happened")
        vars(raised).update(data)
        assert type(failure) is type(raised)
        assert (str(failure), vars(failure), failure.args) == (str(raised), vars(raised), raised.args)
        assert getattr(failure, "billed", None) == getattr(raised, "billed", None)


def test_a_class_of_the_users_own_comes_as_what_it_derives_from(make: Make) -> None:
    """It may hold what no other process can read."""
    failure = failure_of(make("fail"), "OwnClass")
    assert type(failure) is RateLimited
    assert (str(failure), failure.after) == ("busy", 2.5)


def test_any_other_exception_is_of_this_call_alone(make: Make) -> None:
    """As without workers; no key is in its words."""
    failure = failure_of(make("fail"), "ValueError")
    assert type(failure) is CallFailed
    assert str(failure) == "fail raised ValueError: bad REDACTED"


def test_an_answer_that_cannot_leave_its_process(make: Make) -> None:
    """Is one that failed, and was perhaps paid for."""
    failure = failure_of(make("unsendable"))
    assert isinstance(failure, CallFailed)
    assert failure.billed
    assert "cannot come from another process: TypeError: cannot pickle" in str(failure)


@pytest.mark.usefixtures("make")
def test_an_answer_that_is_too_long() -> None:
    """The limit of a response is one of what leaves a worker, whoever made it."""
    (model,) = pooled(["python:ood_pooled:long"], 1, max_response_mb=1)
    assert str(failure_of(model)) == "the answer cannot come from another process: it has 3 MB"
    (model,) = pooled(["python:ood_pooled:long"], 1)
    assert len(ask(model).text) == 3 * 2**20


def test_what_a_model_prints_does_not_get_among_the_answers(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    """It goes to standard error, and there is no input to read."""
    assert ask(make("talkative")).text == "''"
    shown, errors = capfd.readouterr()
    assert shown == ""
    assert "and past Python" in errors
    assert "to standard output" in errors


# Who is asked


def test_calls_go_to_the_worker_that_has_the_fewest(make: Make) -> None:
    """Four at once are two for each of two."""

    async def work(model: PooledModel) -> list[Answer]:
        # A model is ready as soon as one worker is.
        while len({answer.text for answer in await ask_at_once(model, 2)}) == 1:
            pass
        return await ask_at_once(model, 4)

    answers = using(make("slow", 2), work)
    assert sorted(Counter(answer.text for answer in answers).values()) == [2, 2]


@pytest.mark.usefixtures("make")
def test_models_share_their_workers() -> None:
    """And one that is closed takes none from the others."""
    one, other = pooled(["python:ood_pooled:answer", "python:ood_pooled:other"], 1)

    async def work(model: PooledModel) -> list[str]:
        await other.start()
        texts = [(await one.ask(question())).text for one in (model, other)]
        await other.close()
        return [*texts, (await model.ask(question())).text]

    first, shared, last = using(one, work)
    assert first == last == f"{shared} ?"


def test_a_call_that_is_given_up_ends_in_the_worker(make: Make, tmp_path: Path) -> None:
    """So that its connection is free, or its computing over."""

    async def work(model: PooledModel) -> None:
        call = asyncio.ensure_future(model.ask(question()))
        while not (tmp_path / "asked").exists():
            await asyncio.sleep(0.01)
        call.cancel()
        while not (tmp_path / "given up").exists():
            await asyncio.sleep(0.01)

    using(make("patient"), work)
    assert (tmp_path / "given up").exists()


# How workers end


def test_a_worker_that_is_killed_loses_its_calls_and_is_replaced(make: Make, tmp_path: Path) -> None:
    """They may be made again, and may have been billed."""

    async def work(model: PooledModel) -> tuple[list[Any], str, Answer]:
        calls = asyncio.ensure_future(ask_at_once(model, 3))
        while not (seen := list(tmp_path.glob("asked *"))):
            await asyncio.sleep(0.01)
        pid = seen[0].name.split()[1]
        os.kill(int(pid), signal.SIGKILL)
        return await calls, pid, await model.ask(question())

    failures, pid, answer = using(make("slow"), work)
    assert {type(failure) for failure in failures} == {WorkerEnded}
    assert isinstance(failures[0], TryAgain)
    assert failures[0].billed
    assert str(failures[0]).endswith("the worker that asked it was killed (SIGKILL)")
    assert answer.text.isdecimal()
    assert answer.text != pid


def test_workers_that_end_again_and_again_end_the_model(make: Make) -> None:
    """With what is known of it."""

    async def work(model: PooledModel) -> list[Exception]:
        failures = []
        while not failures or isinstance(failures[-1], TryAgain):
            failures += await ask_at_once(model, 1)
        return failures

    *before, last = using(make("killed"), work)
    assert len(before) == MOST_IN_VAIN
    assert type(last) is ModelError
    assert "ended 3 times in a row without an answer" in str(last)
    assert "SIGKILL" in str(last)


def test_workers_that_cannot_begin_end_the_model(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and without a process that stays."""
    model = make("answer")
    broken = tmp_path / "not-python"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(ModelError, match="ended with exit status 3"):
        asyncio.run(model.start())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"api_base": "http://127.0.0.1:9/v1"}, r"nothing answers at http://127\.0\.0\.1:9/v1"),
        ({"max_response_mb": "much"}, "max_response_mb='much' is not a valid number"),
    ],
)
def test_a_model_that_cannot_be_used_says_so_at_its_start(args: dict[str, Any], words: str) -> None:
    """In its own words, as in this process."""
    (model,) = pooled(["openai/some-model"], 2, **args)
    with pytest.raises(ModelError, match=words) as raised:
        asyncio.run(model.start())
    assert type(raised.value) is ModelError


def test_a_call_that_a_worker_cannot_read_fails_alone(make: Make) -> None:
    """Nobody waits for ever."""
    lost: Any = Request("m", [{"role": "user", "content": "?"}], tools=[Unreadable()])

    async def work(model: PooledModel) -> list[Any]:
        return await asyncio.gather(model.ask(lost), model.ask(question()), return_exceptions=True)

    failure, answer = using(make("answer"), work)
    assert type(failure) is CallFailed
    assert "cannot come from another process: ValueError: not here" in str(failure)
    assert answer.text.endswith(" ?")


class Unreadable:
    """A value that can be pickled and not be read again."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _refuse, ()


def _refuse() -> None:
    raise ValueError("not here")


SCRIPT = """
import asyncio
import sys

from tests.models.test_pool import Path, pooled, question

sys.path.insert(0, sys.argv[1])


async def main():
    (model,) = pooled(["python:ood_pooled:stuck"], 2)
    await model.start()
    await asyncio.sleep(1)
    await asyncio.gather(model.ask(question()), model.ask(question()))


asyncio.run(main())
"""


@pytest.mark.usefixtures("make")
def test_no_worker_outlives_who_started_it(tmp_path: Path) -> None:
    """Killed without a chance to end them, even while their models are stuck."""
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)])
    wait_for(lambda: len(list(tmp_path.glob("stuck *"))) == 2)
    workers = [int(file.name.split()[1]) for file in tmp_path.glob("stuck *")]
    assert all(map(is_alive, workers))
    process.kill()
    process.wait()
    wait_for(lambda: not any(map(is_alive, workers)))
