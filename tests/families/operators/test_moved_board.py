"""Openings, played again by python-chess from the prompt alone."""

import re
from collections import Counter

import chess
import pytest

from pytest_ood.families.operators.moved_board import moved_board
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (moved_board, {"plies": 4}, "27228157d81882c0f158ab62cee4807978712fb479f44c0e532e36740cbac972"),
    (moved_board, {"plies": 8}, "961600a9fe35e2e010108fca4a328e7bc7387b3aa28445cb82b66a214d0f8bc9"),
    (moved_board, {"plies": 32}, "343a7be09569815d56cfd1850ef10691c13c84eae1f574bd3716fa4dc2671fb0"),
]
LETTERS = {"rook": "r", "knight": "n", "bishop": "b", "queen": "q", "king": "k"}


def moves_of(prompt):
    """The moves, in the order in which they are made."""
    return re.findall(r"[a-h][1-8]-[a-h][1-8]", prompt)


def first_illegal(prompt):
    """The place of the first illegal move, by python-chess; None if all are legal."""
    (order,) = re.findall(r"from the a-file to the h-file: ([a-z, ]+)\.", prompt)
    pieces = "".join(LETTERS[name] for name in order.split(", "))
    board = chess.Board(f"{pieces}/pppppppp/8/8/8/8/PPPPPPPP/{pieces.upper()} w - - 0 1")
    for place, move in enumerate(moves_of(prompt)):
        if chess.Move.from_uci(move.replace("-", "")) not in board.legal_moves:
            return place
        board.push_uci(move.replace("-", ""))
    return None


@pytest.mark.parametrize("start", ["usual", "swapped"])
@pytest.mark.parametrize("plies", [4, 8, 32])
def test_openings_are_played_again(start, plies):
    """All moves are legal, or all but the last one."""
    for draw in range(100):
        case = moved_board.draw({"start": start, "plies": plies}, 1, draw)
        assert len(moves_of(case.prompt)) == plies
        assert first_illegal(case.prompt) == (None if case.answer == "yes" else plies - 1)


def test_pairs_have_the_same_answer_and_length():
    """Prompts are equally long, and only the shifted one has the lure, which is always the opposite."""
    for control, shift in pairs(moved_board, {"plies": 8}, 200):
        assert control.answer == shift.answer
        assert len(control.prompt) == len(shift.prompt)
        assert control.lures == {}
        assert shift.lures == {"usual_start": "no" if shift.answer == "yes" else "yes"}


def test_answers_and_kinds_of_move_are_balanced():
    """Neither yes, nor a jump, nor both together are more frequent than the other."""
    seen = Counter()
    for draw in range(1000):
        case = moved_board.draw({"plies": 8}, 0, draw)
        one, other = moves_of(case.prompt)[-1].split("-")
        across = sorted((abs(ord(one[0]) - ord(other[0])), abs(int(one[1]) - int(other[1]))))
        seen[case.answer, across == [1, 2]] += 1
    assert len(seen) == 4
    assert all(abs(count / 1000 - 0.25) < 0.05 for count in seen.values())


def test_the_rule_is_asked_about():
    """The comprehension question is about a piece that has moved; its lure is the usual one."""
    for draw in range(50):
        question = moved_board.draw({"plies": 4}, 0, draw).comprehension
        assert {question.answer, *question.lures.values()} == {"knight", "bishop"}
        assert question.check(question.answer).correct
        assert not question.check("castle").in_form


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"plies": 3}, "plies=3: must be a whole number from 4 to 60"),
        ({"start": "fisher"}, "start='fisher': must be one of"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        moved_board.draw(params, 0, 0)
