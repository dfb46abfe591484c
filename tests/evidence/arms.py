"""Arms made of outcomes."""

from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.sampling import Sampling


def make_arm(*outcomes: AnswerOutcome, samples: int | None = None, bar: float = 0.8, max_samples: int = 40) -> Arm:
    """Return an arm whose draws had these outcomes."""
    made = Arm(Sampling(bar, samples, max_samples))
    for outcome in outcomes:
        made.add(ScoredDraw(outcome))
    return made
