"""The package's chess rules against python-chess. What they leave out is left out there, too."""

import random

import chess
import pytest

from pytest_ood.families.operators.chess_rules import after, in_check, is_legal, read, start_board, targets, written

POSITIONS = 4000
FENS = {
    "rnbqkbnr": chess.STARTING_FEN,
    "rbnqknbr": "rbnqknbr/pppppppp/8/8/8/8/PPPPPPPP/RBNQKNBR w - - 0 1",
}


def own_board(board):
    """A board of python-chess as the package has it."""
    return {(square % 8, square // 8): piece.symbol() for square, piece in board.piece_map().items()}


def own_legal_moves(board):
    """All legal moves by the package's rules."""
    pieces, white = own_board(board), board.turn
    return {
        (start, target)
        for start, piece in pieces.items()
        if piece.isupper() == white
        for target in targets(pieces, start)
        if is_legal(pieces, (start, target), white)
    }


def their_legal_moves(board):
    """All legal moves by python-chess, less castling and captures en passant; promotions to any piece are one move."""
    return {
        ((move.from_square % 8, move.from_square // 8), (move.to_square % 8, move.to_square // 8))
        for move in board.legal_moves
        if not board.is_castling(move) and not board.is_en_passant(move)
    }


def positions(order, count, seed):
    """Positions of random games, with captures and checks as often as they can be had, and the move played next."""
    rng = random.Random(seed)
    found = 0
    while found < count:
        board = chess.Board(FENS[order])
        for _ in range(120):
            moves = list(board.legal_moves)
            if not moves or found == count:
                break
            sharp = [move for move in moves if board.is_capture(move) or board.gives_check(move)]
            move = rng.choice(sharp if sharp and rng.random() < 0.3 else moves)
            yield board, move
            found += 1
            board.push(move)


@pytest.mark.parametrize("order", FENS)
def test_legal_moves_are_those_of_python_chess(order):
    """In all positions of some games, in many of which a king is in check."""
    checks = pinned = 0
    for board, _ in positions(order, POSITIONS, 1):
        assert own_legal_moves(board) == their_legal_moves(board), board.fen()
        assert in_check(own_board(board), board.turn) == board.is_check()
        checks += board.is_check()
        pinned += any(board.is_pinned(board.turn, square) for square in board.piece_map())
    assert checks > 100
    assert pinned > 100


@pytest.mark.parametrize("order", FENS)
def test_a_move_changes_the_board_as_in_python_chess(order):
    """A captured piece is gone."""
    captures = 0
    for board, move in positions(order, 1000, 2):
        if board.is_castling(move) or board.is_en_passant(move) or move.promotion:
            continue
        moved = after(own_board(board), read(f"{move.uci()[:2]}-{move.uci()[2:]}"))
        captures += board.is_capture(move)
        played = board.copy()
        played.push(move)
        assert moved == own_board(played)
    assert captures > 50


@pytest.mark.parametrize("order", FENS)
def test_starts(order):
    """Both sides' pieces face one another."""
    assert start_board(order) == own_board(chess.Board(FENS[order]))


def test_what_is_not_a_move_of_one_s_own():
    """A piece of the other side, or an empty square."""
    board = start_board("rnbqkbnr")
    assert is_legal(board, read("e2-e4"), white=True)
    assert not is_legal(board, read("e2-e4"), white=False)
    assert not is_legal(board, read("e7-e5"), white=True)
    assert not is_legal(board, read("e4-e5"), white=True)
    assert not is_legal(board, read("e2-e5"), white=True)


def test_moves_are_read_as_they_are_written():
    """Both squares by their names."""
    assert written(((4, 1), (4, 3))) == "e2-e4"
    assert read("a8-h1") == ((0, 7), (7, 0))
