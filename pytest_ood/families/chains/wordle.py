"""The game of Wordle: guesses that must agree with all feedback before them."""

import functools
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.drawing import choice, integer
from pytest_ood.families.chains.conversations import total_length
from pytest_ood.families.english import is_word, word_list
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import Check

LENGTH = 5
# The prompt makes the first of the six guesses of the game.
GUESSES = 5
GREEN, YELLOW, GRAY = "green", "yellow", "gray"
# The mark of each letter of a guess.
Marks = tuple[str, ...]
Numbers = np.ndarray[Any, np.dtype[np.int_]]
# How many common words, the secret word included, may agree with the first feedback: at least two, so that there is
# something to find out, and not so many that blind guesses succeed.
FEWEST, MOST = 2, 70
# How often the best blind guess agrees with the first feedback, measured over 3,000 draws.
BLIND = 0.02
TRIES = 1000
# More than any guesses with white space around them.
LONGEST_ANSWER = 10_000
# How many characters of a guess a detail shows.
SHOWN = 20

PROMPT = """\
There is a secret word of five letters, a common English word in American spelling. Guesses get feedback for each of \
their letters:
green: the secret word has this letter at this place.
yellow: the secret word has this letter at another place.
gray: neither.
Green letters are marked first, then yellow ones from left to right. A letter of the secret word is used for one mark \
only, so that a letter that comes twice in a guess and once in the secret word is marked green or yellow once, and \
gray the other time. A word counts if it is in the public word list SCOWL up to size 50; names, abbreviations and \
vulgar words do not count.

The first guess and its feedback:
{feedback}

{question}"""
QUESTIONS = {
    "one_round": "Find a word of five letters that may be the secret word, because the first guess would get this very"
    " feedback if it were. Give one such word, the word only.",
    "play": "You have five more guesses to find the secret word, and after each you are told its feedback. A guess that"
    " is no word counts all the same. Give your next guess, the word only.",
}
UNKNOWN = "Your guess is not in the list of words of five letters."


@task(control={"mode": "one_round"}, name="wordle.wordle", family="chaining", declared=("answer",))
def wordle(rng: np.random.Generator, *, mode: str = "play") -> Case:
    """The game of Wordle: a secret word of five letters, at most six guesses, honest feedback after each.

    Moves: the number of rounds. The feedback of the first guess is given in both arms. The control arm asks for a word
    that agrees with it, and any such word is right; the shift arm plays on, and is right if one of the five guesses
    left finds the secret word.
    Matched: the secret word, the first guess and its feedback, the rules, the length of the prompt. The secret word and
    the first guess are common words (SCOWL up to size 35); any word up to size 50 counts as one. Declared: the answer,
    which has one guess per turn.
    Rejected: first guesses whose feedback leaves fewer than 2 or more than 70 of the common words, so that it does not
    give the secret word away, and a blind guess is unlikely to agree with it.
    Repeated letters are marked as in the game: green ones first, then yellow ones from left to right, with each letter
    of the secret word used once.
    Lures: `ignores_feedback`, words (one, or five) that contradict the feedback before them; `repeated_guess`, the
    first guess again and again. Every case has both.
    Scores: "consistent", the share of guesses that are words and agree with all the feedback before them. A guess that
    does not is listed in the detail, and costs no more than the guess.
    Chance: 2 % for the best blind guess in the control arm; below 0.1 % for the secret word.
    Source: the game of Josh Wardle (2021).
    A dialogue of at most five turns. The oracle of the shift arm makes one or two guesses that agree with all feedback
    before them, then names the secret word.

    Args:
        mode: "one_round", a word that agrees with the first feedback, or "play", the game to its end.

    Raises:
        ValueError: the parameter has any other value.
    """
    expect_one_of("mode", mode, list(QUESTIONS))
    secret, first, agreeing, rejected = opening(rng)
    marked = marks(first, secret)
    contradicting = contradicting_words(rng, frozenset(agreeing))
    prompt = PROMPT.format(feedback=feedback(first, marked), question=QUESTIONS[mode])
    if mode == "one_round":
        return Case(
            prompt,
            answer=secret,
            lures={"ignores_feedback": contradicting[0], "repeated_guess": first},
            verify=functools.partial(check_round, first=first, marked=marked),
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
        input=first,
        unique=False,
        rejected=rejected,
    )


