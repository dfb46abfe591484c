"""What tests of --ood-batch share: a suite that asks in batches, and somebody who answers its files."""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_ood.models.batch import BatchModel
from pytest_ood.models.request import Request
from tests.plugin.conftest import PROBE, Suite

MODEL = "openai/some-model"
FILE = "1-openai-some-model.jsonl"
#: One probe of one size, to be asked few draws.
ONE = PROBE.replace("[2, 3]", "[2]")
FEW = "--ood-max-samples=20"
Reply = Callable[[Any], str]


def spelled(body: Any) -> str:
    """The right answer to the suite's probe."""
    word = re.findall(r"Spell (\w+) backward", body["messages"][-1]["content"])[-1]
    return f"<answer>{word[::-1]}</answer>"


def sometimes(control: int, shift: int) -> Reply:
    """Right in so many of a hundred control and shift cases, always in the same ones."""

    def reply(body: Any) -> str:
        question = body["messages"][-1]["content"]
        share = control if "size 1" in question else shift
        is_right = int(hashlib.sha256(question.encode()).hexdigest(), 16) % 100 < share
        return spelled(body) if is_right else "<answer>wrong</answer>"

    return reply


def completion(text: str) -> dict[str, Any]:
    """The body of a response."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def line(call: Any, body: Any, status: int = 200, error: Any = None) -> dict[str, Any]:
    """A line of a file of answers."""
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "b", "custom_id": call["custom_id"], "response": response, "error": error}


def refusal(status: int, message: str = "no") -> Callable[[Any], dict[str, Any]]:
    """A line with an error of this status."""
    return lambda call: line(call, {"error": {"message": message}}, status)


def calls(file: Path) -> list[Any]:
    """The lines of a file."""
    return [json.loads(text) for text in file.read_text("utf-8").splitlines()]


def load() -> None:
    """Import litellm, which takes seconds: a run in this process forgets what it imported."""

    async def use() -> None:
        model = BatchModel(MODEL, {})
        await model.prepare()
        await model.sketch(Request(MODEL, [{"role": "user", "content": "What is 2 + 2?"}]))
        model.read(200, completion("4"))
        await model.close()

    asyncio.run(use())


class Batch:
    """A suite that asks in batches."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.folder = suite, suite.path / "batch"
        self.args: tuple[str, ...] = (f"--ood-model={MODEL}", FEW)
        suite.write(ONE)

    def run(self, *args: str) -> dict[str, Any]:
        """Run once more; return the summary."""
        self.result = self.suite.run(*self.args, "--ood-batch=batch", "--ood-json=out.json", *args)
        return self.suite.summary()

    def cell(self, *args: str) -> dict[str, Any]:
        """Run once more; return the only cell."""
        (cell,) = self.run(*args)["cells"]
        return dict(cell)

    @property
    def files(self) -> list[str]:
        """The names of the files of questions, in their order."""
        names = [path.name for path in self.folder.glob("*.jsonl")]
        return sorted(name for name in names if not name.endswith(".answers.jsonl"))

    def asked(self, file: str = FILE) -> list[Any]:
        """The questions in a file."""
        return calls(self.folder / file)

    def answer(self, reply: Reply = spelled, file: str = FILE, count: int | None = None) -> None:
        """Answer a file, or its first questions."""
        self.put([line(call, completion(reply(call["body"]))) for call in self.asked(file)[:count]], file)

    def put(self, lines: list[Any], file: str = FILE) -> None:
        """Write a file of answers."""
        text = "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in lines)
        (self.folder / file).with_suffix(".answers.jsonl").write_text(text, "utf-8")
