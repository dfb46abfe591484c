"""Reversal: a relation stated in one direction is asked about in the other."""

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import DATA, data_lines, expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check, text

# ---------------------------------------------------------------------------------------------------------------------
# Invented facts, stated in the prompt.
# "X is the composer of Y" holds for any X and Y that are names and nothing else.
RELATIONS = (
    "author", "captain", "composer", "designer", "director", "discoverer", "editor", "founder", "inventor", "keeper",
    "mayor", "owner", "painter", "patron", "publisher", "sculptor", "tailor", "translator",
)  # fmt: skip
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
WORDS_IN_NAME, SYLLABLES_IN_WORD = 2, 3
TRIES = 100

PROMPT = """\
{facts}

{question} Give the name only."""
QUESTIONS = {"forward": "What is {left} the {relation} of?", "backward": "Who is the {relation} of {right}?"}


@task(control={"direction": "forward"}, family="reversal")
def fictional_facts(rng: np.random.Generator, *, facts: int = 8, direction: str = "backward") -> Case:
    """Sentences "X is the composer of Y" about invented names, then a question about one of them.

    Moves: the direction of the question: forward it gives X and asks for Y, in the order of the sentence; backward it
    gives Y and asks for X. Both arms show the same sentences and ask about the same one. All sentences of a case state
    the same relation, so that nothing but the name in the question tells which is meant.
    Matched: every name is two invented words of six letters, drawn alike on both sides, so that the answers of both
    arms have the same length and look. Declared: the forward prompt is one character longer ("What is X the composer
    of?", "Who is the composer of Y?").
    Lures: `another_fact`, the name that answers the same question about the fact stated last (about the first, where
    it is the last that is asked about); `question_name`, the name in the question given back. Every case has both.
    Chance: 1/facts for a model that takes any name from the right side.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288). There the facts are learnt in training; here they
    stand in the prompt, where the curse is known not to hold for large models. This is a behavioural analogue and
    supports no claim about training.

    facts: how many sentences, 2 to 200.
    direction: "forward" or "backward".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("facts", facts, 2, 200)
    expect_one_of("direction", direction, list(QUESTIONS))
    relation = RELATIONS[int(rng.integers(len(RELATIONS)))]
    asked = int(rng.integers(facts))
    stated, rejected = pairs(rng, facts)
    left, right = stated[asked]
    other_left, other_right = stated[-1] if asked < facts - 1 else stated[0]
    answer, another, question_name = (right, other_right, left) if direction == "forward" else (left, other_left, right)
    sentences = "\n".join(f"{subject} is the {relation} of {thing}." for subject, thing in stated)
    question = QUESTIONS[direction].format(left=left, right=right, relation=relation)
    return Case(
        PROMPT.format(facts=sentences, question=question),
        answer=answer,
        lures=wrong_ones(answer, {"another_fact": another, "question_name": question_name}),
        verify=functools.partial(text, answer=answer),
        input=sentences,
        rejected=rejected,
        chance=1 / facts,
    )


def pairs(rng: np.random.Generator, facts: int) -> tuple[list[tuple[str, str]], int]:
    """The names on both sides of each fact, no word twice, and how many sets of names were rejected."""
    for rejected in range(TRIES):
        drawn = rng.integers(len(SYLLABLES), size=(facts * 2 * WORDS_IN_NAME, SYLLABLES_IN_WORD)).tolist()
        words = ["".join([SYLLABLES[place] for place in word]).capitalize() for word in drawn]
        if len(set(words)) == len(words):
            names = [" ".join(words[i : i + WORDS_IN_NAME]) for i in range(0, len(words), WORDS_IN_NAME)]
            return list(zip(names[::2], names[1::2], strict=True)), rejected
    raise AssertionError(f"no {facts} facts with different names in {TRIES} tries")


# ---------------------------------------------------------------------------------------------------------------------
# Names and lines as they are compared.
LONGEST_ANSWER = 2000
QUOTE = "\N{RIGHT SINGLE QUOTATION MARK}"
# Letters that have no decomposition, and signs.
LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "&": " and ", QUOTE: "'"})
# What is no letter or digit parts words, but for the apostrophe.
SIGNS = re.compile(r"[\W_]+")


def plain(words: str) -> str:
    """The words alone: case, diacritics, punctuation and white space do not count."""
    folded = words.casefold()
    if not folded.isascii() or "&" in folded:
        parts = unicodedata.normalize("NFKD", folded.translate(LETTERS))
        folded = "".join([part for part in parts if not unicodedata.combining(part)])
    return SIGNS.sub(" ", folded.replace("'", "")).strip()


# ---------------------------------------------------------------------------------------------------------------------
# Lines of well-known texts.
# Spellings of older editions, each with what stands for it: hail'd, grow'st, see'st, o'er, tho', thro'.
SHORTENED = [
    (re.compile(r"(?<=[a-z])(?<!e)'(?=(?:d|st)\b)"), "e"),
    (re.compile(r"\bo'er\b"), "over"),
    (re.compile(r"\btho'(?!\w)"), "though"),
    (re.compile(r"\bthro'(?!\w)"), "through"),
]
OH = re.compile(r"\boh\b")
# Neighbours that share more of their words are as good as the same.
ALIKE = 0.7

LINE_PROMPT = """\
In {title} by {author}, which {unit} comes right {direction} this one?

