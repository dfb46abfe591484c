"""The config `cases`: the questions of a dataset alone, each distinct case once.

Two draws of a task that ask the same question and expect the same answer are one case, whoever was asked and however.
"""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
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
#: What tells one case from another; `key` makes one short value of it.
NAMES = ("task", "task_version", "prompt_sha256", "answer_expected")
_IN_INFO = (
    *("arm", "seed", "draw", "prompt_sha256", "lures"),
    *("task", "task_version", "family", "params", "control_params"),
)
_READ = (*_IN_INFO, "id", "messages", "question", "answer_expected", "answer_unique")


def key(task: str, task_version: int, prompt_sha256: str, answer: str) -> bytes:
    """Return what names a distinct case."""
    named = f"{task}\0{task_version}\0{prompt_sha256}\0{answer}"
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
        ValueError: `info` is not the JSON object that it should be.
    """
    told = json.loads(info)
    try:
        return key(told["task"], told["task_version"], told["prompt_sha256"], answer)
    except KeyError as error:
        raise ValueError(f"{error} is missing") from error


def keys_of_cases(path: Path) -> Iterator[bytes]:
    """Yield the key of every row in a file of cases."""
    for batch in scan_cases(path):
        yield from map(key_of_case, batch["answer"], batch["info"])


class CaseWriter:
    """Writes the distinct cases of a run to a file of the config `cases`, if there are any.

    known: the keys of the cases that the dataset has; those that are written are added.
    """

    def __init__(self, path: Path, known: set[bytes], even_empty: bool = False) -> None:
        """Begin with nothing written; `even_empty` makes the file at once, to say what the columns are."""
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
        """Add what is new in some traces that have been checked, given column by column."""
        fresh = []
        for row, case in enumerate(map(key, *(columns[name] for name in NAMES))):
            if case not in self.known:
                self.known.add(case)
                fresh.append(row)
        if fresh:
            if len(fresh) < len(columns["id"]):
                columns = {name: [columns[name][row] for row in fresh] for name in _READ}
            if self._writer is None:
                self._open()
            # What is made of checked traces needs no check of its own.
            self._writer.write_table(tables.unchecked(_cases(columns), "case"))

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = tables.writer(self.path, "case")


def write_cases(traces: Path, path: Path, known: set[bytes], even_empty: bool = False) -> None:
    """Write to `path` the cases of a file of traces that are not in `known`, and add them to it."""
    with CaseWriter(path, known, even_empty) as cases:
        for batch in scan(traces, _READ):
            cases.add(batch)


def _cases(traces: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The columns of the cases that some traces asked, a case for each trace."""
    asked = [traces[name] for name in ("messages", "question", "prompt_sha256")]
    conversations = list(map(conversation, *asked))
    # A conversation that broke off early has one question; the expected answer still has those of all turns.
    dialogues = [
        len(turns) > 2 or len(split(answer)) > 1
        for turns, answer in zip(conversations, traces["answer_expected"], strict=True)
    ]
    return {
        "question": [turns[0][1] for turns in conversations],
        "answer": list(traces["answer_expected"]),
        "unique": list(traces["answer_unique"]),
        "info": list(map(_info, dialogues, *(traces[name] for name in _IN_INFO))),
    }


def _info(dialogue: bool, arm: str, seed: int, draw: int, prompt_sha256: str, lures: str, *of_task: Any) -> str:
    """Where a case comes from, as JSON; put together from parts, since most of it is the same in many rows."""
    return (
        f'{{{_json_of_task(*of_task)},"arm":"{arm}","seed":{seed},"draw":{draw},"prompt_sha256":"{prompt_sha256}",'
        f'"lures":{_json(lures)},"dialogue":{"true" if dialogue else "false"}}}'
    )


@functools.lru_cache(maxsize=1024)
def _json_of_task(task: str, task_version: int, family: str, params: str, control_params: str | None) -> str:
    named = canonical({"task": task, "task_version": task_version, "family": family})
    return f'{named[1:-1]},"params":{_json(params)},"control_params":{_json(control_params)}'


def _json(text: str | None) -> str:
    """A JSON text as a part of another; it need not be JSON in a file that was changed by hand."""
    if text is None:
        return "null"
    try:
        _STRICT.decode(text)
    except (ValueError, RecursionError):
        return canonical(text)
    return text


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_STRICT = json.JSONDecoder(parse_constant=_refuse)
