"""The question is asked and answered."""

from collections.abc import Sequence

from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy
from pytest_ood.models.request import Answer


class Direct(Strategy):
    """The question, and the form of an answer."""

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask once."""
        return Done(history[0]) if history else Ask(asked.messages(self.instruction))
