"""Chaining: a game of guesses, in which each guess must agree with all that was learnt before it."""

import functools
from collections.abc import Sequence

import numpy as np

from pytest_ood import answers
from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of
from pytest_ood.families.words import having, is_word, one_of, word_list
from pytest_ood.verify import Check

LENGTH = 5
# Of the six guesses of the game the first is made by the prompt.
GUESSES = 5
GREEN, YELLOW, GRAY = "green", "yellow", "gray"
# The common words that agree with the first feedback, the secret word among them: no fewer, so that there is something
# to find out, and no more, so that blind guesses fail.
FEWEST, MOST = 2, 70
# How often the best word given blindly agrees with the first feedback, measured over 3,000 draws.
BLIND = 0.02
TRIES = 1000
# More than any guesses with white space around them.
LONGEST_ANSWER = 10_000
# What a detail shows of a guess.
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

Marks = tuple[str, ...]


@task(control={"mode": "one_round"}, family="chaining", declared=("answer",))
def wordle(rng: np.random.Generator, *, mode: str = "play") -> Case:
    """The game of Wordle: a secret word of five letters, at most six guesses, honest feedback after each.

    Moves: the number of rounds. The feedback of the first guess is given in both arms; the control arm asks for a word
    that agrees with it (any such word is right), the shift arm plays on: right is who finds the secret word with one of
    the five guesses that are left.
    Matched: the secret word, the first guess and its feedback, the rules, the length of the prompt. The secret word and
    the first guess are common words (SCOWL up to size 35); any word up to size 50 counts as one. Declared: the answer,
    which is one guess a turn.
    Rejected: first guesses whose feedback leaves fewer than 2 or more than 70 of the common words, so that it neither
    gives the secret word away nor lets a blind guess agree with it.
    Repeated letters are marked as in the game: green ones first, then yellow ones from left to right, each letter of
    the secret word being used once.
    Lures: `ignores_feedback`, words that contradict the feedback they follow (one, or five of them), which every case
    has; `repeated_guess`, the first guess again and again.
    Scores: "consistent", the share of guesses that are words and agree with all the feedback before them. A guess that
    does not is counted and told apart in the detail, and loses nothing but itself.
    Chance: 2 % for the best word given blindly in the control arm; below 0.1 % for the secret word.
    Source: the game of Josh Wardle (2021).
    A dialogue of five turns at most. The oracle of the shift arm makes one or two guesses that agree with all feedback
    before them, then names the secret word.

    mode: "one_round" or "play".

    Raises:
        ValueError: the parameter is not one of these.
    """
    expect_one_of("mode", mode, list(QUESTIONS))
    secret, first, rejected = opening(rng)
    marked = marks(first, secret)
    guesses = contradicting(rng, first, secret)
    prompt = PROMPT.format(feedback=told(first, marked), question=QUESTIONS[mode])
    if mode == "one_round":
        return Case(
            prompt,
            answer=secret,
            lures={"ignores_feedback": guesses[0], "repeated_guess": first},
            verify=functools.partial(check_round, first=first, marked=marked),
            input=first,
            unique=False,
            rejected=rejected,
            chance=BLIND,
        )
    return Case(
        prompt,
        answer=answers.join(honest(rng, first, secret)),
        lures={"ignores_feedback": answers.join(guesses), "repeated_guess": answers.join([first] * GUESSES)},
        verify=functools.partial(check_play, first=first, secret=secret),
        input=first,
        unique=False,
        rejected=rejected,
        reply=functools.partial(reply, secret=secret),
        turns=GUESSES,
    )


def check_round(given: str, first: str, marked: Marks) -> Check:
    """Whether this is a word that the feedback of the first guess allows. Upper and lower case do not count.

    The detail of a wrong one: `not_a_word`, or `first_wrong`, the first letter of the first guess, counted from 0, that
    would be marked otherwise, with the mark it got and the mark it `would_get`.
    """
    word = guessed(given)
    if not is_guess(word):
        return Check(False, {"not_a_word": word}, {"consistent": 0.0})
    mine = marks(first, word)
    if mine == marked:
        return Check(True, scores={"consistent": 1.0})
    place = next(place for place in range(LENGTH) if mine[place] != marked[place])
    detail = {"first_wrong": place, "got": marked[place], "would_get": mine[place]}
    return Check(False, detail, {"consistent": 0.0})


