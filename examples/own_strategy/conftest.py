"""A model that answers rightly once it has a plan."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pytest_ood import Message


def planner(messages: Sequence[Message]) -> str:
    """Copies the word, unless it has said before what it will do."""
    said = "\n".join(message["content"] for message in messages)
    word = re.findall(r"word backward: (\w+)", said)[-1]
    if "Do not give it yet" in messages[-1]["content"]:
        return "I will write the letters of the word from the last to the first."
    return f"<answer>{word[::-1] if messages[-1]['content'].startswith('Go ahead') else word}</answer>"


@pytest.hookimpl(optionalhook=True)  # so that these tests also run without the plugin
def pytest_ood_model(name: str, args: dict[str, Any]) -> Callable[[Sequence[Message]], str] | None:
    """Provide the model for ``--ood-model=planner``."""
    return planner if name == "planner" else None
