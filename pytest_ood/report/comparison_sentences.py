"""What is shown about two conditions, in sentences: from a row of the summary's comparisons."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.report.sentences import number
from pytest_ood.text.words import counted, dollars, one_line

Row = Mapping[str, Any]
# More evidence than this needs no exact number.
_PLENTY = 1e6
# Amounts whose ratio is at most this are not worth a remark.
_ALIKE = 1.1


def comparison_sentence(row: Row) -> str:
    """Say which side is better, by how much, and how sure that is; of a baseline, whether the new run is worse."""
    told = _side_by_side(row) if row["baseline"] is None else _against_baseline(row)
    return "; ".join([told, *_usage(row)])


def worse_in(task: Row) -> str:
    """Return ``worse in chains.hops: evidence 500 to 1; -.30 [-.50, -.10]``, about a task of a comparison."""
    return f"worse in {one_line(task['task'])}: evidence {odds(task['evidence_b'])}; {_difference(task)}"


def _side_by_side(row: Row) -> str:
    a, b = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["shown"] is None:
        evidence = odds(max(row["evidence_a"], row["evidence_b"]))
        return f"{a}, {b}: no difference is shown ({evidence} {_over(row)}); {_difference(row)}"
    if row["shown"] == "both":
        return f"{a}, {b}: each is better in some tasks ({_both(row)}); {_difference(row)}"
    if row["shown"] == "a":
        return f"{_better(a, b, row, 'a')}; {_difference(row)}"
    return f"{_better(b, a, row, 'b')}; {_difference(row, -1)}"


def _against_baseline(row: Row) -> str:
    new, old = (one_line(row[side]["label"]) for side in ("a", "b"))
    if row["baseline"]["is_worse"]:
        return f"{_better(new, old, row, 'b', 'worse')}; {_difference(row)}"
    if row["shown"] == "a":
        return f"{_better(new, old, row, 'a')}; {_difference(row)}"
    where = " over all tasks" if row["baseline"]["worse_tasks"] else ""
    evidence = f"{odds(row['evidence_b'])} {_over(row)}"
    return f"{new} is not shown worse than {old}{where} ({evidence}); {_difference(row)}"


def _better(one: str, other: str, row: Row, shown: str, word: str = "better") -> str:
    """Return ``x is better than y: evidence 1,200 to 1 over 14 tasks``.

    Evidence that one is better somewhere does not always show that it is better on average.
    """
    on_average = row["low"] > 0 if shown == "a" else row["high"] < 0
    where = "" if on_average else " in some tasks"
    return f"{one} is {word} than {other}{where}: evidence {odds(row[f'evidence_{shown}'])} {_over(row)}"


def _both(row: Row) -> str:
    return f"{odds(row['evidence_a'])} and {odds(row['evidence_b'])} {_over(row)}"


def _over(row: Row) -> str:
    return f"over {counted(len(row['tasks']), 'task')}"


def odds(evidence: float) -> str:
    """Return ``1,200 to 1``, evidence as odds."""
    if evidence < 1:
        return "less than 1 to 1"
    if evidence >= _PLENTY:
        return f"more than {_PLENTY:,.0f} to 1"
    return f"{evidence:,.0f} to 1" if evidence >= 10 else f"{evidence:.1f} to 1"


def _usage(row: Row) -> Iterator[str]:
    """Yield ``1,930 tokens an answer instead of 210 (23 a point)``, and the same for money.

    The better side comes first, and of a baseline the new run.
    """
    usage = row.get("usage")
    if usage is None:
        return
    is_against_baseline = row["baseline"] is not None
    first, second = ("b", "a") if row["shown"] == "b" and not is_against_baseline else ("a", "b")
    between = " instead of" if row["shown"] in ("a", "b") or is_against_baseline else " and"
    per_point = None if is_against_baseline else usage["per_point"]
    for name, text, unit in (("tokens", _tokens, " tokens"), ("cost_usd", dollars, "")):
        one, two = usage[first][name], usage[second][name]
        if None in (one, two) or max(one, two) <= _ALIKE * min(one, two):
            continue
        point = None if per_point is None else per_point[name]
        more = f" ({text(point)} a point)" if point is not None and point > 0 else ""
        yield f"{text(one)}{unit} an answer{between} {text(two)}{more}"


def _tokens(count: float) -> str:
    return f"{count:,.0f}" if count >= 10 else f"{count:.2g}"


def _difference(row: Row, sign: int = 1) -> str:
    """Return ``+.21 [.10, .33]``: the difference and its bounds, of the second side if `sign` is -1."""
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return f"{number(sign * row['estimate'], '+')} [{number(low)}, {number(high)}]"
