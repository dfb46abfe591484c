"""The rules on words that examples may show, and what they make of a word."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Rule = Callable[[str], str]
# What f, g and h may stand for. On a word whose letters all differ, no two of them give the same word. They are written
# so that even an empty word has a result.
LIBRARY: Mapping[str, Rule] = {
    "reverse": lambda word: word[::-1],
    "drop_first": lambda word: word[1:],
    "drop_last": lambda word: word[:-1],
    "double_first": lambda word: word[:1] + word,
    "double_last": lambda word: word + word[-1:],
    "first_to_end": lambda word: word[1:] + word[:1],
    "last_to_front": lambda word: word[-1:] + word[:-1],
    "swap_ends": lambda word: word[-1:] + word[1:-1] + word[:1],
    "swap_first_two": lambda word: word[1:2] + word[:1] + word[2:],
    "swap_last_two": lambda word: word[:-2] + word[-1:] + word[-2:-1],
    "first_becomes_x": lambda word: "x" + word[1:],
    "last_becomes_x": lambda word: word[:-1] + "x",
}


def stages(word: str, rules: Sequence[Rule]) -> list[str]:
    """Return the word, and what it becomes after each rule."""
    words = [word]
    for rule in rules:
        words.append(rule(words[-1]))
    return words


def words_along(inputs: Mapping[str, Any]) -> list[str]:
    """Return the word, and what it becomes after each rule to apply. A rule is the one that fits its examples."""
    fitting = {
        letter: next(rule for rule in LIBRARY.values() if all(rule(word) == made for word, made in examples))
        for letter, examples in inputs["examples"].items()
    }
    return stages(inputs["word"], [fitting[letter] for letter in inputs["apply"]])
