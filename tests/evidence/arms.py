"""Arms and cells made of outcomes."""

from collections.abc import Sequence
from typing import NamedTuple

from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.pairs import Pairs
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.stopping import Stopping, Wave
from pytest_ood.evidence.verdict import Finding, find

LETTERS: dict[str, AnswerOutcome] = {"c": "correct", "w": "wrong", "u": "unparsed", "r": "refused", "e": "error"}


def make_arm(*outcomes: AnswerOutcome, samples: int | None = None, bar: float = 0.8, max_samples: int = 100) -> Arm:
    """Return an arm whose draws had these outcomes, all of them judged."""
    made = Arm(Sampling(bar, samples, max_samples))
    for outcome in outcomes:
        made.add(ScoredDraw(outcome))
    return made


def draws(letters: str) -> list[ScoredDraw]:
    """Return draws with these outcomes: c, w, u, r or e for each."""
    return [ScoredDraw(LETTERS[letter]) for letter in letters]


class Played(NamedTuple):
    """A cell that was asked until its rule stopped."""

    control: Arm
    shift: Arm | None
    rule: Stopping
    waves: list[Wave]

    @property
    def pairs(self) -> Pairs:
        """Its judged pairs."""
        return self.rule.pairs

    @property
    def finding(self) -> Finding:
        """Its verdict."""
        return find(self.control, self.shift, self.rule.pairs)


def play_cell(control: Sequence[ScoredDraw], shift: Sequence[ScoredDraw] | None, sampling: Sampling) -> Played:
    """Ask a cell wave by wave until its rule stops, with these answers."""
    first, second = Arm(sampling), None if shift is None else Arm(sampling)
    rule, waves = Stopping(first, second), []
    while (wave := rule.next_wave()) is not None:
        waves.append(wave)
        twins = [] if shift is None or second is None else shift[second.n : second.n + wave.shift]
        rule.add(control[first.n : first.n + wave.control], twins)
    return Played(first, second, rule, waves)


def judge_cell(control: str, shift: str, sampling: Sampling) -> Played:
    """Judge exactly these answers, given as letters, in the order of the draws."""
    first, second = Arm(sampling), Arm(sampling)
    rule = Stopping(first, second)
    rule.add(draws(control), draws(shift))
    return Played(first, second, rule, [])
