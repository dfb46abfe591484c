"""Grid scaling: the rule stays, and the grid or row that it is applied to grows."""

from pytest_ood.families.grids.copy_string import copy_string as copy_string
from pytest_ood.families.grids.counting import counting as counting
from pytest_ood.families.grids.crossword_fill import crossword_fill as crossword_fill
from pytest_ood.families.grids.elementary_ca import elementary_ca as elementary_ca
from pytest_ood.families.grids.life import life as life
from pytest_ood.families.grids.long_arithmetic import long_arithmetic as long_arithmetic
from pytest_ood.families.grids.sudoku import sudoku as sudoku
from pytest_ood.families.grids.word_grid import word_grid as word_grid

__all__ = [  # noqa: RUF022 -- the order of the listings
    "elementary_ca",
    "life",
    "sudoku",
    "word_grid",
    "crossword_fill",
    "copy_string",
    "counting",
    "long_arithmetic",
]
