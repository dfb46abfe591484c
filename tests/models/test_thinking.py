"""Which models think by themselves: by litellm's own table, and by the arguments of a call."""

from typing import Any

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.fake import FakeModel
from pytest_ood.models.litellm_model import LiteLLMModel

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]


@pytest.mark.parametrize(
    ("name", "thinks"),
    [
        ("o3-mini", True),
        ("openai/gpt-5-mini", True),
        ("gemini/gemini-2.5-pro", True),
        ("gpt-4o", False),
        # They can, and do so only if they are told to.
        ("gpt-5.1", False),
        ("anthropic/claude-sonnet-4-5", False),
        ("bedrock/anthropic.claude-3-7-sonnet-20250219-v1:0", False),
        # Nobody knows.
        ("openai/some-model", False),
        ("no-provider", False),
    ],
)
def test_a_model_that_nobody_tells_to_think(name: str, thinks: bool) -> None:
    """No key is needed to know, and no call."""
    assert LiteLLMModel(name, {}).thinks({}) is thinks


@pytest.mark.parametrize(
    ("args", "thinks"),
    [
        ({"reasoning_effort": "low"}, True),
        ({"reasoning_effort": {"effort": "high", "summary": "detailed"}}, True),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, True),
        ({"thinking": True}, True),
        ({"reasoning_effort": "none"}, False),
        ({"reasoning_effort": "disable"}, False),
        ({"thinking": {"type": "disabled"}}, False),
        ({"thinking": False}, False),
    ],
)
def test_an_argument_decides(args: dict[str, Any], thinks: bool) -> None:
    """Whatever the table says."""
    for name in ("o3-mini", "gpt-4o", "openai/some-model"):
        assert LiteLLMModel(name, {}).thinks(args) is thinks


def test_a_fake_does_not_think() -> None:
    """Nor does any other model that says nothing about it."""
    assert not FakeModel("fake/oracle", {}).thinks({"reasoning_effort": "high"})
