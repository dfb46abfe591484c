"""What a model is to the engine, and the three ways in which a call can fail."""

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

from pytest_ood.errors import OodError
from pytest_ood.models.request import Answer, Request


class ModelError(OodError):
    """No call to this model can succeed (a bad key, an unknown name): the run ends with this message."""


class CallFailed(OodError):
    """This call failed and will fail again; others may succeed. Its draw is an `error`."""


class TryAgain(OodError):
    """This call failed and may succeed later (429, 5xx, a dropped connection).

    after: the seconds the provider asked to wait, if it did.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Model(abc.ABC):
    """Anything that answers a `Request`. One object a run and process, used on the engine's event loop only."""

    #: Whether requests carry the case's answer and lures (fakes only).
    sees_case: ClassVar[bool] = False

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        self.name = name
        self.args = args

    async def start(self) -> None:  # noqa: B027 -- most models need none
        """Get ready for the first call: heavy imports, keys, weights. Called once, and only if a call has to be made.

        Raises:
            ModelError: the model can't be used; the message names the fix.
        """

    @abc.abstractmethod
    async def ask(self, request: Request) -> Answer:
        """Answer one request.

        Raises:
            ModelError, CallFailed, TryAgain: in the words of their docstrings. No message holds a key.
        """

    def price(self) -> tuple[float, float] | None:
        """US dollars per input and per output token; None where no price is known. May be called before `start`."""
        return 0.0, 0.0

    def most(self, request: Request) -> float | None:
        """The most that answering `request` can cost, in US dollars; None where no price is known."""
        del request
        return 0.0

    async def close(self) -> None:  # noqa: B027 -- most models hold nothing
        """Let go of connections and weights."""
