"""How many draws an arm may get, and how sure its claims must be."""

import pytest

from pytest_ood.evidence.sampling import Sampling, draws_to_clear
from tests.evidence.arms import make_arm


@pytest.mark.parametrize("bar", [0.05, 0.5, 0.8, 0.9, 0.95])
def test_the_fewest_draws_that_clear_a_bar(bar: float) -> None:
    """That many correct draws decide an arm, and one less does not."""
    enough = draws_to_clear(bar)
    assert make_arm(*["correct"] * enough, bar=bar, max_samples=1000).decided == "clears"
    assert make_arm(*["correct"] * (enough - 1), bar=bar, max_samples=1000).decided is None


def test_a_stricter_level_takes_more_draws() -> None:
    """The level is that of claims at the bar."""
    assert draws_to_clear(0.8, 0.01) > draws_to_clear(0.8, 0.05) > draws_to_clear(0.8, 0.2)
    assert Sampling(0.8, max_samples=17).can_clear
    assert not Sampling(0.8, max_samples=17, alpha=0.01).can_clear


def test_sampling_can_clear_its_bar_or_not() -> None:
    """It stops by itself after too few draws, or just in time; a fixed number was asked for and is not judged."""
    enough = draws_to_clear(0.9)
    assert Sampling(0.9, max_samples=enough).can_clear
    assert not Sampling(0.9, max_samples=enough - 1).can_clear
    assert Sampling(0.9, samples=1).can_clear


def test_the_rule_says_what_ends_an_arm() -> None:
    """A fixed number of draws, or a bar, the levels and the draws that there are."""
    assert Sampling(0.9, samples=15).rule() == {"samples": 15}
    assert Sampling(0.9, max_samples=60).rule() == {"bar": 0.9, "max_samples": 60, "alpha": 0.05, "gap_alpha": 0.01}
