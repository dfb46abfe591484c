"""The bank of sudokus: proved again, made again, and no puzzle in it another one changed."""

import functools
import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.sudoku_bank import minimal_puzzle
from pytest_ood.families.grids.sudoku_puzzles import bank, changed_puzzle
from pytest_ood.families.grids.sudoku_search import solutions
from pytest_ood.rng import generator
from tests.families.grids.exact_cover import COVER


@pytest.mark.parametrize(("size", "puzzles", "givens"), [(4, 13, 4), (9, 256, 22)])
def test_the_bank_is_proved_again(size, puzzles, givens):
    """Each puzzle of the bank has the solution beside it and no other, by exact cover."""
    assert puzzles == len(bank(size))
    for solution, puzzle in bank(size):
        assert size * size - givens == puzzle.count(".")
        assert [solution] == COVER[size].solutions(puzzle)


def test_a_search_can_be_limited():
    """A blank takes one try at least, and 16 of them take 16."""
    assert next(solutions("123434122143432.", 4, most_tries=1)) == "1234341221434321"
    for puzzle, few in (("123434122143432.", 0), ("." * 16, 15)):
        with pytest.raises(ValueError, match=f"no solution was found in {few} tries"):
            next(solutions(puzzle, 4, most_tries=few))


def test_no_given_of_the_bank_can_be_spared():
    """Without any of its givens a puzzle has several solutions."""
    for size, puzzles in ((4, 13), (9, 4)):
        for _, puzzle in bank(size)[:puzzles]:
            for place in range(size * size):
                if puzzle[place] != ".":
                    assert len(COVER[size].solutions(puzzle[:place] + "." + puzzle[place + 1 :])) == 2


def test_the_bank_is_made_as_documented():
    """The draws that the docstring names make the puzzles of the bank, and those between make ones of more givens."""
    made = [minimal_puzzle(generator("sudoku bank", 4, 0, draw), 4) for draw in range(68)]
    assert bank(4) == [made[draw] for draw in (1, 2, 5, 7, 8, 9, 12, 16, 17, 29, 57, 58, 67)]
    assert made[0][1].count(".") == 11
    nine = [(draw, minimal_puzzle(generator("sudoku bank", 9, 0, draw), 9)) for draw in (0, 1, 2, 3, 31, 42)]
    few = [(draw, made) for draw, made in nine if made[1].count(".") == 81 - 22]
    assert [draw for draw, _ in few] == [2, 31, 42]
    assert bank(9)[:3] == [made for _, made in few]


def test_the_small_bank_makes_every_puzzle():
    """The 13 puzzles, changed in all ways, are all puzzles of 4 givens there are, none of them twice."""
    digits = "1234"
    orders = [(*one, *two) for one, two in itertools.permutations([(0, 1), (2, 3)])]
    orders = [order for a, b, c, d in orders for order in ((a, b, c, d), (b, a, c, d), (a, b, d, c), (b, a, d, c))]
    relabelled = [str.maketrans(digits, "".join(order)) for order in itertools.permutations(digits)]
    made, of_each = set(), 0
    for _, puzzle in bank(4):
        rows = [puzzle[start : start + 4] for start in range(0, 16, 4)]
        images = set()
        for grid in (rows, ["".join(column) for column in zip(*rows, strict=True)]):
            for down, across in itertools.product(orders, orders):
                moved = "".join(grid[row][column] for row in down for column in across)
                images.update(moved.translate(table) for table in relabelled)
        made |= images
        of_each += len(images)
    grids_4 = COVER[4].solutions("." * 16, most=1000)
    assert (len(set(grids_4)), len(made), of_each) == (288, 25_728, 25_728)
    every = set()
    for places in itertools.combinations(range(16), 4):
        seen = Counter(tuple(grid[place] for place in places) for grid in grids_4)
        for shown in (shown for shown, count in seen.items() if count == 1):
            at = dict(zip(places, shown, strict=True))
            every.add("".join(at.get(place, ".") for place in range(16)))
    assert every == made


def shape(puzzle):
    """What no change of a 9 by 9 puzzle alters: how its givens lie to one another, refined until it stays."""
    givens = [(place // 9, place % 9, digit) for place, digit in enumerate(puzzle) if digit != "."]
    between = [
        [
            (
                one[2] == two[2],
                (one[0] == two[0]) + (one[1] == two[1]),
                (one[0] // 3 == two[0] // 3) + (one[1] // 3 == two[1] // 3),
            )
            for two in givens
        ]
        for one in givens
    ]
    colours = [0] * len(givens)
    while True:
        views = [
            (mine, tuple(sorted(zip(seen, colours, strict=True)))) for mine, seen in zip(colours, between, strict=True)
        ]
        names = {view: number for number, view in enumerate(sorted(set(views)))}
        refined = [names[view] for view in views]
        if len(names) == len(set(colours)):
            return tuple(sorted(views)), len(names) == len(givens)
        colours = refined


def test_no_puzzle_of_the_bank_is_another_one_changed():
    """Their shapes differ; and hardly one is itself when changed, so that each makes about 10^12 puzzles."""
    shapes = [shape(puzzle) for _, puzzle in bank(9)]
    assert len({views for views, _ in shapes}) == 256
    assert sum(all_differ for _, all_differ in shapes) > 250
    changes = 2 * 6**8 * math.factorial(9)
    assert round(256 * changes / 1e14) == 3


@given(st.integers(0, 2**32))
def test_a_changed_puzzle_has_the_same_shape(seed):
    """What the generator does to a puzzle of the bank leaves its shape as it was."""
    shapes = known_shapes()
    _, puzzle = changed_puzzle(np.random.default_rng(seed), 9, 59)
    assert shape(puzzle)[0] in shapes


@functools.cache
def known_shapes():
    """The shapes of the bank's 9 by 9 puzzles."""
    return {shape(puzzle)[0] for _, puzzle in bank(9)}


def test_the_solver_finds_all_solutions():
    """The solver that made the bank finds what exact cover finds; a puzzle against the rules has no solution."""
    assert sorted(solutions("." * 16, 4)) == sorted(COVER[4].solutions("." * 16, most=1000))
    loose = bank(9)[0][1].replace("1", ".")
    found = sorted(solutions(loose, 9))
    assert len(found) > 10
    assert found == sorted(COVER[9].solutions(loose, most=10_000))
    assert list(solutions("11" + "." * 14, 4)) == []
