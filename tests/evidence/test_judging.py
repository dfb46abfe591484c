"""From an answer to an outcome."""

import pytest

from pytest_ood.case import Case
from pytest_ood.evidence.judging import Judgement, judge
from pytest_ood.models.request import Answer
from pytest_ood.verify import Check

CASE = Case("?", answer="4", lures={"copied": "2 + 2"}, verify=lambda given: Check(given == "4", {"given": given}))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("<answer>4</answer>"), Judgement("correct", "4")),
        (Answer("<answer>5</answer>"), Judgement("wrong", "5", None, {"given": "5"})),
        (Answer("<answer>2 +  2</answer>"), Judgement("wrong", "2 +  2", "copied", {"given": "2 +  2"})),
        (Answer("<answer></answer>"), Judgement("unparsed")),
        (Answer("<answer>**4**</answer>"), Judgement("correct", "4")),
        (Answer("<answer>The answer is 5.</answer>"), Judgement("wrong", "5", None, {"given": "5"})),
        (Answer("<answer>`2 + 2`</answer>"), Judgement("wrong", "2 + 2", "copied", {"given": "2 + 2"})),
        (Answer("4"), Judgement("unparsed")),
        (Answer(""), Judgement("unparsed")),
        (Answer("<answer>4</answer>", finish_reason="length"), Judgement("truncated")),
        (Answer("<answer>4</answer>", finish_reason="content_filter"), Judgement("refused")),
        (Answer("", finish_reason="refusal"), Judgement("refused")),
        (Answer("<answer>4</answer>", error="500"), Judgement("error", detail={"error": "500"})),
        (Answer("<answer>4</answer>", finish_reason=None), Judgement("correct", "4")),
    ],
)
def test_judge(answer, expected):
    """Only what was read and verified is correct or wrong; everything else says what it is."""
    assert expected == judge(CASE, answer)


@pytest.mark.parametrize("check", [Check(False, {"cells": {1}}), Check(True, scores={"part": "most"})])
def test_what_a_verifier_finds_must_fit_into_a_trace(check):
    """Else it is an error of this draw, and not of the whole run."""
    found = judge(Case("?", answer="4", verify=lambda _: check), Answer("<answer>4</answer>"))
    assert found.outcome == "error"
    assert "Error" in found.detail["verifier"]


def test_a_broken_verifier_is_an_error():
    """The model is not to blame for it."""
    broken = Case("?", answer="4", verify=lambda _: 1 / 0)
    found = judge(broken, Answer("<answer>4</answer>"))
    assert found.outcome == "error"
    assert found.detail == {"verifier": "ZeroDivisionError: division by zero"}
