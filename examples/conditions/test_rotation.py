"""A word is rotated by more and more places, by a task that can be asked in every way."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from pytest_ood import Case, Outcome, probe, task

WORDINGS = (
    "Move the first letters of this word to its end, by {count} {place}: {word}",
    "Rotate this word to the left, by {count} {place}: {word}",
    "Put the first letter of this word last, {count} {time} in all: {word}",
)


def rotated(inputs: Mapping[str, Any]) -> str:
    """Rotate a word to the left.

    Args:
        inputs["word"]: str, the word.
        inputs["places"]: int, by how many places.
    """
    word, places = str(inputs["word"]), inputs["places"] % len(inputs["word"])
    return word[places:] + word[:places]


def moved(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Move one letter."""
    word = states[-1] if states else inputs["word"]
    return word[1:] + word[0] if len(states) < inputs["places"] else None


@task(control={"places": 1}, size="places", solver=rotated, step=moved, wordings=len(WORDINGS))
def rotate(rng: np.random.Generator, places: int, wording: int = 0) -> Case:
    """A word rotated to the left. Moves: by how many places."""
    word, plural = "".join(rng.permutation(list("abcdefghijkl"))), "" if places == 1 else "s"
    question = WORDINGS[wording].format(count=places, word=word, place=f"place{plural}", time=f"time{plural}")
    inputs = {"word": word, "places": places}
    return Case(
        f"{question}\nGive the resulting word only.",
        rotated(inputs),
        lures={"one_too_few": rotated({**inputs, "places": places - 1})},
        input=word,
        inputs=inputs,
    )


@probe(rotate)
@pytest.mark.parametrize("places", [2, 6])
def test_rotation(ood: Outcome, places: int) -> None:
    """The rule is stated in every question."""
    assert not ood.brittle
