"""A pupil: right up to a few places, further with help, and different in every way of being asked."""

import json
import math
import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_ood import Answer, Model, Request

# At how many places it is right half the time: alone, by the wording; and with thoughts.
REACH, WITH_THOUGHTS = {"Move": 6.0, "Rotate": 5.8, "Put": 5.5}, 9.0
# Of larger models.
REACHES = {"pupil": 0.0, "student": 0.7, "teacher": 20.0}
# Right as long as there are not more places than letters.
PROGRAM = """\
```python
def answer(inputs):
    word, places = inputs["word"], inputs["places"]
    return word[places:] + word[:places]
```"""


class Pupil(Model):
    """Answers by luck, which is the same for a word in every run."""

    async def ask(self, request: Request) -> Answer:
        """Answer one request."""
        answer = self._answer(request)
        thoughts = 300 if "step by step" in request.messages[-1]["content"] else 0
        sent = sum(len(message["content"]) for message in request.messages) // 4
        received = len(answer.text) // 4 + thoughts
        cost = sent * 1e-6 + received * 4e-6
        return Answer(
            answer.text, input_tokens=sent, output_tokens=received, cost_usd=cost, tool_calls=answer.tool_calls
        )

    def _answer(self, request: Request) -> Answer:
        last = request.messages[-1]["content"]
        asked = [_question(message["content"]) for message in request.messages if message["role"] == "user"]
        verb, places, word = [one for one in asked if one is not None][-1]
        right, wrong = _rotated(word, places), _rotated(word, places - 1)
        if request.messages[-1]["role"] == "tool":
            return Answer(f"<answer>{last}</answer>")
        if request.tools and places > 3 - 2 * (_luck(word) < 0.1):
            arguments = json.dumps({"word": word, "places": places})
            return Answer(tool_calls=[{"id": word, "function": {"name": "solve", "arguments": arguments}}])
        if "Write a Python function" in last:
            return Answer(PROGRAM)
        if "This takes" in last:
            before = re.findall(r"The result of step \d+ is:\n(\w+)", last) or [word]
            return Answer(f"<answer>{_rotated(before[-1], 1 if _luck(before[-1]) < 0.97 else 2)}</answer>")
        if "Look at your answer once more" in last:
            knows = _luck(f"{word} again") < (0.9 if f">{right}<" in request.messages[-2]["content"] else 0.4)
            return Answer(f"<answer>{right if knows else wrong}</answer>")
        reach = WITH_THOUGHTS if "step by step" in last else REACH[verb] + REACHES[self.name]
        shots = sum(one is not None for one in asked) - 1
        chance = 1 / (1 + math.exp(2 * (places - reach)))
        if shots and places > 4:
            chance = 0.55 + 0.12 * math.log2(shots)
        sample = request.sample if request.args.get("temperature") else 0
        return Answer(f"<answer>{right if _luck(f'{word} {sample}') < chance else wrong}</answer>")


def _question(text: str) -> tuple[str, int, str] | None:
    found = re.search(r"^(Move|Rotate|Put) [^\d]*(\d+) [^:]*: (\w+)$", text, re.MULTILINE)
    return None if found is None else (found[1], int(found[2]), found[3])


def _rotated(word: str, places: int) -> str:
    return word[places % len(word) :] + word[: places % len(word)]


def _luck(text: str) -> float:
    return random.Random(text).random()


@pytest.hookimpl(optionalhook=True)  # so that these tests also run without the plugin
def pytest_ood_model(name: str, args: Mapping[str, Any]) -> Model | None:
    """Provide the models."""
    return Pupil(name, args) if name in REACHES else None
