"""Well-known historical figures and their parents."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.reversal.names import find, give_away
from pytest_ood.families.reversal.parents_prompts import PROMPTS
from pytest_ood.families.reversal.plain_words import LONGEST_ANSWER, plain, without_accents
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import Check

PARENTS = Path(__file__).parent / "data" / "parents.txt"
ROLES = ("father", "mother")


class Person(NamedTuple):
    """A person by every recorded name: first the one that is shown, then the others."""

    names: tuple[str, ...]
    died: str = ""


class Family(NamedTuple):
    """A well-known child with both parents. Every pair has the father's side first, then the mother's."""

    child: Person
    parents: tuple[Person, Person]
    siblings: tuple[Person, ...]
    half_siblings: tuple[tuple[Person, ...], tuple[Person, ...]]
    grandparents: tuple[tuple[Person, ...], tuple[Person, ...]]


class Question(NamedTuple):
    """What is asked about a family, and how answers are judged.

    Attributes:
        shown: the name in the question.
        right: every name that is right, as names are compared.
        relatives: who has each of the other names of the family, by the name as it is compared.
    """

    prompt: str
    shown: str
    answer: str
    lures: Mapping[str, str]
    right: frozenset[str]
    relatives: Mapping[str, str]


@task(
    control={"ask": "parent"},
    name="reversal.parents",
    family="reversal",
    version=2,
    declared=("answer",),
    wordings=len(PROMPTS["parent"]),
)
def parents(rng: np.random.Generator, *, ask: str = "child", role: str = "mother", wording: int = 0) -> Case:
    """A well-known historical figure and a parent who is much less known.

    Moves: the direction: the control arm names the well-known child and asks for the parent; the shift arm names this
    parent and asks for a child. Both arms of a draw are about the same two people.
    Matched: both prompts give one name and the year in which that person died, and the names of parents and children
    are about equally long. Declared: where the question is about the father, the child's name is four characters
    shorter on average, since people choose short names for themselves.
    People: more than 120 families of people who died before 1950, with both parents and the children of each that
    biographies record; any of these is right. Only parents whose names share no word with the name by which the child
    is known are asked about, since a surname gives the child away: mothers under their maiden names (more than 110 of
    them), and the fathers of people who are known by another name than the one they were born with (more than 30).
    A name is right in any of its listed forms (birth name, married name, with and without middle names); case, accents,
    punctuation, titles, "Jr", a nickname in quotation marks and "née ..." do not count, unless they make it the name of
    somebody else in the family. A child who has exactly the name of a parent counts only under a name that tells the
    two apart. `answer` is the oracle's name without accents.
    Lures: `other_parent`, the mother where the question is about the father and the other way round (every case has
    it); in the shift arm `grandparent`, a parent of the person asked about, if recorded; `question_name`, the name in
    the question, repeated.
    Chance: below 1 % for mothers and 3 % for fathers.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288): GPT-4 names the parent of a celebrity in 79 % of
    cases and the child of such a parent in 33 %, where one hit in ten samples is enough. Here there is one answer, and
    the people are different. Asked of a finished model this is a behavioural analogue and supports no claim about
    training.

    Args:
        ask: "parent" or "child".
        role: the parent, "mother" or "father".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("ask", ask, list(PROMPTS))
    expect_one_of("role", role, ROLES)
    question = choice(rng, questions(ask, role, wording))
    return Case(
        question.prompt,
        answer=question.answer,
        lures=question.lures,
        verify=functools.partial(check_person, right=question.right, relatives=question.relatives),
        input=question.shown,
        unique=len(question.right) == 1,
    )


def check_person(given: str, right: frozenset[str], relatives: Mapping[str, str]) -> Check:
    """Check that this is a name of somebody who is asked for.

    The detail of a wrong answer: `named`, who it is ("other_parent", "grandparent", "sibling", ...); None for a
    stranger.
    """
    name = find(given, right | relatives.keys()) if len(given) <= LONGEST_ANSWER else None
    return Check(True) if name in right else Check(False, {"named": relatives.get(name or "")})


@functools.cache
def questions(ask: str, role: str, wording: int = 0) -> list[Question]:
    """Return all questions in one direction about one of the parents, in the order of the families."""
    place = ROLES.index(role)
    return [
        question_about(family, place, ask, wording)
        for family in families()
        if not give_away(family.parents[place].names[0], family.child.names[0])
    ]


def question_about(family: Family, role: int, ask: str, wording: int) -> Question:
    """Return the question about a family's child and its father (role 0) or mother (role 1)."""
    child, parent, other_parent = family.child, family.parents[role], family.parents[1 - role]
    siblings, grandparents = (*family.siblings, *family.half_siblings[role]), family.grandparents[role]
    # People who are not asked for, by the name of the mistake; the first of each kind is a lure, in this order.
    mistaken: dict[str, tuple[Person, ...]]
    if ask == "parent":
        shown, right = child, [parent]
        mistaken = {"other_parent": (other_parent,), "question_name": (shown,)}
    else:
        shown, right = parent, [child, *siblings]
        mistaken = {"other_parent": (other_parent,), "grandparent": grandparents, "question_name": (shown,)}
    lures = {kind: people[0].names[0] for kind, people in mistaken.items() if people}
    if ask == "parent":
        # No shortcut leads to these, so they are no lures.
        mistaken |= {"sibling": siblings, "grandparent": grandparents}
    accepted = frozenset(plain(name) for person in right for name in person.names)
    relatives: dict[str, str] = {}
    for kind, people in mistaken.items():
        for name in [plain(name) for person in people for name in person.names]:
            if name not in accepted:
                relatives.setdefault(name, kind)
    answer = ascii_name(right[0].names[0])
    prompt = PROMPTS[ask][wording].format(
        role=ROLES[role],
        child=child.names[0],
        child_died=child.died,
        parent=parent.names[0],
        parent_died=parent.died,
    )
    return Question(prompt, shown.names[0], answer, wrong_answers(answer, lures), accepted, relatives)


def ascii_name(name: str) -> str:
    """Return the name in the letters A to Z. The oracle gives it so, as leaving out an accent is no mistake."""
    return without_accents(name.replace("Đ", "D").replace("ł", "l").replace("ß", "ss"))


# ---------------------------------------------------------------------------------------------------------------------
# The file of parents; its first lines say what the fields are.


@functools.cache
def families() -> list[Family]:
    """Return all families of the file."""
    return [read_family(line) for line in data_lines(PARENTS)]


def read_family(line: str) -> Family:
    """Read a line of the file."""
    fields = [field.strip() for field in line.split(";")]
    child, father, mother = (
        Person(tuple(names.split("|")), died) for names, died in zip(fields[:6:2], fields[1:6:2], strict=True)
    )
    siblings, by_father, by_mother, of_father, of_mother = map(read_people, fields[6:])
    return Family(child, (father, mother), siblings, (by_father, by_mother), (of_father, of_mother))


def read_people(field: str) -> tuple[Person, ...]:
    """Read the people in a field, which may be empty."""
    return tuple([Person(tuple(names.split("|"))) for names in field.split(", ") if names])
