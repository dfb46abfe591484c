"""Siblings that were never told: `pytest --ood-model=python:asked:siblings_next test_siblings.py`, after training."""

import pytest
from kin import told_siblings

from pytest_ood import probe


@probe(told_siblings)
@pytest.mark.parametrize("order", ["siblings_first"])
def test_new_siblings(ood, order):
    """The families are known from training only; the twin is asked for the parent first."""
    assert ood.robust
