"""Right answers are right in every dress, lures are lures in every dress, and no dress makes a wrong answer right."""

import pytest

from pytest_ood.answers import split, wrap
from pytest_ood.case import Case
from pytest_ood.certify import Subject, certify, draw_arms
from pytest_ood.certify.dresses import OF_KIND
from pytest_ood.certify.forms import forms
from pytest_ood.certify.wrong_strings import dressed_cases, wrong_strings
from pytest_ood.evidence.judging import judge
from pytest_ood.families import tasks
from pytest_ood.models.request import Answer
from pytest_ood.tasks import task
from tests.certify.spelling import CONTROL, SHIFT

CASES = [bundled.draw(params, 0, draw) for bundled in tasks() for params in ({}, bundled.control) for draw in range(10)]


def outcome(case, given):
    """The outcome of an answer between answer tags; of a dialogue turn by turn."""
    turns = split(given) if case.reply is not None else [given]
    return judge(case, *[Answer(wrap(turn)) for turn in turns]).outcome


def test_no_right_answer_is_rejected_in_any_dress():
    """All bundled tasks, ten cases of both arms, every dress."""
    tried = [(case, dress, outcome(case, given)) for case, dress, given in dressed_cases(CASES)]
    assert len(tried) > 30 * len(CASES)
    assert [(case.prompt, dress) for case, dress, found in tried if found != "correct"] == []


def test_no_wrong_string_is_accepted():
    """Twenty thousand of them; a million in the benchmarks."""
    assert [
        (case.prompt, given) for case, given in wrong_strings(CASES, 20_000) if outcome(case, given) == "correct"
    ] == []


def test_most_wrong_strings_are_judged_at_all():
    """None is an error of a verifier, and both other outcomes are frequent."""
    found = [outcome(case, given) for case, given in wrong_strings(CASES, 5_000, seed=1)]
    assert set(found) == {"wrong", "unparsed"}
    assert found.count("wrong") > 1_000 < found.count("unparsed")


def found_in(changes):
    """What `forms` finds in a task whose cases have these arguments."""

    @task(control=CONTROL, name="formal")
    def formal(rng, size):
        number = str(rng.integers(1000, 9999))
        return Case(f"Give {number}, size {size}.", **changes(number))

    return {finding.what for finding in forms(draw_arms(Subject(formal, SHIFT, CONTROL), 0))}


def test_a_case_without_a_verifier_has_every_form():
    """Ten lines of a user's task get it for free, with a kind and without."""
    for kind in (None, "number", "text"):
        assert (
            found_in(lambda number, kind=kind: {"answer": number, "kind": kind, "lures": {"off": number[::-1]}})
            == set()
        )


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_kind_promises_its_forms(kind):
    """A verifier of raw text is found out where the answer is written in another way than its own."""
    written = {"number": "1234", "items": "a b c", "grid": "a b\nc d"}[kind]
    assert found_in(lambda _: {"answer": written, "kind": kind}) == set()
    # `text` is read as it stands.
    case = Case("?", written, kind="text")
    assert "wrong" in {outcome(case, dress(written)) for dress in OF_KIND[kind].values()}


def test_a_verifier_that_counts_dress_as_a_part_is_found():
    """It takes whatever is in bold, the lure as well."""
    found = found_in(
        lambda number: {"answer": number, "verify": lambda given: given == number or "*" in given, "lures": {"x": "7"}}
    )
    assert "the lure 'x' is right in another dress: bold" in found


def test_verbatim_answers_have_no_dress():
    """A full stop that is part of the question is a part of the answer."""
    case = Case("Copy this: to be", "to be", kind="verbatim", lures={"stopped": "to be."})
    assert [outcome(case, given) for given in ("to be", "to be.", '"to be"', "**to be**")] == [
        "correct",
        *["wrong"] * 3,
    ]
    assert judge(case, Answer(wrap("to be."))).lure == "stopped"
    assert certify(copying, SHIFT, CONTROL) == []


@task(control=CONTROL)
def copying(rng, size):
    """Copy a word with its full stop, if it has one."""
    word = "".join(rng.choice(list("abcdefghij"), 8)) + "."
    return Case(
        f"Copy this with its mark, in size {size}: {word} Give the word.",
        word,
        lures={"unmarked": word[1:]},
        kind="verbatim",
        input=word,
    )
