"""Measures of both arms side by side: how large the cases are, and how far an answer without thought gets.

They are for readers, who judge by them what else than the stated move could explain a gap. The checks of `matching`
hold some of them within bounds.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pytest_ood.case import Case
from pytest_ood.certify.arms import Drawn, Subject, draw_case, judged
from pytest_ood.certify.matching import count_digits, is_whole
from pytest_ood.certify.mutants import last_turn, with_last

# From a text to its number of tokens, by the name of the tokenizer.
Tokenizers = Mapping[str, Callable[[str], int]]


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
    right = {name: fmean(each) for name, each in _baselines_right(arm).items()}
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
        chance=fmean(case.chance for case in cases),
        baseline=baseline,
        baseline_right=right[baseline],
        lured_right=fmean(case.dropped_lures > 0 for case in cases),
    )


def baselines(case: Case, commonest: str, another: str) -> dict[str, str]:
    """Return six answers to a case that take no thought, by name.

    In a dialogue they are answers to the last turn, and those before it are right.

    Args:
        case: the case to answer.
        commonest: the commonest answer of the arm.
        another: the answer of another draw.
    """
    material = case.input.splitlines() if "\n" in case.input else case.input.split()
    first, last = (material[0], material[-1]) if material else ("", "")
    before, _ = last_turn(case)
    alone = {"nothing": "", "the input copied": case.input, "its first part": first, "its last part": last}
    answers = {name: with_last(case, before, given) for name, given in alone.items()}
    return answers | {"the commonest answer": commonest, "another draw's answer": another}


def _baselines_right(arm: Sequence[Drawn]) -> dict[str, list[bool]]:
    """Whether each baseline is right, case by case."""
    counts = Counter(drawn.case.answer for drawn in arm)
    ((top, times),) = counts.most_common(1)
    right: dict[str, list[bool]] = {}
    given_before: dict[str, list[str]] = {}
    for place, drawn in enumerate(arm):
        # An answer that only this case has is not known from the others.
        commonest = top if times - (drawn.case.answer == top) > 0 else ""
        # Draw 0 takes that of the last draw.
        another = arm[place - 1].case.answer if len(arm) > 1 else ""
        for name, given in baselines(drawn.case, commonest, another).items():
            earlier = given_before.setdefault(name, [])
            right.setdefault(name, []).append(judged(drawn, given, earlier).correct)
            earlier.append(given)
    return right
