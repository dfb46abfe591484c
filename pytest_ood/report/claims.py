"""How many claims a run looked at, and how sure one can be of several at once: from the rows of its cells."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]

# That it clears the bar, and that it misses it.
_CLAIMS_OF_AN_ARM = 2


def claims(rows: Iterable[Row]) -> int:
    """Return how many claims were looked at, made or not.

    Two for each arm of which at least one draw was asked: that it clears the bar, and that it misses it. One for each
    cell with scored pairs: that there is a gap. An arm that several cells share is the same claim in each of them, as
    long as the bar is the same. The upper bound of a gap does not count, because no verdict rests on it.

    Args:
        rows: the cells of a summary.
    """
    arms, gaps = set(), 0
    for row in rows:
        bar = (row.get("sampling") or {}).get("bar")
        condition = [row["model"], row["strategy"], row.get("condition")]
        for name, params in (("control", row["control_params"]), ("shift", row["params"])):
            arm = row[name]
            if arm is not None and arm["n"]:
                # The control's own value, measured alone, is the same arm as the control of its neighbours.
                arms.add(canonical([row["task"], row.get("task_version"), name, params, condition, bar]))
        gaps += row["gap"] is not None
    return _CLAIMS_OF_AN_ARM * len(arms) + gaps


class ShownGaps(NamedTuple):
    """In how many cells a gap is shown, and how likely one of these claims is wrong.

    Attributes:
        cells: the cells in which a gap was looked for.
        shown: those in which one is shown.
        brittle: those of them that are brittle.
        chance: the probability, at most, that a run shows a gap in any of the cells without one: the sum of their
            levels (Bonferroni). It counts all cells that were looked at, since any of them could have shown a gap; how
            many did makes no difference.
    """

    cells: int
    shown: int
    brittle: int
    chance: float


def shown_gaps(rows: Iterable[Row]) -> ShownGaps:
    """Sum up the gaps of several cells, such as those of a probe or a family."""
    looked_at = [row for row in rows if row["gap"] is not None]
    shown = [row for row in looked_at if row["gap"]["shown"]]
    chance = min(1.0, sum(row["gap"]["alpha"] or 0.0 for row in looked_at))
    return ShownGaps(len(looked_at), len(shown), sum(row["verdict"] == "brittle" for row in shown), chance)
