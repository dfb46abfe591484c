"""The feedback of Wordle: how a guess is marked, what the player is told, and which words are left."""

import functools
from collections.abc import Sequence

from pytest_ood.families.english import frequent_words, is_word

LENGTH = 5
# The prompt makes the first of the six guesses of the game.
GUESSES = 5
GREEN, YELLOW, GRAY = "green", "yellow", "gray"
# The mark of each letter of a guess.
Marks = tuple[str, ...]
Words = frozenset[str]
# How many characters of a guess a detail shows.
SHOWN = 20
UNKNOWN = "Your guess is not a five-letter word on the list."


def read_guess(given: str) -> str:
    """Return a guess as it is compared. One that is longer than any word is cut short, and is still not a word."""
    return given.strip()[:SHOWN].lower()


def is_guess(word: str) -> bool:
    """Return whether this is a word of five letters that counts."""
    return len(word) == LENGTH and is_word(word)


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


def agreeing_words(guess: str, marked: Marks) -> list[str]:
    """Return the frequent words that would give a guess these marks, in alphabetical order."""
    needed: list[Words] = []
    barred: list[Words] = []
    for place, (letter, mark) in enumerate(zip(guess, marked, strict=True)):
        (needed if mark == GREEN else barred).append(words_with_at(letter, place))
    for letter in set(guess):
        got = [mark for mine, mark in zip(guess, marked, strict=True) if mine == letter]
        count = len(got) - got.count(GRAY)
        needed.append(words_with(letter, count))
        # A gray mark says that the word has the letter no more often than it is green or yellow.
        if GRAY in got:
            barred.append(words_with(letter, count + 1))
    return sorted(frozenset[str].intersection(*needed).difference(*barred))


@functools.cache
def words_with(letter: str, times: int) -> Words:
    """Return the frequent words that have the letter at least this many times."""
    return frozenset(word for word in frequent_words() if word.count(letter) >= times)


@functools.cache
def words_with_at(letter: str, place: int) -> Words:
    """Return the frequent words that have the letter at this place."""
    return frozenset(word for word in frequent_words() if word[place] == letter)
