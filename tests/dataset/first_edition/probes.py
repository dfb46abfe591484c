"""The probes that the dataset beside this file was made with, as `test_spelling.py`."""
# ruff: noqa: ARG001 - a probe's arguments reach its task

import pytest
import spelling

from pytest_ood import probe
from pytest_ood.families import operators


@probe(spelling.spell)
@pytest.mark.parametrize("size", [2, 3])
def test_spell(ood, size):
    """A word spelt backward."""
    assert ood.robust


@probe(spelling.spell_on, samples=3)
@pytest.mark.parametrize("turns", [3])
def test_spell_on(ood, turns):
    """Several words, one a turn."""
    assert ood.robust


@probe(operators.arithmetic, control={"swap": ""}, samples=3)
@pytest.mark.parametrize("swap", ["+*"])
def test_swapped(ood, swap):
    """A task of the package."""
    assert ood.robust