def check_play(given: str, first: str, secret: str) -> Check:
    """Whether the last guess, of five at most, is the secret word, and none before it is.

    Upper and lower case do not count. The detail: how many `guesses` were made; `not_words`, those that are none;
    `inconsistent`, those that contradict the feedback before them, each with the number of the first guess whose
    feedback it contradicts: 1 is the one of the prompt. Of an answer that no play can have given, for its length or
    its number of guesses, only that.
    """
    if len(given) > LONGEST_ANSWER:
        return Check(False, {"answer_length": len(given)}, {"consistent": 0.0})
    made = [guessed(guess) for guess in answers.split(given)]
    if len(made) > GUESSES:
        return Check(False, {"guesses": len(made)}, {"consistent": 0.0})
    words = {number: guess for number, guess in enumerate(made, 2) if is_guess(guess)}
    # The guesses that have taught something so far: one that is no word has a number and teaches nothing.
    learnt = [(1, first)]
    feedback = {first: marks(first, secret)}
    inconsistent = []
    for number, guess in words.items():
        for earlier, old in learnt:
            if old not in feedback:
                feedback[old] = marks(old, secret)
            if marks(old, guess) != feedback[old]:
                inconsistent.append([guess, earlier])
                break
        learnt.append((number, guess))
    not_words = [guess for number, guess in enumerate(made, 2) if number not in words]
    detail = {"guesses": len(made), "not_words": not_words, "inconsistent": inconsistent}
    scores = {"consistent": (len(words) - len(inconsistent)) / len(made)}
    return Check(made[-1] == secret and secret not in made[:-1], detail, scores)


def reply(given: Sequence[str], secret: str) -> str | None:
    """The feedback of the last guess and how many are left; None where the word is found or no guess is left."""
    guess, left = guessed(given[-1]), GUESSES - len(given)
    if guess == secret or left <= 0:
        return None
    feedback = told(guess, marks(guess, secret)) if is_guess(guess) else UNKNOWN
    guesses = "1 more guess" if left == 1 else f"{left} more guesses"
    return f"{feedback}\n\nYou have {guesses}. Give your next guess, the word only."


@functools.lru_cache(maxsize=4096)
def marks(guess: str, secret: str) -> Marks:
    """The mark of each letter of a guess; both words are of the same length."""
    # What is left of the secret word when green letters are taken out of it.
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


def told(guess: str, marked: Marks) -> str:
    """The feedback of a guess as a player sees it."""
    return f"{guess}: " + ", ".join([f"{letter} {mark}" for letter, mark in zip(guess, marked, strict=True)])


def guessed(given: str) -> str:
    """A guess as it is compared: what is longer than any word is cut off, and is still no word."""
    return given.strip()[:SHOWN].lower()


def is_guess(word: str) -> bool:
    """Whether this is a word of five letters that counts."""
    return len(word) == LENGTH and is_word(word)


# ---------------------------------------------------------------------------------------------------------------------
# Openings. A set of words is an integer with a bit for each word, as in the list of words.


def opening(rng: np.random.Generator) -> tuple[str, str, int]:
    """The secret word, the first guess, and how many such pairs were rejected."""
    words = word_list(LENGTH)
    for rejected in range(TRIES):
        one, other = rng.random(2).tolist()
        secret, first = words[int(one * len(words))], words[int(other * len(words))]
        if FEWEST <= agreeing(first, marks(first, secret)).bit_count() <= MOST:
            return secret, first, rejected
    raise AssertionError(f"no opening in {TRIES} tries")


def agreeing(guess: str, marked: Marks) -> int:
    """The common words that a guess with these marks leaves possible."""
    words = (1 << len(word_list(LENGTH))) - 1
    places = having(LENGTH)
    marked_as: dict[str, list[str]] = {}
    for place, letter, mark in zip(places, guess, marked, strict=True):
        words &= place.get(letter, 0) if mark == GREEN else ~place.get(letter, 0)
        marked_as.setdefault(letter, []).append(mark)
    for letter, got in marked_as.items():
        times = len(got) - got.count(GRAY)
        words &= holding(letter, times)
        if GRAY in got:
            words &= ~holding(letter, times + 1)
    return words


@functools.cache
def holding(letter: str, times: int) -> int:
    """The common words that have a letter so many times or more."""
    return sum(1 << number for number, word in enumerate(word_list(LENGTH)) if word.count(letter) >= times)


def honest(rng: np.random.Generator, first: str, secret: str) -> list[str]:
    """One or two guesses that agree with all feedback before them, then the secret word."""
    guesses = [first]
    left = agreeing(first, marks(first, secret)) & ~agreeing(secret, marks(secret, secret))
    for where in rng.random(1 + int(2 * rng.random())).tolist():
        if left:
            guesses.append(word_list(LENGTH)[one_of(left, where)])
            left &= agreeing(guesses[-1], marks(guesses[-1], secret))
    return [*guesses[1:], secret]


def contradicting(rng: np.random.Generator, first: str, secret: str) -> list[str]:
    """Five different words that contradict the feedback of the first guess."""
    marked = marks(first, secret)
    left = (1 << len(word_list(LENGTH))) - 1 & ~agreeing(first, marked)
    guesses = []
    for where in rng.random(GUESSES).tolist():
        number = one_of(left, where)
        left ^= 1 << number
        guesses.append(word_list(LENGTH)[number])
    return guesses
