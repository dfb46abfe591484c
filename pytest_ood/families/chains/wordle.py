"""The game of Wordle: guesses that must agree with all feedback before them."""

import functools
from collections.abc import Collection, Sequence

import numpy as np

from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.drawing import choice, integer
from pytest_ood.families.chains.conversations import total_length
from pytest_ood.families.chains.wordle_feedback import (
    GUESSES,
    LENGTH,
    Marks,
    agreeing_words,
    feedback,
    is_guess,
    marks,
    read_guess,
    reply,
)
from pytest_ood.families.chains.wordle_prompts import PROMPTS, QUESTIONS
from pytest_ood.families.english import frequent_words
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# How many frequent words, the secret word included, may agree with the first feedback: at least two, so that there is
# something to find out, and not so many that blind guesses succeed.
FEWEST, MOST = 2, 32
# How often the best blind guess agrees with the first feedback, measured over 3,000 draws.
BLIND = 0.02
TRIES = 1000
# More than any guesses with white space around them.
LONGEST_ANSWER = 10_000


@task(
    control={"mode": "one_round"},
    name="wordle.wordle",
    family="chaining",
    version=2,
    declared=("answer",),
    wordings=len(PROMPTS),
)
def wordle(rng: np.random.Generator, *, mode: str = "play", wording: int = 0) -> Case:
    """The game of Wordle: a secret word of five letters, at most six guesses, honest feedback after each.

    Moves: the number of rounds. The feedback of the first guess is given in both arms. The control arm asks for a word
    that agrees with it, and any such word is right; the shift arm plays on, and is right if one of the five guesses
    left finds the secret word.
    Matched: the secret word, the first guess and its feedback, the rules, the length of the prompt. The secret word and
    the first guess are frequent words (a Zipf frequency of 3.5 or more); any word of SCOWL up to size 70 counts as one.
    Declared: the answer, which has one guess per turn.
    Rejected: first guesses whose feedback leaves fewer than 2 or more than 32 of the frequent words, so that it does
    not give the secret word away, and a blind guess is unlikely to agree with it.
    Repeated letters are marked as in the game: green ones first, then yellow ones from left to right, with each letter
    of the secret word used once.
    Lures: `ignores_feedback`, words (one, or five) that contradict the feedback before them; `repeated_guess`, the
    first guess again and again. Every case has both.
    Scores: "consistent", the share of guesses that are words and agree with all the feedback before them. A guess that
    does not is listed in the detail, and costs no more than the guess.
    Chance: 2 % for the best blind guess in the control arm; below 0.5 % for five blind guesses at the secret word.
    Source: the game of Josh Wardle (2021).
    A dialogue of at most five turns. The oracle of the shift arm makes one or two guesses that agree with all feedback
    before them, then names the secret word.

    Args:
        mode: "one_round", a word that agrees with the first feedback, or "play", the game to its end.
        wording: the wording of the first message, 0 to 2; what follows is the same in all of them.

    Raises:
        ValueError: the parameter has any other value.
    """
    expect_one_of("mode", mode, list(QUESTIONS))
    secret, first, agreeing, rejected = opening(rng)
    marked = marks(first, secret)
    contradicting = contradicting_words(rng, frozenset(agreeing))
    prompt = PROMPTS[wording].format(feedback=feedback(first, marked), question=QUESTIONS[mode][wording])
    if mode == "one_round":
        return Case(
            prompt,
            answer=secret,
            lures={"ignores_feedback": contradicting[0], "repeated_guess": first},
            verify=functools.partial(check_round, first=first, marked=marked),
            kind="text",
            input=first,
            unique=False,
            rejected=rejected,
            chance=BLIND,
        )
    return Dialogue(
        prompt,
        reply=functools.partial(reply, secret=secret),
        answers=honest_guesses(rng, agreeing, secret),
        verify=functools.partial(check_play, first=first, secret=secret),
        lures={"ignores_feedback": contradicting, "repeated_guess": [first] * GUESSES},
        turns=GUESSES,
        kind="text",
        input=first,
        unique=False,
        rejected=rejected,
    )


