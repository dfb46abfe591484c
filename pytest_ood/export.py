"""Traces become a dataset folder: Parquet, one summary a run, and a card for strangers.

    README.md                      the card, rendered anew from all runs at every export
    data/traces/<run>.parquet      every trace
    data/failures/<run>.parquet    those whose outcome is wrong
    runs/<run>.json                the summary of the run

An export adds a run and leaves every file that is there alone, but for the card. It is prepared in a hidden folder,
completed by one rename, and put in place from there: an export interrupted before the rename leaves nothing, one
interrupted after it is finished by the next.
"""

import contextlib
import datetime
import itertools
import json
import operator
import os
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood import schema
from pytest_ood.call import canonical, digest
from pytest_ood.trace import FIELDS, TRACE_VERSION, Trace

CANARY = "pytest-ood:canary:7c0f2a4e-5b1d-4c36-9e8a-2f6d1b93a5e0"
LICENSE = "cc0-1.0"
CONFIGS = ("failures", "traces")

_LOCK, _PART, _DONE = ".ood-lock", ".ood-part", ".ood-done"
_BATCH_ROWS = 4096
# Characters of text after which a batch is full however few its rows: one answer may have ten million.
_BATCH_TEXT = 16_000_000
_SCAN_ROWS = 8192
_VERSION_KEY = b"pytest_ood.trace_version"

_MOST_CELLS = 200
_MOST_EXAMPLES = 8
_LONGEST_BLOCK = 2000
_LONGEST_INLINE = 120


class ExportError(Exception):
    """The traces can't be written there; the message names the folder and the fix."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: rows, how many of them are failures, and how many were there already and were skipped."""

    rows: int
    failures: int
    skipped: int


def check_target(folder: Path) -> None:
    """Make sure, before anything is asked, that `export` can write to `folder`.

    Raises:
        ExportError: it is a file, can't be written, or holds something else than a dataset of ours.
    """
    with _errors_named(folder):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise _error(folder, f"{there} is a file", "name a folder")
        with tempfile.TemporaryFile(dir=there):
            pass
        if there is folder:
            names = {path.name for path in folder.iterdir()} - {_LOCK, _PART}
            if names and _DONE not in names and not _is_ours(folder):
                raise _error(
                    folder,
                    f"it holds {sorted(names)[0]} and is no dataset of pytest-ood",
                    "name an empty or a new folder, or one that pytest-ood has written",
                )
            _summaries(folder)


def export(folder: Path, traces: Iterable[Trace], summary: Mapping[str, Any]) -> Exported:
    """Add a run to the dataset in `folder`, made if there is none.

    Traces whose id is in the dataset are skipped. Every row is checked against the trace schema. Memory does not grow
    with the number of traces, but for the ids of those already in the dataset.

    Raises:
        ExportError: nothing was added.
    """
    check_target(folder)
    with _errors_named(folder):
        schema.check(summary, "summary")
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _put_in_place(folder)
            part = folder / _PART
            shutil.rmtree(part, ignore_errors=True)
            try:
                exported = _prepare(folder, part, iter(traces), summary)
                part.rename(folder / _DONE)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            _put_in_place(folder)
    return exported


def _prepare(folder: Path, part: Path, traces: Iterator[Trace], summary: Mapping[str, Any]) -> Exported:
    """Write what the export adds under `part`, laid out as it will lie in `folder`."""
    first = next(traces, None)
    run_id = first.run_id if first else digest(canonical(summary))[:32]
    run = _free_name(folder, run_id)
    for name in ("runs", *(f"data/{config}" for config in CONFIGS)):
        (part / name).mkdir(parents=True)
    _write_json(part / "runs" / f"{run}.json", summary)
    exported = _write_parquet(folder, part, run, itertools.chain([first] if first else [], traces))
    if not exported.rows and _parquet(folder, "traces"):
        # Nothing new was asked, and if this very run is there already, neither is its summary new.
        shutil.rmtree(part / "data")
        if run != run_id:
            shutil.rmtree(part / "runs")
    (part / "README.md").write_text(_card([folder, part]), encoding="utf-8", newline="\n")
    return exported


