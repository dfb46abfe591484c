"""Pairs of answers: the control twin beside its shift, the telling ones first."""

from collections.abc import Iterable
from typing import NamedTuple

from pytest_ood.evidence.trace import Trace

_COLLAPSED, _WRONG, _UNSCORED, _RIGHT = range(4)


def interest(*twins: Trace | None) -> int:
    """Return how early twins, the control first, are shown among others; a collapse comes first."""
    outcomes = [trace.outcome for trace in twins if trace is not None]
    if outcomes == ["correct", "wrong"]:
        return _COLLAPSED
    if "wrong" in outcomes:
        return _WRONG
    return _RIGHT if set(outcomes) == {"correct"} else _UNSCORED


class Twins(NamedTuple):
    """A draw of a cell.

    Attributes:
        control: the answer to the familiar case; None if it is not in the dataset.
        shift: the answer to the moved case; None if there is only one arm.
    """

    control: Trace | None
    shift: Trace | None

    @property
    def both(self) -> list[Trace]:
        """The twins that are there, the control first."""
        return [trace for trace in self if trace is not None]

    @property
    def last(self) -> Trace:
        """The shift, or the only one."""
        return self.both[-1]


def paired(traces: Iterable[Trace]) -> list[Twins]:
    """Pair the traces of a dataset: each shift with its control, and each control that has no shift alone.

    Pairs in which the model collapsed come first, then other wrong answers, then answers that could not be scored.
    A trace that several runs have counts as in the last.
    """
    known = {trace.id: trace for trace in traces}
    pairs = []
    for trace in known.values():
        if trace.arm == "shift":
            twin = None if trace.pair_id is None else known.get(trace.pair_id)
            pairs.append(Twins(twin, trace))
    with_shift = {pair.control.id for pair in pairs if pair.control is not None}
    pairs += [Twins(trace, None) for trace in known.values() if trace.arm == "control" and trace.id not in with_shift]
    return sorted(pairs, key=lambda pair: interest(*pair))
