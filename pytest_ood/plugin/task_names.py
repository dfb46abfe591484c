"""Check that no two tasks in a session share a name."""

from pytest_ood.plugin.probes import ProbeError
from pytest_ood.registry import same_task, where_defined
from pytest_ood.tasks import Task


class TaskNames:
    """The tasks of a session by name."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def check(self, node_id: str, task: Task) -> None:
        """Register the task of a probe.

        Raises:
            ProbeError: Another task of this session has the same name.
        """
        first = self._tasks.setdefault(task.name, task)
        if not same_task(first, task):
            places = f"{where_defined(first)} and {where_defined(task)}"
            raise ProbeError(
                f"{node_id}: two tasks are named {task.name}, {places}: their seeds and answers would be the same",
                fix="rename one with name=",
            )