def _write_parquet(folder: Path, part: Path, run: str, traces: Iterable[Trace]) -> Exported:
    from pyarrow import compute, parquet

    known = {name for path in _parquet(folder, "traces") for batch in _scan(path, ["id"]) for name in batch["id"]}
    rows, failures, skipped = 0, 0, 0

    def fresh() -> Iterator[Trace]:
        nonlocal skipped
        for trace in traces:
            if trace.id in known:
                skipped += 1
            else:
                yield trace

    with contextlib.ExitStack() as stack:
        of_failures, of_traces = (
            stack.enter_context(
                parquet.ParquetWriter(
                    part / "data" / config / f"{run}.parquet",
                    _arrow_schema(),
                    compression="zstd",
                    # Publishing a dataset that has grown then sends only what is new.
                    use_content_defined_chunking=True,
                    write_page_index=True,
                )
            )
            for config in CONFIGS
        )
        for batch in _batches(fresh()):
            table = _table(batch)
            wrong = table.filter(compute.equal(table["outcome"], "wrong"))
            of_traces.write_table(table)
            if wrong.num_rows:
                of_failures.write_table(wrong)
            rows, failures = rows + table.num_rows, failures + wrong.num_rows
    return Exported(rows, failures, skipped)


def _batches(traces: Iterable[Trace]) -> Iterator[list[Trace]]:
    batch: list[Trace] = []
    text = 0
    for trace in traces:
        batch.append(trace)
        text += len(trace.response) + len(trace.reasoning or "") + len(trace.detail)
        text += sum(len(turn["content"]) for turn in trace.messages)
        if len(batch) >= _BATCH_ROWS or text >= _BATCH_TEXT:
            yield batch
            batch, text = [], 0
    if batch:
        yield batch


_values = operator.attrgetter(*FIELDS)


def _table(batch: Sequence[Trace]) -> Any:
    """An Arrow table of checked rows, made column by column."""
    import pyarrow

    columns = dict(zip(FIELDS, zip(*map(_values, batch), strict=True), strict=True))
    schema.check_columns(columns)
    arrow = _arrow_schema()
    return pyarrow.table([_array(arrow.field(name).type, columns[name]) for name in FIELDS], schema=arrow)


def _array(kind: Any, values: Sequence[Any]) -> Any:
    import pyarrow

    if not pyarrow.types.is_list(kind):
        return pyarrow.array(values, kind)
    # Taking the turns apart by hand is some ten times as fast as letting Arrow look into every dict.
    ends = pyarrow.array(itertools.accumulate(map(len, values), initial=0), pyarrow.int32())
    turns = list(itertools.chain.from_iterable(values))
    names = [inner.name for inner in kind.value_type]
    parts = [_array(kind.value_type.field(name).type, [turn[name] for turn in turns]) for name in names]
    return pyarrow.ListArray.from_arrays(ends, pyarrow.StructArray.from_arrays(parts, names=names), type=kind)


def _arrow_schema() -> Any:
    """The columns of the Parquet files: the fields of the trace schema."""
    import pyarrow

    def kind(spec: Mapping[str, Any]) -> Any:
        (name,) = {spec["type"]} if isinstance(spec["type"], str) else set(spec["type"]) - {"null"}
        if name == "array":
            return pyarrow.list_(kind(spec["items"]))
        if name == "object":
            return pyarrow.struct([(inner, kind(value)) for inner, value in spec["properties"].items()])
        plain = {
            "string": pyarrow.string,
            "integer": pyarrow.int64,
            "number": pyarrow.float64,
            "boolean": pyarrow.bool_,
        }
        return plain[name]()

    fields = schema.load("trace")["properties"]
    return pyarrow.schema([(name, kind(fields[name])) for name in FIELDS], {_VERSION_KEY: str(TRACE_VERSION)})


# The folder.


def _error(folder: Path, why: str, fix: str) -> ExportError:
    return ExportError(f"--ood-export={folder}: {why}; {fix}")


