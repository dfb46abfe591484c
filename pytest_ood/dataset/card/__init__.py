"""The card of a dataset: its front page, rendered from the files of the folder."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset.card import examples, findings
from pytest_ood.dataset.card.contents import Contents, day
from pytest_ood.dataset.card.markdown import count, inline, row, table
from pytest_ood.dataset.card.usage import Usage
from pytest_ood.dataset.folder import CONFIGS, parquet_files
from pytest_ood.dataset.licenses import DEFAULT, LICENSES
from pytest_ood.dataset.summaries import summaries
from pytest_ood.text.canary import CANARY
from pytest_ood.text.canonical import canonical, digest

#: From the summaries of all runs to an SVG of their curves.
DrawCurves = Callable[[Sequence[Mapping[str, Any]]], str]

CURVES = "curves.svg"
_MOST_SEEDS = 20
_INTRODUCTION = """A probe asks a language model matched pairs of generated questions: a familiar *control*, and a
*shift* in which one thing has moved. Every answer is verified exactly."""
_USES = """- **Not for training**: a model that has seen these questions can no longer be measured with them, nor with
  their seeds. The canary below lets you filter them out of a corpus.
- **Not as the score of a model**: the rows are what was asked until each cell was decided. Which of them are failures
  depends on the tasks, the sizes and the stopping rule.
