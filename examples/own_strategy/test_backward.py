"""Words spelt backward: the shift is a longer word."""

import numpy as np
import pytest

from pytest_ood import Case, Outcome, probe, task


@task(control={"letters": 3}, declared=("prompt", "answer"), size="letters")
def backward(rng: np.random.Generator, letters: int = 6) -> Case:
    """A word spelt backward. Moves: its length."""
    word = "".join(rng.permutation(list("abcdefghijklm"))[:letters])
    return Case(f"Spell this word backward: {word}", word[::-1], lures={"copied": word})


@probe(backward)
@pytest.mark.parametrize("letters", [6])
def test_backward(ood: Outcome, letters: int) -> None:
    """The rule is the same for every word."""
    assert ood.robust