{shown}

Give the {unit} only, word for word."""
DIRECTIONS = ("after", "before")


class Line(NamedTuple):
    """A line as the commonest editions have it, with its readings as they are compared."""

    written: str
    readings: frozenset[str]


class Pair(NamedTuple):
    """Two lines of which one follows the other; `neighbours` are what comes before and after both, "" at an end."""

    heading: Mapping[str, str]
    lines: tuple[Line, Line]
    neighbours: tuple[str, str]
    # From each line of the text as it is compared to where it first stands, and where `lines` begin.
    places: Mapping[str, int]
    place: int


@task(control={"direction": "after"}, family="reversal")
def known_lines(rng: np.random.Generator, *, direction: str = "before") -> Case:
    """A line of a well-known text, and the question which one comes next to it.

    Moves: the direction: of two neighbouring lines, the control arm shows the first and asks for the one after it; the
    shift arm shows the second and asks for the one before it. Both arms of a draw are about the same two lines.
    Matched: over all pairs every line inside a stanza is shown and asked for equally often in both arms, so that
    prompts and answers have the same length on average. The words "after" and "before" differ by one character.
    Texts: 29 well-known English poems, songs and speeches in the public domain, with more than 400 usable pairs.
    Left out: lines that their text has more than once, lines nearly the same as their neighbour, and neighbours in
    different stanzas. Case, punctuation, diacritics and white space do not count, nor do spellings such as "hail'd"
    and "o'er"; where common editions differ in words, each reading is right.
    Lures: `line_after` (`line_before` in the control arm), the line on the other side of the one shown, where there is
    one; `the_line_itself`, the one shown given back. Every case has the latter.
    Chance: below 1 %.
    Source: the reversal curse, Berglund et al. 2023 (2309.12288). What is asked of a finished model about texts that it
    has presumably seen is a behavioural analogue and supports no claim about how it was trained.

    direction: "after" or "before".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("direction", direction, DIRECTIONS)
    known = line_pairs()
    pair = known[int(len(known) * rng.random())]
    backward = direction == "before"
    shown, asked = pair.lines[backward], pair.lines[not backward]
    shortcuts = {"the_line_itself": shown.written}
    if pair.neighbours[backward]:
        shortcuts = {"line_after" if backward else "line_before": pair.neighbours[backward], **shortcuts}
    return Case(
        LINE_PROMPT.format(**pair.heading, direction=direction, shown=shown.written),
        answer=asked.written,
        lures={name: line for name, line in shortcuts.items() if spelt(line) not in asked.readings},
        verify=functools.partial(
            check_line, readings=asked.readings, places=pair.places, place=pair.place + (not backward)
        ),
        input=shown.written,
        # An apostrophe stands for a letter that may as well be written.
        unique=len(asked.readings) == 1 and "'" not in asked.written,
    )


def check_line(given: str, readings: frozenset[str], places: Mapping[str, int], place: int) -> Check:
    """Whether this is the line, in one of its readings.

    The detail of a wrong one: `off_by`, how many lines further on in the text the one given stands, None where it is
    no line of it.
    """
    line = spelt(given) if len(given) <= LONGEST_ANSWER else ""
    if line in readings:
        return Check(True)
    return Check(False, {"off_by": places[line] - place if line in places else None})