- **What it is for**: to see how a model fails, to check that a newer one does not, and to measure any model on fresh
  draws of the same tasks. The questions are generated, or come from the sources that the tasks name."""
_DESCRIPTIONS = {
    "failures": "The wrong answers",
    "traces": "Every answer",
    "cases": "Only the questions, each distinct one once",
}


def write(
    part: Path,
    folders: Sequence[Path],
    name: str | None = None,
    *,
    license: str = DEFAULT,
    draw_curves: DrawCurves | None = None,
) -> None:
    """Write the card of the dataset that all `folders` form together, and its picture, to `part`.

    Args:
        part: a folder.
        folders: read as one dataset; the last is usually `part`.
        name: ORG/NAME, if the dataset will be on the Hub under this name.
        license: the licence of the dataset, by its id on the Hub.
        draw_curves: draws the picture; without it there is none.

    Raises:
        DatasetError: a file cannot be read.
    """
    runs = summaries(folders)
    if draw_curves is not None:
        (part / CURVES).write_text(draw_curves(runs), encoding="utf-8", newline="\n")
    sections = _sections(folders, runs, name, license, pictured=draw_curves is not None)
    (part / "README.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8", newline="\n")


def _sections(
    folders: Sequence[Path], runs: Sequence[Mapping[str, Any]], name: str | None, license: str, pictured: bool
) -> Iterator[str]:
    contents = Contents.of(folders)
    usage = Usage(contents, name)
    yield _front_matter(contents, folders, license)
    yield "# Out-of-distribution failures"
    yield findings.sentence(contents, runs)
    if pictured:
        yield f"![Accuracy of both arms over what was shifted, by probe and model]({CURVES})"
    yield _INTRODUCTION
    yield table(("config", "rows", "what"), _configs(contents))
    yield "## What it looks like"
    yield from examples.pairs(contents, folders)
    yield "## Verdicts"
    yield from findings.verdicts(runs)
    yield from findings.curves(runs)
    yield from findings.from_print(runs)
    yield from findings.replays(runs)
    yield "## What was asked"
    yield from examples.questions(contents)
    yield "## Common wrong answers"
    yield from examples.commonest_wrong_answers(contents)
    yield "## How it was made"
    yield from _origin(contents, runs)
    yield from usage.loading()
    yield from usage.replaying()
    yield from usage.drawing()
    yield "## Published seeds"
    yield _published_seeds(contents)
    yield from usage.citing()
    yield "## Licence"
    yield _licence(license, bool(usage.outside))
    yield "## What it must not be used for"
    yield _USES
    yield "## Canary"
    yield f"This data is for testing and should never appear in training corpora.\n\n    {CANARY}"


def _front_matter(contents: Contents, folders: Sequence[Path], license: str) -> str:
    from huggingface_hub import DatasetCardData

    sizes = [("n<1K", 10**3), ("1K<n<10K", 10**4), ("10K<n<100K", 10**5), ("100K<n<1M", 10**6), ("1M<n<10M", 10**7)]
    # datasets cannot build a split without rows: while there are no failures, the default config is the traces.
    default = "failures" if contents.failures else "traces"
    data = DatasetCardData(
        pretty_name="Out-of-distribution failures (pytest-ood)",
        license=license,
        tags=["pytest-ood", "out-of-distribution", "reasoning", "evaluation"],
        size_categories=next((name for name, most in sizes if contents.traces < most), "n>10M"),
        configs=[
            {
                "config_name": config,
                **({"default": True} if config == default else {}),
                "description": f"{_DESCRIPTIONS[config]} (state {_state(folders, config)}).",
                "data_files": [{"split": "test", "path": f"data/{config}/*.parquet"}],
            }
            for config in CONFIGS
        ],
    )
    return f"---\n{data.to_yaml()}\n---"


def _state(folders: Sequence[Path], config: str) -> str:
    """A short digest of a config's files.

    datasets mistakes a local folder for one in its cache if they have the same name and the same configs. With this in
    the configs, a dataset that has grown is not mistaken for its earlier state, nor for another of its name.
    """
    ends = []
    for path in parquet_files(folders, config):
        size = path.stat().st_size
        with path.open("rb") as file:
            # The footer of a Parquet file: the positions of its pages, and the least and greatest id.
            file.seek(-min(size, 1 << 16), os.SEEK_END)
            ends.append([path.name, size, digest(file.read().decode("latin-1"))])
    return digest(canonical(ends))[:16]


def _configs(contents: Contents) -> list[str]:
    rows = {"failures": contents.failures, "traces": contents.traces, "cases": contents.cases}
    return [row(f"`{config}`", f"{rows[config]:,}", _DESCRIPTIONS[config]) for config in CONFIGS]


def _origin(contents: Contents, runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    rows = []
    for (model, args, seed, version), traces in sorted(contents.models.items()):
        first, last = day(traces.first), day(traces.last)
        dates = first if first == last else f"{first} to {last}"
        rows.append(row(inline(model), inline(args), str(seed), str(traces.traces), inline(version), dates))
    if rows:
        yield table(("model", "arguments", "seed", "questions", "pytest-ood", "dates (UTC)"), rows)
    bars = ", ".join(sorted({f"{run['bar']:g}" for run in runs}))
    yield (
        f"{count(len(runs), 'run')}, bar {bars}. The summary of each run is under `runs/`; every row follows the JSON"
        " Schema that pytest-ood ships. The `id` of a row identifies the question and its conditions, not the time."
    )


def _published_seeds(contents: Contents) -> str:
    seeds = contents.seeds()
    if not seeds:
        return "None: nothing was asked."
    shown = ", ".join(map(str, seeds[:_MOST_SEEDS])) + (", ..." if len(seeds) > _MOST_SEEDS else "")
    subject, pronoun = (f"Seed {shown}", "it") if len(seeds) == 1 else (f"Seeds {shown}", "them")
    return (
        f"{subject}: the questions drawn from {pronoun} are published here and may be in training data from now on. To"
        " measure a newer model, use another seed: `--ood-seed=INT`."
    )


def _licence(license: str, outside: bool) -> str:
    if license == DEFAULT:
        text = "The generated questions and the collection are dedicated to the public domain (CC0 1.0)."
    else:
        title = LICENSES.get(license)
        text = f"The collection is published under {inline(license)}" + (f" ({title})." if title else ".")
    if outside:
        text += " Questions that a task takes from elsewhere keep the licence of their source."
    return f"{text} The models' answers may be subject to the terms of their providers."
