"""Curves over the number of examples: a model that follows the law is fitted, one that does not is refused."""

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytest_ood import Case, Message, measure
from pytest_ood.answers import wrap
from pytest_ood.dataset import schema
from pytest_ood.report.example_curves import example_rows
from pytest_ood.tasks import task
from tests.dataset.making import summary

NUMBERS = (0, 1, 2, 4, 8, 16, 32)


@task(control={"length": 3})
def backward(rng: np.random.Generator, *, length: int = 8) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.permutation(list("abcdefghijk"))[:length])
    return Case(f"Spell {word} backward.", word[::-1])


def learning(accuracy: Callable[[int], float]) -> Callable[[Sequence[Message]], str]:
    """A model with this accuracy after so many examples."""

    def model(messages: Sequence[Message]) -> str:
        # Three exchanges show the form.
        shots = sum(message["role"] == "assistant" for message in messages) - 3
        word = messages[-1]["content"].split()[1]
        return wrap(word[::-1] if random.Random(f"{word}{shots}").random() < accuracy(shots) else "no idea")

    return model


def rows(store: Path, accuracy: Callable[[int], float]) -> list[dict[str, Any]]:
    """The cells of a model, by the number of examples."""
    model = learning(accuracy)
    return [measure(backward, model, length=8, store=store, samples=100, shots=shots).row() for shots in NUMBERS]


def test_a_model_that_learns_by_the_law_is_fitted(tmp_path: Path) -> None:
    """.1 more for each doubling, from .4 with one example; none at all is apart."""
    cells = rows(tmp_path / "store.db", lambda shots: 0.0 if not shots else 0.4 + 0.1 * math.log2(shots))
    (curve,) = example_rows(cells)
    schema.check({**summary(), "examples": [curve]}, "summary")
    assert curve["misfit"]["fits"]
    slope = curve["law"]["per_doubling"]
    assert slope["low"] < 0.1 < slope["high"] < 0.15
    assert curve["law"]["first"]["low"] < 0.4 < curve["law"]["first"]["high"]
    assert [point["size"] for point in curve["points"]] == list(NUMBERS)
    probe = curve["probe"].rpartition("::")[2]
    assert curve["sentence"].startswith(f"{probe} at length=8 after 1 to 32 examples: each doubling")


def test_a_model_that_sees_the_point_at_once_is_refused(tmp_path: Path) -> None:
    """Wrong up to four examples and right from eight on is no line."""
    (curve,) = example_rows(rows(tmp_path / "store.db", lambda shots: 0.05 if shots < 8 else 0.95))
    assert (curve["law"], curve["misfit"]["fits"]) == (None, False)
    assert "the error is no line" in curve["sentence"]


@pytest.mark.parametrize("numbers", [(0,), (4,), (0, 1), (0, 1, 2), (1, 2)])
def test_two_numbers_make_no_law(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    """Any two lie on a line."""
    model = learning(lambda _: 0.5)
    cells = [measure(backward, model, store=tmp_path / "s.db", samples=5, shots=shots).row() for shots in numbers]
    assert example_rows(cells) == []
