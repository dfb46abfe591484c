"""What a call costs at most, as a value that another process can work with."""

import json
from dataclasses import dataclass

from pytest_ood.models.request import Request


@dataclass(frozen=True, slots=True)
class Rates:
    """The maximum cost of all calls of a model that have the same arguments.

    Attributes:
        price: US dollars per input token and per output token.
        longest: the tokens of the longest response that the arguments allow; None if that is not known.
        by_room: whether a response is limited to the `room` of its request as well.
    """

    price: tuple[float, float]
    longest: float | None
    by_room: bool

    def most(self, request: Request) -> float | None:
        """Return an upper bound on the cost of a call, in US dollars; None if nothing limits the response."""
        room = request.room if self.by_room else None
        limits = [limit for limit in (self.longest, room) if limit is not None]
        if not limits:
            return None
        # No token is shorter than a byte; 16 more frame each message.
        sent = [*request.messages, *request.tools]
        prompt = 16 + sum(16 + len(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")) for one in sent)
        return prompt * self.price[0] + min(limits) * self.price[1]
