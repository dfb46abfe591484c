"""What is read from a question about a row of cells."""

import pytest

from pytest_ood.families import grids
from pytest_ood.models.toy.automata import AutomataReader
from pytest_ood.models.toy.reading import NotTrained

READER = AutomataReader()


@pytest.mark.parametrize("wording", [0, 1, 2])
@pytest.mark.parametrize("rule", [28, 90, 110])
@pytest.mark.parametrize("width", [8, 16, 96])
def test_a_question_becomes_the_rule_and_the_row(wording: int, rule: int, width: int) -> None:
    """In every wording, and nothing else goes into the tokens."""
    for draw in range(3):
        case = grids.elementary_ca.draw({"rule": rule, "width": width, "wording": wording}, 7, draw)
        assert case.inputs is not None
        assert READER.read(case.prompt) == [f"rule {rule}", *case.inputs["row"], "="]


def test_an_answer_is_written_as_it_was_read() -> None:
    """Cells in one line."""
    assert READER.write(READER.tokens("01101", ""), "") == "01101"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"rule": 30}, "trained on rule 28, rule 90 and rule 110, not on rule 30"),
        ({"steps": 2}, "trained on 1 step, not on 2"),
        ({"boundary": "zeros"}, "trained on rings, not on rows with ends"),
    ],
)
def test_what_was_never_shown_is_refused(params: dict[str, int | str], reason: str) -> None:
    """With what was shown instead."""
    with pytest.raises(NotTrained, match=reason):
        READER.read(grids.elementary_ca.draw(params, 0, 0).prompt)


def test_other_questions_are_not_read() -> None:
    """A board of cells is not a row of them."""
    assert READER.read(grids.life.draw({}, 0, 0).prompt) is None
    assert READER.read("What is the capital of France?") is None
