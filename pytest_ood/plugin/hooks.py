"""The hooks that a conftest.py or a plugin may implement."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_ood.models.base import Model
    from pytest_ood.models.request import Answer, Message


@pytest.hookspec(firstresult=True)
def pytest_ood_model(
    name: str, args: "Mapping[str, Any]"
) -> "Callable[[Sequence[Message]], str | Answer | Awaitable[str | Answer]] | Model | None":
    """Provide the model called `name` by ``--ood-model``.

    Return a function from the messages of a conversation to the text of the answer (a plain function runs in a thread,
    an ``async`` one on the event loop; it may return a `pytest_ood.Answer` to tell tokens and cost too), or a
    `pytest_ood.Model`, or None to leave the name to others. Asked before the package's own models.

    args: the arguments given with ``--ood-model-arg``.
    """
