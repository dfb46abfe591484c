"""The installed tasks: those of this package, and those that other packages provide through an entry point.

[project.entry-points.pytest_ood]
clocks = "my_package.clocks"            # a module: each of its tasks
later = "my_package.clocks:later"       # or one task
"""

import inspect
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

from pytest_ood import families
from pytest_ood.errors import OodError
from pytest_ood.rows.task import RowsTask
from pytest_ood.tasks import Task
from pytest_ood.text.suggestions import did_you_mean

GROUP = "pytest_ood"
OURS = "pytest-ood"


class RegistryError(OodError):
    """No installed task has this name, or two of them have it."""


class BrokenEntryPoint(UserWarning):
    """An installed package offers tasks that cannot be loaded; the message names it."""


@dataclass(frozen=True, slots=True)
class InstalledTask:
    """A task and the distribution that provides it."""

    task: Task
    distribution: str


def installed_tasks() -> list[InstalledTask]:
    """Return every installed task: the bundled ones first, then those of other packages.

    An entry point that cannot be loaded is skipped with a `BrokenEntryPoint` warning.

    Raises:
        RegistryError: Two different tasks have the same name.
    """
    found: dict[str, InstalledTask] = {}
    for installed in [*(InstalledTask(task, OURS) for task in families.tasks()), *packaged_tasks()]:
        first = found.setdefault(installed.task.name, installed)
        if not same_task(first.task, installed.task):
            raise _clash(first, installed)
    return list(found.values())


def find_task(name: str, among: Sequence[InstalledTask] | None = None) -> InstalledTask:
    """Return the installed task of this name.

    Args:
        name: `Task.name`.
        among: The result of an earlier call of `installed_tasks`, if there is one.

    Raises:
        RegistryError: There is no such task, or there are two.
    """
    tasks = {installed.task.name: installed for installed in (installed_tasks() if among is None else among)}
    if name in tasks:
        return tasks[name]
    near = did_you_mean(name, tasks, cutoff=0.75)
    raise RegistryError(f"{name}: unknown task{near}", fix="" if near else "`pytest-ood tasks` lists them all")


def packaged_tasks() -> list[InstalledTask]:
    """Return the tasks that other installed packages provide, each object once; names may clash.

    An entry point that cannot be loaded is skipped with a `BrokenEntryPoint` warning.
    """
    found: dict[int, InstalledTask] = {}
    # The order of `sys.path` differs between machines; this order does not.
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda entry: (_distribution(entry), entry.name)):
        try:
            tasks = list(_tasks_of(entry.load()))
        except (Exception, SystemExit) as error:
            _warn(entry, f"{type(error).__name__}: {error}")
            continue
        if not tasks:
            _warn(entry, "it names neither a task nor a module that has tasks")
        for task in tasks:
            found.setdefault(id(task), InstalledTask(task, _distribution(entry)))
    return list(found.values())


def same_task(one: Task, other: Task) -> bool:
    """Return whether two task objects draw the same cases and judge them in the same way.

    They do if they are two loads of one file, one function with different twins, or the same rows.
    """
    if isinstance(one, RowsTask) and isinstance(other, RowsTask):
        return one.digest == other.digest and (one.verify == other.verify or one.place == other.place)
    return one == other or (one.function is other.function and one.version == other.version)


def where_defined(task: Task) -> str:
    """Return where a task is defined as ``FILE:LINE``, or the name of its module if its source has no lines."""
    if isinstance(task, RowsTask):
        return task.place
    code = getattr(inspect.unwrap(task.function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else task.function.__module__


def _tasks_of(named: object) -> Iterator[Task]:
    candidates: Iterable[object] = vars(named).values() if isinstance(named, ModuleType) else [named]
    return (candidate for candidate in candidates if isinstance(candidate, Task))


def _distribution(entry: metadata.EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else ""


def _warn(entry: metadata.EntryPoint, why: str) -> None:
    text = f"{_distribution(entry)}: entry point {entry.name} = {entry.value} brings no tasks ({why})"
    warnings.warn(text, BrokenEntryPoint, stacklevel=3)


def _clash(one: InstalledTask, other: InstalledTask) -> RegistryError:
    places = " and ".join(f"{where_defined(found.task)} ({found.distribution})" for found in (one, other))
    what = f"{one.task.name}: two different tasks have this name, {places}"
    return RegistryError(what, fix="rename one with name=, or remove a package")
