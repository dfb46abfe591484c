"""A line of a well-known text, and the question of which line comes before or after it."""

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.reversal.known_lines_prompts import PROMPTS
from pytest_ood.families.reversal.plain_words import APOSTROPHE, LONGEST_ANSWER, plain
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import Check

TEXTS = Path(__file__).parent / "data" / "texts.txt"
# Spellings of older editions, and what they stand for: hail'd, grow'st, see'st, o'er, tho', thro'.
OLD_SPELLINGS = [
    (re.compile(r"(?<=[a-z])(?<!e)'(?=(?:d|st)\b)"), "e"),
    (re.compile(r"\bo'er\b"), "over"),
    (re.compile(r"\btho'(?!\w)"), "though"),
    (re.compile(r"\bthro'(?!\w)"), "through"),
]
OH = re.compile(r"\boh\b")
# Stands in the file before a line that comes again in a part of the text that the file does not have.
AMBIGUOUS = "~ "
# Neighbouring lines that share more than this part of their words are too similar to ask about.
ALIKE = 0.7


class Line(NamedTuple):
    """A line as most editions print it, all its readings as they are compared, and whether its place is unambiguous."""

    written: str
    readings: frozenset[str]
    asked: bool


class Pair(NamedTuple):
    """Two neighbouring lines of a text.

    Attributes:
        heading: title, author, and what the text is made of: lines or sentences.
        neighbours: the line before the first one and the line after the second one; "" at either end of the text.
        places: the number of each line of the text, counted from 0, by the line as it is compared.
        place: the number of the first of the two lines.
    """

    heading: Mapping[str, str]
    lines: tuple[Line, Line]
    neighbours: tuple[str, str]
    places: Mapping[str, int]
    place: int


@task(
    control={"direction": "after"},
    name="reversal.known_lines",
    family="reversal",
    version=2,
    wordings=len(PROMPTS),
)
def known_lines(rng: np.random.Generator, *, direction: str = "before", wording: int = 0) -> Case:
    """A line of a well-known text, and the question of which one comes right before or after it.

    Moves: the direction: of two neighbouring lines, the control arm shows the first and asks for the one after it; the
    shift arm shows the second and asks for the one before it. Both arms of a draw are about the same two lines.
    Matched: over all pairs, each line inside a stanza is shown and asked for equally often in both arms, so that
    prompts and answers have the same length on average. The words "after" and "before" differ by one character.
    Texts: 29 well-known English poems, songs and speeches in the public domain, with more than 400 usable pairs. A pair
    is not usable if one of its lines occurs more than once in the text (its chorus and later stanzas included), if the
    two are nearly the same, or if they belong to different stanzas. Case, punctuation, accents and white space do not
    count, and neither do spellings such as "hail'd" and "o'er"; where common editions differ in wording, every reading
    is right.
    Lures: `line_after` (`line_before` in the control arm), the line on the other side of the one shown, if there is
    one; `the_line_itself`, the line shown, repeated. Every case has the latter.
    Chance: below 1 %.
    Source: the reversal curse, Berglund et al. 2023 (2309.12288). Asking a finished model about texts that it has
    presumably seen is a behavioural analogue and supports no claim about how it was trained.

    Args:
        direction: "after" or "before".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("direction", direction, ("after", "before"))
    pair = choice(rng, line_pairs())
    first, second = pair.lines
    line_before, line_after = pair.neighbours
    if direction == "after":
        shown, target, place = first, second, pair.place + 1
        shortcuts = {"line_before": line_before, "the_line_itself": shown.written}
    else:
        shown, target, place = second, first, pair.place
        shortcuts = {"line_after": line_after, "the_line_itself": shown.written}
    return Case(
        PROMPTS[wording].format(**pair.heading, direction=direction, shown=shown.written),
        answer=target.written,
        lures={name: line for name, line in shortcuts.items() if line and normalized(line) not in target.readings},
        verify=functools.partial(check_line, readings=target.readings, places=pair.places, place=place),
        input=shown.written,
        # An apostrophe stands for a letter, which may be written instead.
        unique=len(target.readings) == 1 and "'" not in target.written,
    )


def check_line(given: str, readings: frozenset[str], places: Mapping[str, int], place: int) -> Check:
    """Check that this is the line asked for, in one of its readings.

    The detail of a wrong answer: `off_by`, how many lines further down the text it stands; None if the text has no such
    line.
    """
    line = normalized(given) if len(given) <= LONGEST_ANSWER else ""
    if line in readings:
        return Check(True)
    return Check(False, {"off_by": places[line] - place if line in places else None})


def normalized(line: str) -> str:
    """Return a line as it is compared: its plain words, old spellings replaced by modern ones."""
    folded = line.casefold().replace(APOSTROPHE, "'")
    for short, full in OLD_SPELLINGS:
        folded = short.sub(full, folded)
    return OH.sub("o", plain(folded))


# ---------------------------------------------------------------------------------------------------------------------
# The pairs of lines.


@functools.cache
def line_pairs() -> list[Pair]:
    """Return all usable pairs of neighbouring lines, in the order of the texts."""
    _, *texts = ("\n" + TEXTS.read_text(encoding="utf-8")).split("\n= ")
    return [pair for text in texts for pair in usable_pairs(*text.split("\n", 1))]


def usable_pairs(heading: str, body: str) -> Iterator[Pair]:
    """Yield the pairs of one text that can be asked about."""
    title, author, _year, unit, _source = heading.split("; ")
    stanzas = [[read_line(line) for line in stanza.split("\n")] for stanza in body.strip().split("\n\n")]
    lines = [line for stanza in stanzas for line in stanza]
    written = ["", *[line.written for line in lines], ""]
    counts = Counter(reading for line in lines for reading in line.readings)
    places: dict[str, int] = {}
    for place, line in enumerate(lines):
        for reading in line.readings:
            places.setdefault(reading, place)

    def occurs_once(line: Line) -> bool:
        return line.asked and all(counts[reading] == 1 for reading in line.readings)

    for stanza in stanzas:
        for one, other in itertools.pairwise(stanza):
            if occurs_once(one) and occurs_once(other) and not alike(one, other):
                place = places[normalized(one.written)]
                yield Pair(
                    {"title": title, "author": author, "unit": unit},
                    (one, other),
                    (written[place], written[place + 3]),
                    places,
                    place,
                )


def read_line(line: str) -> Line:
    """Read a line of the file: the line as printed, then its other readings, separated by bars."""
    written, *others = line.removeprefix(AMBIGUOUS).split(" | ")
    return Line(written, frozenset(map(normalized, [written, *others])), not line.startswith(AMBIGUOUS))


def alike(one: Line, other: Line) -> bool:
    """Return whether two lines share most of their words."""
    words, others = Counter(normalized(one.written).split()), Counter(normalized(other.written).split())
    return (words & others).total() > ALIKE * max(words.total(), others.total())