def spelt(line: str) -> str:
    """A line as it is compared: like `plain`, and old spellings do not count."""
    folded = line.casefold().replace(QUOTE, "'")
    if "'" in folded:
        for short, full in SHORTENED:
            folded = short.sub(full, folded)
    return OH.sub("o", plain(folded))


@functools.cache
def line_pairs() -> list[Pair]:
    """All usable pairs of neighbouring lines, in the order of the texts."""
    _, *texts = ("\n" + (DATA / "texts.txt").read_text(encoding="utf-8")).split("\n= ")
    return [pair for text in texts for pair in usable(*text.split("\n", 1))]


def usable(heading: str, body: str) -> Iterator[Pair]:
    """The pairs of one text that can be asked about."""
    title, author, _, unit, _ = heading.split("; ")
    stanzas = [[read_line(line) for line in stanza.split("\n")] for stanza in body.strip().split("\n\n")]
    lines = [line for stanza in stanzas for line in stanza]
    counts = Counter(reading for line in lines for reading in line.readings)
    places: dict[str, int] = {}
    for place, line in enumerate(lines):
        for reading in line.readings:
            places.setdefault(reading, place)
    written = ["", *[line.written for line in lines], ""]
    for stanza in stanzas:
        for one, other in itertools.pairwise(stanza):
            if all(counts[reading] == 1 for line in (one, other) for reading in line.readings) and not alike(
                one, other
            ):
                place = places[spelt(one.written)]
                yield Pair(
                    {"title": title, "author": author, "unit": unit},
                    (one, other),
                    (written[place], written[place + 3]),
                    places,
                    place,
                )


def read_line(line: str) -> Line:
    """A line of the file of texts: the line, and other readings after bars."""
    written, *others = line.split(" | ")
    return Line(written, frozenset(map(spelt, [written, *others])))


def alike(one: Line, other: Line) -> bool:
    """Whether two lines share most of their words."""
    words, others = Counter(spelt(one.written).split()), Counter(spelt(other.written).split())
    return (words & others).total() > ALIKE * max(words.total(), others.total())


# ---------------------------------------------------------------------------------------------------------------------
# Parents of historical figures.
TITLES = frozenset(("sir", "mr", "mrs", "saint", "ser"))
PARENT_PROMPTS = {
    "parent": "Who was the {role} of {child} (died {child_died})? Give the name only.",
    "child": "Name a child of {parent} (died {parent_died}). Give one child's name only.",
}
ROLES = ("father", "mother")


class Person(NamedTuple):
    """Somebody by all names: first the one that is shown, then what else the same person is called."""

    names: tuple[str, ...]
    died: str = ""


class Family(NamedTuple):
    """A well-known child and both parents, father first; what belongs to each parent is in the same order."""

    child: Person
    parents: tuple[Person, Person]
    siblings: tuple[Person, ...]
    half_siblings: tuple[tuple[Person, ...], tuple[Person, ...]]
    grandparents: tuple[tuple[Person, ...], tuple[Person, ...]]


class Question(NamedTuple):
    """What is asked about a family in one direction: from names as they are compared to what those are the names of."""

    prompt: str
    shown: str
    answer: str
    lures: Mapping[str, str]
    right: frozenset[str]
    known: Mapping[str, str]


