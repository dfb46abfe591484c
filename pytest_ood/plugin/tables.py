"""The tables at the end of a run: lines of text made from the rows of its summary."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.plugin.layout import (
    Line,
    Row,
    aligned,
    counted,
    dollars,
    fitted,
    one_line,
    params_texts,
    under_headings,
    varying,
)
from pytest_ood.replay.reading import READINGS
from pytest_ood.text.printable import printable

READING_COLORS = {"learned": "green", "partly fixed": "yellow", "memorised": "red", "still": "red"}
COLORS = {"robust": "green", "brittle": "red", "incapable": "yellow", "undecided": "cyan"}


def verdict_table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Show the cells by family and probe; model and strategy are columns where there are several.

    A lure or reason that does not fit next to its verdict has a line of its own.
    """
    columns = varying(rows)
    titles = ["", *columns, "control [bounds] n", "shift [bounds] n", "verdict"]
    table = [
        [
            "  " + params,
            *(printable(row[name]) for name in columns),
            *(_arm(row["control"]), _arm(row["shift"]), row["verdict"]),
        ]
        for row, params in zip(rows, params_texts(rows), strict=True)
    ]
    header, *lines = aligned([titles, *table], width)
    edge = max(map(len, (header, *lines)))
    yield Line(_next_to(header, "lure or reason", edge, width) or header)
    shown = [
        ((row["family"], row["probe"]), Line(text, COLORS[row["verdict"]]))
        for row, line in zip(rows, lines, strict=True)
        for text in _with_note(line, _note(row), edge, width)
    ]
    yield from under_headings([probe for probe, _ in shown], [line for _, line in shown], width)


def _with_note(line: str, note: str, edge: int, width: int) -> list[str]:
    if not note:
        return [line]
    joined = _next_to(line, note, edge, width)
    return [joined] if joined else [line, fitted(f"    {note}", width).rstrip()]


def _next_to(line: str, note: str, edge: int, width: int) -> str:
    """Return the line with the note in a column of its own, or an empty string if that is too wide."""
    joined = f"{line:<{edge}}  {note}"
    return joined if len(joined) <= width else ""


def replay_table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Show the groups of a replay by family and probe, then why some could not be asked completely."""
    columns = varying(rows)
    rare = [name for name in ("unscored", "skipped", "unasked") if any(row[name] for row in rows)]
    titles = ["", *columns, "cases", "FIXED", "STILL", *rare, "reading", "siblings [bounds] n", "verdict"]
    table = [
        [
            f"  {params} {row['arm']}",
            *(printable(row[name]) for name in columns),
            *(str(row[name]) for name in ("published", "fixed", "still", *rare)),
            row["reason"] or row["reading"],
            *(["none", ""] if row["siblings"] is None else [_arm(row["siblings"]), row["verdict"]]),
        ]
        for row, params in zip(rows, params_texts(rows), strict=True)
    ]
    header, *lines = aligned([titles, *table], width)
    yield Line(header)
    shown = [Line(line, READING_COLORS.get(row["reading"])) for row, line in zip(rows, lines, strict=True)]
    yield from under_headings([(one_line(row["family"]), one_line(row["probe"])) for row in rows], shown, width)
    for note, count in Counter(row["note"] for row in rows if row["note"]).items():
        yield Line(f"in {counted(count, 'group')}: {one_line(note)}", "yellow")


def _replay_totals(summary: Mapping[str, Any]) -> str:
    rows = summary["replay"]
    readings = Counter(row["reading"] for row in rows)
    summed_up = "; ".join(f"{readings[name]} {name}" for name in READINGS if readings[name])
    kinds = {"fixed": "FIXED", "still": "STILL", "unscored": "unscored", "skipped": "skipped", "unasked": "not asked"}
    sums = {word: sum(row[name] for row in rows) for name, word in kinds.items()}
    counts = ", ".join(f"{count} {word}" for word, count in sums.items() if count)
    published = counted(sum(row["published"] for row in rows), "published case")
    groups = counted(len(rows), "group")
    return f"{summed_up} of {groups}: {counts or 'nothing'} of {published} (bar {summary['bar']:g})"


def totals_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Sum up the verdicts, what the run asked, and what could not be scored."""
    totals = summary["totals"]
    if "replay" in summary:
        yield _replay_totals(summary)
    else:
        verdicts = ", ".join(f"{count} {name}" for name, count in totals["verdicts"].items() if count) or "no verdicts"
        yield f"{verdicts} of {counted(totals['cells'], 'cell')} (bar {summary['bar']:g}, seed {summary['seed']})"
    tokens = totals["input_tokens"] + totals["output_tokens"]
    # A model that does not report its tokens still used some.
    used = counted(tokens, "token") if tokens or not totals["calls"] else "tokens unknown"
    yield (
        f"{counted(totals['calls'], 'call')}, {counted(totals['from_store'], 'answer')} from the store, {used},"
        f" {dollars(totals['cost_usd'])}, {totals['wall_s']:.1f} s"
    )
    # Cells that share a control arm have the same row for it.
    shifts = [row["shift"] for row in summary["cells"] if row["shift"] is not None]
    controls = {
        str((row["task"], row["control_params"], row["model"], row["strategy"])): row["control"]
        for row in summary["cells"]
    }
    unscored = Counter({kind: sum(arm[kind] for arm in (*shifts, *controls.values())) for kind in UNSCORED})
    if unscored.total():
        kinds = ", ".join(f"{count} {kind}" for kind, count in unscored.items() if count)
        yield f"unscored answers (counted as wrong in lower and as right in upper bounds): {kinds}"


def _arm(row: Row | None) -> str:
    if row is None:
        return "-"
    if not row["n"]:
        return "not asked"
    accuracy = "-   " if row["accuracy"] is None else f"{row['accuracy']:.2f}"
    return f"{accuracy} [{row['low']:.2f},{row['high']:.2f}] {row['n']}"


def _note(row: Row) -> str:
    if row["verdict"] == "undecided":
        # The table shows which arm it is.
        note = printable(str(row["reason"]).removeprefix(f"{row['reason_arm']}: "))
    else:
        note = next((f"{printable(name)} x{count}" for name, count in row["lures"].items()), "")
    guessing = [arm for arm in ("control", "shift") if row[arm] is not None and row[arm]["beats_chance"] is False]
    who = "both" if len(guessing) == 2 else "".join(guessing)
    return "; ".join(filter(None, [note, who and f"{who} not above chance"]))