def check_round(given: str, first: str, marked: Marks) -> Check:
    """Check that this is a word that the feedback of the first guess allows. Case does not count.

    The detail of a wrong one: `not_a_word`, or `first_wrong`, the first letter of the first guess, counted from 0, that
    would be marked differently, with the mark that it `got` and the one that it `would_get`.
    """
    word = read_guess(given)
    if not is_guess(word):
        return Check(False, {"not_a_word": word}, {"consistent": 0.0})
    would_get = marks(first, word)
    if would_get == marked:
        return Check(True, scores={"consistent": 1.0})
    place = next(place for place in range(LENGTH) if would_get[place] != marked[place])
    detail = {"first_wrong": place, "got": marked[place], "would_get": would_get[place]}
    return Check(False, detail, {"consistent": 0.0})


def check_play(given: Sequence[str], first: str, secret: str) -> Check:
    """Check that the last of at most five guesses is the secret word, and none before it.

    Case does not count. The detail: how many `guesses` were made; `not_words`, those that are not words;
    `inconsistent`, those that contradict the feedback before them, each with the number of the first guess whose
    feedback it contradicts: 1 is the one of the prompt. Of an answer that no game can lead to, because of its length or
    its number of guesses, only that.
    """
    if (length := total_length(given)) > LONGEST_ANSWER:
        return Check(False, {"answer_length": length}, {"consistent": 0.0})
    guesses = [read_guess(guess) for guess in given]
    if len(guesses) > GUESSES:
        return Check(False, {"guesses": len(guesses)}, {"consistent": 0.0})
    not_words = [guess for guess in guesses if not is_guess(guess)]
    inconsistent = []
    # The guesses that got feedback so far, each with its number. One that is not a word gets none.
    clues = [(1, first)]
    for number, guess in enumerate(guesses, 2):
        if is_guess(guess):
            contradicted = next((old for old, word in clues if marks(word, guess) != marks(word, secret)), None)
            if contradicted is not None:
                inconsistent.append([guess, contradicted])
            clues.append((number, guess))
    detail = {"guesses": len(guesses), "not_words": not_words, "inconsistent": inconsistent}
    consistent = len(guesses) - len(not_words) - len(inconsistent)
    correct = guesses[-1] == secret and secret not in guesses[:-1]
    return Check(correct, detail, {"consistent": consistent / len(guesses)})


def opening(rng: np.random.Generator) -> tuple[str, str, list[str], int]:
    """Draw the secret word and the first guess.

    Returns:
        Both words, the frequent words that agree with the feedback, and how many such pairs were rejected.
    """
    for rejected in range(TRIES):
        secret = choice(rng, frequent_words())
        first = choice(rng, frequent_words())
        agreeing = agreeing_words(first, marks(first, secret))
        if FEWEST <= len(agreeing) <= MOST:
            return secret, first, agreeing, rejected
    raise AssertionError(f"no opening in {TRIES} tries")


def contradicting_words(rng: np.random.Generator, agreeing: Collection[str]) -> list[str]:
    """Draw five different frequent words that contradict the first feedback."""
    left = [word for word in frequent_words() if word not in agreeing]
    return [left.pop(integer(rng, 0, len(left) - 1)) for _ in range(GUESSES)]


def honest_guesses(rng: np.random.Generator, agreeing: Sequence[str], secret: str) -> list[str]:
    """Draw one or two guesses that agree with all feedback before them, followed by the secret word."""
    guesses: list[str] = []
    left = [word for word in agreeing if word != secret]
    for _ in range(integer(rng, 1, 2)):
        if left:
            guess = choice(rng, left)
            guesses.append(guess)
            left = [word for word in left if marks(guess, word) == marks(guess, secret)]
    return [*guesses, secret]
