"""Grid scaling: the rule of the grid stays, the grid grows."""

import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import data_lines, expect_one_of, expect_whole, shuffled, wrong_ones
from pytest_ood.verify import Check

TRIES = 200
# Longer than any answer that a grid asks for, with room for white space between its cells.
LONGEST = 20_000


def compared(cells: str, answer: str, start: str) -> tuple[int, dict[str, float]]:
    """The place of the first wrong cell, or the number of cells where none is wrong, and the scores of the cells.

    `cells`: the share of cells that are right; `cells_if_copied`: the same had the start been copied. What is not as
    many cells as the answer, each 0 or 1, has none right.
    """
    count = len(answer)
    # A byte for each cell, the first cell's the highest. "0" and "1" differ in the lowest bit of it only.
    right, every = as_bytes(answer), ones(count)
    wrong = as_bytes(cells) ^ right if len(cells) == count and cells.isascii() else -1
    if wrong & ~every:
        wrong = every
    copied_wrong = as_bytes(start) ^ right
    scores = {"cells": 1 - wrong.bit_count() / count, "cells_if_copied": 1 - copied_wrong.bit_count() / count}
    return count - (wrong.bit_length() + 7) // 8, scores


def as_bytes(cells: str) -> int:
    """The cells as a whole number of as many bytes."""
    return int.from_bytes(cells.encode("ascii"), "big")


@functools.lru_cache(maxsize=64)
def ones(count: int) -> int:
    """As many bytes, each with its lowest bit set."""
    return as_bytes("\x01" * count)


def rows_of(given: str, size: int) -> tuple[list[str], dict[str, int]]:
    """The rows of a square board without the white space in them, and what is wrong with their number and lengths.

    Empty lines do not count. Only a board with nothing wrong has `size` rows of `size` characters.
    """
    if len(given) > LONGEST:
        return [], {"given_characters": len(given)}
    rows = ["".join(cells) for cells in map(str.split, given.splitlines()) if cells]
    if len(rows) != size:
        return rows, {"given_rows": len(rows), "expected_rows": size}
    lengths = list(map(len, rows))
    if lengths.count(size) < size:
        number, length = next((number, length) for number, length in enumerate(lengths) if length != size)
        return rows, {"wrong_row": number, "given_length": length, "expected_length": size}
    return rows, {}


def lines(cells: str, size: int) -> str:
    """The cells of a square board, one row a line."""
    return "\n".join([cells[start : start + size] for start in range(0, size * size, size)])


def number_of(steps: int) -> str:
    """The number of steps in words."""
    return "1 step" if steps == 1 else f"{steps} steps"


# ---------------------------------------------------------------------------------------------------------------------
# Elementary cellular automata. A row is a whole number, its leftmost cell the highest bit.
BOUNDARIES = {
    "periodic": "The row is a ring: the first cell and the last cell are neighbours.",
    "zeros": "Beyond both ends of the row every cell is always 0.",
}

PROMPT = """\
A row of cells, each 0 or 1, is updated all at once. The new value of a cell depends on the old values of its left \
neighbour, itself and its right neighbour:
{rule}
{boundary}

The row is:
{row}

Give the row after {steps} as {width} digits 0 or 1, without anything between them."""


