"""Chess openings from the usual start, or from one in which knights and bishops have changed places."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.chess_rules import (
    FILES,
    Board,
    Move,
    after,
    is_legal,
    read,
    start_board,
    targets,
    targets_as,
    written,
)
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

STARTS = {"usual": "rnbqkbnr", "swapped": "rbnqknbr"}
NAMES = {"r": "rook", "n": "knight", "b": "bishop", "q": "queen", "k": "king"}
OTHER_KIND = {"n": "b", "b": "n"}
# The squares of White's knights and bishops at the start.
MINOR_FILES = "bcfg"
LONGEST_ANSWER = 100
TRIES = 1000

START = """\
At the start of a game of chess, White's pieces stand on the first rank and Black's on the eighth, both in this order \
from the a-file to the h-file: {order}. The pawns stand in front of them. The pieces move as usual."""
PROMPT = """\
{start}

White begins. Each move is written as the square that a piece leaves and the square that it goes to, with a capture or \
without. The moves are:

{moves}

Are all of these moves legal? Give yes or no."""
COMPREHENSION = """\
{start}

Which piece does White have on {file}1 at the start? Give its name only."""


def solve(inputs: Mapping[str, Any]) -> str:
    """Return whether all moves are legal, "yes" or "no"."""
    board, white = start_board(inputs["order"]), True
    for move in map(read, inputs["moves"]):
        if not is_legal(board, move, white):
            return "no"
        board, white = after(board, move), not white
    return "yes"


@task(control={"start": "usual"}, name="operators.moved_board", family="operator swap", size="plies", solver=solve)
def moved_board(rng: np.random.Generator, *, start: str = "swapped", plies: int = 8) -> Case:
    """Whether the moves of a chess opening are all legal, after a start that is stated.

    Moves: the start, which is the usual one in the control arm; in the shift arm knights and bishops have changed
    places on both sides. It is stated in both arms.
    Matched: the number of moves, how they are drawn, how often knights and bishops make them, and the answer of a draw:
    yes and no are equally frequent. The last move is made by a knight or bishop in every case; half of these moves are
    jumps and half are diagonal, whether they are legal or not. All moves before it are legal. An illegal one would be
    legal for the other kind of piece, the one that stands on the same square in the other start. No move castles,
    captures en passant or promotes a pawn.
    Rejected: openings after which no knight or bishop can make such a move.
    Lures: `usual_start`, in the shift arm, the last move judged as if its piece had come from the usual start, a knight
    taken for a bishop or the other way round (every shift case has it; the control arm has none). The earlier moves of
    such pieces would be illegal there, so a reader who checks all of them on the usual board says no each time.
    Comprehension: which piece is on b1, c1, f1 or g1 at the start; its lure is the one of the usual start.
    Chance: 1 in 2.
    Source: Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), who ask whether four-move openings are legal after
    knights and bishops have changed places.

    Args:
        start: "usual" or "swapped".
        plies: moves of both sides together, 4 to 60.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("start", start, list(STARTS))
    expect_whole("plies", plies, 4, 60)
    order = STARTS[start]
    answer, kind, file = choice(rng, ("yes", "no")), choice(rng, "nb"), choice(rng, MINOR_FILES)
    moves, rejected = opening(rng, order, plies, kind, answer == "yes")
    moves_written = [written(move) for move in moves]
    sentence = START.format(order=", ".join([NAMES[piece] for piece in order]))
    usual = {"yes": "no", "no": "yes"}[answer] if start == "swapped" else answer
    return Case(
        PROMPT.format(start=sentence, moves=numbered(moves_written)),
        answer=answer,
        lures=wrong_answers(answer, {"usual_start": usual}),
        verify=functools.partial(check_word, answer=answer, words=("yes", "no")),
        kind="text",
        input=numbered(moves_written),
        inputs={"order": order, "moves": moves_written},
        rejected=rejected,
        chance=0.5,
        comprehension=piece_at_start(sentence, order, file),
    )


def piece_at_start(sentence: str, order: str, file: str) -> Case:
    """Return the comprehension question: which piece stands on a square of the first rank."""
    answer, usual = (NAMES[pieces[FILES.index(file)]] for pieces in (order, STARTS["usual"]))
    return Case(
        COMPREHENSION.format(start=sentence, file=file),
        answer=answer,
        lures=wrong_answers(answer, {"usual_start": usual}),
        verify=functools.partial(check_word, answer=answer, words=tuple(NAMES.values())),
        kind="text",
        chance=0.5,
    )


def check_word(given: str, answer: str, words: tuple[str, ...]) -> Check:
    """Check that this is the right one of some words. Case and a closing full stop do not count."""
    word = given.strip().removesuffix(".").casefold() if len(given) <= LONGEST_ANSWER else ""
    return Check(word == answer) if word in words else Check.unparsed(not_one_of=list(words))


def opening(rng: np.random.Generator, order: str, plies: int, kind: str, legal: bool) -> tuple[list[Move], int]:
    """Draw moves, the last of which is one that a knight or a bishop can make.

    Args:
        rng: what to draw from.
        order: the pieces at the start.
        plies: how many moves.
        kind: which of the two can make the last move.
        legal: whether it is the one that makes it, or the other.

    Returns:
        The moves, and how many openings were rejected.
    """
    mover = kind if legal else OTHER_KIND[kind]
    for rejected in range(TRIES):
        board, white = start_board(order), True
        moves: list[Move] = []
        while len(moves) < plies - 1 and (move := drawn_move(rng, board, white)):
            moves.append(move)
            board, white = after(board, move), not white
        last = last_moves(board, white, mover, kind)
        if len(moves) == plies - 1 and last:
            return [*moves, choice(rng, last)], rejected
    raise AssertionError(f"no opening of {plies} moves in {TRIES} tries")


def drawn_move(rng: np.random.Generator, board: Board, white: bool) -> Move | None:
    """Draw a legal move, half of the time of a knight or bishop if these have any; None if there is no legal move."""
    minor_first = choice(rng, (True, False))
    squares = shuffled(rng, [square for square, piece in board.items() if piece.isupper() == white])
    if minor_first:
        squares.sort(key=lambda square: board[square].lower() not in OTHER_KIND)
    for square in squares:
        for target in shuffled(rng, list(targets(board, square))):
            promotes = board[square].lower() == "p" and target[1] in (0, 7)
            if not promotes and is_legal(board, (square, target), white):
                return square, target
    return None


def last_moves(board: Board, white: bool, mover: str, kind: str) -> list[Move]:
    """Return the moves of one side's pieces `mover` that would be legal if they were of some kind.

    If any of these pieces has left its first rank, only such moves.
    """
    squares = [square for square, piece in board.items() if piece == (mover.upper() if white else mover)]
    piece = kind.upper() if white else kind
    moves = [
        (square, target)
        for square in squares
        for target in targets_as(board, square, kind, white)
        if is_legal({**board, square: piece}, (square, target), white)
    ]
    return [move for move in moves if move[0][1] != (0 if white else 7)] or moves


def numbered(moves: list[str]) -> str:
    """Write moves in numbered lines, each with one of White and one of Black."""
    return "\n".join([f"{place // 2 + 1}. {' '.join(moves[place : place + 2])}" for place in range(0, len(moves), 2)])
