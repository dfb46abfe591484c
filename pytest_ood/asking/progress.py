"""How far a run has come, for whoever waits for it."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class ModelState:
    """How a model fares.

    Attributes:
        refusals: how many calls its provider refused because there were too many.
        pace: how many calls a second may start, learnt from that; None as long as nothing was refused.
        trouble: why the last call got no answer; empty after one that did.
        dead: why the model cannot be asked any more; empty if it can.
        no_tools: why it cannot be asked anything that offers tools; empty if it can, or if it is not known yet.
        dropped: the arguments that it was not sent, because it does not take them.
    """

    refusals: int = 0
    pace: float | None = None
    trouble: str = ""
    dead: str = ""
    no_tools: str = ""
    dropped: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Progress:
    """What has come in so far, and how many answers there may be.

    Attributes:
        began: when asking began, by the monotonic clock.
        answers: the answers so far, those from the store included.
        calls: the calls made for them.
        in_flight: the calls that have not come back.
        at_most: the maximum number of answers of the whole run.
        possible: the maximum number of answers before anything was asked.
        settled: how many draws the cells that are done needed.
        settled_possible: how many draws they might have needed.
        cost_usd: the cost of the calls so far; None once any call's price is unknown.
        models: the state of every model, by name.
    """

    began: float = field(default_factory=time.monotonic)
    answers: int = 0
    calls: int = 0
    in_flight: int = 0
    at_most: int = 0
    possible: int = 0
    settled: int = 0
    settled_possible: int = 0
    cost_usd: float | None = 0.0
    models: dict[str, ModelState] = field(default_factory=dict)

    @property
    def expected(self) -> int | None:
        """How many answers the whole run will take if the other cells stop as early as those that are done.

        None until one is done.
        """
        if not self.settled_possible:
            return None
        expected = round(self.possible * self.settled / self.settled_possible)
        return min(max(expected, self.answers + self.in_flight), max(self.at_most, self.answers))

    @property
    def expected_cost_usd(self) -> float | None:
        """What the whole run will cost, if every answer that is still expected takes a call as dear as those so far.

        None if that is not known.
        """
        if self.cost_usd is None or self.expected is None:
            return None
        return self.cost_usd + (self.expected - self.answers) * self.cost_usd / max(self.calls, 1)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the rest of the run will take at the speed so far; None if that is not known.

        Args:
            now: the time by the monotonic clock.
        """
        # Answers from the store come at once: they say nothing about the speed of a model.
        done = self.calls or self.answers
        if self.expected is None or not done:
            return None
        return (self.expected - self.answers) * (now - self.began) / done
