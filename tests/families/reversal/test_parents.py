"""Parents and children, looked up again in the raw file."""

import json
import re
import unicodedata
from statistics import fmean

import pytest

from pytest_ood.certify import same
from pytest_ood.families.reversal.parents import parents, questions, without_title
from tests.families.drawing import pairs
from tests.families.raw_data import raw
from tests.families.reversal.slips import slips_of

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (parents, {"ask": "child"}, "01e52bcfc0b63344d67405e3331fb2add78d7fc1f6aeaec277e9c43ee53e3ed3"),
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
    assert len(known) >= 80
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


@pytest.mark.parametrize("ask", ["parent", "child"])
def test_parents_are_what_the_file_says(ask):
    """Looked up in the raw file: who is asked about, who is right, and whom the lures name."""
    known = {row[0][0][0]: row for row in rows()}
    asked = set()
    for draw in range(2000):
        case = parents.draw({"ask": ask}, 4, draw)
        twin = parents.draw({"ask": {"parent": "child", "child": "parent"}[ask]}, 4, draw)
        child = (case if ask == "parent" else twin).input
        row = known[child]
        role = 0 if (case if ask == "child" else twin).input == row[2][0][0] else 1
        parent, other = row[2 + 2 * role][0], row[4 - 2 * role][0]
        asked.add(case.prompt)
        assert other[0] == case.lures["other_parent"] == next(iter(case.lures.values()))
        if ask == "parent":
            year, word = row[1][0][0], ("father", "mother")[role]
            assert case.prompt == f"Who was the {word} of {child} (died {year})? Give the name only."
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
    assert len(asked) == 2 * len(known)


def test_parents_pairs_match():
    """Both arms ask about the same two people; lengths agree; fathers and mothers are asked for alike."""
    drawn = pairs(parents, {"ask": "child"})
    for control, shift in drawn:
        assert shift.check(control.input).correct
        assert control.check(shift.input).correct
    for measure, most in ((lambda case: len(case.answer), 1.6), (lambda case: len(case.prompt), 4)):
        control, shift = (fmean(measure(pair[arm]) for pair in drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=most)
    assert fmean("mother" in control.prompt for control, _ in drawn) == pytest.approx(0.5, abs=0.06)


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
    asked = [question for ask in ("parent", "child") for question in questions(ask)]
    slips = [
        (question, slip) for question in asked for slip in slips_of(question.answer) if not same(slip, question.answer)
    ]
    right = [slip for question, slip in slips if without_title(slip) in question.right]
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
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        parents.draw(params, 0, 0)
