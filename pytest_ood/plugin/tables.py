"""The end of a run in words: the table of a replay, and the totals, from the rows of its summary."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.plugin.layout import Line, Row, params_texts, under_headings, varying
from pytest_ood.plugin.verdict_table import COLORS
from pytest_ood.replay.reading import READINGS
from pytest_ood.report.claims import claims, shown_gaps
from pytest_ood.report.sentences import WORDS
from pytest_ood.text.columns import aligned, wrapped
from pytest_ood.text.printable import printable
from pytest_ood.text.words import counted, dollars, one_line, percent

# Reasons of errors that are shown.
MOST_ERRORS = 3
READING_COLORS = {"learned": "green", "partly fixed": "yellow", "memorised": "red", "still": "red"}


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


def totals_lines(summary: Mapping[str, Any], width: int) -> Iterator[Line]:
    """Sum up the verdicts, how sure they are, what the run asked, and what could not be scored."""
    for text, color in _totals(summary):
        yield from (Line(line, color) for line in wrapped(text, width))


def _totals(summary: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    cells = summary["cells"]
    if "replay" in summary:
        yield _replay_totals(summary), None
    else:
        yield from _verdict_totals(summary)
    if cells:
        yield from ((text, None) for text in _family_sums(cells))
        yield _claims(summary), None
    yield _asked(summary["totals"]), None
    unscored = _unscored(cells)
    if unscored:
        yield f"unscored answers (counted as wrong in lower and as right in upper bounds): {unscored}", None
    yield from (
        (f"{row['count']} error: {printable(row['error'])}", None) for row in summary.get("errors", ())[:MOST_ERRORS]
    )
    if damaged := summary.get("damaged"):
        first = f"{damaged[0]['key'][:12]} of run {printable(damaged[0]['run_id'])}"
        count = f"{len(damaged):,} stored answer{'s were' if len(damaged) > 1 else ' was'} damaged on the disk"
        yield f"{count} and asked again ({first}); `pytest-ood store check` looks for more", "yellow"


def _verdict_totals(summary: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    counts = Counter(summary["totals"]["verdicts"])
    count, undecided = summary["totals"]["cells"], counts.pop("undecided", 0)
    cells = counted(count, "cell")
    verdicts = ", ".join(f"{number} {WORDS[name]}" for name, number in counts.items() if number)
    if verdicts or not undecided:
        yield f"{verdicts or 'no verdicts'} of {cells} (bar {summary['bar']:g}, seed {summary['seed']})", None
    if undecided:
        yield f"{undecided} of {cells} {'is' if undecided == 1 else 'are'} undecided", COLORS["undecided"]


def _family_sums(cells: Sequence[Row]) -> Iterator[str]:
    """Say of each family, and of each model if there are several, in how many cells a gap is shown."""
    families: dict[tuple[str, str], list[Row]] = {}
    several = len({cell["model"] for cell in cells}) > 1
    for cell in cells:
        families.setdefault((cell["family"], cell["model"] if several else ""), []).append(cell)
    for names, members in families.items():
        probes = {cell["probe"] for cell in members}
        gaps = shown_gaps(members)
        # A family with one probe has been summed up in its block.
        if len(probes) > 1 and gaps.cells:
            with_gap = {cell["probe"] for cell in members if cell["gap"] is not None and cell["gap"]["shown"]}
            line = f"{', '.join(filter(None, names))}: gaps in {gaps.shown} of {counted(gaps.cells, 'cell')}"
            if gaps.shown:
                line += f", {len(with_gap)} of {len(probes)} probes (any false: at most {percent(gaps.chance)})"
                line += f"; {gaps.brittle} brittle"
            yield line


def _claims(summary: Mapping[str, Any]) -> str:
    gaps = f" (gaps: {percent(summary['gap_alpha'])})" if summary.get("gap_alpha") else ""
    number = counted(claims(summary["cells"]), "claim")
    return f"each claim is wrong in at most {percent(summary['alpha'])} of runs{gaps}; {number} looked at"


def _asked(totals: Mapping[str, Any]) -> str:
    tokens = totals["input_tokens"] + totals["output_tokens"]
    # A model that does not report its tokens still used some.
    used = counted(tokens, "token") if tokens or not totals["calls"] else "tokens unknown"
    if totals.get("cached_tokens") and totals["input_tokens"]:
        used += f" ({percent(totals['cached_tokens'] / totals['input_tokens'])} of the prompts' from a cache)"
    return (
        f"{counted(totals['calls'], 'call')}, {counted(totals['from_store'], 'answer')} from the store, {used},"
        f" {dollars(totals['cost_usd'])}, {totals['wall_s']:.1f} s"
    )


def _unscored(cells: Sequence[Row]) -> str:
    # Cells that share a control arm have the same row for it, up to how far they needed it.
    shifts = [row["shift"] for row in cells if row["shift"] is not None]
    controls: dict[str, Row] = {}
    for row in cells:
        key = str((row["task"], row["control_params"], row["model"], row["strategy"], row.get("condition")))
        if key not in controls or controls[key]["n"] < row["control"]["n"]:
            controls[key] = row["control"]
    unscored = Counter({kind: sum(arm[kind] for arm in (*shifts, *controls.values())) for kind in UNSCORED})
    return ", ".join(f"{count} {kind}" for kind, count in unscored.items() if count)


def _arm(row: Row | None) -> str:
    if row is None:
        return "-"
    if not row["n"]:
        return "not asked"
    accuracy = "-   " if row["accuracy"] is None else f"{row['accuracy']:.2f}"
    return f"{accuracy} [{row['low']:.2f},{row['high']:.2f}] {row['n']}"
