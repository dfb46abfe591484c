"""The card of a dataset: what a stranger sees first, rendered from the files of the folder.

Whatever a model, a probe or a task has said goes into a code fence or a code span, never into the Markdown.
"""

import datetime
import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood.dataset.folder import CANARY, CONFIGS, parquet_files, read_row, scan, summaries
from pytest_ood.report.curves import draw
from pytest_ood.text.canonical import canonical, digest

LICENSE = "cc0-1.0"
CURVES = "curves.svg"
_MOST_CELLS = 200
_MOST_EXAMPLES = 8
_LONGEST_BLOCK = 2000
_LONGEST_INLINE = 120
_MOST_SEEDS = 20


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
        for path in itertools.chain.from_iterable(parquet_files(folder, "traces") for folder in folders):
            contents._add_traces(path)
        for path in itertools.chain.from_iterable(parquet_files(folder, "failures") for folder in folders):
            contents._add_failures(path)
        return contents

    def _add_traces(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "task_version", "family", "arm"]):
            self.tasks.update(zip(batch["task"], batch["task_version"], batch["family"], strict=True))
            for row, (task, arm) in enumerate(zip(batch["task"], batch["arm"], strict=True), start):
                if arm == "shift" and task not in self.first_of_task:
                    self.first_of_task[task] = path, row
            start += len(batch["task"])
        self.rows += start
        for batch in scan(path, ["model", "model_args", "seed", "pytest_ood_version", "created_at"]):
            *how, when = batch.values()
            for key, at in zip(zip(*how, strict=True), when, strict=True):
                count, first, last = self.made.get(key, (0, at, at))
                self.made[key] = count + 1, min(first, at), max(last, at)

    def _add_failures(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "lure"]):
            for row, key in enumerate(zip(batch["task"], batch["lure"], strict=True), start):
                self.lures[key] += 1
                self.first_of_lure.setdefault(key, (path, row))
            start += len(batch["task"])
        self.failures += start


def write(part: Path, folders: Sequence[Path], name: str | None = None) -> None:
    """Write to `part` the card of the dataset that all `folders` make together, and the curves that it shows.

    name: ORG/NAME, where it will be on the Hub under this name.
    """
    runs = [summary for folder in folders for summary in summaries(folder)]
    (part / CURVES).write_text(draw(runs), encoding="utf-8", newline="\n")
    (part / "README.md").write_text(_rendered(folders, runs, name), encoding="utf-8", newline="\n")


def _rendered(folders: Sequence[Path], runs: Sequence[Mapping[str, Any]], name: str | None) -> str:
    contents = _Contents.of(folders)
    sections = (
        _front_matter(contents, folders),
        "# Out-of-distribution failures",
        _introduction(contents),
        "## Verdicts",
        _verdicts(runs),
        f"![Accuracy of both arms over what was shifted, by probe and model]({CURVES})",
        *_replays(runs),
        "## What was asked",
        *_asked(contents),
        "## Commonest wrong answers",
        *_commonest(contents),
        "## How it was made",
        _made(contents, runs),
        "## How to load it",
        _loading(contents, name),
        "## How to replay it",
        _REPLAYING.replace("NAME", name or "."),
        "## How to draw a case again",
        _DRAWING,
        "## Its seeds are used up",
        _burned(contents),
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
    for path in itertools.chain.from_iterable(parquet_files(folder, config) for folder in folders):
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


def _replays(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What became of failures that were asked again, if any were."""
    lines = dict.fromkeys(_replay_line(group) for run in runs for group in run.get("replay", ()))
    if not lines:
        return
    yield "Published failures, asked again. Their siblings are fresh cases of the same task and parameters."
    table = [
        "| reading | task | parameters | model | cases | fixed | still wrong | accuracy on siblings |",
        "|---|---|---|---|---|---|---|---|",
        *itertools.islice(lines, _MOST_CELLS),
    ]
    if len(lines) > _MOST_CELLS:
        table.append(f"\n{len(lines) - _MOST_CELLS} more are under `runs/`.")
    yield "\n".join(table)


def _replay_line(group: Mapping[str, Any]) -> str:
    siblings = "none" if group["siblings"] is None else _arm(group["siblings"])
    parts = [
        group["reading"],
        _inline(group["task"]),
        f"{_inline(canonical(group['params']))} {group['arm']}",
        _inline(group["model"]),
        *(str(group[name]) for name in ("published", "fixed", "still")),
        siblings,
    ]
    return f"| {' | '.join(parts)} |"


def _arm(arm: Mapping[str, Any] | None) -> str:
    if arm is None:
        return "no shift arm"
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
            row = read_row(contents.first_of_task[task])
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
        row = read_row(contents.first_of_lure[task, lure])
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

where = WHERE
failures = load_dataset(where, "failures", split="test"OPTION)
traces = load_dataset(where, "traces", split="test")
```

With pandas alone, in this folder:

```python
import pandas

failures = pandas.read_parquet("data/failures")
```"""

_REPLAYING = """With pytest-ood installed, ask another model the questions that failed:

```sh
pytest --ood-replay=NAME --ood-model=MODEL
```

Beside each group of failures it asks fresh siblings, drawn with the same parameters from a seed that is not published.
A model that answers both right has learned the task; one that answers only what was published has seen it."""

_DRAWING = """Task, version, parameters, seed and draw fix a case on any machine; the digest of its prompt proves it. A
task that is not part of pytest-ood is imported from its own module instead.

```python
import hashlib
import json

import pandas
from pytest_ood.families import find

row = pandas.read_parquet("data/traces").iloc[0]
task = find(row.task)
case = task.draw(json.loads(row.params), int(row.seed), int(row.draw))

assert task.version == row.task_version
assert hashlib.sha256(case.prompt.encode()).hexdigest() == row.prompt_sha256
assert case.check(case.answer).correct
```"""

_LICENCE = """The questions are generated and dedicated to the public domain (CC0 1.0), and so is the collection. What
the models answered may be subject to the terms of their providers."""


def _burned(contents: _Contents) -> str:
    seeds = sorted({seed for _, _, seed, _ in contents.made})
    shown = ", ".join(map(str, seeds[:_MOST_SEEDS])) + (", ..." if len(seeds) > _MOST_SEEDS else "")
    named = f"{'seed' if len(seeds) == 1 else 'seeds'} {shown or 'none'}"
    return f"""What was asked with {named} is published here, and may be in training data from now on.
To measure a model made after it, ask with another: `--ood-seed=INT`."""


def _loading(contents: _Contents, name: str | None) -> str:
    where = "str(Path.cwd())  # this folder" if name is None else f'"{name}"'
    loading = _LOADING.replace("WHERE", where)
    if name is not None:
        loading = loading.replace("from pathlib import Path\n\n", "").replace(
            "With pandas alone, in this folder:", "With pandas alone, in a folder of its files:"
        )
    if contents.failures:
        return loading.replace("OPTION", "")
    none = (
        "There are no failures so far. datasets reads a config without rows only as a stream; the default is `traces`."
    )
    return f"{none}\n\n{loading.replace('OPTION', ', streaming=True')}"


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
