"""--ood-batch: what is asked next goes into files, and the answers come back in files, from wherever."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.models.batch import BatchModel
from pytest_ood.models.request import Request
from tests.plugin.conftest import PROBE, Suite

MODEL = "openai/some-model"
ONE = PROBE.replace("[2, 3]", "[2]")


def spelled(body: Any) -> str:
    """The right answer to the suite's probe."""
    word = re.findall(r"Spell (\w+) backward", body["messages"][-1]["content"])[-1]
    return f"<answer>{word[::-1]}</answer>"


def completion(text: str) -> dict[str, Any]:
    """A body of a response."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def answered(call: Any, text: str) -> dict[str, Any]:
    """A line of a file of answers."""
    response = {"status_code": 200, "request_id": "r", "body": completion(text)}
    return {"id": "b", "custom_id": call["custom_id"], "response": response, "error": None}


def calls(file: Path) -> list[Any]:
    """The lines of a file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def answer(file: Path, reply: Callable[[Any], str] = spelled, share: float = 1.0) -> int:
    """Answer a file of questions, or the first part of it; return how many answers that were."""
    asked = calls(file)
    some = asked[: round(share * len(asked))]
    lines = [json.dumps(answered(call, reply(call["body"]))) for call in some]
    file.with_suffix(".answers.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return len(some)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """litellm takes seconds to import, some of it with the first call, and a run in this process forgets imports."""

    async def sketch() -> None:
        model = BatchModel(MODEL, {})
        await model.prepare()
        await model.sketch(Request(MODEL, [{"role": "user", "content": "What is 2 + 2?"}]))
        model.read(200, completion("4"))
        await model.close()

    asyncio.run(sketch())


class Batch:
    """A suite that asks in batches."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.folder = suite, suite.path / "batch"

    def run(self, *args: str) -> dict[str, Any]:
        """Run once more; return the summary."""
        self.result = self.suite.run(f"--ood-model={MODEL}", "--ood-batch=batch", "--ood-json=out.json", *args)
        return self.suite.summary()

    @property
    def files(self) -> list[Path]:
        """The files of questions, in their order."""
        return sorted(path for path in self.folder.glob("*.jsonl") if not path.name.endswith(".answers.jsonl"))


@pytest.fixture
def batch(suite: Suite) -> Batch:
    """One probe of one size."""
    suite.write(ONE)
    return Batch(suite)


def test_one_wave_is_enough(batch: Batch) -> None:
    """The first session asks, a function answers, the second session judges, and has nothing to ask."""
    summary = batch.run()
    (cell,) = summary["cells"]
    assert (cell["verdict"], cell["reason_code"]) == ("undecided", "waiting")
    assert batch.result.ret == pytest.ExitCode.OK
    (file,) = batch.files
    assert file.name == "1-openai-some-model.jsonl"
    asked = calls(file)
    assert len(asked) == len({call["custom_id"] for call in asked}) == 200
    assert {(call["method"], call["url"]) for call in asked} == {("POST", "/v1/chat/completions")}
    (row,) = summary["batches"]
    assert (row["file"], row["questions"], row["left"], row["state"]) == (file.name, 200, 200, "written")
    answer(file)
    summary = batch.run()
    (cell,) = summary["cells"]
    assert (cell["verdict"], cell["reason_code"]) == ("robust", "shift_clears")
    assert summary["batches"] == []
    assert (len(batch.files), batch.suite.answers()) == (1, 200)
