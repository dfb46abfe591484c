"""Draw a published case again from what a row says about it.

Rows come from strangers: nothing is imported by a name in one, parameters are checked before a task is run on them, and
the case must have the prompt that was published.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pytest_ood import families, registry
from pytest_ood.case import Case
from pytest_ood.dataset.elsewhere import why_not_run
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import digest
from pytest_ood.text.words import short_line

# A reward asks for the same case several times in a row.
_KEPT_CASES = 1024


class CaseKey(NamedTuple):
    """What identifies a published case; a row has it under these names.

    Attributes:
        task: the name of its task.
        task_version: the version of the task.
        params: the parameters, as JSON.
        seed: its seed.
        draw: its draw.
        prompt_sha256: the digest of its prompt.
    """

    task: str
    task_version: int
    params: str
    seed: int
    draw: int
    prompt_sha256: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "CaseKey":
        """Return the key of a row.

        Raises:
            DatasetError: a part of it is missing, or has the wrong type.
        """
        values = [row.get(name) for name in cls._fields]
        for name, kind, value in zip(cls._fields, cls.__annotations__.values(), values, strict=True):
            if type(value) is not kind:
                raise DatasetError(f"{name}={short_line(repr(value))}: expected {kind.__name__}", fix="restore the row")
        return cls(*values)  # type: ignore[arg-type]


def case_of(row: Mapping[str, Any]) -> Case:
    """Return the case of a row, drawn again by the installed task.

    Raises:
        DatasetError: the row does not say which case it is, or the case cannot be drawn; the message says why.
    """
    case = drawn(CaseKey.of(row))
    if isinstance(case, str):
        raise DatasetError(case)
    return case


@functools.lru_cache(maxsize=_KEPT_CASES)
def drawn(key: CaseKey) -> Case | str:
    """Return a published case, drawn again by the installed task, or why it cannot be drawn."""
    faults = []
    for task in _installed(key.task):
        if task.version == key.task_version:
            found = _drawn_by(task, key)
            if isinstance(found, Case):
                return found
            faults.append(found)
        else:
            faults.append(f"the task {task.name} is installed in version {task.version}, not {key.task_version}")
    return faults[0] if faults else f"the task {short_line(key.task)} is not installed"


def _installed(name: str) -> Iterator[Task]:
    bundled = families.find(name)
    if bundled is not None:
        yield bundled
    else:
        yield from (found.task for found in _packaged() if found.task.name == name)


# Loading the entry points of all packages takes its time.
_packaged = functools.cache(registry.packaged_tasks)


def _drawn_by(task: Task, key: CaseKey) -> Case | str:
    try:
        why = _why_not_run(task, key.params)
        if why:
            return f"the task {task.name} is not run on parameters of a dataset: {short_line(why)}"
        case = task.draw(json.loads(key.params), key.seed, key.draw)
    except Exception as error:
        return f"the task {task.name} fails on parameters of a dataset: {short_line(repr(error))}"
    return case if digest(case.prompt) == key.prompt_sha256 else f"the task {task.name} draws another prompt"


@functools.lru_cache(maxsize=_KEPT_CASES)
def _why_not_run(task: Task, params: str) -> str:
    """Why a task is not run on parameters; what is tried in another process is tried once."""
    values = json.loads(params)
    return why_not_run(task, values, (0, 0)) if isinstance(values, dict) else "they are not a JSON object"
