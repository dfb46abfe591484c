"""The rules of chess, against those of python-chess."""

import random

import chess
import pytest

from pytest_ood.families.operators.chess_rules import after, is_legal, read, start_board, targets, written

ORDERS = ["rnbqkbnr", "rbnqknbr"]


def other_board(order):
    """A board of python-chess with the same start, and without castling."""
    return chess.Board(f"{order}/pppppppp/8/8/8/8/PPPPPPPP/{order.upper()} w - - 0 1")


def ours(board, white):
    """All legal moves."""
    mine = [square for square, piece in board.items() if piece.isupper() == white]
    moves = [(square, target) for square in mine for target in targets(board, square)]
    return {written(move).replace("-", "") for move in moves if is_legal(board, move, white)}


def theirs(board):
    """All legal moves besides those that our rules leave out; promotions without the new piece."""
    return {move.uci()[:4] for move in board.legal_moves if not board.is_en_passant(move)}


def promotes(board, move):
    """Whether a pawn comes to the last rank."""
    return move[3] in "18" and board.piece_type_at(chess.parse_square(move[:2])) == chess.PAWN


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("order", ORDERS)
def test_legal_moves_are_those_of_python_chess(order, seed):
    """At each position of random games, captures and checks included."""
    rng = random.Random(seed)
    board, other = start_board(order), other_board(order)
    for _ in range(40):
        moves = theirs(other)
        assert ours(board, other.turn) == moves, other.fen()
        going_on = sorted(move for move in moves if not promotes(other, move))
        if not going_on:
            break
        # Captures more often than at random, so that lines open and kings come into check.
        captures = [move for move in going_on if other.is_capture(chess.Move.from_uci(move))]
        move = rng.choice(captures if captures and rng.random() < 0.5 else going_on)
        board = after(board, read(f"{move[:2]}-{move[2:]}"))
        other.push_uci(move)


def test_moves_are_read_as_they_are_written():
    """For every pair of squares."""
    squares = [(file, rank) for file in range(8) for rank in range(8)]
    for start in squares:
        for target in squares:
            assert read(written((start, target))) == (start, target)
