"""Parents and children, looked up again in the raw file."""

import json
import re
import unicodedata
from statistics import fmean

import pytest

from pytest_ood.certify import same
from pytest_ood.families.reversal.names import find
from pytest_ood.families.reversal.parents import check_person, parents, questions
from tests.families.drawing import pairs
from tests.families.raw_data import raw
from tests.families.reversal.slips import slips_of

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (parents, {"ask": "child"}, "9f6564a5319253e0b296340a0ae26be02c0711f8022d2e7d30533db2e6ea902a"),
    (parents, {"ask": "child", "role": "father"}, "77f8c26bd4d5d34831cdf224cc5858937aea2b8bdf52ccdcffbc9350652f4efc"),
]


def folded(name):
    """A name in plain lower-case letters, made in another way than the verifier does."""
    name = name.lower().replace("\u0111", "d").replace("\u0142", "l").replace("\u00df", "ss").replace("'", "")
    letters = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+", letters))


def rows():
    """The lines of the file of parents, split into lists of people who are lists of names."""
    found = []
    for line in raw("reversal/data/parents.txt").strip().split("\n"):
        fields = [field.strip() for field in line.split(";")]
        assert len(fields) == 11, line
        found.append([[person.split("|") for person in field.split(", ")] if field else [] for field in fields])
    return found


def test_the_file_of_parents_is_consistent():
    """Single, named people with years of death; nobody twice; all children of a line have names of their own."""
    known = rows()
    assert len(known) >= 120
    children = [row[0][0][0] for row in known]
    assert len(children) == len(set(children))
    for row in known:
        child, father, mother = row[0], row[2], row[4]
        assert [len(child), len(father), len(mother)] == [1, 1, 1]
        for year in (row[1], row[3], row[5]):
            assert 1400 < int(year[0][0]) < 1950
        for half in (row[7], row[8]):
            people = [*child, *row[6], *half, *father, *mother]
            names = [{folded(name) for name in person} for person in people]
            shown = [folded(person[0]) for person in people]
            assert len(shown) == len(set(shown)), row
            assert not any("" in person for person in names)
            # The child and each brother or sister are other people than the parents, by the names that are shown.
            for number, person in enumerate(names[:-2]):
                assert not person & {shown[-1], shown[-2]}, row
                for other in names[:number]:
                    assert not person & other, row
        for grandparents in (row[9], row[10]):
            assert len(grandparents) <= 1
    assert all(name == name.strip() for row in known for field in row for person in field for name in person)


@pytest.mark.parametrize(("of", "least"), [("mother", 115), ("father", 39)])
@pytest.mark.parametrize("ask", ["parent", "child"])
def test_parents_are_what_the_file_says(ask, of, least):
    """Looked up in the raw file: who is asked about, who is right, and whom the lures name."""
    known = {row[0][0][0]: row for row in rows()}
    asked = set()
    for draw in range(2000):
        case = parents.draw({"ask": ask, "role": of}, 4, draw)
        twin = parents.draw({"ask": {"parent": "child", "child": "parent"}[ask], "role": of}, 4, draw)
        child = (case if ask == "parent" else twin).input
        row = known[child]
        role = ("father", "mother").index(of)
        assert (case if ask == "child" else twin).input == row[2 + 2 * role][0][0]
        parent, other = row[2 + 2 * role][0], row[4 - 2 * role][0]
        asked.add(case.prompt)
        assert other[0] == case.lures["other_parent"] == next(iter(case.lures.values()))
        if ask == "parent":
            year = row[1][0][0]
            assert case.prompt == f"Who was the {of} of {child} (died {year})? Give the name only."
            right, wrong = [parent], [row[0][0], other, *row[6]]
        else:
            year = row[3 + 2 * role][0][0]
            assert case.prompt == f"Name a child of {parent[0]} (died {year}). Give one child's name only."
            right, wrong = [row[0][0], *row[6], *row[7 + role]], [parent, other, *row[8 - role]]
            grandparent = row[9 + role]
            assert case.lures.get("grandparent") == (grandparent[0][0] if grandparent else None)
        assert case.lures["question_name"] == case.input
        assert folded(case.answer) == folded(right[0][0])
        assert case.answer.isascii()
        assert all(case.check(name).correct and case.check(folded(name)).correct for who in right for name in who)
        # A sister may bear the very name that her mother took when she married.
        names = {folded(name) for who in right for name in who}
        assert not any(case.check(who[0]).correct for who in wrong if folded(who[0]) not in names)
        assert not any(case.check(lure).correct for lure in case.lures.values())
    assert len(known) > len(asked) >= least


@pytest.mark.parametrize("role", ["mother", "father"])
def test_a_surname_does_not_give_the_child_away(role):
    """Whoever names the famous person with the surname in the question, in either arm, is never right."""
    famous = {folded(row[0][0][0]).split()[-1]: row[0][0][0] for row in rows()}
    for question in questions("child", role):
        words = {word for word in folded(question.shown).split() if len(word) > 2} - {"van", "von", "der"}
        known_as = folded(question.answer).split()
        assert not words & set(known_as), question.prompt
        for word in words:
            assert folded(famous.get(word, "nobody")) not in question.right, question.prompt


@pytest.mark.parametrize(("role", "longer"), [("mother", 0), ("father", 4)])
def test_parents_pairs_match(role, longer):
    """Both arms ask about the same two people, and lengths agree, but for the short names people choose themselves."""
    drawn = pairs(parents, {"ask": "child", "role": role})
    for control, shift in drawn:
        assert shift.check(control.input).correct
        assert control.check(shift.input).correct
    for measure, shorter in ((lambda case: len(case.answer), longer), (lambda case: len(case.prompt), -longer)):
        control, shift = (fmean(measure(pair[arm]) for pair in drawn) for arm in (0, 1))
        assert control - shift == pytest.approx(shorter, abs=3)
    assert all(f"the {role} of" in control.prompt for control, _ in drawn)