@task(control={"width": 8}, family="grid scaling", declared=("prompt", "answer"))
def elementary_ca(
    rng: np.random.Generator, *, rule: int = 110, width: int = 16, steps: int = 1, boundary: str = "periodic"
) -> Case:
    """A row of cells after some steps of an elementary cellular automaton, whose rule table is stated.

    Moves: the width of the row, 8 in the control arm.
    Matched: the rule, the number of steps, the boundary, and how the cells are drawn: each 0 or 1 with equal chance,
    the cells of the control row being the first of the shifted row. Declared: prompt and answer grow by the cells that
    are added.
    Rejected, for being right by doing nothing or next to nothing: rows that are all 0 or all 1, rows whose result is,
    and rows that are their own result.
    Lures: `copied`, the row itself (every case has it); `one_step_short`; `one_step_more`; `other_boundary`, the ends
    treated in the way that the prompt does not state; `mirrored_rule`, left and right neighbour confused. One that
    equals the answer or an earlier one is left out.
    Chance: 2^-width for the whole row. A cell copied is right in 0.62 of cells on rules 28 and 110 and 0.50 on rule 90,
    so that every answer is scored by its `cells` and beside it by `cells_if_copied`.
    Source: Wolfram 1983, "Statistical mechanics of cellular automata", for the rules and their numbers.

    rule: 0 to 255, the eight new values for the neighbourhoods 111, 110, ... 000 read as a binary number.
    width: cells in the row, 3 to 1,000.
    steps: updates, 1 to 100.
    boundary: "periodic" or "zeros".

    Raises:
        ValueError: a parameter is not one of these, or the rule yields nothing but rejected rows: rule 0 empties every
            row, rule 204 changes none, rule 90 empties a ring of 8 cells in 4 steps.
    """
    expect_whole("rule", rule, 0, 255)
    expect_whole("width", width, 3, 1000)
    expect_whole("steps", steps, 1, 100)
    expect_one_of("boundary", boundary, list(BOUNDARIES))
    start, result, rejected = lively(rng, rule, width, steps, boundary)
    other = next(name for name in BOUNDARIES if name != boundary)
    shortcuts = {
        "copied": start,
        "one_step_short": evolve(start, rule, width, steps - 1, boundary),
        "one_step_more": update(result, rule, width, boundary),
        "other_boundary": evolve(start, rule, width, steps, other),
        "mirrored_rule": evolve(start, mirrored(rule), width, steps, boundary),
    }
    row, answer = digits(start, width), digits(result, width)
    return Case(
        PROMPT.format(
            rule=table(rule),
            boundary=BOUNDARIES[boundary],
            row=row,
            steps=number_of(steps),
            width=width,
        ),
        answer=answer,
        lures=wrong_ones(answer, {name: digits(given, width) for name, given in shortcuts.items()}),
        verify=functools.partial(check_row, answer=answer, start=row),
        input=row,
        rejected=rejected,
    )


def check_row(given: str, answer: str, start: str) -> Check:
    """Whether every cell is right. White space between the cells does not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong cell counted from 0; of a row of another
    length both lengths, and of anything but cells only that. Scores: those of `compared`, for any answer.
    """
    cells = "".join(given.split()) if len(given) <= LONGEST else ""
    first, scores = compared(cells, answer, start)
    if first == len(answer):
        return Check(True, {}, scores)
    if len(given) > LONGEST:
        return Check(False, {"given_characters": len(given)}, scores)
    if cells.strip("01"):
        return Check(False, {"not_cells": True}, scores)
    if len(cells) != len(answer):
        return Check(False, {"given_length": len(cells), "expected_length": len(answer)}, scores)
    return Check(False, {"first_wrong": first}, scores)


