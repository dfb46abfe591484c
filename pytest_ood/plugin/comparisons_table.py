"""The comparisons at the end of a run, in sentences: from the rows of its summary."""

from collections.abc import Iterator, Sequence

from pytest_ood.plugin.layout import Line, Row, counted, one_line, wrapped
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
        note = (
            f"models are compared on the draws that both were asked; equal ones are told apart in at most {alpha:.0%}"
        )
        yield from (Line(line) for line in wrapped(f"{note} of runs", width))


def _side_by_side(row: Row) -> tuple[str, str | None]:
    a, b = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["shown"] is None:
        evidence = _odds(max(row["evidence_a"], row["evidence_b"]))
        return f"{a}, {b}: no difference is shown ({evidence} {_over(row)}); {_difference(row)}", None
    if row["shown"] == "both":
        return f"{a}, {b}: each is better in some tasks ({_both(row)}); {_difference(row)}", "yellow"
    if row["shown"] == "a":
        return f"{a} is better than {b}{_somewhere(row)}: evidence {_odds(row['evidence_a'])} {_over(row)}; " + (
            _difference(row)
        ), "green"
    better = f"{b} is better than {a}{_somewhere(row)}: evidence {_odds(row['evidence_b'])} {_over(row)}; "
    return better + _difference(row, -1), "green"


def _against_baseline(row: Row) -> tuple[str, str | None]:
    """Say whether the new run is shown worse than its baseline, and otherwise whether it is shown better."""
    new, old = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["baseline"]["is_worse"]:
        worse = f"{new} is worse than {old}{_somewhere(row)}: evidence {_odds(row['evidence_b'])} {_over(row)}"
        return f"{worse}; {_difference(row)}", "red"
    if row["shown"] == "a":
        better = f"{new} is better than {old}{_somewhere(row)}: evidence {_odds(row['evidence_a'])} {_over(row)}"
        return f"{better}; {_difference(row)}", "green"
    evidence = f"evidence {_odds(row['evidence_b'])} {_over(row)}"
    if row["baseline"]["worse_tasks"]:
        return f"{new} is not shown worse than {old} over all tasks ({evidence}); {_difference(row)}", None
    return f"{new} is not shown worse than {old} ({evidence}); {_difference(row)}", None


def _somewhere(row: Row) -> str:
    """Return " in some tasks" if one side is better somewhere, but not shown to be on average."""
    return "" if row["low"] > 0 or row["high"] < 0 else " in some tasks"


def _both(row: Row) -> str:
    return f"evidence {_odds(row['evidence_a'])} and {_odds(row['evidence_b'])} {_over(row)}"


def _over(row: Row) -> str:
    return f"over {counted(len(row['tasks']), 'task')}"


def _odds(evidence: float) -> str:
    if evidence >= _PLENTY:
        return f"more than {_PLENTY:,.0f} to 1"
    return f"{evidence:,.0f} to 1" if evidence >= 10 else f"{evidence:.1f} to 1"


def _difference(row: Row, sign: int = 1) -> str:
    """Return ``+.21 [.10, .33]``: the difference and its bounds, of the second side if `sign` is -1."""
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return f"{number(sign * row['estimate'], '+')} [{number(low)}, {number(high)}]"
