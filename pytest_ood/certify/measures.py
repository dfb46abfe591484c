"""Measures of both arms side by side: how large the cases are, and how far an answer without thought gets.

They are for readers, who judge by them what else than the stated move could explain a gap. The checks of `matching` and
`baselines` hold them within bounds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pytest_ood.certify.arms import Drawn, Subject, draw_case
from pytest_ood.certify.baselines import baselines_right, stated_chance
from pytest_ood.certify.matching import count_digits, is_whole, lured_right
from pytest_ood.certify.tokens import Tokenizers


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on the cases of one arm. Lengths are means.

    Attributes:
        arm: "control" or "shift".
        cases: how many cases were drawn.
        prompt_characters: the length of the prompt; in a dialogue, of its first message.
        prompt_tokens: the same in tokens, by tokenizer.
        answer_characters: the length of the answer.
        answer_digits: the number of digits of the answer, where all answers are whole numbers.
        commonest: the share of cases in which the commonest answer is the expected one.
        chance: the accuracy of guessing that the cases state.
        baseline: the best of the `baselines`.
        baseline_right: in which share of cases it is right.
        lured_right: the share of cases in which the answer of a lure is the right one.
    """

    arm: str
    cases: int
    prompt_characters: float
    prompt_tokens: Mapping[str, float]
    answer_characters: float
    answer_digits: float | None
    commonest: float
    chance: float
    baseline: str
    baseline_right: float
    lured_right: float


def measure(subject: Subject, draws: int = 200, seed: int = 0, tokenizers: Tokenizers | None = None) -> list[Measures]:
    """Draw cases and measure them.

    Args:
        subject: a task, with the parameters of both arms.
        draws: cases to draw in each arm; fewer if the task has fewer.
        seed: the seed of the cases.
        tokenizers: functions that count tokens.

    Returns:
        The measures of the control arm and, if it has other parameters, of the shift arm.

    Raises:
        CheckAborted: a case cannot be drawn or judged.
    """
    drawn = [
        [Drawn(arm, draw, draw_case(subject, arm, seed, draw)) for draw in range(subject.draws(draws))]
        for arm in subject.arms
    ]
    return [measure_arm(arm, tokenizers) for arm in drawn]


def measure_arm(arm: Sequence[Drawn], tokenizers: Tokenizers | None = None) -> Measures:
    """Measure the cases of an arm, of which there is at least one.

    Raises:
        CheckAborted: a case cannot be judged.
    """
    cases = [drawn.case for drawn in arm]
    texts = [case.answer for case in cases]
    right = {name: fmean(each) for name, each in baselines_right(arm).items()}
    # The first of the best.
    baseline = max(right, key=right.__getitem__)
    return Measures(
        arm=arm[0].arm,
        cases=len(arm),
        prompt_characters=fmean(len(case.prompt) for case in cases),
        prompt_tokens={name: fmean(count(case.prompt) for case in cases) for name, count in (tokenizers or {}).items()},
        answer_characters=fmean(map(len, texts)),
        answer_digits=fmean(map(count_digits, texts)) if all(map(is_whole, texts)) else None,
        commonest=Counter(texts).most_common(1)[0][1] / len(arm),
        chance=stated_chance(arm),
        baseline=baseline,
        baseline_right=right[baseline],
        lured_right=lured_right(arm),
    )
