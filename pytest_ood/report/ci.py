"""A run for a continuous integration: JUnit properties, a summary in Markdown, and annotations of GitHub Actions.

Names and parameters come from probes and from models: they are written so that they stay in their place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.report.comparison_sentences import comparison_sentence
from pytest_ood.report.html.first_sentences import headline, remarks
from pytest_ood.report.sentences import WORST_FIRST, gap_text
from pytest_ood.report.source import Source
from pytest_ood.text.words import counted, short_line

Row = Mapping[str, Any]
# A page of the summary is at most 1 MiB, and nobody reads so many rows.
_MOST_ROWS = 60
# What means something in Markdown or in a table of it.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@:])")


def properties(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the properties of a probe's test case in JUnit XML, from the row of its cell.

    What is not known or not judged is left out.
    """
    yield "ood.verdict", row["verdict"]
    yield "ood.reason_code", row["reason_code"]
    yield "ood.model", short_line(row["model"])
    arms = {name: row[name] for name in ("control", "shift") if row[name] is not None}
    for name, arm in arms.items():
        yield f"ood.{name}", f"{arm['correct']}/{arm['n']}"
        yield f"ood.{name}_low", f"{arm['low']:.4f}"
        yield f"ood.{name}_high", f"{arm['high']:.4f}"
    if row["gap"] is not None:
        for name, value in (("", row["gap"]["estimate"]), ("_low", row["gap"]["low"]), ("_high", row["gap"]["high"])):
            if value is not None:
                yield f"ood.gap{name}", f"{value:.4f}"
    yield "ood.answers", str(sum(arm["n"] for arm in arms.values()))
    if row["cost_usd"] is not None:
        yield "ood.cost_usd", f"{row['cost_usd']:.6f}"


def suite_properties(summary: Row) -> Iterator[tuple[str, str]]:
    """Yield the properties of the whole run: what it asked, and the horizon of each curve that has one."""
    totals = summary["totals"]
    yield "ood.run_id", str(summary["run_id"])
    yield "ood.calls", str(totals["calls"])
    if totals["cost_usd"] is not None:
        yield "ood.cost_usd", f"{totals['cost_usd']:.6f}"
    for curve in summary["curves"]:
        horizon = curve["horizon"]
        if horizon is not None and horizon["median"] is not None:
            probe = curve["probe"].rpartition("::")[2]
            name = short_line(f"ood.horizon {probe} {curve['model']}")
            ends = ", ".join("" if end is None else f"{end:.3g}" for end in (horizon["low"], horizon["high"]))
            yield name, f"{horizon['median']:.3g} [{ends}]"


def markdown(summary: Row) -> str:
    """Return what a run has found as Markdown: sentences, and a table with a row for each probe and condition."""
    source = Source("", [summary])
    blocks = sorted(source.blocks(), key=lambda found: WORST_FIRST.index(found.verdict))
    parts = ["## pytest-ood", _escaped(headline(summary["cells"]))]
    parts += map(_escaped, remarks(summary["cells"]))
    parts += [f"- {_escaped(comparison_sentence(row))}" for row in summary["comparisons"]]
    if blocks:
        rows = ["| probe | model | verdicts | gap, at most | finding |", "| --- | --- | --- | --- | --- |"]
        for found in blocks[:_MOST_ROWS]:
            block = found.block
            verdicts = " ".join(
                f"{label}: {cell['verdict'][0].upper()}" for label, cell in zip(block.labels, block.cells, strict=True)
            )
            largest = max((cell for cell in block.cells if cell["gap"]), key=_gap, default=None)
            gap = "" if largest is None else gap_text(largest, " ")
            cells = [block.probe.rpartition("::")[2], block.cells[0]["model"], verdicts, gap]
            rows.append(f"| {' | '.join(_escaped(text) for text in (*cells, next(iter(found.sentences), '')))} |")
        parts.append("\n".join(rows))
        if len(blocks) > _MOST_ROWS:
            parts.append(f"{counted(len(blocks) - _MOST_ROWS, 'more row')} in the report.")
        initials = ", ".join(f"{verdict[0].upper()} {verdict}" for verdict in WORST_FIRST)
        parts.append(f"Verdicts of the sizes: {initials}.")
    return "\n\n".join(parts) + "\n"


def _gap(cell: Row) -> float:
    estimate: float = cell["gap"]["estimate"]
    return estimate


def annotation(title: str, message: str, path: str, line: int) -> str:
    """Return a workflow command that annotates a line of a file with an error.

    Args:
        title: the heading.
        message: what is wrong.
        path: the file, relative to the repository.
        line: the number of the line, counted from 1.
    """
    place = f"file={_property(path)},line={line},title={_property(title)}"
    return f"::error {place}::{_data(short_line(message, 1000))}"


def red_probes(rows: Sequence[tuple[str, int, Row]]) -> Iterator[tuple[str, str, str, int]]:
    """Yield the title, message, file and line of an annotation for each probe that failed, under each model.

    Args:
        rows: the file, the line and the row of the cell of each failed item.
    """
    groups: dict[tuple[str, int, str, str], list[Row]] = {}
    for path, line, row in rows:
        groups.setdefault((path, line, row["probe"].rpartition("::")[2], row["model"]), []).append(row)
    for (path, line, probe, model), cells in groups.items():
        told = []
        for cell in cells:
            moved = {name: value for name, value in cell["params"].items() if cell["control_params"].get(name) != value}
            where = " ".join(f"{name}={value}" for name, value in moved.items())
            told.append(f"{cell['verdict']}{where and f' at {where}'} (gap {gap_text(cell, ' ')})")
        yield f"{probe}, {model}", "; ".join(told), path, line


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", short_line(text, 500))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(short_line(text)).replace(":", "%3A").replace(",", "%2C")
