"""A word is rotated by more and more places."""

import numpy as np
import pytest

from pytest_ood import Case, Outcome, probe, task


@task(control={"places": 1}, size="places")
def rotate(rng: np.random.Generator, places: int) -> Case:
    """A word rotated to the left. Moves: by how many places."""
    word = "".join(rng.permutation(list("abcdefghij")))
    plural = "place" if places == 1 else "places"
    return Case(
        f"Move the first letters of this word to its end, by {places} {plural}: {word}\nGive the resulting word only.",
        word[places:] + word[:places],
        lures={"one_place": word[1:] + word[0]},
        input=word,
    )


@probe(rotate)
@pytest.mark.parametrize("places", [2, 4, 8])
def test_rotation(ood: Outcome, places: int) -> None:
    """The rule is stated in every question."""
    assert not ood.brittle