@task(control={"ask": "parent"}, family="reversal")
def parents(rng: np.random.Generator, *, ask: str = "child") -> Case:
    """A well-known historical figure and a parent who is much less known.

    Moves: the direction: the control arm names the well-known child and asks for the father or mother; the shift arm
    names this parent and asks for a child. Both arms of a draw are about the same two people.
    Matched: both prompts give one name and the year in which its bearer died, and the names of parents and children
    are about equally long. Fathers and mothers are asked for equally often.
    Facts: more than 80 families of people who died before 1950, with both parents and the children of each that
    biographies record; any of these is right. Names are right in any of the listed forms (birth name, married name,
    with and without middle names); case, diacritics, punctuation and "Sir" do not count. A child named exactly like a
    parent is right only by a name that tells them apart. `answer` is the oracle's name without its diacritics.
    Lures: `other_parent`, the mother where the father is asked for or about and the other way round (every case has
    it); in the shift arm `grandparent`, a parent of the one asked about, where known; `question_name`, the name in the
    question given back.
    Chance: below 1 %.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288): GPT-4 names the parent of a celebrity in 79 % of
    cases and the child of such a parent in 33 %, where one hit in ten samples is enough. Here one answer counts, the
    people are other people, and what is measured of a finished model is a behavioural analogue that supports no claim
    about its training.

    ask: "parent" or "child".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("ask", ask, list(PARENT_PROMPTS))
    asked = questions(ask)
    question = asked[int(len(asked) * rng.random())]
    return Case(
        question.prompt,
        answer=question.answer,
        lures=question.lures,
        verify=functools.partial(check_person, right=question.right, known=question.known),
        input=question.shown,
        unique=len(question.right) == 1,
    )


def check_person(given: str, right: frozenset[str], known: Mapping[str, str]) -> Check:
    """Whether this is a name of one of those who are asked for.

    The detail of a wrong one: `named`, who that is ("other_parent", "grandparent", "sibling", ...), None for others.
    """
    name = untitled(given) if len(given) <= LONGEST_ANSWER else ""
    return Check(True) if name in right else Check(False, {"named": known.get(name)})


def untitled(name: str) -> str:
    """A name as it is compared, without a title before it."""
    words = plain(name)
    first, _, rest = words.partition(" ")
    return rest if rest and first in TITLES else words


@functools.cache
def questions(ask: str) -> list[Question]:
    """All questions in one direction, in the order of the families."""
    return [question(family, role, ask) for family in families() for role in range(len(ROLES))]


def question(family: Family, role: int, ask: str) -> Question:
    """What is asked about a family's child and its father (role 0) or mother (role 1)."""
    child, parent, other = family.child, family.parents[role], family.parents[1 - role]
    prompt = PARENT_PROMPTS[ask].format(
        role=ROLES[role],
        child=child.names[0],
        child_died=child.died,
        parent=parent.names[0],
        parent_died=parent.died,
    )
    siblings = (*family.siblings, *family.half_siblings[role])
    shown, right = (child, [parent]) if ask == "parent" else (parent, [child, *siblings])
    # In the order in which they become lures; a brother's or sister's name is a mistake that no shortcut explains.
    others: dict[str, tuple[Person, ...]] = {"other_parent": (other,)}
    if ask == "child":
        others["grandparent"] = family.grandparents[role]
    others["question_name"] = (shown,)
    answer = unaccented(right[0].names[0])
    lures = {kind: persons[0].names[0] for kind, persons in others.items() if persons}
    if ask == "parent":
        others |= {"sibling": siblings, "grandparent": family.grandparents[role]}
    accepted = frozenset(untitled(name) for person in right for name in person.names)
    known: dict[str, str] = {}
    for kind, persons in others.items():
        for name in [untitled(name) for person in persons for name in person.names]:
            if name not in accepted:
                known.setdefault(name, kind)
    return Question(prompt, shown.names[0], answer, wrong_ones(answer, lures), accepted, known)


def unaccented(name: str) -> str:
    """The name in the letters from A to Z, as the oracle gives it: an accent left out would be no mistake."""
    parts = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("ł", "l").replace("ß", "ss"))
    return "".join([part for part in parts if not unicodedata.combining(part)])


@functools.cache
def families() -> list[Family]:
    """All families of the file."""
    return [read_family(line) for line in data_lines("parents.txt")]


def read_family(line: str) -> Family:
    """A line of the file of parents: see there for its fields."""
    fields = [field.strip() for field in line.split(";")]
    child, father, mother = (
        Person(tuple(names.split("|")), died) for names, died in zip(fields[:6:2], fields[1:6:2], strict=True)
    )
    full, by_father, by_mother, of_father, of_mother = map(read_people, fields[6:])
    return Family(child, (father, mother), full, (by_father, by_mother), (of_father, of_mother))


def read_people(field: str) -> tuple[Person, ...]:
    """The people in a field, none where it is empty."""
    return tuple([Person(tuple(names.split("|"))) for names in field.split(", ") if names])


