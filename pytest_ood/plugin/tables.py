"""The tables that a person reads: lines of text from the rows of the summary, fitted to the width of the terminal."""

import functools
import operator
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from pytest_ood.asking.callers import Progress
from pytest_ood.asking.cell import Cell
from pytest_ood.asking.plan import TYPICAL_OUTPUT_TOKENS, Planned
from pytest_ood.certify import Certificate, Fault
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.replay.reading import READINGS
from pytest_ood.text.printable import clipped, printable

Row = Mapping[str, Any]
READING_COLORS = {"learned": "green", "partly fixed": "yellow", "memorised": "red", "still": "red"}
COLORS = {"robust": "green", "brittle": "red", "incapable": "yellow", "undecided": "cyan"}
# A column that has to give way keeps at least this much.
NARROWEST = 12
# So much of the parameters tells cells apart; what is beyond goes before anything else does.
ENOUGH = 24
# A million characters of one kind need not be seen in full.
LONGEST_GIVEN = 400


class Line(NamedTuple):
    """One line and the colour of its verdict, if it has one."""

    text: str
    color: str | None = None


def dollars(cost: float | None) -> str:
    """``$1.25``, ``$0.0013``, or that it is unknown: never 0 for want of a price."""
    if cost is None:
        return "cost unknown"
    return f"${cost:.2f}" if cost >= 1 or not cost else f"${cost:.4f}"


def verdict_table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """The cells by family and probe; model and strategy are columns where there are several."""
    columns = [name for name in ("model", "strategy") if len({row[name] for row in rows}) > 1]
    titles = ["", *columns, "control [bounds] n", "shift [bounds] n", "verdict", "lure, or reason"]
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
    """The groups of a replay by family and probe, then what stands in the way of some."""
    columns = [name for name in ("model", "strategy") if len({row[name] for row in rows}) > 1]
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
        yield Line(f"in {_counted(count, 'group')}: {_line(note)}", "yellow")


def _replay_totals(summary: Mapping[str, Any]) -> str:
    rows = summary["replay"]
    readings = Counter(row["reading"] for row in rows)
    said = "; ".join(f"{readings[name]} {name}" for name in READINGS if readings[name])
    kinds = {"fixed": "FIXED", "still": "STILL", "unscored": "unscored", "skipped": "skipped", "unasked": "not asked"}
    sums = {word: sum(row[name] for row in rows) for name, word in kinds.items()}
    counts = ", ".join(f"{count} {word}" for word, count in sums.items() if count)
    published = _counted(sum(row["published"] for row in rows), "published case")
    return f"{said} of {_counted(len(rows), 'group')}: {counts or 'nothing'} of {published} (bar {summary['bar']:g})"


