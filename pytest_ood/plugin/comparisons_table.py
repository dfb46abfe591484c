"""The comparisons at the end of a run, in sentences: from the rows of its summary."""

from collections.abc import Iterator, Sequence

from pytest_ood.plugin.layout import Line, Row, counted, one_line, percent, wrapped
from pytest_ood.plugin.sentences import number

# More evidence than this needs no exact number.
_PLENTY = 1e6
# A line for each task that is shown to have become worse would hide the others.
_MOST_TASKS = 5


def comparison_lines(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Say of each comparison which side is better, by how much, and how sure that is."""
    for row in rows:
        text, color = _against_baseline(row) if row["baseline"] is not None else _side_by_side(row)
        yield from (Line(line, color) for line in wrapped(text, width))
        if row["baseline"] is not None:
            worse = [task for task in row["tasks"] if task["task"] in row["baseline"]["worse_tasks"]]
            for task in sorted(worse, key=lambda task: -task["evidence_b"])[:_MOST_TASKS]:
                shown = f"worse in {one_line(task['task'])}: evidence {_odds(task['evidence_b'])}; {_difference(task)}"
                yield from (Line(line, "red") for line in wrapped(shown, width, "  "))
            if len(worse) > _MOST_TASKS:
                yield Line(f"  and in {counted(len(worse) - _MOST_TASKS, 'more task')}", "red")
    alphas = {row["alpha"] for row in rows}
    if len(alphas) == 1:
        (alpha,) = alphas
        wrong = f"equal ones are told apart in at most {percent(alpha)} of runs"
        note = f"models are compared on the draws that both were asked; {wrong}"
        yield from (Line(line) for line in wrapped(note, width))


def _side_by_side(row: Row) -> tuple[str, str | None]:
    """Return what is shown about two conditions of one run, and its colour."""
    a, b = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["shown"] is None:
        evidence = _odds(max(row["evidence_a"], row["evidence_b"]))
        return f"{a}, {b}: no difference is shown ({evidence} {_over(row)}); {_difference(row)}", None
    if row["shown"] == "both":
        return f"{a}, {b}: each is better in some tasks ({_both(row)}); {_difference(row)}", "yellow"
    if row["shown"] == "a":
        return f"{_better(a, b, row, 'a')}; {_difference(row)}", "green"
    return f"{_better(b, a, row, 'b')}; {_difference(row, -1)}", "green"


def _against_baseline(row: Row) -> tuple[str, str | None]:
    """Return whether the new run is shown worse than its baseline, or else shown better, and the colour."""
    new, old = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["baseline"]["is_worse"]:
        return f"{_better(new, old, row, 'b', 'worse')}; {_difference(row)}", "red"
    if row["shown"] == "a":
        return f"{_better(new, old, row, 'a')}; {_difference(row)}", "green"
    where = " over all tasks" if row["baseline"]["worse_tasks"] else ""
    evidence = f"{_odds(row['evidence_b'])} {_over(row)}"
    return f"{new} is not shown worse than {old}{where} ({evidence}); {_difference(row)}", None


def _better(one: str, other: str, row: Row, shown: str, word: str = "better") -> str:
    """Return ``x is better than y: evidence 1,200 to 1 over 14 tasks``.

    Evidence that one is better somewhere does not always show that it is better on average.
    """
    on_average = row["low"] > 0 if shown == "a" else row["high"] < 0
    where = "" if on_average else " in some tasks"
    return f"{one} is {word} than {other}{where}: evidence {_odds(row[f'evidence_{shown}'])} {_over(row)}"


def _both(row: Row) -> str:
    return f"{_odds(row['evidence_a'])} and {_odds(row['evidence_b'])} {_over(row)}"


def _over(row: Row) -> str:
    return f"over {counted(len(row['tasks']), 'task')}"


def _odds(evidence: float) -> str:
    if evidence < 1:
        return "less than 1 to 1"
    if evidence >= _PLENTY:
        return f"more than {_PLENTY:,.0f} to 1"
    return f"{evidence:,.0f} to 1" if evidence >= 10 else f"{evidence:.1f} to 1"


def _difference(row: Row, sign: int = 1) -> str:
    """Return ``+.21 [.10, .33]``: the difference and its bounds, of the second side if `sign` is -1."""
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return f"{number(sign * row['estimate'], '+')} [{number(low)}, {number(high)}]"
