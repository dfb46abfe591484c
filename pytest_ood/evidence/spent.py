"""What answers took: tokens and money, as far as their providers say."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TypeVar

from pytest_ood.models.request import Answer

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Spent:
    """What some answers took, each None if it is not known of all of them.

    Attributes:
        input_tokens: tokens of their prompts.
        output_tokens: tokens of the answers, thoughts included.
        cached_tokens: how many of the prompts' tokens the provider had in its cache.
        cost_usd: US dollars.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Spent":
        """Return what these answers took."""
        spent = NOTHING
        for answer in answers:
            spent += cls(answer.input_tokens, answer.output_tokens, answer.cached_tokens, answer.cost_usd)
        return spent

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(_plus(getattr(self, name), getattr(other, name)) for name in _NAMES))

    @property
    def tokens(self) -> int | None:
        """Tokens of prompts and answers."""
        return _plus(self.input_tokens, self.output_tokens)


#: What no answers took.
NOTHING = Spent(0, 0, 0, 0.0)
_NAMES = tuple(field.name for field in fields(Spent))


def _plus(one: N | None, other: N | None) -> N | None:
    return None if one is None or other is None else one + other


class Spending:
    """Adds up what draws took; a draw of which something is not known does not count for that."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, spent: Spent) -> None:
        """Count a draw."""
        for name in _NAMES:
            amount = getattr(spent, name)
            if amount is not None:
                total, count = self._sums.get(name, (0.0, 0))
                self._sums[name] = total + amount, count + 1

    def row(self) -> dict[str, float | None] | None:
        """Return the means per draw as in ``schemas/summary.schema.json``; None if nothing is known."""
        means = {name: total / count for name, (total, count) in self._sums.items()}
        return {name: means.get(name) for name in _NAMES} if means else None
