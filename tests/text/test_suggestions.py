"""What a mistyped name was meant to be."""

from pytest_ood.text.suggestions import did_you_mean

KNOWN = ["direct", "cot", "solver", "program"]


def test_the_nearest_name_is_suggested() -> None:
    """As the end of a message."""
    assert did_you_mean("driect", KNOWN) == "; did you mean direct?"


def test_several_may_be_as_near() -> None:
    """The best first."""
    assert did_you_mean("model_a", ["model_b", "model_a1"]) == "; did you mean model_a1 or model_b?"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    """An empty text, so that the message can go on."""
    assert did_you_mean("xyz", KNOWN) == did_you_mean("", KNOWN) == did_you_mean("direct", []) == ""
