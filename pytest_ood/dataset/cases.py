"""The config `cases`: only the questions of a dataset, each distinct case once.

Two draws of a task with the same question and the same expected answer are one case, whatever the model and condition.
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
from pytest_ood.dataset.columns import batches
from pytest_ood.dataset.folder import opened, scan
from pytest_ood.evidence.questions import conversation
from pytest_ood.text.canonical import canonical

#: The first trace version whose rows come with this config.
SINCE_VERSION = 2
#: The columns that identify a case; `key` turns them into one short value.
NAMES = ("task", "task_version", "prompt_sha256", "answer_expected")
_IN_INFO = (
    *("arm", "seed", "draw", "prompt_sha256", "lures"),
    *("task", "task_version", "family", "params", "control_params"),
)
_IN_CONVERSATION = ("messages", "question", "prompt_sha256")
_READ = (*_IN_INFO, "messages", "question", "answer_expected", "answer_unique")


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
        """Add the new cases of some traces, given column by column. The traces are known to follow their schema."""
        fresh = []
        for row, case in enumerate(map(key, *(columns[name] for name in NAMES))):
            if case not in self.known:
                self.known.add(case)
                fresh.append(row)
        if fresh:
            if self._writer is None:
                self._open()
            cases = _cases({name: [columns[name][row] for row in fresh] for name in _READ})
            self._writer.write_table(tables.unchecked(cases, "case"))

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = tables.writer(self.path, "case")


def write_cases(traces: Path, path: Path, known: set[bytes], even_empty: bool = False) -> None:
    """Write the cases of a file of traces that are not in `known` to `path`, and add them to `known`."""
    with CaseWriter(path, known, even_empty) as cases:
        for batch in scan(traces, _READ):
            cases.add(batch)


def _cases(traces: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The columns of the cases of some traces, one for each trace."""
    fields = zip(*(traces[name] for name in _IN_CONVERSATION), strict=True)
    conversations = [conversation(dict(zip(_IN_CONVERSATION, values, strict=True))) for values in fields]
    # A conversation that ended early has one question, but its expected answer covers all turns.
    dialogues = [
        sum(role == "user" for role, _ in turns) > 1 or len(split(answer)) > 1
        for turns, answer in zip(conversations, traces["answer_expected"], strict=True)
    ]
    return {
        "question": [turns[0][1] for turns in conversations],
        "answer": traces["answer_expected"],
        "unique": traces["answer_unique"],
        "info": list(map(_info, dialogues, *(traces[name] for name in _IN_INFO))),
    }


def _info(dialogue: bool, arm: str, seed: int, draw: int, prompt_sha256: str, lures: str, *of_task: Any) -> str:
    """The origin of a case as JSON. It is built from parts because most of it is the same in many rows."""
    return (
        f'{{{_json_of_task(*of_task)},"arm":"{arm}","seed":{seed},"draw":{draw},"prompt_sha256":"{prompt_sha256}",'
        f'"lures":{_json(lures)},"dialogue":{"true" if dialogue else "false"}}}'
    )


@functools.lru_cache(maxsize=1024)
def _json_of_task(task: str, task_version: int, family: str, params: str, control_params: str | None) -> str:
    members = canonical({"task": task, "task_version": task_version, "family": family})[1:-1]
    return f'{members},"params":{_json(params)},"control_params":{_json(control_params)}'


def _json(text: str | None) -> str:
    """A JSON text as part of another. In a file that was edited by hand it may not be JSON; then it is a string."""
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
