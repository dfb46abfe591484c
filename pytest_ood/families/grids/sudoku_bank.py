"""How the puzzles of `data/sudoku.txt` were made. No task calls this; the tests regenerate some of them."""

import itertools

import numpy as np

from pytest_ood.drawing import shuffled
from pytest_ood.families.grids.sudoku_puzzles import BLANK, DIGITS
from pytest_ood.families.grids.sudoku_search import solutions


def minimal_puzzle(rng: np.random.Generator, size: int) -> tuple[str, str]:
    """Draw a puzzle with exactly one solution, which would have more without any one of its given cells.

    The bank holds some of those that ``generator("sudoku bank", size, 0, draw)`` gives for draw 0, 1, 2, ...: the ones
    with the fewest given cells, and of 4 by 4 cells only those that no earlier one can be changed into.

    Returns:
        The solution and the puzzle.
    """
    orders = [shuffled(rng, DIGITS[size]) for _ in range(size * size)]
    solution = next(solutions(BLANK * size * size, size, orders))
    puzzle = solution
    for place in shuffled(rng, range(size * size)):
        without = puzzle[:place] + BLANK + puzzle[place + 1 :]
        if len(list(itertools.islice(solutions(without, size), 2))) == 1:
            puzzle = without
    return solution, puzzle
