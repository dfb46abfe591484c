"""When to ask the cells of several conditions on, so that the conditions are told apart.

Each cell is judged first, by its own rule. Then the arms of all conditions grow together, on the same draws, without
any effect on the verdicts.
"""

from collections.abc import Collection, Iterator, Sequence

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.comparing import ArmPairs
from pytest_ood.evidence.stopping import SMALLEST_WAVE, Wave

# Either direction may be shown, so each has half of the level.
_DIRECTIONS = 2


class JointStopping:
    """Decides which draws to ask next of cells that ask the same questions under several conditions.

    Two conditions are done with each other once the mean evidence of their arms reaches 2/alpha in one direction, or
    no arm has draws left. An arm of which the first answers were all unscored is not asked on: nothing can be expected
    of it.
    """

    def __init__(self, cells: Sequence[Sequence[Arm]], pairs: Collection[tuple[int, int]]) -> None:
        """Compare judged cells with each other.

        Args:
            cells: the arms of each condition, in the same order; the control arm first.
            pairs: the conditions to compare with each other, by their places.
        """
        self._cells, self._pairs = cells, pairs

    def next_waves(self) -> list[Wave] | None:
        """Return the next draws to ask of each cell; None once there is nothing more to ask."""
        if any(arm.cut_off for arms in self._cells for arm in arms):
            return None
        wanted = [[0] * len(arms) for arms in self._cells]
        for first, second in self._open_pairs():
            twins = zip(self._cells[first], self._cells[second], strict=True)
            for place, (arm, twin) in enumerate(twins):
                common = min(arm.n, twin.n)
                target = min(common + SMALLEST_WAVE, arm.sampling.limit, twin.sampling.limit)
                for cell, one in ((first, arm), (second, twin)):
                    wanted[cell][place] = max(wanted[cell][place], target - one.n)
        return [Wave(*draws) for draws in wanted] if any(map(any, wanted)) else None

    def _open_pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the conditions that are not yet told apart, in pairs, by their places."""
        for first, second in self._pairs:
            arms, twins = self._cells[first], self._cells[second]
            if not any(arm.dead_start for arm in (*arms, *twins)) and not _told_apart(arms, twins):
                yield first, second


def _told_apart(arms: Sequence[Arm], twins: Sequence[Arm]) -> bool:
    """Return whether the draws that both conditions were asked show which one is better."""
    pairs = [ArmPairs(_letters(arm), _letters(twin)) for arm, twin in zip(arms, twins, strict=True) if arm.n and twin.n]
    if not pairs:
        return False
    directions = ([pair.evidence_a for pair in pairs], [pair.evidence_b for pair in pairs])
    decisive = _DIRECTIONS / arms[0].sampling.alpha
    return any(sum(evidence) / len(evidence) >= decisive for evidence in directions)


def _letters(arm: Arm) -> str:
    return "".join(outcome[0] for outcome in arm.outcomes)
