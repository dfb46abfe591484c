"""What the dialogues of the family share."""

import pytest

from pytest_ood import answers
from pytest_ood.families.chains.conversations import next_message, total_length


def test_messages_follow_one_another():
    """One after each answer, none after the last."""
    messages = ["first", "second", "third"]
    assert [next_message(["x"] * count, messages) for count in (1, 2, 3, 4)] == ["second", "third", None, None]


@pytest.mark.parametrize("given", [["XII"], ["", ""], ["a", "", "b c\nd"]])
def test_the_length_is_that_in_a_trace(given):
    """Where the answers of all turns are one text."""
    assert total_length(given) == len(answers.join(given))
