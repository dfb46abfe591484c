"""Does an ability shown on a small grid or a short row extend to a large one?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import grids

quick = pytest.mark.ood_quick


@probe(grids.elementary_ca, control={"width": 8})
@pytest.mark.parametrize(
    ("rule", "width"),
    [
        *[pytest.param(110, 16, marks=quick), (110, 24), (110, 32), (110, 48), (110, 64), (110, 96)],
        (90, 96),
    ],
)
def test_wider_rows(ood, rule, width):
    """The row of a cellular automaton grows; its rule stays the same."""
    assert ood.robust


@probe(grids.elementary_ca, control={"steps": 1}, size="steps")
@pytest.mark.parametrize("width", [16])
@pytest.mark.parametrize("steps", [2, 4, 8, 16])
def test_more_steps_of_a_row(ood, steps, width):
    """A row of the same width is updated more often."""
    assert ood.robust


@probe(grids.life, control={"size": 4})
@pytest.mark.parametrize("size", [6, pytest.param(8, marks=quick), 12, 16])
def test_larger_boards(ood, size):
    """The board of Conway's Life grows."""
    assert ood.robust


@probe(grids.life, control={"steps": 1}, size="steps")
@pytest.mark.parametrize("steps", [2, 3, 4, 8])
def test_more_steps_of_a_board(ood, steps):
    """A board of the same size is updated more often."""
    assert ood.robust


@probe(grids.sudoku, control={"size": 4})
@pytest.mark.parametrize("size", [9])
@pytest.mark.parametrize("blanks", [pytest.param(50, marks=quick)])
def test_larger_sudokus(ood, size, blanks):
    """From 4 x 4 to 9 x 9, with the same share of blank cells."""
    assert ood.robust


@probe(grids.sudoku, control={"blanks": 25}, size="blanks")
@pytest.mark.parametrize("size", [9])
@pytest.mark.parametrize("blanks", [40, 50, 60, 70])
def test_emptier_sudokus(ood, size, blanks):
    """More blank cells in a grid of the same size."""
    assert ood.robust


@probe(grids.word_grid, control={"size": 3})
@pytest.mark.parametrize("size", [pytest.param(4, marks=quick), 5])
def test_larger_word_grids(ood, size):
    """All rows and columns must be words, which have more letters."""
    assert ood.robust


@probe(grids.crossword_fill, control={"size": 3})
@pytest.mark.parametrize("size", [pytest.param(4, marks=quick), 5])
def test_larger_crosswords(ood, size):
    """Larger word grids with some of the letters filled in."""
    assert ood.robust


@probe(grids.copy_string, control={"length": 4})
@pytest.mark.parametrize("length", [pytest.param(16, marks=quick), 32, 64, 256])
def test_longer_copies(ood, length):
    """A failure here is due to length alone."""
    assert ood.robust


@probe(grids.counting, control={"length": 8})
@pytest.mark.parametrize("length", [16, pytest.param(32, marks=quick), 64, 256])
def test_longer_counts(ood, length):
    """The string in which a letter is counted grows."""
    assert ood.robust


@probe(grids.long_arithmetic, control={"digits": 2})
@pytest.mark.parametrize(
    ("operation", "digits"),
    [
        *[pytest.param("product", 3, marks=quick), ("product", 4), ("product", 5), ("product", 8)],
        *[("sum", 4), ("sum", 8), ("sum", 16), ("sum", 32)],
    ],
)
def test_longer_numbers(ood, operation, digits):
    """Products and sums of numbers with more digits."""
    assert ood.robust
