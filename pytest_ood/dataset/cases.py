"""The config `cases`: only the questions of a dataset, each distinct case once.

Two draws of a task with the same question and the same expected answer are one case, whatever the model and condition.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from pytest_ood.answers import split
from pytest_ood.dataset import tables
from pytest_ood.dataset.folder import batches, opened, scan
from pytest_ood.dataset.questions import conversation
from pytest_ood.text.canonical import canonical

#: The first trace version whose rows come with this config.
SINCE_VERSION = 2
#: The columns that identify a case; `key` turns them into one short value.
NAMES = ("task", "task_version", "prompt_sha256", "answer_expected")
_READ = (
    *("task", "task_version", "family", "params", "control_params", "arm", "seed", "draw", "prompt_sha256", "lures"),
    *("messages", "question", "answer_expected", "answer_unique"),
)
_INFO = ("task", "task_version", "family", "arm", "seed", "draw", "prompt_sha256")
_JSON = ("params", "control_params", "lures")


def key(task: str, task_version: int, prompt_sha256: str, answer: str) -> bytes:
    """Return a digest that identifies a distinct case."""
    identity = f"{task}\0{task_version}\0{prompt_sha256}\0{answer}"
    return hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def keys_of_traces(path: Path) -> Iterator[bytes]:
    """Yield the key of the case of every trace in a file."""
    for batch in scan(path, NAMES):
        yield from map(key, *(batch[name] for name in NAMES))


def scan_cases(path: Path) -> Iterator[dict[str, list[Any]]]:
    """Yield the columns of a file of cases, batch by batch.

    Raises:
        DatasetError: the file cannot be read.
    """
    with opened(path) as file:
        yield from batches(file, file.schema_arrow.names)


def key_of_case(answer: str, info: str) -> bytes:
    """Return the key of a row of the config `cases`.

    Raises:
        ValueError: `info` is not a JSON object with these fields.
    """
    fields = json.loads(info)
    try:
        return key(fields["task"], fields["task_version"], fields["prompt_sha256"], answer)
    except KeyError as error:
        raise ValueError(f"{error} is missing") from error


def keys_of_cases(path: Path) -> Iterator[bytes]:
    """Yield the key of every row in a file of cases."""
    for batch in scan_cases(path):
        yield from map(key_of_case, batch["answer"], batch["info"])


class CaseWriter:
    """Writes the distinct cases of a run to a file of the config `cases`, if there are any.

    Attributes:
        known: the keys of the cases that the dataset has; the keys of those written are added.
    """

    def __init__(self, path: Path, known: set[bytes], even_empty: bool = False) -> None:
        """Start without a file; `even_empty` creates it at once, so that it defines the columns."""
        self.path, self.known = path, known
        self._writer: Any = None
        if even_empty:
            self._open()

    def __enter__(self) -> "CaseWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add the new cases of some traces, given column by column."""
        fresh = []
        for row, case in enumerate(map(key, *(columns[name] for name in NAMES))):
            if case not in self.known:
                self.known.add(case)
                fresh.append(row)
        if fresh:
            self._write(_rows({name: columns[name][row] for name in _READ} for row in fresh))

    def _write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        table = tables.table(columns, "case")
        if self._writer is None:
            self._open()
        self._writer.write_table(table)

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = tables.writer(self.path, "case")


def write_cases(traces: Path, path: Path, known: set[bytes], even_empty: bool = False) -> None:
    """Write the cases of a file of traces that are not in `known` to `path`, and add them to `known`."""
    with CaseWriter(path, known, even_empty) as cases:
        for batch in scan(traces, _READ):
            cases.add(batch)


def _rows(traces: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {"question": [], "answer": [], "unique": [], "info": []}
    for trace in traces:
        turns = conversation(trace)
        answer = trace["answer_expected"]
        info = {name: trace[name] for name in _INFO}
        # A conversation that ended early has one question, but its expected answer covers all turns.
        info["dialogue"] = sum(role == "user" for role, _ in turns) > 1 or len(split(answer)) > 1
        columns["question"].append(turns[0][1])
        columns["answer"].append(answer)
        columns["unique"].append(trace["answer_unique"])
        columns["info"].append(_json(info, {name: trace[name] for name in _JSON}))
    return columns


def _json(info: Mapping[str, Any], texts: Mapping[str, str | None]) -> str:
    try:
        return canonical({**info, **{name: text and json.loads(text) for name, text in texts.items()}})
    except (ValueError, RecursionError):
        # In a file that was edited by hand they may not be JSON.
        return canonical({**info, **texts})
