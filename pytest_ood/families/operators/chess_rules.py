"""The rules of chess, as far as openings need them: without castling, capturing en passant and promotion."""

import functools
import itertools
from collections.abc import Iterator, Mapping

# A file and a rank, each from 0 to 7.
Square = tuple[int, int]
# The square that a piece leaves and the one that it goes to.
Move = tuple[Square, Square]
# The pieces by their squares, as letters: upper case for White, lower case for Black; "p" and "P" are pawns.
Board = Mapping[Square, str]

FILES = "abcdefgh"
STRAIGHT = [(0, 1), (1, 0), (0, -1), (-1, 0)]
DIAGONAL = [(1, 1), (1, -1), (-1, -1), (-1, 1)]
JUMPS = [(1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2)]
# In which directions each kind of piece moves, and how many squares at most.
DIRECTIONS = {
    "n": (JUMPS, 1),
    "b": (DIAGONAL, 7),
    "r": (STRAIGHT, 7),
    "q": (STRAIGHT + DIAGONAL, 7),
    "k": (STRAIGHT + DIAGONAL, 1),
}


def start_board(order: str) -> Board:
    """Return the board at the start, with both sides' pieces in the same order from the a-file to the h-file."""
    board: dict[Square, str] = {}
    for file, kind in enumerate(order):
        board |= {(file, 0): kind.upper(), (file, 1): "P", (file, 6): "p", (file, 7): kind}
    return board


def is_legal(board: Board, move: Move, white: bool) -> bool:
    """Return whether the side to move may make a move: one of its pieces can, and its king is not in check then."""
    start, target = move
    if start not in board or board[start].isupper() != white:
        return False
    return target in targets(board, start) and not in_check(after(board, move), white)


def after(board: Board, move: Move) -> Board:
    """Return the board after a move. A piece that stands on the target is captured."""
    start, target = move
    return {square: piece for square, piece in board.items() if square != start} | {target: board[start]}


def in_check(board: Board, white: bool) -> bool:
    """Return whether the king of one side is attacked.

    Seen from the king: a knight attacks it if a knight in its place could capture that knight, and so on.
    """
    king = next(square for square, piece in board.items() if piece == ("K" if white else "k"))
    return any(
        board.get(target, "").lower() == kind for kind in "nbrqkp" for target in targets_as(board, king, kind, white)
    )


def targets(board: Board, start: Square) -> Iterator[Square]:
    """Return where the piece on a square can go, whatever becomes of its king."""
    piece = board[start]
    return targets_as(board, start, piece.lower(), piece.isupper())


def targets_as(board: Board, start: Square, kind: str, white: bool) -> Iterator[Square]:
    """Return where a piece of some kind could go if it stood on a square."""
    if kind == "p":
        yield from pawn_targets(board, start, white)
        return
    for ray in rays(start, kind):
        for target in ray:
            other = board.get(target)
            if other is None or other.isupper() != white:
                yield target
            if other is not None:
                break


@functools.cache
def rays(start: Square, kind: str) -> list[list[Square]]:
    """Return the squares that a piece of some kind reaches on an empty board, in each direction from near to far."""
    directions, farthest = DIRECTIONS[kind]
    file, rank = start
    away = [[(file + far * right, rank + far * up) for far in range(1, farthest + 1)] for right, up in directions]
    return [list(itertools.takewhile(on_board, squares)) for squares in away]


def pawn_targets(board: Board, start: Square, white: bool) -> Iterator[Square]:
    """Return where a pawn can go: forward to an empty square, two squares from where it began, or capturing."""
    file, rank = start
    up, first_rank = (1, 1) if white else (-1, 6)
    for side in (-1, 1):
        other = board.get((file + side, rank + up))
        if other is not None and other.isupper() != white:
            yield file + side, rank + up
    for distance in (1, 2) if rank == first_rank else (1,):
        target = (file, rank + distance * up)
        if target in board or not on_board(target):
            break
        yield target


def on_board(square: Square) -> bool:
    """Return whether there is such a square."""
    file, rank = square
    return 0 <= file < 8 and 0 <= rank < 8


def written(move: Move) -> str:
    """Write a move as the names of both squares, such as e2-e4."""
    return "-".join(FILES[file] + str(rank + 1) for file, rank in move)


def read(move: str) -> Move:
    """Read a move that is written as the names of both squares."""
    start, target = [(FILES.index(name[0]), int(name[1]) - 1) for name in move.split("-")]
    return start, target
