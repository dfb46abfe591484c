"""Right answers in every dress, wrong strings and positions of chess: how many of them are judged wrongly."""

from collections.abc import Iterator

import chess
from common import FULL, Figure, Scale, at_most

from pytest_ood.answers import split, wrap
from pytest_ood.case import Case
from pytest_ood.certify.wrong_strings import dressed_cases, wrong_strings
from pytest_ood.evidence.judging import judge
from pytest_ood.families import tasks
from pytest_ood.models.request import Answer
from tests.families.operators import test_chess_rules as rules

PART = "answers"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield how many right answers are judged anything but right, and how many wrong strings are judged right."""
    draws, strings = (200, 1_000_000) if scale == FULL else (5, 5_000)
    arms = [(task, params) for task in tasks() for params in ({}, task.control)]
    cases = [task.draw(params, 0, draw) for task, params in arms for draw in range(draws)]
    tried = rejected = accepted = 0
    for case, _, given in dressed_cases(cases):
        tried += 1
        rejected += outcome(case, given) != "correct"
    yield at_most(PART, f"of {tried:,} right answers in a dress, not judged right", rejected, 0, "{:.0f}")
    for case, given in wrong_strings(cases, strings):
        accepted += outcome(case, given) == "correct"
    yield at_most(PART, f"of {strings:,} strings that are not right answers, judged right", accepted, 0, "{:.0f}")
    each = (100_000 if scale == FULL else 1_000) // len(rules.FENS)
    boards = [board for order in rules.FENS for board in differing(order, each)]
    name = f"of {each * len(rules.FENS):,} positions of chess, with other legal moves than python-chess has"
    yield at_most(PART, name, len(boards), 0, "{:.0f}")


def differing(order: str, count: int) -> Iterator[chess.Board]:
    """Yield the positions of random games in which the package's rules allow other moves than python-chess."""
    for board, _ in rules.positions(order, count, seed=3):
        if rules.own_legal_moves(board) != rules.their_legal_moves(board):
            yield board.copy()


def outcome(case: Case, given: str) -> str:
    """Return the outcome of an answer as a model gives it: between answer tags, and of a dialogue turn by turn."""
    turns = split(given) if case.reply is not None else [given]
    return judge(case, *[Answer(wrap(turn)) for turn in turns]).outcome
