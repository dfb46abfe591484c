"""What was asked, read from the messages of a row."""

from typing import Any

import pytest

from pytest_ood.evidence.questions import conversation, last_question
from pytest_ood.text.canonical import digest


def user(text: Any) -> dict[str, Any]:
    """What a user says."""
    return {"role": "user", "content": text}


def model(text: str) -> dict[str, Any]:
    """What a model answers."""
    return {"role": "assistant", "content": text}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([user("What?\n\nReally?\n\nAnswer like this.")], "What?\n\nReally?"),
        ([user("What?")], "What?"),
        ([user("First?"), model("Yes.\n\nReally."), user("Second?\n\nAnswer."), model("No.\n\nReally.")], "Second?"),
        ([user("First?"), user(None), user(3)], "First?"),
        ([user("First?"), "text", None, {}], "First?"),
        ([model("Yes.")], ""),
        ([], ""),
        (None, ""),
        ("text", ""),
        (3, ""),
    ],
)
def test_the_last_question(messages: Any, expected: str) -> None:
    """Of the user, without its last paragraph; messages may be anything."""
    assert last_question(messages) == expected


def test_a_conversation_begins_with_the_question_of_the_case() -> None:
    """The exchanges before it are left out; of what follows, later questions lose the paragraph that was added."""
    messages = [
        {"role": "system", "content": "Be brief."},
        user("Capital?\n\nAnswer."),
        model("Paris.\n\nIndeed."),
        user("What?\n\nAnswer."),
        model("This.\n\nIndeed."),
        user("And then?\n\nReally?\n\nAnswer."),
        model("That.\n\nIndeed."),
        user("Why?"),
    ]
    row = {"messages": messages, "prompt_sha256": digest("What?"), "question": "Why?"}
    assert conversation(row) == [
        ("user", "What?"),
        ("assistant", "This.\n\nIndeed."),
        ("user", "And then?\n\nReally?"),
        ("assistant", "That.\n\nIndeed."),
        ("user", "Why?"),
    ]


def test_a_question_is_looked_for_eight_paragraphs_deep() -> None:
    """A strategy that adds more than that hides it."""
    for added, found in ((8, "What?"), (9, "as the row has it")):
        row = {
            "messages": [user("What?" + "\n\nThink." * added)],
            "prompt_sha256": digest("What?"),
            "question": "as the row has it",
        }
        assert conversation(row) == [("user", found)]