def lively(rng: np.random.Generator, rule: int, width: int, steps: int, boundary: str) -> tuple[int, int, int]:
    """A row, what becomes of it, and how many rows were rejected because doing nothing would nearly be right."""
    full = (1 << width) - 1
    for rejected in range(TRIES):
        # The leftmost cell is the highest bit, drawn first: a narrow row begins like the wide one of the same draw.
        start = 0
        for word in rng.bit_generator.random_raw((width + 63) // 64).tolist():
            start = start << 64 | word
        start >>= -width % 64
        result = evolve(start, rule, width, steps, boundary)
        if start not in (0, full, result) and result not in (0, full):
            return start, result, rejected
    raise ValueError(
        f"rule={rule}, width={width}, steps={steps}, boundary={boundary!r}: none of {TRIES} rows became anything but"
        " itself, all 0 or all 1; take a rule, width or number of steps with which a row lives on and changes"
    )


def evolve(row: int, rule: int, width: int, steps: int, boundary: str) -> int:
    """The row after `steps` updates."""
    for _ in range(steps):
        row = update(row, rule, width, boundary)
    return row


def update(row: int, rule: int, width: int, boundary: str) -> int:
    """The row after one update, all cells at once: bit k of `left` and `right` is the neighbour of bit k of `row`."""
    full = (1 << width) - 1
    left, right = row >> 1, row << 1 & full
    if boundary == "periodic":
        left |= (row & 1) << width - 1
        right |= row >> width - 1
    lefts, selves, rights = (full ^ left, left), (full ^ row, row), (full ^ right, right)
    new = 0
    for to_left, itself, to_right in alive(rule):
        new |= lefts[to_left] & selves[itself] & rights[to_right]
    return new


@functools.lru_cache(maxsize=256)
def alive(rule: int) -> list[tuple[int, int, int]]:
    """The neighbourhoods (left, self, right) after which a cell is 1."""
    return [(n >> 2, n >> 1 & 1, n & 1) for n in range(8) if rule >> n & 1]


@functools.lru_cache(maxsize=256)
def mirrored(rule: int) -> int:
    """The rule with left and right exchanged."""
    return sum(1 << (right << 2 | itself << 1 | left) for left, itself, right in alive(rule))


def digits(row: int, width: int) -> str:
    """The row as a reader sees it."""
    return format(row, f"0{width}b")


@functools.lru_cache(maxsize=256)
def table(rule: int) -> str:
    """The rule as a reader sees it, one neighbourhood a line."""
    return "\n".join(f"{n:03b} -> {rule >> n & 1}" for n in reversed(range(8)))


# ---------------------------------------------------------------------------------------------------------------------
# Conway's Life. A board is a whole number too, its rows one after the other and its first cell the highest bit.
BORDERS = {
    "torus": "The board is a torus: its first and last row are neighbours, and so are its first and last column.",
    "dead": "Beyond the edges of the board every cell is always dead.",
}
# The least share of live cells that a result may have.
LIVE = 0.15

LIFE_PROMPT = """\
A board of {size} by {size} cells, each 0 (dead) or 1 (alive), is updated all at once. The new value of a cell depends \
on the old values of itself and its eight neighbours, those beside, above, below and diagonal to it:
A dead cell with exactly 3 live neighbours becomes alive.
A live cell with 2 or 3 live neighbours stays alive.
Every other cell is dead afterwards.
{border}

The board is:
{board}

Give the board after {steps} as {size} lines of {size} digits 0 or 1, without anything between them."""


@task(control={"size": 4}, family="grid scaling", declared=("prompt", "answer"))
def life(rng: np.random.Generator, *, size: int = 8, steps: int = 1, boundary: str = "torus") -> Case:
    """A board after some steps of Conway's Game of Life, whose rule is stated.

    Moves: the size of the board, 4 by 4 in the control arm.
    Matched: the rule, the number of steps, the boundary, and how the cells are drawn: each alive with a chance of 3/8,
    with which the next board is as dense as it can be on average; the control board is the upper left corner of the
    shifted one. Declared: prompt and answer grow by the cells that are added.
    Rejected: boards that are their own result, and those with less than 15 % of live cells in the result, where an
    empty board would be nearly right: one in six on a torus of 4 by 4 cells after 1 step, one in 500 of 8 by 8.
    Lures: `unchanged`, the board itself, and `all_dead`, the empty one (every case has both); `one_step_short`;
    `one_step_more`; `other_boundary`, the edges treated in the way that the prompt does not state. One that equals the
    answer or an earlier one is left out.
    Chance: below 1 % for the whole board after 1 step. Few boards of 4 by 4 cells live on for long: the commonest one
    is right in 3 % of cases after 3 steps and in 6 % after 16, in far fewer on larger boards. An empty board is right
    in 0.6 of cells after 1 step and in 0.7 after 3, a copied one in 0.6 of them, so that every answer is scored by its
    `cells` and beside it by `cells_if_copied` and `cells_if_dead`.
    Source: Gardner 1970, "The fantastic combinations of John Conway's new solitaire game 'life'".

    size: rows and columns of the board, 4 to 32.
    steps: updates, 1 to 16.
    boundary: "torus" or "dead".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("size", size, 4, 32)
    expect_whole("steps", steps, 1, 16)
    expect_one_of("boundary", boundary, list(BORDERS))
    past, rejected = lively_boards(rng, size, steps, boundary)
    other = past[:1]
    for _ in range(steps):
        other.append(next_board(other[-1], size, "dead" if boundary == "torus" else "torus"))
    shortcuts = {
        "unchanged": past[0],
        "all_dead": 0,
        "one_step_short": past[-2],
        "one_step_more": next_board(past[-1], size, boundary),
        "other_boundary": other[-1],
    }
    start, result = digits(past[0], size * size), digits(past[-1], size * size)
    board, answer = lines(start, size), lines(result, size)
    lures = {name: lines(digits(value, size * size), size) for name, value in shortcuts.items()}
    return Case(
        LIFE_PROMPT.format(size=size, border=BORDERS[boundary], board=board, steps=number_of(steps)),
        answer=answer,
        lures=wrong_ones(answer, lures),
        verify=functools.partial(check_board, answer=result, start=start),
        input=board,
        rejected=rejected,
    )


def check_board(given: str, answer: str, start: str) -> Check:
    """Whether every cell is right, one row a line. White space within the lines and empty lines do not count.

    The detail of a wrong board: `first_wrong_row` and `first_wrong_column`, counted from 0; of a board of another shape
    in what it differs, and of anything but cells only that. Scores, for any answer: those of `compared`, and
    `cells_if_dead`, the share of right cells had all been given as dead.
    """
    size = math.isqrt(len(answer))
    rows, misshapen = rows_of(given, size)
    cells = "" if misshapen else "".join(rows)
    first, scores = compared(cells, answer, start)
    scores["cells_if_dead"] = answer.count("0") / len(answer)
    if first == len(answer):
        return Check(True, {}, scores)
    # What holds anything but cells has none right: the others need not be looked through again.
    if misshapen or (not scores["cells"] and cells.strip("01")):
        return Check(False, misshapen or {"not_cells": True}, scores)
    return Check(False, {"first_wrong_row": first // size, "first_wrong_column": first % size}, scores)


def lively_boards(rng: np.random.Generator, size: int, steps: int, boundary: str) -> tuple[list[int], int]:
    """A board and those that it becomes, and how many were rejected because doing nothing would nearly be right."""
    for rejected in range(TRIES):
        # Three words a row, of which the first cells are the highest bits: a small board is a corner of the large one.
        words = rng.bit_generator.random_raw(3 * size).tolist()
        past = [0]
        for one, two, three in zip(words[::3], words[1::3], words[2::3], strict=True):
            past[0] = past[0] << size | (one & (two | three)) >> 64 - size
        for _ in range(steps):
            past.append(next_board(past[-1], size, boundary))
        if past[-1] != past[0] and past[-1].bit_count() >= LIVE * size * size:
            return past, rejected
    raise AssertionError(f"none of {TRIES} boards of {size} by {size} cells lived on for {steps} steps")


@functools.lru_cache(maxsize=256)
def edges(size: int) -> tuple[int, int]:
    """The boards with only the first column alive and with only the last."""
    last = sum(1 << size * row for row in range(size))
    return last << size - 1, last


def next_board(board: int, size: int, boundary: str) -> int:
    """The board after one update: live neighbours are counted for all cells at once, by adding boards bit by bit."""
    first, last = edges(size)
    left, right = (board & ~last) >> 1, (board & ~first) << 1
    if boundary == "torus":
        left |= (board & last) << size - 1
        right |= (board & first) >> size - 1
    # The two binary digits of how many are alive beside a cell, and beside it or in it.
    beside_1, beside_2 = left ^ right, left & right
    row_1, row_2 = beside_1 ^ board, beside_2 | beside_1 & board
    (above_1, below_1), (above_2, below_2) = shifted(row_1, size, boundary), shifted(row_2, size, boundary)
    odd = above_1 ^ below_1
    carry = above_1 & below_1 | odd & beside_1
    # Two or three neighbours are alive where exactly one of four boards of twos is set; three where the ones are too.
    one_two = (above_2 ^ below_2 ^ beside_2 ^ carry) & ~(above_2 & below_2) & ~(beside_2 & carry)
    return one_two & (odd ^ beside_1 | board)


def shifted(board: int, size: int, boundary: str) -> tuple[int, int]:
    """Two boards: in the place of each cell the one above it, and the one below it."""
    others = size * (size - 1)
    full = (1 << size * size) - 1
    above, below = board >> size, board << size & full
    return (above | board << others & full, below | board >> others) if boundary == "torus" else (above, below)


# ---------------------------------------------------------------------------------------------------------------------
# Sudoku. A grid is a string, its rows one after the other, "." for a blank cell.
BOX = {4: 2, 9: 3}
FEWEST = {4: 4, 9: 22}
MOST = {4: 12, 9: 72}

DIGITS = {size: "123456789"[:size] for size in BOX}

SUDOKU_PROMPT = """\
This is a sudoku: a grid of {size} rows and {size} columns, divided into boxes of {box} by {box} cells. Every row, \
every column and every box must hold each of the digits 1 to {size} exactly once. A full stop stands for a blank cell. \
Fill in the blank cells and leave the others as they are.

{puzzle}

Give the filled grid as {size} lines of {size} digits, without anything between them."""


@task(control={"size": 4, "givens": 8}, family="grid scaling", declared=("prompt", "answer"))
def sudoku(rng: np.random.Generator, *, size: int = 9, givens: int = 40) -> Case:
    """A sudoku with exactly one solution.

    Moves: the size of the grid, 4 by 4 with 8 digits given in the control arm, half of its cells as in the default
    9 by 9 grid with 40 digits given. How many are given is a second axis of the shift arm: fewer are harder.
    Matched: the words of the prompt. Declared: prompt and answer grow by the cells that are added.
    Made from a bank, `data/sudoku.txt`, of puzzles that are proved to have one solution: one of them is changed in ways
    that keep it so (the digits are relabelled, rows and columns are permuted within their bands and the bands among
    themselves, the grid is transposed), then blanks of it are filled in at random until `givens` cells are given. The
    256 puzzles of 9 by 9 cells with 22 digits given, none of which is another one changed, make 3 * 10^14 of 22 digits
    and many more of more; the 13 of 4 by 4 cells with 4 digits given make all 25,728 of 4 digits that there are.
    Rejected, for being right by next to nothing: puzzles whose columns come out right when each row is filled with the
    digits that it lacks in ascending order.
    Lures (every case has all three): `rows_only`, each row filled with the digits that it lacks in ascending order;
    `givens_overwritten`, the solution with two digits traded, a sudoku that differs from the given cells; `unfilled`,
    the puzzle as it is.
    Chance: the commonest of the 288 grids of 4 by 4 cells is right in less than 1 % of cases.
    Source: Russell & Jarvis 2006, "Mathematics of Sudoku II", for the changes that keep solutions.

    size: rows and columns of the grid, 4 or 9.
    givens: cells that are given, 4 to 12 with size=4 and 22 to 72 with size=9.

    Raises:
        ValueError: a parameter is not one of these.
    """
    if type(size) is not int or size not in BOX:
        raise ValueError(f"size={size!r}: must be 4 or 9")
    expect_whole(f"with size={size}, givens", givens, FEWEST[size], MOST[size])
    solution, puzzle, in_order, rejected = untidy_puzzle(rng, size, givens)
    shown, answer = lines(puzzle, size), lines(solution, size)
    one = puzzle.strip(".")[0]
    two = str(int(one) % size + 1)
    shortcuts = {
        "rows_only": lines(in_order, size),
        "givens_overwritten": answer.translate(str.maketrans(one + two, two + one)),
        "unfilled": shown,
    }
    return Case(
        SUDOKU_PROMPT.format(size=size, box=BOX[size], puzzle=shown),
        answer=answer,
        lures=shortcuts,
        verify=functools.partial(check_sudoku, answer=solution, puzzle=puzzle),
        input=shown,
        rejected=rejected,
    )


def check_sudoku(given: str, answer: str, puzzle: str) -> Check:
    """Whether the grid is the solution, one row a line. White space within the lines and empty lines do not count.

    The detail of a wrong grid: `first_wrong_row` and `first_wrong_column`, counted from 0; `givens_overwritten`, the
    [row, column] of each given cell that was changed; `rows_hold`, `columns_hold` and `boxes_hold`, whether all of them
    hold every digit; of a grid of another shape in what it differs. Scores: `cells`, the share of blank cells that are
    right.
    """
    size = math.isqrt(len(answer))
    rows, misshapen = rows_of(given, size)
    if misshapen:
        return Check(False, misshapen, {"cells": 0.0})
    grid = "".join(rows)
    if grid == answer:
        return Check(True, {}, {"cells": 1.0})
    wrong = [place for place, (mine, theirs) in enumerate(zip(grid, answer, strict=True)) if mine != theirs]
    overwritten = [[place // size, place % size] for place in wrong if puzzle[place] != "."]
    detail = {
        "first_wrong_row": wrong[0] // size,
        "first_wrong_column": wrong[0] % size,
        "givens_overwritten": overwritten,
        "rows_hold": hold(rows),
        "columns_hold": hold(columns(grid, size)),
        "boxes_hold": hold([cells(grid) for cells in boxes(size)]),
    }
    blanks = puzzle.count(".")
    return Check(False, detail, {"cells": 1 - (len(wrong) - len(overwritten)) / blanks})


def hold(groups: Sequence[Iterable[str]]) -> bool:
    """Whether each of the rows, columns or boxes holds every digit."""
    return all(map(set(DIGITS[len(groups)]).issubset, groups))


def columns(grid: str, size: int) -> list[str]:
    """The columns of a grid."""
    return [grid[column::size] for column in range(size)]


@functools.cache
def boxes(size: int) -> list[Callable[[str], tuple[str, ...]]]:
    """What takes the cells of each box from a grid."""
    box = BOX[size]
    within = [size * row + column for row in range(box) for column in range(box)]
    corners = [size * row + column for row in range(0, size, box) for column in range(0, size, box)]
    return [operator.itemgetter(*[corner + place for place in within]) for corner in corners]


def rows_filled(puzzle: str, size: int) -> str:
    """The puzzle with each row filled with the digits that it lacks in ascending order."""
    filled = []
    for start in range(0, size * size, size):
        row = puzzle[start : start + size]
        for digit in DIGITS[size]:
            if digit not in row:
                row = row.replace(".", digit, 1)
        filled.append(row)
    return "".join(filled)


def untidy_puzzle(rng: np.random.Generator, size: int, givens: int) -> tuple[str, str, str, int]:
    """A solution, its puzzle, that with its rows filled in order, which is wrong, and how many were rejected."""
    for rejected in range(TRIES):
        solution, puzzle = another_puzzle(rng, size, givens)
        in_order = rows_filled(puzzle, size)
        if not hold(columns(in_order, size)):
            return solution, puzzle, in_order, rejected
    raise AssertionError(f"none of {TRIES} puzzles of {size} by {size} cells needs a look at its columns")


def another_puzzle(rng: np.random.Generator, size: int, givens: int) -> tuple[str, str]:
    """A solution, and a puzzle that has no other: one of the bank, changed in ways that keep it so."""
    which, turn, by_row, by_column, *keys = rng.random(4 + size + size * size).tolist()
    known, orders, digits = bank(size), line_orders(size), DIGITS[size]
    solution, puzzle = known[int(len(known) * which)]
    row_order, column_order = orders[int(len(orders) * by_row)], orders[int(len(orders) * by_column)]
    down, across = (1, size) if turn < 0.5 else (size, 1)
    cells = operator.itemgetter(*[across * row + down * column for row in row_order for column in column_order])
    relabelled = str.maketrans(digits, "".join([digits[place] for place in shuffled(range(size), keys)]))
    solution, puzzle = ("".join(cells(grid)).translate(relabelled) for grid in (solution, puzzle))
    blanks = shuffled([place for place, digit in enumerate(puzzle) if digit == "."], keys[size:])
    shown = list(puzzle)
    for place in blanks[: givens - FEWEST[size]]:
        shown[place] = solution[place]
    return solution, "".join(shown)


@functools.cache
def line_orders(size: int) -> list[tuple[int, ...]]:
    """The orders of rows (or of columns) that keep those of a band (or of a stack) together."""
    box = BOX[size]
    bands = [range(start, start + box) for start in range(0, size, box)]
    return [
        tuple(itertools.chain(*order))
        for bands_ordered in itertools.permutations(bands)
        for order in itertools.product(*map(itertools.permutations, bands_ordered))
    ]


@functools.cache
def bank(size: int) -> list[tuple[str, str]]:
    """The solutions and puzzles of the bank; `minimal_puzzle` made them."""
    found = [tuple(line.split()) for line in data_lines("sudoku.txt")]
    return [(solution, puzzle) for solution, puzzle in found if len(puzzle) == size * size]


def minimal_puzzle(rng: np.random.Generator, size: int) -> tuple[str, str]:
    """A random solution, and a puzzle that has no other but would without any one of its given cells.

    The bank holds, of those that `generator("sudoku bank", size, 0, draw)` makes for draw 0, 1, 2, ..., the ones with
    `FEWEST` given cells, of 4 by 4 cells only those that are no earlier one changed.
    """
    orders = [shuffled(range(size), keys) for keys in rng.random((size * size, size)).tolist()]
    solution = next(solutions("." * size * size, size, orders))
    puzzle = solution
    for place in shuffled(range(size * size), rng.random(size * size).tolist()):
        without = puzzle[:place] + "." + puzzle[place + 1 :]
        if len(list(itertools.islice(solutions(without, size), 2))) == 1:
            puzzle = without
    return solution, puzzle


def solutions(puzzle: str, size: int, orders: Sequence[Sequence[int]] = ()) -> Iterator[str]:
    """Every way to fill the blanks of a puzzle, one after the other.

    orders: for each cell the digits, counted from 0, in the order in which they are tried; by default ascending.
    """
    box = BOX[size]
    # A bit for each digit that a row, a column and a box still lack.
    lacking = [[(1 << size) - 1] * size for _ in range(3)]
    groups = [(at // size, at % size, at // size // box * box + at % size // box) for at in range(size * size)]
    grid = list(puzzle)

    def possible(place: int) -> int:
        row, column, corner = groups[place]
        return lacking[0][row] & lacking[1][column] & lacking[2][corner]

    def change(place: int, bit: int) -> None:
        for group, number in zip(lacking, groups[place], strict=True):
            group[number] ^= bit

    def fill(blanks: list[int]) -> Iterator[str]:
        if not blanks:
            yield "".join(grid)
            return
        # The blank with the fewest possible digits.
        place = min(blanks, key=lambda blank: possible(blank).bit_count())
        rest = [blank for blank in blanks if blank != place]
        free = possible(place)
        for digit in orders[place] if orders else range(size):
            if free >> digit & 1:
                grid[place] = DIGITS[size][digit]
                change(place, 1 << digit)
                yield from fill(rest)
                change(place, 1 << digit)

    for place, digit in enumerate(puzzle):
        if digit != ".":
            bit = 1 << DIGITS[size].index(digit)
            if not possible(place) & bit:
                return
            change(place, bit)
    yield from fill([place for place, digit in enumerate(puzzle) if digit == "."])
