"""Operator swap: the prompt states what an operation means, and it is not the usual meaning."""

from pytest_ood.families.operators.arithmetic import arithmetic as arithmetic
from pytest_ood.families.operators.code_indexing import code_indexing as code_indexing
from pytest_ood.families.operators.flipped_labels import flipped_labels as flipped_labels
from pytest_ood.families.operators.linear_formula import linear_formula as linear_formula
from pytest_ood.families.operators.moved_board import moved_board as moved_board
from pytest_ood.families.operators.novel_symbols import novel_symbols as novel_symbols
from pytest_ood.families.operators.number_base import number_base as number_base
from pytest_ood.families.operators.rule_composition import rule_composition as rule_composition
from pytest_ood.families.operators.shift_cipher import shift_cipher as shift_cipher

__all__ = [  # noqa: RUF022 -- the order of the listings
    "arithmetic",
    "number_base",
    "linear_formula",
    "shift_cipher",
    "novel_symbols",
    "rule_composition",
    "code_indexing",
    "flipped_labels",
    "moved_board",
]
