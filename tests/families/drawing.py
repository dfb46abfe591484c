"""What the tests of several families draw."""

from collections.abc import Mapping
from typing import Any

from pytest_ood import Case, Task


def pairs(task: Task, params: Mapping[str, Any], count: int = 1000) -> list[tuple[Case, Case]]:
    """The first cases of both arms."""
    return [(task.draw({**params, **task.control}, 0, draw), task.draw(params, 0, draw)) for draw in range(count)]