@contextlib.contextmanager
def _errors_named(folder: Path) -> Iterator[None]:
    """Whatever the disk, Arrow or a schema refuses becomes an ExportError that names the folder."""
    try:
        yield
    except schema.SchemaError as error:
        raise _error(
            folder, f"what is to be written breaks its schema: {error}", "this is a bug of pytest-ood"
        ) from error
    except OSError as error:
        raise _error(folder, f"can't be written ({error})", "name a folder that can") from error
    except UnicodeEncodeError as error:
        raise _error(folder, f"a text is no Unicode ({error.reason})", "this is a bug of pytest-ood") from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(folder / _LOCK):
        try:
            yield
        finally:
            # Unlinked while it is held: who waits for it sees that, and makes a new one.
            with contextlib.suppress(OSError):
                (folder / _LOCK).unlink()


def _is_ours(folder: Path) -> bool:
    card = folder / "README.md"
    laid_out = card.is_file() and (folder / "data").is_dir() and (folder / "runs").is_dir()
    return laid_out and CANARY in card.read_text(encoding="utf-8", errors="replace")


def _put_in_place(folder: Path) -> None:
    """Move a prepared export into the dataset, its card last. Doing it again after an interruption finishes it."""
    done = folder / _DONE
    files = [path for path in done.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in sorted(files, key=lambda path: (path == done / "README.md", path)):
        target = folder / path.relative_to(done)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)  # noqa: PTH105 - the rename that replaces, named as such
    shutil.rmtree(done, ignore_errors=True)


def _free_name(folder: Path, run: str) -> str:
    """A name under which the dataset has no file yet: that of the run, or with a number after it."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", run):
        raise schema.SchemaError(f"run_id: {run!r} can't name a file", "run_id")
    for name in itertools.chain([run], (f"{run}-{number}" for number in itertools.count(2))):
        paths = [
            folder / "runs" / f"{name}.json",
            *(folder / "data" / config / f"{name}.parquet" for config in CONFIGS),
        ]
        if not any(path.exists() for path in paths):
            return name
    raise AssertionError("unreachable")


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _parquet(folder: Path, config: str) -> list[Path]:
    return sorted((folder / "data" / config).glob("*.parquet"))


def _summaries(folder: Path) -> list[Mapping[str, Any]]:
    """The summaries of the runs in a dataset, each checked."""
    found = []
    for path in sorted((folder / "runs").glob("*.json")):
        try:
            summary = json.loads(path.read_text(encoding="utf-8"))
            schema.check(summary, "summary")
        except ValueError as error:
            raise ExportError(
                f"{path}: not the summary of a run ({error}); restore it, or name another folder"
            ) from error
        found.append(summary)
    return found


def _scan(path: Path, names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """The named columns of a Parquet file of ours, batch by batch."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            version = int((file.schema_arrow.metadata or {}).get(_VERSION_KEY, 1))
            if version > TRACE_VERSION:
                raise ExportError(
                    f"{path}: written by a newer pytest-ood (trace version {version}); upgrade pytest-ood"
                )
            for batch in file.iter_batches(_SCAN_ROWS, columns=list(names)):
                yield {name: batch[name].to_pylist() for name in names}
    except (pyarrow.ArrowException, KeyError) as error:
        raise ExportError(f"{path}: not traces of pytest-ood ({error}); restore it, or name another folder") from error


# The card. Whatever a model, a probe or a task has said goes into a code fence or a code span, never into the Markdown.