def question_about(child, ask):
    """A case about the mother of this child."""
    found = (parents.draw({"ask": ask}, 0, draw) for draw in range(5000))
    twins = (parents.draw({"ask": "parent"}, 0, draw) for draw in range(5000))
    return next(case for case, twin in zip(found, twins, strict=True) if f"mother of {child} " in twin.prompt)


def test_forms_of_a_name():
    """Any recorded form of the name of any child, with or without "Sir"; a surname alone or a list is no answer."""
    case = question_about("Charles Darwin", "child")
    for right in (
        "Charles Darwin",
        "charles robert darwin.",
        "Sir Charles Darwin",
        "Erasmus Alvey Darwin",
        "Susan Darwin",
    ):
        assert case.check(right).correct
    for wrong in (
        "Darwin",
        "Charles",
        "Charles Darwin, Susan Darwin",
        "Charles Darwin Susan Darwin",
        "Sir",
        "Robert Darwin",
    ):
        assert not case.check(wrong).correct
    assert not case.unique
    assert case.check("Erasmus\nDarwin").correct
    mother = question_about("Marie Curie", "parent")
    for right in ("Bronis\u0142awa Boguska", "Bronislawa Boguska", "BRONIS\u0141AWA SK\u0141ODOWSKA"):
        assert mother.check(right).correct
    assert not mother.check("Maria Boguska").correct


def test_dress_of_a_name():
    """Titles, suffixes, nicknames, years and maiden names that the list does not have are no mistakes."""
    child = question_about("Charles Darwin", "child")
    for right in ("Dr. Charles Darwin", "Count Charles Darwin", 'Charles "Bobby" Darwin', "Erasmus Darwin II"):
        assert child.check(right).correct, right
    for right in (
        "Charles \u201cBobby\u201d Darwin",
        "Lady Susan Darwin",
        "Charles Darwin (1809-1882)",
        "Charles Darwin Jr.",
    ):
        assert child.check(right).correct, right
    mother = question_about("Charles Darwin", "parent")
    for right in (
        "Susannah Darwin (n\u00e9e Wedgwood)",
        "Susannah Darwin, nee Wedgwood",
        "Susannah Darwin (born Susannah Wedgwood)",
        "Mrs. Susannah Darwin",
        "Lady Susannah Wedgwood",
    ):
        assert mother.check(right).correct, right
    for wrong in (
        "Susannah Darwin (n\u00e9e Smith)",
        "Susannah (n\u00e9e Smith)",
        "Emma Darwin (n\u00e9e Wedgwood)",
        "Susannah Wedgwood (or Emma Wedgwood)",
        "Susannah Wedgwood or Emma Wedgwood",
        "Dr. Robert Darwin",
        "Dr.",
        "Jr.",
        "n\u00e9e Wedgwood",
    ):
        assert not mother.check(wrong).correct, wrong


def test_a_suffix_that_makes_it_somebody_else():
    """Thomas Lincoln Jr is the brother and no other than he; a father is himself with "Sr."."""
    father = next(question for question in questions("parent", "father") if "Houdini" in question.prompt)
    assert check_person("Rabbi Mayer Samuel Weisz", father.right, father.relatives).correct
    assert check_person("Mayer Samuel Weisz Sr.", father.right, father.relatives).correct
    father = next(question for question in questions("parent", "father") if "Abigail Adams" in question.prompt)
    assert check_person("Rev. William Smith", father.right, father.relatives).correct
    check = check_person("William Smith Jr.", father.right, father.relatives)
    assert dict(check.detail) == {"named": "sibling"}


def test_detail_of_a_wrong_name():
    """Who was named, where that is somebody known."""
    case = question_about("Charles Darwin", "child")
    assert dict(case.check("Robert Waring Darwin").detail) == {"named": "other_parent"}
    assert dict(case.check("Josiah Wedgwood").detail) == {"named": "grandparent"}
    assert dict(case.check("Susannah Darwin").detail) == {"named": "question_name"}
    assert dict(case.check("Isaac Newton").detail) == {"named": None}
    control = question_about("Charles Darwin", "parent")
    assert dict(control.check("Susan Darwin").detail) == {"named": "sibling"}
    assert dict(control.check("Charles Darwin").detail) == {"named": "question_name"}
    assert dict(control.check("x" * 5000).detail) == {"named": None}


def test_few_slips_in_a_name_are_overlooked():
    """Of single slips in a name only those that make another recorded spelling are right: hardly any."""
    asked = [
        question for ask in ("parent", "child") for role in ("father", "mother") for question in questions(ask, role)
    ]
    slips = [
        (question, slip) for question in asked for slip in slips_of(question.answer) if not same(slip, question.answer)
    ]
    right = [slip for question, slip in slips if find(slip, question.right)]
    assert len(right) < len(slips) / 1000


def test_details_are_json():
    """What the verifier says of wrong answers can be written down."""
    case = parents.draw({}, 0, 0)
    for wrong in ("", "x", case.input, *case.lures.values()):
        assert json.loads(json.dumps(dict(case.check(wrong).detail))) == case.check(wrong).detail


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ask": "aunt"}, "ask='aunt': must be one of 'parent', 'child'"),
        ({"role": "uncle"}, "role='uncle': must be one of 'father', 'mother'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        parents.draw(params, 0, 0)
