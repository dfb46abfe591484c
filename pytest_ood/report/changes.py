"""What changed from one run to another: on the draws that both were asked, with the evidence for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_ood.evidence import stats
from pytest_ood.evidence.comparing import ArmPairs, Letters, compare, letters_by_arm
from pytest_ood.report.comparison_sentences import odds
from pytest_ood.report.comparisons import comparison_row
from pytest_ood.report.conditions import model_labels
from pytest_ood.report.sentences import word
from pytest_ood.report.source import Row, SourceCell
from pytest_ood.text.canonical import canonical

FIXED, BROKEN = "FIXED", "BROKEN"


@dataclass(frozen=True)
class Change:
    """A cell that two runs asked, and in which some answer or the verdict is another one.

    Attributes:
        place: the number of the cell in the later run.
        before, after: the words of the verdicts.
        fixed: the draws of the shift that were wrong before and are right now.
        broken: those that were right and are wrong now.
        pairs: the draws that both runs asked.
        shown: FIXED or BROKEN if the evidence suffices, with all cells that were compared counted; else empty.
        evidence: the larger evidence of both directions.
    """

    place: int
    before: str
    after: str
    fixed: int
    broken: int
    pairs: int
    shown: str
    evidence: float

    @property
    def odds(self) -> str:
        """The evidence in words."""
        return odds(self.evidence)


def matched_conditions(before: Sequence[Row], after: Sequence[Row]) -> dict[str, str]:
    """Return for each condition of the later run the one of the earlier run that it is compared with.

    That is the same condition, or else the only one there is, if each run has a single one.

    Args:
        before: the rows of the earlier run's cells.
        after: those of the later run's.

    Returns:
        Canonical JSON by canonical JSON; a condition without a counterpart is left out.
    """
    old, new = (list(dict.fromkeys(canonical(row["condition"]) for row in rows)) for rows in (before, after))
    if len(old) == len(new) == 1:
        return {new[0]: old[0]}
    return {condition: condition for condition in new if condition in old}


def comparisons(
    names: tuple[str, str], before: Sequence[SourceCell], after: Sequence[SourceCell], alpha: float = stats.ALPHA
) -> Iterator[Row]:
    """Compare the later run with the earlier one under each condition, on the draws that both were asked.

    Args:
        names: what the earlier and the later run are called.
        before: the cells of the earlier run.
        after: those of the later run.
        alpha: the probability that equal runs are called different is at most this, for each condition.

    Yields:
        Rows like those of a summary's `comparisons`, the later run first.
    """
    matched = matched_conditions([cell.row for cell in before], [cell.row for cell in after])
    conditions = {canonical(cell.row["condition"]): cell.row for cell in after}
    axes = [row["condition"] or {"model": row["model"]} for row in conditions.values()]
    labels = dict(zip(conditions, model_labels(axes), strict=True))
    for new, old in matched.items():
        comparison = compare(_letters(after, new), _letters(before, old), alpha)
        if comparison is not None:
            told = [name if len(matched) == 1 else f"{name}, {labels[new]}" for name in reversed(names)]
            model = conditions[new]["model"]
            yield comparison_row((model, told[0]), (model, told[1]), comparison)


def is_worse(comparison: Row) -> bool:
    """Return whether the later run is shown to be worse, if only in some tasks."""
    return comparison["shown"] in ("b", "both")


def _letters(cells: Sequence[SourceCell], condition: str) -> Letters:
    letters: dict[Any, str] = {}
    for seed in {cell.seed for cell in cells}:
        rows = [cell.row for cell in cells if cell.seed == seed and canonical(cell.row["condition"]) == condition]
        letters |= letters_by_arm(rows, seed)
    return letters


def changes(before: Sequence[SourceCell], after: Sequence[SourceCell], alpha: float = stats.ALPHA) -> list[Change]:
    """Return the cells in which something changed: what is shown first, what broke before what was fixed.

    If nothing changed, any cell is called fixed or broken with a probability of at most `alpha`.
    """
    matched = matched_conditions([cell.row for cell in before], [cell.row for cell in after])
    old = {_key(cell, canonical(cell.row["condition"])): cell for cell in before}
    both = [
        (place, match, cell)
        for place, cell in enumerate(after)
        if (condition := matched.get(canonical(cell.row["condition"]))) is not None
        and (match := old.get(_key(cell, condition))) is not None
    ]
    compared = [_change(*one, decisive=2 / alpha * len(both)) for one in both]
    order = (BROKEN, FIXED, "")
    return sorted(
        (one for one in compared if one.fixed or one.broken or one.before != one.after),
        key=lambda one: (order.index(one.shown), -one.evidence, -one.fixed - one.broken),
    )


def _key(cell: SourceCell, condition: str) -> str:
    row = cell.row
    named = [row[name] for name in ("probe", "task", "task_version", "params", "control_params")]
    return canonical([*named, condition, cell.seed])


def _change(place: int, old: SourceCell, new: SourceCell, decisive: float) -> Change:
    pairs = ArmPairs(_outcomes(old.row), _outcomes(new.row))
    worse, better = pairs.evidence_a, pairs.evidence_b
    shown = BROKEN if worse >= decisive else FIXED if better >= decisive else ""
    return Change(
        place=place,
        before=word(old.row),
        after=word(new.row),
        fixed=pairs.b_only,
        broken=pairs.a_only,
        pairs=len(pairs.low),
        shown=shown,
        evidence=max(worse, better),
    )


def _outcomes(row: Mapping[str, Any]) -> str:
    """The outcomes of the shift, or of the only arm; none in summaries of version 1."""
    arm = row["control"] if row["shift"] is None else row["shift"]
    outcomes: str | None = arm["outcomes"]
    return outcomes or ""
