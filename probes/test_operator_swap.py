"""Does the model read the definition of a sign, or rely on what the sign usually means?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import operators

quick = pytest.mark.ood_quick


@probe(operators.arithmetic, control={"swap": ""})
@pytest.mark.parametrize(
    ("swap", "operands"),
    [
        *[pytest.param("+*", 3, marks=quick), ("+*", 5), ("+*", 8), ("+*", 16), ("+*", 24)],
        ("+-", 3),
    ],
)
def test_swapped_operators(ood, swap, operands):
    """Two operators swap their meanings; everything else stays the same."""
    assert ood.robust


@probe(operators.number_base, control={"usual": True})
@pytest.mark.parametrize("base", [pytest.param(8, marks=quick), 9, 11, 16])
def test_other_bases(ood, base):
    """The digits are read in another base."""
    assert ood.robust


@probe(operators.linear_formula, control={"formula": "9/5x+32"})
@pytest.mark.parametrize(
    ("formula", "digits"),
    [pytest.param("7/5x+31", 4, marks=quick), ("7/5x+31", 6), ("7/5x+31", 8), ("7/5x+31", 12)],
)
def test_less_usual_formulas(ood, formula, digits):
    """The stated formula is close to a well-known one."""
    assert ood.robust


@probe(operators.shift_cipher, control={"shift": 13})
@pytest.mark.parametrize("ask", ["decode"])
@pytest.mark.parametrize("shift", [2, 10, pytest.param(12, marks=quick), 16])
def test_less_usual_ciphers(ood, shift, ask):
    """The letters move by another number of places than in rot-13."""
    assert ood.robust


@probe(operators.shift_cipher, control={"shift": 3})
@pytest.mark.parametrize("ask", ["decode", "encode"])
@pytest.mark.parametrize("shift", [10])
def test_ciphers_with_a_direction(ood, shift, ask):
    """The familiar twin is rot-3, which does not forgive the wrong direction."""
    assert ood.robust


@probe(operators.novel_symbols, control={"alphabet": "usual", "pairs": "own"})
@pytest.mark.parametrize("pairs", ["own"])
@pytest.mark.parametrize(
    ("alphabet", "tokens"),
    [pytest.param("unicode", 12, marks=quick), ("unicode", 24), ("unicode", 36), ("unicode", 60)],
)
def test_novel_symbols(ood, alphabet, pairs, tokens):
    """The same puzzle in symbols that never occur together."""
    assert ood.robust


@probe(operators.novel_symbols, control={"alphabet": "usual", "pairs": "own"})
@pytest.mark.parametrize("pairs", ["crossed"])
@pytest.mark.parametrize(
    ("alphabet", "tokens"),
    [pytest.param("usual", 12, marks=quick), ("usual", 24), ("usual", 36), ("usual", 60)],
)
def test_crossed_pairs(ood, alphabet, pairs, tokens):
    """Brackets are removed with one another's partners."""
    assert ood.robust


@probe(operators.rule_composition, control={"rules": 1})
@pytest.mark.parametrize("rules", [pytest.param(2, marks=quick), 3, 4, 6, 8])
def test_composed_rules(ood, rules):
    """Rules shown in examples are applied one after another."""
    assert ood.robust


@probe(operators.code_indexing, control={"change": ""})
@pytest.mark.parametrize(
    ("change", "statements"),
    [
        *[pytest.param("indexing", 4, marks=quick), ("indexing", 8), ("indexing", 16), ("indexing", 64)],
        ("signs", 4),
    ],
)
def test_programs_in_other_languages(ood, change, statements):
    """A language looks like Python, and counts elements from 1 or trades plus for minus."""
    assert ood.robust


@probe(operators.flipped_labels, control={"labels": "usual"})
@pytest.mark.parametrize(
    ("labels", "words"),
    [
        *[pytest.param("swapped", 2, marks=quick), ("swapped", 4), ("swapped", 8), ("swapped", 20)],
        ("nonce", 2),
    ],
)
def test_flipped_labels(ood, labels, words):
    """The labels of the examples are the wrong way round, or mean nothing."""
    assert ood.robust


@probe(operators.moved_board, control={"start": "usual"})
@pytest.mark.parametrize("plies", [4, pytest.param(8, marks=quick), 16, 32])
def test_chess_after_another_start(ood, plies):
    """Knights and bishops have changed places before the opening begins."""
    assert ood.robust
