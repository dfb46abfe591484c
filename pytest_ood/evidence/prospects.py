"""How many draws models of three kinds would need: the stopping rule, played on simulated answers.

What a run costs depends on the model, because a cell ends as soon as it is decided. A strong model needs many draws of
each arm to be shown robust; one that collapses is soon shown to; a hopeless one ends after three questions.
"""

import functools
from typing import NamedTuple

import numpy as np

from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.simulation import Answers, Counts, asked

_CELLS = 4000
# A simulated cell that is still open after this many draws of each arm is taken to go on to the limit.
_LONGEST = 500
# Memory for the answers of all cells: longer cells are fewer.
_MOST_ANSWERS = 400_000
# Partners that share a control arm have shift arms of their own, up to this many; then these come round again.
_PARTNERS = 6
_SEED = 1997


class Prospect(NamedTuple):
    """A kind of model: its accuracy on the control and on the shift."""

    name: str
    control: float
    shift: float

    def alone(self, arm: ArmName) -> "Prospect":
        """Return what it is in a cell whose only arm, taken for the control, has this name."""
        return self if arm == "control" else self._replace(control=self.shift)


#: The kinds of models for which a dry run says what to expect.
PROSPECTS = (Prospect("hopeless", 0.05, 0.05), Prospect("middling", 0.85, 0.50), Prospect("strong", 0.97, 0.90))


class DrawsAsked(NamedTuple):
    """How many draws of each arm were asked, in each of the simulated cells."""

    control: Counts
    shift: Counts


def draws_asked(prospect: Prospect, sampling: Sampling, partner: int | None = 0) -> DrawsAsked:
    """Return how many draws simulated cells ask, waves included: what is asked together is paid for together.

    Cells of the same place in the arrays have the same control answers whatever the partner, as cells that share a
    control arm do.

    Args:
        prospect: the accuracies.
        sampling: the bar, the levels and the limit.
        partner: which of the cells that share a control arm it is; None for a cell of one arm.
    """
    return _played(prospect, sampling, None if partner is None else partner % _PARTNERS)


@functools.lru_cache(maxsize=1024)
def _played(prospect: Prospect, sampling: Sampling, partner: int | None) -> DrawsAsked:
    if not sampling.stops_early:
        shift = 0 if partner is None else sampling.limit
        return DrawsAsked(np.array([sampling.limit]), np.array([shift]))
    longest = min(sampling.limit, _LONGEST)
    cells = min(_CELLS, _MOST_ANSWERS // longest)
    controls = _answers(prospect.control, longest, "control")[:cells]
    shifts = None if partner is None else _answers(prospect.shift, longest, f"shift {partner}")[:cells]
    counts = asked(controls, shifts, sampling)
    return DrawsAsked(*(np.where(count == longest, sampling.limit, count) for count in counts))


@functools.lru_cache(maxsize=64)
def _answers(accuracy: float, draws: int, name: str) -> Answers:
    """Return right and wrong answers, a row per cell; the first ones are the same whatever the number of draws."""
    generator = np.random.default_rng([_SEED, *name.encode()])
    return np.less(generator.random((draws, _CELLS)).T, accuracy).astype(np.int8)
