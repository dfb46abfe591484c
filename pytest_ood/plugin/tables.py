"""The tables that a person reads: lines of text made from rows, fitted to the width of the terminal."""

import functools
import operator
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from pytest_ood.asking.engine import Progress
from pytest_ood.asking.outcome import Cell
from pytest_ood.asking.plan import TYPICAL_OUTPUT_TOKENS, Planned
from pytest_ood.certify import Certificate, Fault
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.replay.groups import READINGS
from pytest_ood.text.printable import clipped, printable

Row = Mapping[str, Any]
READING_COLORS = {"learned": "green", "partly fixed": "yellow", "memorised": "red", "still": "red"}
COLORS = {"robust": "green", "brittle": "red", "incapable": "yellow", "undecided": "cyan"}
# A column that has to give way keeps at least this much.
NARROWEST = 12
# This much of the parameters tells cells apart; the rest of them gives way first.
PARAMS_WIDTH = 24
# A million characters of one kind need not be seen in full.
LONGEST_ANSWER = 400


class Line(NamedTuple):
    """One line and the colour of its verdict, if it has one."""

    text: str
    color: str | None = None


def dollars(cost: float | None) -> str:
    """Return ``$1.25``, ``$0.0013``, or that the cost is unknown: never 0 for want of a price."""
    if cost is None:
        return "cost unknown"
    return f"${cost:.2f}" if cost >= 1 or not cost else f"${cost:.4f}"


def counted(count: int, noun: str) -> str:
    """Return ``1 cell`` or ``2 cells``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def described(cell: Cell) -> dict[str, Any]:
    """Return what tables show of a cell that has not been asked, under the names that its row has."""
    return {
        "family": cell.task.family,
        "probe": cell.probe,
        "params": cell.params,
        "model": cell.model,
        "strategy": cell.strategy,
    }


def verdict_table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Show the cells by family and probe; model and strategy are columns where there are several."""
    columns = _varying(rows)
    titles = ["", *columns, "control [bounds] n", "shift [bounds] n", "verdict", "lure or reason"]
    table = [
        [
            "  " + _params(row["params"]),
            *(printable(row[name]) for name in columns),
            *(_arm(row["control"]), _arm(row["shift"]), row["verdict"], _note(row)),
        ]
        for row in rows
    ]
    header, *lines = _aligned([titles, *table], width)
    yield Line(header)
    shown = [Line(line, COLORS[row["verdict"]]) for row, line in zip(rows, lines, strict=True)]
    yield from _under_headings([(row["family"], row["probe"]) for row in rows], shown, width)


