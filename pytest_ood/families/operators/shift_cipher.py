"""Ciphers that move every letter a number of places forward in the alphabet."""

import functools
import string
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.shift_cipher_prompts import PROMPTS, SPACED
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

# A sentence is a pattern whose words in capitals are filled in; each has 6 to 10 words.
WORDS = {
    "PERSON": (
        "farmer", "teacher", "doctor", "sailor", "painter", "baker", "hunter", "lawyer", "driver", "tailor", "singer",
        "soldier", "student", "pilot", "butcher", "waiter", "nurse", "writer", "captain", "gardener", "fisherman",
        "merchant", "carpenter", "shepherd",
    ),
    "FAMILY": (
        "mother", "father", "sister", "brother", "uncle", "aunt", "cousin", "neighbour", "grandmother", "friend",
    ),
    "LIKE": (
        "old", "young", "tall", "tired", "quiet", "clever", "kind", "proud", "hungry", "cheerful", "careful", "busy",
    ),
    "THING": (
        "basket", "bottle", "blanket", "bucket", "candle", "chair", "clock", "hammer", "kettle", "ladder", "lamp",
        "letter", "mirror", "package", "picture", "radio", "rope", "shovel", "suitcase", "table", "ticket", "umbrella",
        "violin", "wallet",
    ),
    "LOOK": (
        "small", "heavy", "broken", "wooden", "red", "new", "strange", "dusty", "yellow", "cheap", "large", "dark",
    ),
    "PLACE": (
        "bridge", "castle", "church", "garden", "harbour", "hospital", "hotel", "kitchen", "library", "market", "mill",
        "museum", "office", "river", "school", "station", "stable", "theatre", "tower", "village",
    ),
    "MOVED": ("carried", "brought", "took", "dragged", "sent", "returned"),
    "FOUND": ("found", "lost", "dropped", "saw", "bought", "sold", "hid", "left"),
    "MET": ("met", "saw", "helped", "greeted", "followed", "visited", "thanked", "called"),
    "NEAR": ("near", "behind", "beside", "outside"),
    "WHEN": ("yesterday", "once", "later", "finally", "suddenly", "twice", "then", "again"),
    "DAY": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}  # fmt: skip
PATTERNS = (
    "the LIKE PERSON MOVED the THING to the PLACE",
    "the PERSON MOVED a LOOK THING to the PLACE",
    "my FAMILY FOUND a LOOK THING NEAR the PLACE",
    "WHEN the PERSON MOVED my LOOK THING to the PLACE",
    "on DAY the PERSON MET my FAMILY NEAR the PLACE",
    "my FAMILY MET the LIKE PERSON",
    "WHEN my LIKE FAMILY MET a PERSON NEAR the PLACE",
    "the PERSON FOUND the LOOK THING on DAY",
)
LETTERS = string.ascii_lowercase
ROT_13 = 13
SAMPLE = "stay here"
# An answer longer than this many times the right one is not read.
LONGEST = 10


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a message decoded from, or encoded in, a cipher that moves each letter forward in the alphabet.

    Args:
        inputs: the question in three parts:
            inputs["message"]: text in lower case.
            inputs["shift"]: how many places encoding moves a letter forward, a whole number.
            inputs["ask"]: "decode" or "encode".
    """
    shift = inputs["shift"]
    return moved(inputs["message"], -shift if inputs["ask"] == "decode" else shift)


@task(
    control={"shift": ROT_13},
    name="symbols.shift_cipher",
    family="operator swap",
    version=2,
    solver=solve,
    wordings=len(PROMPTS),
)
def shift_cipher(
    rng: np.random.Generator, *, shift: int = 12, ask: str = "decode", wording: int = 0, spaced: bool = False
) -> Case:
    """An English sentence, decoded from or encoded in a cipher that moves each letter forward in the alphabet.

    Moves: how many places: 13 in the control arm, as in the one such cipher that is in common use.
    Matched: both arms have the same sentence, of 6 to 10 words, and prompts of the same length (a few characters fewer
    where the number has one digit or is 1). The rule is stated, with one example.
    Wrong directions: rot-13 is its own inverse, so that the control arm forgives a model that moves letters the wrong
    way. A probe with ``control={"shift": 3}`` does not: rot-3, Caesar's own, is common as well, and has a direction.
    Lures: `rot_13`, what rot-13 makes of the message (every shift case has it); `copied`, the message itself (every
    case has it); `wrong_way`, the letters moved forward where they should go back, and the other way round (in rot-13
    that is the right answer, and so no lure).
    Chance: none.
    Source: McCoy et al. 2023, "Embers of Autoregression" (2309.13638).

    Args:
        shift: 1 to 25.
        ask: "decode" or "encode".
        wording: the wording of the question, 0 to 2.
        spaced: whether the letters of the message are set apart by spaces, so that each is a token of its own.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("shift", shift, 1, 25)
    expect_one_of("ask", ask, ("decode", "encode"))
    plain = sentence(rng)
    coded = moved(plain, shift)
    message, answer, step = (coded, plain, -shift) if ask == "decode" else (plain, coded, shift)
    shortcuts = {"rot_13": moved(message, ROT_13), "copied": message, "wrong_way": moved(message, -step)}
    template = PROMPTS[wording][ask] + (SPACED if spaced else "")
    return Case(
        template.format(
            shift=shift,
            places="1 place" if shift == 1 else f"{shift} places",
            sample=SAMPLE,
            coded_sample=moved(SAMPLE, shift),
            message=apart(message) if spaced else message,
        ),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_words, answer=answer),
        input=message,
        inputs={"message": message, "shift": shift, "ask": ask},
    )


def check_words(given: str, answer: str) -> Check:
    """Check that the words are right. Case, white space and closing full stops do not count.

    The detail of a wrong sentence: `first_wrong`, the place of the first wrong word, counted from 0, or both lengths.
    Scores: `words`, how many are right and in their place, as a share of the longer sentence.
    """
    if len(given) > LONGEST * len(answer):
        return Check(False, {"too_long": True}, {"words": 0.0})
    mine, theirs = given.rstrip(".").casefold().split(), answer.split()
    check = sequence(mine, theirs)
    right = sum(one == other for one, other in zip(mine, theirs, strict=False))
    return Check(check.correct, check.detail, {"words": right / max(len(mine), len(theirs))})


def sentence(rng: np.random.Generator) -> str:
    """Draw a plain English sentence in lower case."""
    pattern = choice(rng, PATTERNS)
    return " ".join([choice(rng, WORDS[word]) if word in WORDS else word for word in pattern.split()])


def moved(words: str, places: int) -> str:
    """Return the words with each lower-case letter moved forward in the alphabet, or back if `places` is negative."""
    start = places % len(LETTERS)
    return words.translate(str.maketrans(LETTERS, LETTERS[start:] + LETTERS[:start]))


def apart(words: str) -> str:
    """Return the words with a space between the letters of each, and three between words."""
    return "   ".join(map(" ".join, words.split()))
