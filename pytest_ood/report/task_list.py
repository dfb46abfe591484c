"""The list of installed tasks: text for a terminal, JSON types for programs."""

import inspect
import itertools
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_ood.registry import InstalledTask, where_defined
from pytest_ood.text.canonical import canonical
from pytest_ood.text.printable import printable

_INDENT, _LABELS = 4, 9
# Not after "et al.".
_FIRST_SENTENCE = re.compile(r"(?<!\bal)\.\s+(?=[A-Z])")


def task_row(installed: InstalledTask) -> dict[str, Any]:
    """Return everything a program may want to know about a task, as JSON types.

    A parameter without a default has no ``default``; a default that is not JSON is given by its ``repr``.
    """
    task = installed.task
    return {
        "name": task.name,
        "family": task.family,
        "version": task.version,
        "parameters": [
            {"name": name} | ({} if parameter.default is parameter.empty else {"default": _plain(parameter.default)})
            for name, parameter in task.parameters.items()
        ],
        "control": {name: _plain(value) for name, value in task.control.items()},
        "cases": task.cases,
        "source": _source(installed),
        "license": getattr(task, "license", None),
        "distribution": installed.distribution,
        "module": task.function.__module__,
        "defined_at": where_defined(task),
    }


def task_lines(tasks: Iterable[InstalledTask], width: int) -> Iterator[str]:
    """Yield the lines of a list of tasks by family, none wider than `width` where words allow it."""
    by_family: dict[str, list[InstalledTask]] = {}
    for installed in tasks:
        by_family.setdefault(installed.task.family, []).append(installed)
    for family, members in by_family.items():
        yield printable(family)
        for installed in members:
            yield from _block(installed, width)
        yield ""


def _block(installed: InstalledTask, width: int) -> Iterator[str]:
    row = task_row(installed)
    parameters = [f"{one['name']}={one['default']!r}" if "default" in one else one["name"] for one in row["parameters"]]
    yield from _wrapped(f"{row['name']}({', '.join(parameters)})", width, 2, 2 + _INDENT)
    facts: Mapping[str, str] = {
        "twin": ", ".join(f"{name}={value!r}" for name, value in row["control"].items()),
        "rows": _rows(row),
        "source": _FIRST_SENTENCE.split(row["source"], maxsplit=1)[0].removesuffix("."),
        "from": f"{row['distribution']}, {row['module']}",
    }
    for label, text in facts.items():
        if text:
            yield from _wrapped(f"{label:{_LABELS}}{text}", width, _INDENT, _INDENT + _LABELS)


def _rows(row: Mapping[str, Any]) -> str:
    return "" if row["cases"] is None else f"{row['cases']:,}, licence {row['license'] or 'not declared'}"


def _wrapped(text: str, width: int, first: int, rest: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _source(installed: InstalledTask) -> str:
    """The task's `source`, or the paragraph of its docstring that names one."""
    if installed.task.source:
        return installed.task.source
    lines = (inspect.getdoc(installed.task.function) or "").splitlines()
    paragraph = itertools.takewhile(str.strip, itertools.dropwhile(lambda line: not line.startswith("Source:"), lines))
    return re.sub(r"^Source:\s*", "", " ".join(line.strip() for line in paragraph))


def _plain(value: Any) -> Any:
    try:
        canonical(value)
    except (TypeError, ValueError):
        return repr(value)
    return value