def replay_table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Show the groups of a replay by family and probe, then why some could not be asked in full."""
    columns = _varying(rows)
    rare = [name for name in ("unscored", "skipped", "unasked") if any(row[name] for row in rows)]
    titles = ["", *columns, "cases", "FIXED", "STILL", *rare, "reading", "siblings [bounds] n", "verdict"]
    table = [
        [
            f"  {_params(row['params'])} {row['arm']}",
            *(printable(row[name]) for name in columns),
            *(str(row[name]) for name in ("published", "fixed", "still", *rare)),
            row["reading"],
            *(["none", ""] if row["siblings"] is None else [_arm(row["siblings"]), row["verdict"]]),
        ]
        for row in rows
    ]
    header, *lines = _aligned([titles, *table], width)
    yield Line(header)
    shown = [Line(line, READING_COLORS.get(row["reading"])) for row, line in zip(rows, lines, strict=True)]
    yield from _under_headings([(_line(row["family"]), _line(row["probe"])) for row in rows], shown, width)
    for note, count in Counter(row["note"] for row in rows if row["note"]).items():
        yield Line(f"in {counted(count, 'group')}: {_line(note)}", "yellow")


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
    # A model that does not report its tokens did use some.
    used = counted(tokens, "token") if tokens or not totals["calls"] else "tokens unknown"
    yield (
        f"{counted(totals['calls'], 'call')}, {counted(totals['from_store'], 'answer')} from the store, {used},"
        f" {dollars(totals['cost_usd'])}, {totals['wall_s']:.1f} s"
    )
    # Cells that share a control arm have the same row for it.
    shifts = [row["shift"] for row in summary["cells"]]
    controls = {
        str((row["task"], row["control_params"], row["model"], row["strategy"])): row["control"]
        for row in summary["cells"]
    }
    unscored = Counter({kind: sum(arm[kind] for arm in (*shifts, *controls.values())) for kind in UNSCORED})
    if unscored.total():
        kinds = ", ".join(f"{count} {kind}" for kind, count in unscored.items() if count)
        yield f"unscored answers (counted as wrong in lower and as right in upper bounds): {kinds}"


def plan_table(planned: Sequence[tuple[Cell, Planned]], width: int) -> Iterator[str]:
    """Show what each cell would ask, and the sum."""
    rows = [described(cell) for cell, _ in planned]
    columns = _varying(rows)
    titles = ["", *columns, "min", "max", "stored", "input tokens", "output tokens", "cost"]
    table = [
        ["  " + _params(row["params"]), *(printable(row[name]) for name in columns), *_planned(one)]
        for row, (_, one) in zip(rows, planned, strict=True)
    ]
    whole = functools.reduce(operator.add, (one for _, one in planned), Planned())
    header, *lines, total = _aligned([titles, *table, ["all", *("" for _ in columns), *_planned(whole)]], width)
    yield header
    probes = [(row["family"], row["probe"]) for row in rows]
    yield from (line.text for line in _under_headings(probes, map(Line, lines), width))
    yield total
    yield "min and max are calls, without the answers that are stored. Tokens and cost are estimates"
    yield f"for max, with answers of max_tokens or, where that is not set, {TYPICAL_OUTPUT_TOKENS} tokens."


def certify_table(certified: Sequence[tuple[Cell, Certificate]], width: int) -> Iterator[Line]:
    """Show the cells with the checks that they fail, then the sum."""
    rows = [described(cell) for cell, _ in certified]
    table = [
        ["  " + _params(row["params"]), ", ".join(dict.fromkeys(fault.check for fault in found.faults)) or "ok"]
        for row, (_, found) in zip(rows, certified, strict=True)
    ]
    colors = ["red" if found.faults else "green" for _, found in certified]
    probes = [(row["family"], row["probe"]) for row in rows]
    yield from _under_headings(probes, map(Line, _aligned(table, width), colors), width)
    yield Line("")
    unchecked = [found.unchecked for _, found in certified if found.unchecked]
    if unchecked:
        cells = counted(len(unchecked), "cell")
        yield Line(f"{cells} not checked in another process: {printable(unchecked[0])}", "yellow")
    failed, cells = colors.count("red"), counted(len(certified), "cell")
    yield Line(f"{failed} of {cells} failed certification", "red") if failed else Line(f"{cells} certified", "green")


def fault_text(fault: Fault, task: str) -> str:
    """Return the check, what is wrong, and a case that shows it."""
    lines = [f"{fault.check}: {clipped(fault.what)}"]
    if fault.drawn is not None:
        case = fault.drawn.case
        lines += [f"--- {fault.drawn.arm} draw {fault.drawn.draw} of {printable(task)}", clipped(case.prompt)]
        if fault.given is not None and fault.given != case.answer:
            lines += ["--- answer", clipped(fault.given, LONGEST_ANSWER) or "(empty)"]
        lines += ["--- expected" + ("" if case.unique else ", one of several"), clipped(case.answer, LONGEST_ANSWER)]
    return "\n".join(lines)


def _varying(rows: Sequence[Row]) -> list[str]:
    """Return which of model and strategy need a column, because there are several."""
    return [name for name in ("model", "strategy") if len({row[name] for row in rows}) > 1]


def _under_headings(probes: Iterable[tuple[str, str]], lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Put a heading of family and probe above the lines of each probe."""
    for (family, probe), group in groupby(zip(probes, lines, strict=True), lambda pair: pair[0]):
        yield Line(f"{family} - {printable(probe)}"[:width])
        yield from (line for _, line in group)


def _planned(one: Planned) -> list[str]:
    counts = [one.least, one.most, one.from_store, one.input_tokens, one.output_tokens]
    return [*(f"{count:,}" for count in counts), dollars(one.cost_usd)]


def _params(values: Mapping[str, Any]) -> str:
    return _line(" ".join(f"{name}={value}" for name, value in values.items()))


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n")


def _arm(row: Row) -> str:
    if not row["n"]:
        return "not asked"
    accuracy = "-   " if row["accuracy"] is None else f"{row['accuracy']:.2f}"
    return f"{accuracy} [{row['low']:.2f},{row['high']:.2f}] {row['n']}"


def _note(row: Row) -> str:
    if row["verdict"] == "undecided":
        # The table shows which arm it is.
        note = printable(str(row["reason"]).partition(": ")[2])
    else:
        note = next((f"{printable(name)} x{count}" for name, count in row["lures"].items()), "")
    guessing = [arm for arm in ("control", "shift") if row[arm]["beats_chance"] is False]
    who = "both" if len(guessing) == 2 else "".join(guessing)
    return "; ".join(filter(None, [note, who and f"{who} not above chance"]))


def _aligned(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """Align columns, two spaces apart. If they are too wide, parameters give way, then the last column, then both."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for column, least in ((0, PARAMS_WIDTH), (-1, NARROWEST), (0, NARROWEST)):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        if excess > 0:
            widths[column] = min(widths[column], max(least, widths[column] - excess))
    return ["  ".join(_fitted(text, size) for text, size in zip(row, widths, strict=True)).rstrip() for row in table]


def _fitted(text: str, size: int) -> str:
    return text.ljust(size) if len(text) <= size else text[: size - 3] + "..."


def progress_line(progress: Progress, width: int) -> str:
    """Show the answers so far out of how many at most, calls per second, cost, and the longest it may still take."""
    seconds = time.monotonic() - progress.began
    rate = progress.calls / seconds if seconds > 0 else 0.0
    parts = [f"{progress.answers:,} of at most {progress.at_most:,} answers", f"{rate:.1f} calls/s"]
    parts.append(dollars(progress.cost_usd))
    if progress.answers and seconds > 1:
        left = round((progress.at_most - progress.answers) * seconds / progress.answers)
        parts.append(f"at most {left // 60}:{left % 60:02} left")
    return ("ood: " + " | ".join(parts))[:width]
