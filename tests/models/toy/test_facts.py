"""What is read from a question about a fact that only training can teach."""

import pytest

from pytest_ood.families import reversal
from pytest_ood.models.toy.facts import FactsReader

READER = FactsReader()


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [("What is Bakuve Tolira the composer of?", "work"), ("Who is the composer of Bakuve Tolira?", "composer")],
)
def test_a_question_becomes_what_is_asked_for_and_a_name(question: str, asked_for: str) -> None:
    """Syllable by syllable."""
    expected = [asked_for, "ba", "ku", "ve", "to", "li", "ra", "="]
    assert READER.read(f"{question} Give the name only.") == expected


def test_an_answer_is_written_as_it_was_read() -> None:
    """Two words, each with a capital letter."""
    assert READER.write(READER.tokens("Bakuve Tolira", ""), "") == "Bakuve Tolira"


@pytest.mark.parametrize("question", ["Who is the composer of Bakuve?", "Who is the composer of Aidaaa Stmica?", ""])
def test_names_of_another_kind_are_not_read(question: str) -> None:
    """Nor is anything else."""
    assert READER.read(question) is None


def test_facts_that_are_stated_are_another_kind_of_question() -> None:
    """They have to be looked up in the prompt, which this toy was not trained on."""
    assert READER.read(reversal.fictional_facts.draw({}, 0, 0).prompt) is None
