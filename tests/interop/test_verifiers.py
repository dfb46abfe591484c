"""verifiers installs the environment, and its rollouts score as the verifier does."""

import asyncio
import itertools
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import verifiers.v1 as vf
from verifiers.v1.clients import ModelContext
from verifiers.v1.configs.client import EvalClientConfig
from verifiers.v1.utils.loaders import resolve_env_config

from pytest_ood import families
from pytest_ood.evidence.trace import Trace
from tests.interop.conftest import Convert
from tests.interop.rewards import DIALOGUES, expected_scores

# So many rollouts of each outcome, and so many at once: each takes seconds.
EACH, AT_ONCE = 3, 4
JUDGED_TOGETHER = {"shortcuts.sibling_discovery"}
# After the three exchanges that show the form of an answer.
FIRST_QUESTION = 6


class Provider(BaseHTTPRequestHandler):
    """Gives each question the response that it had in the run."""

    protocol_version = "HTTP/1.1"
    # By the texts of a conversation, the response and why it ended.
    responses: dict[str, tuple[str, str]] = {}  # noqa: RUF012 - set by the test

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer as a stream, which is how verifiers asks."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text, reason = self.responses[json.dumps([turn["content"] for turn in body["messages"]])]
        common = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
        said = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        end = {"index": 0, "delta": {}, "finish_reason": reason}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        events = [{**common, "choices": [said]}, {**common, "choices": [end], "usage": usage}]
        data = "".join(f"data: {event}\n\n" for event in [*map(json.dumps, events), "[DONE]"]).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def address() -> Iterator[str]:
    """Where the provider is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def env(converted: Convert, monkeypatch: pytest.MonkeyPatch) -> vf.Env:
    """The environment, found by its id as one that is installed."""
    monkeypatch.syspath_prepend(converted("verifiers"))
    agent = {"harness": {"id": "null"}, "runtime": {"type": "subprocess"}}
    return vf.load_environment(resolve_env_config({"taskset": {"id": "ood-questions"}, "agent": agent}))


def turns_of(trace: Trace) -> dict[str, tuple[str, str]]:
    """Return what was said in a trace after which texts."""
    texts = [turn["content"] for turn in trace.messages]
    # Not every provider has a word for a refusal.
    said = {json.dumps(texts): (trace.response, "length" if trace.finish_reason == "length" else "stop")}
    for place, turn in enumerate(trace.messages):
        if turn["role"] == "assistant":
            said[json.dumps(texts[:place])] = (turn["content"], "stop")
    return said


def test_rollouts_score_as_the_verifier_does(
    env: vf.Env, address: str, traces: list[Trace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of single questions and dialogues with all outcomes, by the chat program of verifiers itself."""
    scores = expected_scores(traces, [{**task.data.case, "task_of": task} for task in env.taskset])
    assert {trace.task for _, trace, _ in scores} == {task.name for task in families.tasks()} - JUDGED_TOGETHER
    chosen: dict[str, tuple[Any, Trace, float]] = {}
    for dialogue, outcome in itertools.product((False, True), ("correct", "wrong", "unparsed", "truncated", "refused")):
        # The provider knows a question by its text, and so one answer to each.
        found = {
            trace.messages[FIRST_QUESTION]["content"]: (row, trace, score)
            for row, trace, score in scores
            if trace.strategy == "direct" and trace.outcome == outcome and (trace.task in DIALOGUES) == dialogue
        }
        fresh = [text for text in found if text not in chosen]
        chosen |= {text: found[text] for text in fresh[:: max(1, len(fresh) // EACH)][:EACH]}
    picked = list(chosen.values())
    assert sum(trace.task in DIALOGUES for _, trace, _ in picked) > EACH
    assert {trace.outcome for _, trace, _ in picked if trace.task not in DIALOGUES} == {
        *("correct", "wrong", "unparsed", "truncated", "refused")
    }
    said = {texts: answer for _, trace, _ in picked for texts, answer in turns_of(trace).items()}
    monkeypatch.setattr(Provider, "responses", said)
    monkeypatch.setenv("NO_KEY", "none")
    context = ModelContext(model="m", client=EvalClientConfig(base_url=address, api_key_var="NO_KEY"))

    async def roll_out() -> list[vf.Trace]:
        at_once = asyncio.Semaphore(AT_ONCE)
        async with env.serving():
            slots = [slot for row, _, _ in picked for slot in env.slots(row["task_of"])]
            episodes = await asyncio.gather(*(env.run_slot(slot, context, at_once) for slot in slots))
        return [episode.traces[0] for episode in episodes]

    for rolled, (_, trace, score) in zip(asyncio.run(roll_out()), picked, strict=True):
        assert not rolled.errors, rolled.errors
        assert rolled.last_reply == trace.response
        assert rolled.reward == score
        assert rolled.metrics["unscored"] == float(trace.outcome not in ("correct", "wrong"))


def test_the_package_can_be_built(converted: Convert, tmp_path: Path) -> None:
    """As pip does it; the wheel has the questions."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=converted("verifiers"), check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert {"ood_questions/__init__.py", "ood_questions/questions.jsonl"} <= set(zipfile.ZipFile(wheel).namelist())
