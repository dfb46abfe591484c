"""A chain of thought before the answer."""

from pytest_ood.asking.strategies.direct import Direct


class ChainOfThought(Direct):
    """The question, to be thought about step by step first (Wei et al. 2022; Kojima et al. 2022)."""

    instruction = "Think step by step. Then answer in the form <answer>...</answer>."
    thinks = True
