"""A model of your own: anything that turns the messages of a conversation into a text."""

import re
from collections.abc import Callable, Sequence

import pytest

from pytest_ood import Message


def clockwork(messages: Sequence[Message]) -> str:
    """A clock that knows only the Earth."""
    question = messages[-1]["content"]
    start, wait = (int(number) for number in re.findall(r"It is (\d+) .* (\d+) hours later", question)[0])
    return f"<answer>{(start + wait) % 24}</answer>"


@pytest.hookimpl(optionalhook=True)  # so that these tests also run without the plugin
def pytest_ood_model(name: str) -> Callable[[Sequence[Message]], str] | None:
    """Provide the model for ``--ood-model=clockwork``."""
    return clockwork if name == "clockwork" else None
