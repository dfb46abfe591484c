"""Openings judged by python-chess, from the text of the prompt alone."""

import re
from collections import Counter

import chess
import pytest

from pytest_ood.families.operators.moved_board import moved_board
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (moved_board, {"plies": 4}, "7dd0c1a4b9a4a2a5786c81c82a6cb24fac69f00506883c4e1a3de98f6594d136"),
    (moved_board, {"plies": 8}, "d9e6d5a0a065c806443b79f07eeff9bb23804602b09f48ffef966af1ff2d82c6"),
    (moved_board, {"plies": 16}, "a401e9e59b3357a7980ac013717485c80ec94574c7616e0ee40b8f20f876c5bb"),
    (moved_board, {"plies": 32}, "942ea0a69f1f4d8c128405e657298bd3fdaf9c10634d7fcf19fbe765a666f57f"),
]
START = {
    "usual": "rook, knight, bishop, queen, king, bishop, knight, rook",
    "swapped": "rook, bishop, knight, queen, king, knight, bishop, rook",
}
LETTERS = {"rook": "r", "knight": "n", "bishop": "b", "queen": "q", "king": "k"}


def order_in(prompt):
    """The pieces at the start, as letters."""
    return "".join(LETTERS[name] for name in re.search(r"h-file: ([a-z, ]+)\.", prompt)[1].split(", "))


def moves_in(prompt):
    """The moves, as python-chess reads them."""
    return [chess.Move.from_uci(start + target) for start, target in re.findall(r"([a-h][1-8])-([a-h][1-8])", prompt)]


def first_illegal(order, moves):
    """The place of the first illegal move, None if all are legal, and the board that the last one was to be made on."""
    board = chess.Board(f"{order}/pppppppp/8/8/8/8/PPPPPPPP/{order.upper()} w - - 0 1")
    for place, move in enumerate(moves):
        if move not in board.legal_moves:
            return place, board
        assert not board.is_en_passant(move)
        if place < len(moves) - 1:
            board.push(move)
    return None, board


@pytest.mark.parametrize("start", ["usual", "swapped"])
@pytest.mark.parametrize("plies", [4, 5, 8, 16, 32])
def test_python_chess_comes_to_the_answer(start, plies):
    """If there is an illegal move it is the last one, which is legal from the other start."""
    for draw in range(60):
        case = moved_board.draw({"start": start, "plies": plies}, 2, draw)
        moves = moves_in(case.prompt)
        assert len(moves) == plies
        stated, other = ("rnbqkbnr", "rbnqknbr") if start == "usual" else ("rbnqknbr", "rnbqkbnr")
        assert order_in(case.prompt) == stated
        place, board = first_illegal(stated, moves)
        assert place == (None if case.answer == "yes" else plies - 1)
        assert first_illegal(other, moves)[0] == (plies - 1 if case.answer == "yes" else None)
        assert board.piece_type_at(moves[-1].from_square) in (chess.KNIGHT, chess.BISHOP)


def test_moves_are_numbered_as_in_a_score():
    """White's and Black's move on each line; an odd last one stands alone."""
    prompt = moved_board.draw({"plies": 5}, 0, 0).prompt
    lines = [line for line in prompt.splitlines() if re.match(r"[0-9]+\. ", line)]
    move = "[a-h][1-8]-[a-h][1-8]"
    assert len(lines) == 3
    assert re.fullmatch(rf"1\. {move} {move}", lines[0])
    assert re.fullmatch(rf"2\. {move} {move}", lines[1])
    assert re.fullmatch(rf"3\. {move}", lines[2])


def test_pairs_differ_in_the_start_alone():
    """So their answers are opposite, and the usual start gives the wrong one in the shift arm."""
    for control, shift in pairs(moved_board, {"plies": 8}, 200):
        assert moves_in(control.prompt) == moves_in(shift.prompt)
        assert {control.answer, shift.answer} == {"yes", "no"}
        assert shift.lures == {"usual_start": control.answer}
        assert control.lures == {}
        assert control.prompt.replace(START["usual"], START["swapped"]) == shift.prompt


def test_the_moves_do_not_give_the_answer_away():
    """Jumps and diagonal moves are as often legal; neither is more frequent, nor is either answer."""
    seen = Counter()
    for draw in range(1000):
        case = moved_board.draw({"plies": 6}, 0, draw)
        last = moves_in(case.prompt)[-1]
        files = abs(chess.square_file(last.from_square) - chess.square_file(last.to_square))
        ranks = abs(chess.square_rank(last.from_square) - chess.square_rank(last.to_square))
        seen["diagonal" if files == ranks else "jump", case.answer] += 1
    assert len(seen) == 4
    # Four standard errors around a quarter.
    assert 195 < min(seen.values()) <= max(seen.values()) < 305
    assert moved_board.draw({"plies": 6}, 0, 0).chance == 0.5


def test_the_moves_alone_do_not_tell_the_start():
    """No knight or bishop moves before the last move, which would show what stands where."""
    for draw in range(100):
        case = moved_board.draw({"plies": 20}, 0, draw)
        *earlier, last = moves_in(case.prompt)
        homes = {chess.parse_square(file + rank) for file in "bcfg" for rank in "18"}
        # A square whose piece was captured may be left by the piece that captured it.
        taken = set()
        for move in earlier:
            assert move.from_square not in homes - taken
            taken.add(move.to_square)
        assert last.from_square in homes - taken


def test_comprehension_asks_for_a_piece_that_was_moved():
    """What stands there by the order in the question; in the control arm nothing lures."""
    asked = set()
    for control, shift in pairs(moved_board, {"plies": 4}, 100):
        for case in (control.comprehension, shift.comprehension):
            file = re.search(r"have on ([a-h])1 at the start", case.prompt)[1]
            assert LETTERS[case.answer] == order_in(case.prompt)["abcdefgh".index(file)]
            asked.add(file)
        assert control.comprehension.lures == {}
        assert shift.comprehension.lures == {"usual_start": control.comprehension.answer}
        assert shift.comprehension.check(shift.comprehension.answer.upper() + ".").correct
    assert asked == set("bcfg")


def test_other_answers_are_not_in_the_form_asked():
    """Only yes and no are."""
    case = moved_board.draw({"plies": 4}, 0, 0)
    wrong = {"yes": "no", "no": "yes"}[case.answer]
    assert case.check(f" {case.answer.title()}. ").correct
    assert not case.check(wrong).correct
    assert case.check(wrong).in_form
    for given in ("", "legal", "yes no", "y", case.answer + " " * 200):
        assert not case.check(given).in_form, given


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"plies": 3}, "plies=3: must be a whole number from 4 to 40"),
        ({"plies": 41}, "plies=41: must be a whole number from 4 to 40"),
        ({"start": "mirrored"}, "start='mirrored': must be one of 'usual', 'swapped'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        moved_board.draw(params, 0, 0)
