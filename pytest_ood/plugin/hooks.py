"""The hooks that a conftest.py or another plugin can implement."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_ood.asking.strategies import Strategy
    from pytest_ood.models.base import Model
    from pytest_ood.models.request import Answer, Message


@pytest.hookspec(firstresult=True)
def pytest_ood_model(
    name: str, args: "Mapping[str, Any]"
) -> "Callable[[Sequence[Message]], str | Answer | Awaitable[str | Answer]] | Model | None":
    """Provide the model called `name` by ``--ood-model``. Implementations take precedence over the package's models.

    Write ``@pytest.hookimpl(optionalhook=True)`` on the implementation, so that the suite also runs without the plugin.

    Args:
        name: the name as it was typed.
        args: the arguments given with ``--ood-model-arg``.

    Returns:
        A function from the messages of a conversation to the text of the answer, or a `pytest_ood.Model`, or None to
        leave the name to others. A plain function runs on a thread, an ``async`` one on the event loop; it may return a
        `pytest_ood.Answer` to report tokens and cost as well. The function's code is part of the key under which the
        store keeps an answer: edit the code, and the questions are asked again.
    """


@pytest.hookspec(firstresult=True)
def pytest_ood_strategy(name: str, args: "Mapping[str, Any]") -> "Strategy | None":
    """Provide the strategy called `name` by ``--ood-strategy``. Implementations take precedence over the package's own.

    Write ``@pytest.hookimpl(optionalhook=True)`` on the implementation, so that the suite also runs without the plugin.

    Args:
        name: the name as it was typed.
        args: the arguments given with ``--ood-strategy-arg NAME.ARGUMENT=VALUE``, by the names of the arguments.

    Returns:
        A `pytest_ood.Strategy`, or None to leave the name to others.
    """