@functools.lru_cache(maxsize=4096)
def marks(guess: str, secret: str) -> Marks:
    """Return the marks of a guess; both words have the same length."""
    # The letters of the secret word that are not matched yet: at first, all but the green ones.
    left = [theirs for mine, theirs in zip(guess, secret, strict=False) if mine != theirs]
    marked = []
    for mine, theirs in zip(guess, secret, strict=False):
        if mine == theirs:
            marked.append(GREEN)
        elif mine in left:
            left.remove(mine)
            marked.append(YELLOW)
        else:
            marked.append(GRAY)
    return tuple(marked)


def feedback(guess: str, marked: Marks) -> str:
    """Write the marks of a guess as a player sees them."""
    return f"{guess}: " + ", ".join([f"{letter} {mark}" for letter, mark in zip(guess, marked, strict=True)])


def reply(given: Sequence[str], secret: str) -> str | None:
    """Return what the player is told after the last guess; None once the word is found or no guess is left."""
    guess, left = read_guess(given[-1]), GUESSES - len(given)
    if guess == secret or left <= 0:
        return None
    outcome = feedback(guess, marks(guess, secret)) if is_guess(guess) else UNKNOWN
    guesses = "1 more guess" if left == 1 else f"{left} more guesses"
    return f"{outcome}\n\nYou have {guesses}. Give your next guess, the word only."


# ---------------------------------------------------------------------------------------------------------------------
# The verifiers.


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


def read_guess(given: str) -> str:
    """Return a guess as it is compared. One that is longer than any word is cut short, and is still not a word."""
    return given.strip()[:SHOWN].lower()


def is_guess(word: str) -> bool:
    """Return whether this is a word of five letters that counts."""
    return len(word) == LENGTH and is_word(word)


# ---------------------------------------------------------------------------------------------------------------------
# The opening, and the guesses of good and bad players.


def opening(rng: np.random.Generator) -> tuple[str, str, list[str], int]:
    """Draw the secret word and the first guess.

    Returns:
        Both words, the common words that agree with the feedback, and how many such pairs were rejected.
    """
    for rejected in range(TRIES):
        secret = choice(rng, word_list(LENGTH))
        first = choice(rng, word_list(LENGTH))
        agreeing = agreeing_words(first, marks(first, secret))
        if FEWEST <= len(agreeing) <= MOST:
            return secret, first, agreeing, rejected
    raise AssertionError(f"no opening in {TRIES} tries")


def agreeing_words(guess: str, marked: Marks) -> list[str]:
    """Return the common words that would give a guess these marks, in alphabetical order."""
    letters = letters_by_place()
    agree = np.ones(len(word_list(LENGTH)), dtype=bool)
    for place, (letter, mark) in enumerate(zip(guess, marked, strict=True)):
        here = letters[place] == ord(letter)
        agree &= here if mark == GREEN else ~here
    for letter in set(guess):
        got = [mark for mine, mark in zip(guess, marked, strict=True) if mine == letter]
        count = len(got) - got.count(GRAY)
        # A gray mark says that the word has the letter no more often than it is green or yellow.
        agree &= times_in_word(letter) == count if GRAY in got else times_in_word(letter) >= count
    return [word_list(LENGTH)[number] for number in np.flatnonzero(agree)]


@functools.cache
def letters_by_place() -> Numbers:
    """Return the letters of the common words, as character codes: a row for each place, a column for each word."""
    return np.array([[ord(word[place]) for word in word_list(LENGTH)] for place in range(LENGTH)])


@functools.cache
def times_in_word(letter: str) -> Numbers:
    """Return how many times each of the common words has the letter."""
    return np.array([word.count(letter) for word in word_list(LENGTH)])


def contradicting_words(rng: np.random.Generator, agreeing: Collection[str]) -> list[str]:
    """Draw five different common words that contradict the first feedback."""
    left = [word for word in word_list(LENGTH) if word not in agreeing]
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
