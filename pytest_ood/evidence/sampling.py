"""How many draws an arm may get."""

from dataclasses import dataclass

from pytest_ood.evidence import stats

DEFAULT_BAR = 0.8
DEFAULT_MAX_SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Sampling:
    """Exactly `samples` draws, or as many as a verdict at `bar` needs, up to `max_samples`."""

    bar: float = DEFAULT_BAR
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES

    @property
    def limit(self) -> int:
        """The maximum draws of the arm."""
        return self.max_samples if self.samples is None else self.samples

    @property
    def stops_early(self) -> bool:
        """Whether an arm ends as soon as it is decided."""
        return self.samples is None

    @property
    def fewest_to_decide(self) -> int:
        """The fewest draws that can show anything at this bar: all wrong or all right."""
        n = 1
        while max(stats.misses(0, n, self.bar), stats.clears(n, 0, self.bar)) < stats.DECISIVE:
            n += 1
        return n

    def rule(self) -> dict[str, float | int]:
        """The stopping rule as JSON, for the rows that it made."""
        if self.samples is not None:
            return {"samples": self.samples}
        return {"bar": self.bar, "max_samples": self.max_samples}