def totals_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """The verdicts in numbers, what the run asked and what could not be scored."""
    totals = summary["totals"]
    if "replay" in summary:
        yield _replay_totals(summary)
    else:
        verdicts = ", ".join(f"{count} {name}" for name, count in totals["verdicts"].items() if count) or "no verdicts"
        yield f"{verdicts} of {_cells(totals['cells'])} (bar {summary['bar']:g}, seed {summary['seed']})"
    tokens = totals["input_tokens"] + totals["output_tokens"]
    # A model that does not count its tokens has not used none.
    counted = f"{tokens:,} tokens" if tokens or not totals["calls"] else "tokens unknown"
    yield (
        f"{totals['calls']:,} calls, {totals['from_store']:,} answers from the store, {counted},"
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
        yield f"answers that are no evidence, counted both ways in every interval: {kinds}"


def plan_table(planned: Sequence[tuple[Cell, Planned]], width: int) -> Iterator[str]:
    """What each cell would ask, and the sum."""
    conditions = [cell.condition for cell, _ in planned]
    columns = [name for name in ("model", "strategy") if len({getattr(one, name) for one in conditions}) > 1]
    titles = ["", *columns, "least", "most", "in store", "input tokens", "output tokens", "cost"]
    table = [
        ["  " + _params(cell.params), *(printable(getattr(cell.condition, name)) for name in columns), *_planned(one)]
        for cell, one in planned
    ]
    whole = functools.reduce(operator.add, (one for _, one in planned), Planned())
    header, *lines, total = _aligned([titles, *table, ["all", *("" for _ in columns), *_planned(whole)]], width)
    yield header
    probes = [(cell.task.family, cell.probe) for cell, _ in planned]
    yield from (line.text for line in _under_headings(probes, map(Line, lines), width))
    yield total
    yield "Calls: those that the store does not answer. Tokens and cost are estimates for the most calls,"
    yield f"with answers of max_tokens, or else {TYPICAL_OUTPUT_TOKENS} tokens."


def certify_table(certified: Sequence[tuple[Cell, Certificate]], width: int) -> Iterator[Line]:
    """The cells with the checks that they fail, then every fault with a case that shows it, then the sum."""
    table = [["  " + _params(cell.params), _certificate(found)] for cell, found in certified]
    colors = ["red" if found.faults else "green" for _, found in certified]
    probes = [(cell.task.family, cell.probe) for cell, _ in certified]
    yield from _under_headings(probes, map(Line, _aligned(table, width), colors), width)
    for cell, found in certified:
        for fault in found.faults:
            yield Line("")
            yield Line(f"{fault.check}: {cell.task.name} {_params(cell.params)}".rstrip(), "red")
            yield Line(_fault(fault))
    yield Line("")
    unchecked = [found.unchecked for _, found in certified if found.unchecked]
    if unchecked:
        yield Line(f"{_cells(len(unchecked))} not checked in another process: {printable(unchecked[0])}", "yellow")
    failed = colors.count("red")
    whole = _cells(len(certified))
    yield Line(f"{failed} of {whole} failed certification", "red") if failed else Line(f"{whole} certified", "green")


def _certificate(found: Certificate) -> str:
    """The checks that fail, and how many cases lost a lure."""
    checks = ", ".join(dict.fromkeys(fault.check for fault in found.faults)) or "ok"
    lost = f" ({found.dropped_lures:.0%} of cases lost a lure that was the answer)" if found.dropped_lures else ""
    return checks + lost


def _fault(fault: Fault) -> str:
    """What is wrong, and a case that shows it."""
    lines = [clipped(fault.what)]
    if fault.drawn is not None:
        case = fault.drawn.case
        lines += [f"--- {fault.drawn.arm} draw {fault.drawn.draw}", clipped(case.prompt)]
        if fault.given is not None and fault.given != case.answer:
            lines += ["--- answer", clipped(fault.given, LONGEST_GIVEN) or "(empty)"]
        lines += ["--- expected" + ("" if case.unique else ", one of several"), clipped(case.answer, LONGEST_GIVEN)]
    return "\n".join(lines)


def _cells(count: int) -> str:
    return _counted(count, "cell")


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


def _under_headings(probes: Iterable[tuple[str, str]], lines: Iterable[Line], width: int) -> Iterator[Line]:
    """The lines, under their family and probe."""
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


def _arm(row: Row | None) -> str:
    if row is None:
        return "-"
    if not row["n"]:
        return "not asked"
    accuracy = "-   " if row["accuracy"] is None else f"{row['accuracy']:.2f}"
    return f"{accuracy} [{row['low']:.2f},{row['high']:.2f}] {row['n']}"


def _note(row: Row) -> str:
    if row["verdict"] == "undecided":
        # Which arm it is shows beside it.
        note = printable(str(row["reason"]).removeprefix(f"{row['reason_arm']}: "))
    else:
        note = next((f"{printable(name)} x{count}" for name, count in row["lures"].items()), "")
    guessing = [arm for arm in ("control", "shift") if row[arm] is not None and row[arm]["beats_chance"] is False]
    who = "both" if len(guessing) == 2 else "".join(guessing)
    return "; ".join(filter(None, [note, who and f"{who} not above chance"]))


def _aligned(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """Columns two spaces apart. Where they are too wide together the parameters give way, then the last, then both."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for column, least in ((0, ENOUGH), (-1, NARROWEST), (0, NARROWEST)):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        if excess > 0:
            widths[column] = min(widths[column], max(least, widths[column] - excess))
    return ["  ".join(_fitted(text, size) for text, size in zip(row, widths, strict=True)).rstrip() for row in table]


def _fitted(text: str, size: int) -> str:
    return text.ljust(size) if len(text) <= size else text[: size - 3] + "..."


def progress_line(progress: Progress, width: int) -> str:
    """What has come in, of how many at most; calls a second, cost and the longest it may still take."""
    seconds = time.monotonic() - progress.began
    rate = progress.calls / seconds if seconds > 0 else 0.0
    parts = [f"{progress.answers:,} answers of at most {progress.at_most:,}", f"{rate:.1f} calls/s"]
    parts.append(dollars(progress.cost_usd))
    if progress.answers and seconds > 1:
        left = round((progress.at_most - progress.answers) * seconds / progress.answers)
        parts.append(f"at most {left // 60}:{left % 60:02} left")
    return ("ood: " + " | ".join(parts))[:width]
