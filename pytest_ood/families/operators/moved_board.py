"""Chess openings from the usual start, or from one in which knights and bishops have changed places."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.one_word import one_word
from pytest_ood.families.operators.chess_rules import (
    FILES,
    Board,
    Move,
    after,
    is_legal,
    read,
    start_board,
    targets,
    written,
)
from pytest_ood.families.operators.moved_board_prompts import COMPREHENSION, PROMPTS, START
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

STARTS = {"usual": "rnbqkbnr", "swapped": "rbnqknbr"}
NAMES = {"r": "rook", "n": "knight", "b": "bishop", "q": "queen", "k": "king"}
# The files on which knights and bishops stand at the start.
MINOR_FILES = "bcfg"
TRIES = 1000


def solve(inputs: Mapping[str, Any]) -> str:
    """Return whether the moves of a game of chess are all legal, "yes" or "no".

    Args:
        inputs: the question in two parts:
            inputs["order"]: White's pieces on the first rank from the a-file to the h-file, eight letters, such as
            "rnbqkbnr". Black's on the eighth rank stand in the same order, and the pawns in front.
            inputs["moves"]: the moves, White's first, each as two squares: "e2-e4".
    """
    board, white = start_board(inputs["order"]), True
    for move in map(read, inputs["moves"]):
        if not is_legal(board, move, white):
            return "no"
        board, white = after(board, move), not white
    return "yes"


@task(
    control={"start": "usual"},
    name="operators.moved_board",
    family="operator swap",
    version=2,
    size="plies",
    solver=solve,
    wordings=len(PROMPTS),
)
def moved_board(rng: np.random.Generator, *, start: str = "swapped", plies: int = 8, wording: int = 0) -> Case:
    """Whether the moves of a chess opening are all legal, after a start that is stated.

    Moves: the start, which is the usual one in the control arm; in the shift arm knights and bishops have changed
    places on both sides. It is stated in both arms.
    Matched: both arms of a draw have the same moves, and opposite answers. All moves but the last are made by pawns,
    rooks, queens and kings, and are legal from both starts. The last one is the first of a knight or bishop; it is
    legal from one of the starts alone, from either equally often. Half of the last moves are jumps and half are
    diagonal, so that only the start tells whether such a move is legal. None castles, captures en passant or promotes.
    Rejected: openings after which no knight or bishop can make such a move.
    Lures: `usual_start`, in the shift arm the answer from the usual start (every shift case has it). In the control arm
    that is the right answer, and there is no lure.
    Comprehension: which piece is on b1, c1, f1 or g1 at the start; its lure is the one of the usual start.
    Chance: 1 in 2. A model that does not read the start is always right in the control arm and never in the shift arm.
    Source: Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), who ask whether chess openings are legal when knights
    and bishops have changed places.

    Args:
        start: "usual" or "swapped".
        plies: moves of both sides together, 4 to 40.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("start", start, list(STARTS))
    expect_whole("plies", plies, 4, 40)
    legal_from, kind, file = choice(rng, list(STARTS)), choice(rng, "nb"), choice(rng, MINOR_FILES)
    opening, rejected = drawn_opening(rng, plies, legal_from, kind)
    moves = [written(move) for move in opening]
    order = STARTS[start]
    sentence = START.format(order=", ".join([NAMES[piece] for piece in order]))
    answer, usual = ("yes" if legal_from == stated else "no" for stated in (start, "usual"))
    return Case(
        PROMPTS[wording].format(start=sentence, moves=numbered(moves)),
        answer=answer,
        lures=wrong_answers(answer, {"usual_start": usual}),
        verify=functools.partial(check_word, answer=answer, words=("yes", "no")),
        kind="text",
        input=numbered(moves),
        inputs={"order": order, "moves": moves},
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
    word = one_word(given)
    return Check(word == answer) if word in words else Check.unparsed(not_one_of=list(words))


def drawn_opening(rng: np.random.Generator, plies: int, legal_from: str, kind: str) -> tuple[list[Move], int]:
    """Draw an opening whose last move is legal from one start alone, made by its knights ("n") or its bishops ("b").

    Returns:
        The moves, and how many openings were rejected.
    """
    for rejected in range(TRIES):
        boards, white = {name: start_board(order) for name, order in STARTS.items()}, True
        moves: list[Move] = []
        while len(moves) < plies - 1 and (move := drawn_move(rng, list(boards.values()), white)):
            moves.append(move)
            boards, white = {name: after(board, move) for name, board in boards.items()}, not white
        last = legal_moves(boards[legal_from], kind, white)
        if len(moves) == plies - 1 and last:
            return [*moves, choice(rng, last)], rejected
    raise AssertionError(f"no opening of {plies} moves in {TRIES} tries")


def drawn_move(rng: np.random.Generator, boards: Sequence[Board], white: bool) -> Move | None:
    """Draw a move that is legal on both boards, and promotes no pawn; None if there is none.

    The boards differ in knights and bishops, which cannot make such a move: no jump is diagonal.
    """
    board = boards[0]
    for start in shuffled(rng, [square for square, piece in board.items() if piece.isupper() == white]):
        for target in shuffled(rng, list(targets(board, start))):
            promotes = board[start] in "Pp" and target[1] in (0, 7)
            if not promotes and all(is_legal(one, (start, target), white) for one in boards):
                return start, target
    return None


def legal_moves(board: Board, kind: str, white: bool) -> list[Move]:
    """Return the legal moves of one side's pieces of a kind."""
    piece = kind.upper() if white else kind
    moves = [(start, target) for start in board if board[start] == piece for target in targets(board, start)]
    return [move for move in moves if is_legal(board, move, white)]


def numbered(moves: list[str]) -> str:
    """Write moves in numbered lines, each with one of White and one of Black."""
    return "\n".join([f"{place // 2 + 1}. {' '.join(moves[place : place + 2])}" for place in range(0, len(moves), 2)])
