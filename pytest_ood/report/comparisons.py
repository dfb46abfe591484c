"""The conditions of a run compared with each other and with those of an earlier run: from rows of summaries to rows.

A condition is a model and how it was asked. Two conditions are compared if they differ in one thing: in the model, or
in one axis such as the strategy.
"""

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_ood.evidence import stats
from pytest_ood.evidence.comparing import ArmKey, Comparison, Letters, arms_by_key, compare, differ_in_one_thing
from pytest_ood.report.conditions import model_labels
from pytest_ood.report.prices import usage_row
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]

#: Ten models in pairs. More comparisons could not be read, and would claim too much.
MOST_COMPARISONS = 45


@dataclass(frozen=True)
class Asked:
    """What one condition was asked, and what came of it.

    Attributes:
        condition: the axes of the condition: model, args, strategy, ...
        arms: the rows of its arms.
    """

    condition: Row
    arms: Mapping[ArmKey, Row] = field(repr=False)

    @functools.cached_property
    def letters(self) -> Letters:
        """The outcomes of the arms."""
        return {key: row["outcomes"] for key, row in self.arms.items()}

    @property
    def model(self) -> str:
        """The name of the model."""
        return str(self.condition["model"])


def by_condition(cells: Iterable[Row], seed: int) -> list[Asked]:
    """Return what each condition was asked, in the order of the cells.

    Args:
        cells: rows of a summary; those without a condition, from summaries of version 1, are left out.
        seed: the seed of the run.
    """
    groups: dict[str, list[Row]] = {}
    for cell in cells:
        if cell["condition"] is not None:
            groups.setdefault(canonical(cell["condition"]), []).append(cell)
    return [Asked(rows[0]["condition"], arms_by_key(rows, seed)) for rows in groups.values()]


def comparison_rows(cells: Sequence[Row], seed: int, alpha: float = stats.ALPHA) -> list[dict[str, Any]]:
    """Compare the conditions of a run in pairs, and return a row of the summary for each pair.

    Args:
        cells: the rows of the run's cells.
        seed: the seed of the run.
        alpha: the probability that equal models are called different is at most this, for each pair.
    """
    asked = by_condition(cells, seed)
    labels = dict(zip(map(id, asked), model_labels([one.condition for one in asked]), strict=True))
    compared = (
        comparison_row(
            (a.model, labels[id(a)]), (b.model, labels[id(b)]), comparison, usage_row(a.arms, b.arms, comparison)
        )
        for a, b in itertools.combinations(asked, 2)
        if differ_in_one_thing(a.condition, b.condition)
        and (comparison := compare(a.letters, b.letters, alpha)) is not None
    )
    return list(itertools.islice(compared, MOST_COMPARISONS))


def comparison_row(
    first: tuple[str, str], second: tuple[str, str], comparison: Comparison, usage: Row | None = None
) -> dict[str, Any]:
    """Return a comparison as in ``schemas/summary.schema.json``.

    Args:
        first: the model and the label of the first condition.
        second: those of the second.
        comparison: what is shown about them.
        usage: what an answer took on both sides, if that is known.
    """
    sides = {name: {"model": model, "label": label} for name, (model, label) in (("a", first), ("b", second))}
    return {**sides, **comparison.row(), "usage": usage, "baseline": None}
