"""A task made of a list of rows: finite, asked in an order keyed by the seed, pickled as a file of its rows."""

import contextlib
import dataclasses
import functools
import hashlib
import json
import pickle
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.errors import TaskError
from pytest_ood.rng import generator
from pytest_ood.rows.faults import RowFault, RowsError
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import canonical
from pytest_ood.verify import Check, exact

#: The only parameter of a task of rows, and its values.
QUESTION = "question"
CONTROL, SHIFT = "control", "shift"
# Under the current directory.
FOLDER = Path(".ood/rows")

RowVerifier = Callable[[str, Mapping[str, Any]], Check | bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """One row, ready to be asked.

    Attributes:
        control: The familiar question.
        shift: The same question with one thing moved.
        answers: The right answer to the control question, and to the shifted one.
        lures: Wrong answers to the shifted question, by the name of the shortcut that gives them.
        info: Columns to keep with every wrong answer.
        row: The whole row, if a verifier needs it.
    """

    control: str
    shift: str
    answers: tuple[str, str]
    lures: Mapping[str, str] = field(default_factory=dict)
    info: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] | None = None

    def line(self) -> str:
        """Return the pair as one line of JSON, always the same for the same pair."""
        return canonical(
            {
                "control": self.control,
                "shift": self.shift,
                "answers": list(self.answers),
                "lures": list(map(list, self.lures.items())),
                "info": dict(self.info),
                "row": None if self.row is None else dict(self.row),
            }
        )

    @classmethod
    def from_line(cls, line: str) -> "Pair":
        """Read a pair from its `line`."""
        read = json.loads(line)
        return cls(**{**read, "answers": tuple(read["answers"]), "lures": dict(read["lures"])})


