"""Answers of ten million characters."""

import pytest

from pytest_ood.families.shortcuts.domain_dress import domain_dress
from pytest_ood.families.shortcuts.path_star import path_star
from pytest_ood.families.shortcuts.sentiment import sentiment
from pytest_ood.families.shortcuts.sibling_discovery import sibling_discovery


@pytest.mark.parametrize(
    ("task", "params"),
    [
        (path_star, {}),
        (sentiment, {}),
        (domain_dress, {}),
        (sibling_discovery, {}),
    ],
)
def test_hostile_answers_are_wrong_at_once(task, params):
    """10 MB of the right answer, of separators or of digits is wrong."""
    case = task.draw(params, 0, 0)
    for unit in (case.answer + " ", case.answer + "\n", "->", ", ", " ", "\n", "9", "."):
        hostile = unit * (10_000_000 // len(unit))
        assert not case.check(hostile).correct
        assert not case.check(case.answer + hostile, [hostile]).correct
