"""What is not in the form asked is unparsed, and never wrong."""

import pytest

from pytest_ood.answers import wrap
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.errors import CaseError
from pytest_ood.evidence.judging import judge
from pytest_ood.models.request import Answer
from pytest_ood.verify import Check


def judged(case, *turns):
    """The judgement of the answers of all turns."""
    return judge(case, *[Answer(wrap(turn)) for turn in turns])


@pytest.mark.parametrize(
    ("case", "given", "expected"),
    [
        (Case("?", "23", kind="number"), "**23.0**", "correct"),
        (Case("?", "23", kind="number"), "24", "wrong"),
        (Case("?", "23", kind="number"), "23.5", "wrong"),
        (Case("?", "23", kind="number"), "twenty-three", "unparsed"),
        (Case("?", "23", kind="number"), "23 or 24", "unparsed"),
        # A number that was not declared as one may be a word.
        (Case("?", "23"), "23.0", "correct"),
        (Case("?", "23"), "none", "wrong"),
        (Case("?", "23", kind="text"), "23.0", "wrong"),
        (Case("?", "a b c", kind="items"), "a, b and c", "correct"),
        (Case("?", "a b c", kind="items"), "a, c and b", "wrong"),
        (Case("?", "10\n01", kind="grid"), "| 1 | 0 |\n|---|---|\n| 0 | 1 |", "correct"),
        (Case("?", "10\n01", kind="grid"), "1 0 1\n0 1 0", "wrong"),
        (Case("?", "10\n01", kind="grid"), "10 01", "unparsed"),
        (Case("?", "10\n01", kind="grid"), "I cannot\nsay that.", "unparsed"),
    ],
)
def test_form(case, given, expected):
    """Case by case."""
    assert judged(case, given).outcome == expected


def test_a_lure_is_wrong_in_whatever_form():
    """An unfilled grid is no grid of digits, and still what a shortcut gives."""
    case = Case("?", "23", kind="number", lures={"says_none": "none"})
    assert (judged(case, "**None.**").outcome, judged(case, "**None.**").lure) == ("wrong", "says_none")


def test_a_verifier_can_say_that_it_cannot_read_an_answer():
    """`Check.unparsed` in every reading; one reading that it can read is enough to be wrong."""

    def verify(given):
        return Check(given == "yes") if given in ("yes", "no") else Check.unparsed(not_a_label=given)

    case = Case("?", "yes", verify=verify)
    assert [judged(case, given).outcome for given in ("`yes`", "`no`", "perhaps")] == ["correct", "wrong", "unparsed"]
    judgement = judged(case, "**perhaps**")
    assert (judgement.given, dict(judgement.detail)) == ("perhaps", {"not_a_label": "perhaps"})


def test_the_last_turn_of_a_dialogue_decides():
    """A form that is missed earlier is the verifier's business."""
    case = Dialogue("?", reply=lambda given: "?" if len(given) == 1 else None, answers=["1", "2"], kind="number")
    assert judged(case, "+1", "2.0").outcome == "correct"
    assert judged(case, "1", "3").outcome == "wrong"
    assert judged(case, "1", "none").outcome == "unparsed"


def test_an_unknown_kind_is_an_error():
    """At once, with the ones that there are."""
    with pytest.raises(CaseError, match="choose from number, items, grid, text, verbatim"):
        Case("?", "1", kind="figure")
