"""A chain of thought before the answer."""

from collections.abc import Mapping
from typing import Any

from pytest_ood.asking.strategies.base import Strategy
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.base import Model


class ChainOfThought(Direct):
    """The question, to be thought about step by step first (Wei et al. 2022; Kojima et al. 2022).

    A model that thinks by itself is asked as under `direct`.
    """

    instruction = "Think step by step. Then answer in the form <answer>...</answer>."
    thinks = True

    def for_model(self, model: Model, args: Mapping[str, Any]) -> Strategy:
        """Add nothing where the model thinks anyway."""
        return _Unprompted() if model.thinks(args) else self


class _Unprompted(Direct):
    """The question as it is: thoughts come without being asked for."""

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say that this is not what the name of the strategy promises."""
        del control, shift
        return "the model thinks by itself: cot asks as direct does"