@dataclass(frozen=True, eq=False, kw_only=True)
class RowsTask(Task):
    """A task made of rows by `pairs_task`. Each draw is a different row, the same one in both arms.

    Attributes:
        pairs: The rows.
        digest: SHA-256 of the file in which the rows are stored.
        verify: Judges an answer by its row; None compares it with the row's answer.
        license: The licence of the rows; None if it is not declared.
        place: ``FILE:LINE`` of the call that made the task.
    """

    pairs: Sequence[Pair] = field(repr=False)
    digest: str
    verify: RowVerifier | None = None
    license: str | None = None
    place: str = ""

    def make(self, params: Params, seed: int, draw: int) -> Case:
        """Make the case of the row at this place in the seed's order.

        Raises:
            TaskError: There are not enough rows.
            ValueError: `params` holds a question other than control and shift.
            TypeError: `params` holds another parameter.
        """
        count = len(self.pairs)
        if not 0 <= draw < count:
            raise TaskError(
                f"task {self.name}: there is no draw {draw}; it has {count} rows, each asked once", task=self.name
            )
        pair = self.pairs[_order(self.name, self.version, seed, count)[draw]]
        return make_case(pair, self.verify, self.chance or 0.0, **params)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, RowsTask) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.digest))

    @property
    def _key(self) -> tuple[Any, ...]:
        declared = (self.name, self.family, self.digest, self.chance, self.declared)
        return (*declared, self.verify, self.license, self.source, self.place)

    # A frozen value needs no copy; without these, copying would go through the pickled form.

    def __copy__(self) -> "RowsTask":
        return self

    def __deepcopy__(self, _: object) -> "RowsTask":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the rows in a file under ``.ood/rows`` and pickle the task as that file, its digest and the rest.

        Raises:
            RowsError: The file cannot be written.
            TaskError: `verify` cannot be pickled.
        """
        try:
            pickle.dumps(self.verify)
        except Exception as error:
            raise TaskError(
                f"task {self.name}: verify={self.verify!r} cannot be sent to another process ({error})",
                task=self.name,
                fix="define it with def at the top level of a module",
            ) from error
        keywords = {
            "verify": self.verify,
            "family": self.family,
            "declared": self.declared,
            "chance": self.chance,
            "license": self.license,
            "source": self.source,
            "place": self.place,
            "module": self.function.__module__,
        }
        return _load_task, (str(_keep(self)), self.digest, self.name, keywords)


def make_task(pairs: Sequence[Pair], name: str, module: str, **more: Any) -> RowsTask:
    """Make a task from checked rows; `more` holds the fields of `RowsTask` that are not derived here."""

    def ask(rng: np.random.Generator, question: str = SHIFT) -> Case:
        return make_case(pairs[int(rng.integers(len(pairs)))], more.get("verify"), more.get("chance") or 0.0, question)

    source = f" of {more['source']}" if more.get("source") else ""
    ask.__doc__ = f"{len(pairs)} paired questions{source}, each asked once."
    ask.__name__ = ask.__qualname__ = name.rpartition(".")[2]
    ask.__module__ = module
    # Messages show the signature; types would only make it longer.
    ask.__annotations__ = {}
    digest = hashlib.sha256(_contents(pairs)).hexdigest()
    return RowsTask(
        function=ask,
        name=name,
        control={QUESTION: CONTROL},
        # Other rows are another version. Versions start from 1.
        version=int(digest[:8], 16) or 1,
        cases=len(pairs),
        pairs=tuple(pairs),
        digest=digest,
        **more,
    )


def make_case(pair: Pair, verify: RowVerifier | None, chance: float, question: str = SHIFT) -> Case:
    """Return one of the two questions of a row.

    Raises:
        ValueError: `question` is neither "control" nor "shift".
    """
    if question not in (CONTROL, SHIFT):
        raise ValueError(f"{QUESTION}={question!r}: choose from {CONTROL}, {SHIFT}")
    moved = question == SHIFT
    answer = pair.answers[moved]
    return Case(
        pair.shift if moved else pair.control,
        answer,
        lures=pair.lures if moved else {},
        verify=functools.partial(_judge, pair, answer, verify),
        unique=verify is None,
        chance=chance,
    )


def _judge(pair: Pair, answer: str, verify: RowVerifier | None, given: str) -> Check | bool:
    if verify is None:
        result: Check | bool = exact(given.strip(), answer)
    else:
        result = verify(given, MappingProxyType(dict(pair.row or {})))
    if not pair.info or not isinstance(result, Check | bool):
        return result
    check = result if isinstance(result, Check) else Check(result)
    return dataclasses.replace(check, detail={**check.detail, "info": dict(pair.info)})


@functools.lru_cache(maxsize=16)
def _order(name: str, version: int, seed: int, count: int) -> Sequence[int]:
    """The positions of the rows in the order in which a seed asks them."""
    keys = generator(name, version, seed, 0).random(count)
    return tuple(keys.argsort(kind="stable").tolist())


# The file of the rows.


def _contents(pairs: Sequence[Pair]) -> bytes:
    return "".join(f"{pair.line()}\n" for pair in pairs).encode()


def _keep(task: RowsTask) -> Path:
    """Write the rows unless they are already stored, without ever exposing half a file."""
    path = Path.cwd() / FOLDER / f"{task.digest}.jsonl"
    if path.exists():
        return path
    unfinished = path.with_suffix(f".{secrets.token_hex(6)}.part")
    try:
        _make_folder(path.parent)
        unfinished.write_bytes(_contents(task.pairs))
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        if path.exists():  # another process was faster
            return path
        what = f"the rows of task {task.name} cannot be stored there ({error.strerror or error})"
        fix = "run where .ood/ is writable: other processes read the rows from it"
        raise RowsError(str(path), RowFault(what, fix)) from error
    return path


def _make_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    # As the store does: nothing in here belongs in a repository unless the user wants it there.
    with contextlib.suppress(FileExistsError), (path.parent / ".gitignore").open("x", encoding="utf-8") as file:
        file.write("# Created by pytest-ood.\n*\n")


def _load_task(file: str, digest: str, name: str, keywords: Mapping[str, Any]) -> RowsTask:
    """Recreate the task from the file of its rows."""
    path = Path(file)
    try:
        contents = path.read_bytes()
    except OSError as error:
        what = f"the rows of task {name} cannot be read ({error.strerror or error})"
        fix = "run on a file system shared with the process that sent the task"
        raise RowsError(file, RowFault(what, fix)) from error
    if hashlib.sha256(contents).hexdigest() != digest:
        what = f"its digest is not that of the rows of task {name}"
        raise RowsError(file, RowFault(what, "delete the file and run again"))
    lines = contents.decode().removesuffix("\n").split("\n")
    return make_task([Pair.from_line(line) for line in lines], name, **keywords)
