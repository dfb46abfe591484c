"""The first sentences of a report: what was asked, and what came of it."""

from collections.abc import Iterator, Sequence

from pytest_ood.report.claims import shown_gaps
from pytest_ood.report.sentences import WORDS, WORST_FIRST
from pytest_ood.report.source import Row
from pytest_ood.text.words import counted, percent, short_line


def headline(rows: Sequence[Row]) -> str:
    """Return ``Of 14 cells asked of gpt-4o, 5 are brittle and 9 are robust.``"""
    if not rows:
        return "No cell was judged."
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in WORST_FIRST}
    told = [f"{count:,} {'is' if count == 1 else 'are'} {WORDS[verdict]}" for verdict, count in counts.items() if count]
    models = list(dict.fromkeys(short_line(row["model"]) for row in rows))
    asked = _listed(models) if len(models) <= 3 else counted(len(models), "model")
    return f"Of {counted(len(rows), 'cell')} asked of {asked}, {_listed(told)}."


def remarks(rows: Sequence[Row]) -> Iterator[str]:
    """Say how many gaps are shown, which shortcuts were taken, and what could not be scored."""
    gaps = shown_gaps(rows)
    if gaps.shown:
        chance = f"; the chance that any of them is false is at most {percent(gaps.chance)}" if gaps.chance < 1 else ""
        yield f"A gap between control and shift is shown in {gaps.shown:,} of {counted(gaps.cells, 'cell')}{chance}."
    lures: dict[str, int] = {}
    for row in rows:
        for name, count in row["lures"].items():
            lures[name] = lures.get(name, 0) + count
    # An arm that several cells share is counted with each of them, as in their sentences.
    wrong = sum(row[arm]["wrong"] for row in rows for arm in ("control", "shift") if row[arm] is not None)
    if lures:
        name, count = max(lures.items(), key=lambda item: item[1])
        yield (
            f"{sum(lures.values()):,} of {counted(wrong, 'wrong answer')} are those of a named shortcut, most often"
            f' "{short_line(name)}" ({count:,}).'
        )
    unscored = [row for row in rows if row["reason_code"] == "unscored"]
    if unscored:
        yield f"{counted(len(unscored), 'cell')} cannot be decided because too many answers could not be scored."


def _listed(texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