@dataclass
class _Contents:
    """What the card says about the rows: read from the Parquet files, a few narrow columns at a time."""

    rows: int = 0
    failures: int = 0
    # By task, version and family: how many traces, and where the first shifted one is.
    tasks: "Counter[tuple[str, int, str]]" = field(default_factory=Counter)
    first_of_task: dict[str, tuple[Path, int]] = field(default_factory=dict)
    lures: "Counter[tuple[str, str | None]]" = field(default_factory=Counter)
    first_of_lure: dict[tuple[str, str | None], tuple[Path, int]] = field(default_factory=dict)
    # By model, its arguments, seed and version: how many traces, from when to when.
    made: dict[tuple[str, str, int, str], tuple[int, float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, folders: Sequence[Path]) -> "_Contents":
        """Of the traces and failures in all `folders` together."""
        contents = cls()
        for path in itertools.chain.from_iterable(_parquet(folder, "traces") for folder in folders):
            contents._add_traces(path)
        for path in itertools.chain.from_iterable(_parquet(folder, "failures") for folder in folders):
            contents._add_failures(path)
        return contents

    def _add_traces(self, path: Path) -> None:
        start = 0
        for batch in _scan(path, ["task", "task_version", "family", "arm"]):
            self.tasks.update(zip(batch["task"], batch["task_version"], batch["family"], strict=True))
            for row, (task, arm) in enumerate(zip(batch["task"], batch["arm"], strict=True), start):
                if arm == "shift" and task not in self.first_of_task:
                    self.first_of_task[task] = path, row
            start += len(batch["task"])
        self.rows += start
        for batch in _scan(path, ["model", "model_args", "seed", "pytest_ood_version", "created_at"]):
            *how, when = batch.values()
            for key, at in zip(zip(*how, strict=True), when, strict=True):
                count, first, last = self.made.get(key, (0, at, at))
                self.made[key] = count + 1, min(first, at), max(last, at)

    def _add_failures(self, path: Path) -> None:
        start = 0
        for batch in _scan(path, ["task", "lure"]):
            for row, key in enumerate(zip(batch["task"], batch["lure"], strict=True), start):
                self.lures[key] += 1
                self.first_of_lure.setdefault(key, (path, row))
            start += len(batch["task"])
        self.failures += start


def _card(folders: Sequence[Path]) -> str:
    contents = _Contents.of(folders)
    runs = [summary for folder in folders for summary in _summaries(folder)]
    sections = (
        _front_matter(contents, folders),
        "# Out-of-distribution failures",
        _introduction(contents),
        "## Verdicts",
        _verdicts(runs),
        "## What was asked",
        *_asked(contents),
        "## Commonest wrong answers",
        *_commonest(contents),
        "## How it was made",
        _made(contents, runs),
        "## How to load it",
        _loading(contents),
        "## How to draw a case again",
        _DRAWING,
        "## Licence",
        _LICENCE,
        "## Canary",
        f"This data is for testing and should never appear in training corpora.\n\n    {CANARY}",
    )
    return "\n\n".join(sections) + "\n"


def _front_matter(contents: _Contents, folders: Sequence[Path]) -> str:
    from huggingface_hub import DatasetCardData

    sizes = [("n<1K", 10**3), ("1K<n<10K", 10**4), ("10K<n<100K", 10**5), ("100K<n<1M", 10**6), ("1M<n<10M", 10**7)]
    # datasets can't build a split without rows: while there are no failures, what loads by default is the traces.
    default = CONFIGS[0] if contents.failures else CONFIGS[1]
    data = DatasetCardData(
        pretty_name="Out-of-distribution failures (pytest-ood)",
        license=LICENSE,
        tags=["pytest-ood", "out-of-distribution", "reasoning", "evaluation"],
        size_categories=next((name for name, most in sizes if contents.rows < most), "n>10M"),
        configs=[
            {
                "config_name": config,
                **({"default": True} if config == default else {}),
                "description": f"State {_state(folders, config)}.",
                "data_files": [{"split": "test", "path": f"data/{config}/*.parquet"}],
            }
            for config in CONFIGS
        ],
    )
    return f"---\n{data.to_yaml()}\n---"


def _state(folders: Sequence[Path], config: str) -> str:
    """A short digest of a config's files.

    datasets takes a local folder for one that it has in its cache if they have the same name and the same configs. With
    this in the configs, a dataset that has grown is not mistaken for what it was, nor for another of its name.
    """
    ends = []
    for path in itertools.chain.from_iterable(_parquet(folder, config) for folder in folders):
        size = path.stat().st_size
        with path.open("rb") as file:
            # The footer of a Parquet file: where its pages lie, and the least and greatest id.
            file.seek(-min(size, 1 << 16), os.SEEK_END)
            ends.append([path.name, size, digest(file.read().decode("latin-1"))])
    return digest(canonical(ends))[:16]


def _introduction(contents: _Contents) -> str:
    failures, rows = _count(contents.failures, "wrong answer"), _count(contents.rows, "question")
    return f"""A probe asks a language model matched pairs of generated questions: a familiar *control* and a *shift* in
which one thing has moved. Every answer is verified exactly. This dataset holds {failures} (config
`failures`) among {rows} asked (config `traces`). It was written by pytest-ood, a pytest plugin."""


def _verdicts(runs: Sequence[Mapping[str, Any]]) -> str:
    lines = dict.fromkeys(_verdict_line(run["bar"], cell) for run in runs for cell in run["cells"])
    table = [
        "| verdict | probe | shift | control | model | strategy | accuracy on control | accuracy on shift | why |",
        "|---|---|---|---|---|---|---|---|---|",
        *itertools.islice(lines, _MOST_CELLS),
    ]
    if len(lines) > _MOST_CELLS:
        table.append(f"\n{len(lines) - _MOST_CELLS} more are under `runs/`.")
    return "\n".join([_READING, "", *table])


def _verdict_line(bar: float, cell: Mapping[str, Any]) -> str:
    moved = [_inline(canonical(cell[name])) for name in ("params", "control_params")]
    names = [_inline(cell["probe"]), *moved, _inline(cell["model"]), _inline(cell["strategy"])]
    cells = [
        cell["verdict"],
        *names,
        _arm(cell["control"]),
        _arm(cell["shift"]),
        _inline(cell["reason"] or f"bar {bar}"),
    ]
    return f"| {' | '.join(cells)} |"


def _arm(arm: Mapping[str, Any]) -> str:
    if not arm["n"]:
        return "not asked"
    unscored = arm["n"] - arm["correct"] - arm["wrong"]
    accuracy = "unknown" if arm["accuracy"] is None else f"{arm['accuracy']:.2f}"
    said = f"{accuracy} [{arm['low']:.2f}, {arm['high']:.2f}], n={arm['n']}"
    return f"{said}, {unscored} unscored" if unscored else said


def _asked(contents: _Contents) -> Iterator[str]:
    for (task, version, family), count in contents.tasks.most_common(_MOST_EXAMPLES):
        line = f"**{_inline(task)}** (version {version}, family {_inline(family)}): {_count(count, 'question')}."
        if task in contents.first_of_task:
            row = _row(contents.first_of_task[task])
            yield f"{line} One of the shifted:\n\n{_block(_question(row))}"
        else:
            yield line
    if len(contents.tasks) > _MOST_EXAMPLES:
        yield f"{len(contents.tasks) - _MOST_EXAMPLES} more tasks are in the config `traces`."
    if not contents.tasks:
        yield "Nothing was asked."


def _commonest(contents: _Contents) -> Iterator[str]:
    named = [(key, count) for key, count in contents.lures.most_common() if key[1] is not None]
    rest = [(key, count) for key, count in contents.lures.most_common() if key[1] is None]
    for (task, lure), count in itertools.islice(named + rest, _MOST_EXAMPLES):
        row = _row(contents.first_of_lure[task, lure])
        why = f"the shortcut {_inline(lure)}" if lure is not None else "no named shortcut"
        yield f"**{_inline(task)}**: {_count(count, 'wrong answer')} by {why}."
        yield f"One of them, by {_inline(row['model'])}:"
        yield _block(_question(row))
        yield f"Expected:\n\n{_block(row['answer_expected'])}"
        yield f"Given:\n\n{_block(row['answer_given'] or '')}"
    if not contents.lures:
        yield "None: every answer that could be scored was right."


def _made(contents: _Contents, runs: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| model | arguments | seed | pytest-ood | questions | from | to (UTC) |", "|---|---|---|---|---|---|---|"]
    for (model, args, seed, version), (count, first, last) in sorted(contents.made.items()):
        dates = [
            datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%d") for at in (first, last)
        ]
        cells = [_inline(model), _inline(args), str(seed), _inline(version), str(count), *dates]
        lines.append(f"| {' | '.join(cells)} |")
    bars = ", ".join(sorted({f"{run['bar']:g}" for run in runs}))
    return (
        "\n".join(lines)
        + f"\n\n{_count(len(runs), 'run')}, bar {bars}; the summary of each is under `runs/`, every row "
        "follows\nthe trace schema that pytest-ood ships. An id names what was asked, not when."
    )


_READING = """*robust*: the shift clears the bar; *brittle*: the control clears it and the shift misses it; *incapable*:
the control misses it; *undecided*: neither was shown. In brackets, bounds at 95 % each that count the answers that
could not be scored as wrong (low) and as correct (high). A cell that several runs answered alike is shown once."""

_LOADING = """With [datasets](https://huggingface.co/docs/datasets):

```python
from pathlib import Path

from datasets import load_dataset

where = str(Path.cwd())  # this folder; or the dataset's name on the Hub
failures = load_dataset(where, "failures", split="test"OPTION)
traces = load_dataset(where, "traces", split="test")
```

With pandas alone, in this folder:

```python
import pandas

failures = pandas.read_parquet("data/failures")
```"""

_DRAWING = """Task, version, parameters, seed and draw fix a case on any machine; the digest of its prompt proves it. A
task that is not part of pytest-ood is imported from its own module instead.

```python
import hashlib
import importlib
import json

import pandas

row = pandas.read_parquet("data/traces").iloc[0]
module, name = row.task.split(".")
task = getattr(importlib.import_module(f"pytest_ood.families.{module}"), name)
case = task.draw(json.loads(row.params), int(row.seed), int(row.draw))

assert task.version == row.task_version
assert hashlib.sha256(case.prompt.encode()).hexdigest() == row.prompt_sha256
assert case.check(case.answer).correct
```"""

_LICENCE = """The questions are generated and dedicated to the public domain (CC0 1.0), and so is the collection. What
the models answered may be subject to the terms of their providers."""


def _loading(contents: _Contents) -> str:
    if contents.failures:
        return _LOADING.replace("OPTION", "")
    none = (
        "There are no failures so far. datasets reads a config without rows only as a stream; the default is `traces`."
    )
    return f"{none}\n\n{_LOADING.replace('OPTION', ', streaming=True')}"


def _row(place: tuple[Path, int]) -> dict[str, Any]:
    """One row of a Parquet file, read with no more of the file than its row group."""
    from pyarrow import parquet

    path, row = place
    with parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if row < count:
                columns = ["model", "messages", "answer_expected", "answer_given"]
                found: dict[str, Any] = file.read_row_group(group, columns).slice(row, 1).to_pylist()[0]
                return found
            row -= count
    raise IndexError(row)


def _question(row: Mapping[str, Any]) -> str:
    turns = row["messages"]
    asked: str = next((turn for turn in reversed(turns) if turn["role"] == "user"), turns[-1])["content"]
    return asked


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _visible(text: str, keep: str = "") -> str:
    """The text with everything that is not shown (controls, direction marks, ...) written as its code point."""
    hidden = ("C", "Zl", "Zp")
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char).startswith(hidden) and char not in keep else char
        for char in text
    )


def _fence(text: str, least: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)


def _block(text: str) -> str:
    """A fenced block that the text can't leave, cut where it is long."""
    cut = len(text) - _LONGEST_BLOCK
    shown = _visible(text[:_LONGEST_BLOCK], keep="\n\t")
    fence = _fence(shown, 3)
    return f"{fence}text\n{shown}\n{fence}" + (f"\n\n({cut:,} more characters.)" if cut > 0 else "")


def _inline(text: str) -> str:
    """A code span on one line that the text can't leave, nor the table cell around it; cut where it is long."""
    shown = text if len(text) <= _LONGEST_INLINE else f"{text[:_LONGEST_INLINE]}..."
    shown = _visible(shown).replace("|", "\\u007c")
    fence = _fence(shown, 1)
    pad = " " if not shown.strip() or shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