# ---------------------------------------------------------------------------------------------------------------------
# Ordered lists.
ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What an item is called, where it stands, and how the list goes on after its end, if it does.
ORDERS = {
    "alphabet": ("letter", "in the alphabet", ""),
    "months": ("month", "in the year", " After December the year begins again with January."),
    "weekdays": ("day", "in the week", " After Sunday the week begins again with Monday."),
    "elements": ("chemical element", "in the order of atomic numbers", ""),
}
FARTHEST = 5

ORDER_PROMPT = "Which {item} comes {places} {direction} {shown} {where}?{again} Give the {form} only."


@task(control={"direction": "after"}, family="reversal")
def alphabet_order(
    rng: np.random.Generator, *, list: str = "alphabet", distance: int = 1, direction: str = "before"
) -> Case:
    """The item that stands some places before or after another in a list that everybody knows.

    Moves: the direction, "after" in the control arm.
    Matched: both arms of a draw have the very same answer, so that answers are alike in every respect; the item that
    is shown stands `distance` places before it in the control arm and after it in the shift arm. The words "after" and
    "before" differ by one character.
    Lists: months and weekdays begin again after their end, and the prompt says so; every answer is equally likely.
    Alphabet and elements do not: places too near an end for `other_direction` to exist are no answers.
    Lures: `other_direction`, the item as far on the other side of the one shown (every shift case has it);
    `off_by_one`, the shown item counted as the first place; `one_too_far`. In the control arm the first is left out
    where it would lie before the beginning of the list.
    Chance: one over the number of places that can be answers: 1/12 for months, 1/7 for weekdays, 1/(length minus three
    times the distance) for the others.
    Source: a near relative is sorting in reverse alphabetical order, of McCoy et al. 2023, "Embers of Autoregression"
    (2309.13638).

    list: "alphabet", "months", "weekdays" or "elements" (118 of them, by atomic number).
    distance: how many places away, 1 to 5.
    direction: "after" or "before".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("list", list, tuple(ORDERS))
    expect_whole("distance", distance, 1, FARTHEST)
    expect_one_of("direction", direction, DIRECTIONS)
    items, by_name = ordered(list)
    item, where, again = ORDERS[list]
    count = len(items) if again else len(items) - 3 * distance
    place = int(count * rng.random()) + (0 if again else distance)
    step = 1 if direction == "after" else -1
    start = place - step * distance
    shortcuts = {"other_direction": start - step * distance, "off_by_one": place - step, "one_too_far": place + step}
    answer = items[place]
    return Case(
        ORDER_PROMPT.format(
            item=item,
            places=f"{distance} place{'s' if distance > 1 else ''}",
            direction=direction,
            shown=items[start % len(items)],
            where=where,
            again=again,
            form="letter" if list == "alphabet" else "name",
        ),
        answer=answer,
        lures=wrong_ones(
            answer, {name: items[at % len(items)] for name, at in shortcuts.items() if again or 0 <= at < len(items)}
        ),
        verify=functools.partial(check_item, by_name=by_name, place=place, ring=len(items) if again else 0),
        input=items[start % len(items)],
        unique=answer not in SPELT_TWICE,
        chance=1 / count,
    )


def check_item(given: str, by_name: Mapping[str, int], place: int, ring: int) -> Check:
    """Whether this is the item at this place. Case, white space and a closing full stop do not count.

    The detail of a wrong item: `off_by`, how many places too far on in the list it stands, by the shorter way in one
    that begins again (a ring of so many); None for what is no item of it.
    """
    named = by_name.get(" ".join(given.split()).removesuffix(".").casefold()) if len(given) <= LONGEST_ANSWER else None
    if named is None or named == place:
        return Check(named == place, {} if named == place else {"off_by": None})
    off = named - place
    return Check(False, {"off_by": (off + ring // 2) % ring - ring // 2 if ring else off})


SPELT_TWICE = frozenset(("aluminium", "sulfur", "caesium"))


@functools.cache
def ordered(name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """The items of a list in their order, and where each stands, by its spellings as they are compared."""
    spellings = {"alphabet": ALPHABET, "months": MONTHS, "weekdays": WEEKDAYS}.get(name) or elements()
    written = [line.split() for line in spellings]
    return (
        tuple([first for first, *_ in written]),
        {spelling.casefold(): place for place, names in enumerate(written) for spelling in names},
    )


def elements() -> list[str]:
    """The lines of the file of elements: a name, and other spellings after it."""
    return data_lines("elements.txt")
