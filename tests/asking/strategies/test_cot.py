"""A chain of thought, asked for where it does not come by itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytest_ood import Answer, Case, measure
from pytest_ood.answers import wrap
from pytest_ood.models.base import Model
from pytest_ood.models.request import Request
from pytest_ood.tasks import task


@task(control={"length": 3})
def backward(rng: np.random.Generator, *, length: int = 6) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefghijk"), length))
    return Case(f"Spell {word} backward.", word[::-1])


class Thinker(Model):
    """A model that thinks by itself unless it is told not to, and notes what it is asked."""

    def __init__(self, args: Mapping[str, Any]) -> None:
        super().__init__("thinker", args)
        self.requests: list[Request] = []

    def thinks(self, args: Mapping[str, Any]) -> bool:
        """Unless told not to."""
        return args.get("effort") != "none"

    async def ask(self, request: Request) -> Answer:
        """Spell the word."""
        self.requests.append(request)
        return Answer(wrap(request.messages[-1]["content"].split()[1][::-1]))


def test_nothing_is_added_where_the_model_thinks(tmp_path: Path) -> None:
    """It is asked as under `direct`, so that both cost no call more; the row says so."""
    store, thinker = tmp_path / "store.db", Thinker({})
    direct = measure(backward, thinker, store=store, samples=4)
    asked = len(thinker.requests)
    cot = measure(backward, thinker, store=store, samples=4, strategy="cot")
    assert len(thinker.requests) == asked == 8
    assert cot.row()["remark"] == "the model thinks by itself: cot asks as direct does"
    assert direct.row()["remark"] == ""
    assert (cot.row()["strategy"], direct.row()["strategy"]) == ("cot", "direct")


@pytest.mark.parametrize("shots", [0, 1])
def test_a_model_that_does_not_is_told_to(tmp_path: Path, shots: int) -> None:
    """By the arguments of its calls; the exchanges before the question then think aloud."""
    args = {"effort": "none"}
    thinker = Thinker(args)
    cot = measure(
        backward,
        thinker,
        store=tmp_path / "store.db",
        samples=1,
        strategy="cot",
        model_args=args,
        shots=shots,
    )
    assert cot.row()["remark"] == ""
    for request in thinker.requests:
        questions = [message["content"] for message in request.messages if message["role"] == "user"]
        assert all("Think step by step" in question for question in questions[3:])
        assert len(questions) == 4 + shots
        assert "France has many large cities" in request.messages[1]["content"]
