"""The interface between the engine and a model, and the ways in which a call can fail."""

import abc
from collections.abc import Mapping
from typing import Any

from pytest_ood.errors import OodError
from pytest_ood.models.request import Answer, Request


class ModelError(OodError):
    """No call to this model can succeed, because of a bad key or an unknown name, for example.

    As text it reads ``fake/orcale: unknown fake model; did you mean fake/oracle?``.

    Attributes:
        problem: what is wrong, and the fix.
        model: the model's name as the user gave it; empty if `problem` names it.
    """

    def __init__(self, problem: str = "", *, model: str = "") -> None:
        super().__init__(problem)
        self.problem, self.model = problem, model

    def __str__(self) -> str:
        return f"{self.model}: {self.problem}" if self.model else self.problem


class NoTools(ModelError):
    """The model takes no tools: no call that offers any can succeed, others may."""


class CallFailed(OodError):
    """This call failed and would fail again; calls with other requests may succeed. Its draw counts as an `error`.

    Attributes:
        refused: whether the provider refused the request (400, for example). If it refuses many requests with the same
            words, these are taken to be about the model.
        billed: whether the provider may bill it.
    """

    def __init__(self, message: str, refused: bool = False, billed: bool = False) -> None:
        super().__init__(message)
        self.refused, self.billed = refused, billed


class TryAgain(OodError):
    """This call failed and may succeed later (5xx, a dropped connection).

    Attributes:
        after: the seconds that the provider asked to wait, if it did.
        billed: whether the provider may bill it: it had the question, and may have answered it.
    """

    billed = False

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class RateLimited(TryAgain):
    """The provider refused this call because there are too many (429, 529). It does not count as an attempt."""


class Dropped(TryAgain):
    """The connection to the model ended before the response did, here or behind a gateway."""

    billed = True


class TimedOut(TryAgain):
    """No answer came in time. The same request is made once more at most."""

    billed = True


class Unreadable(TryAgain):
    """What came cannot be read as an answer. The same request is made once more at most."""

    billed = True


class Unreachable(TryAgain):
    """Nothing listens at the address of the model, or there is no such host."""


class Model(abc.ABC):
    """Anything that answers a `Request`.

    A process makes one object per run and model, and uses it only on the engine's event loop.

    Attributes:
        sees_case: whether requests carry the case's answer and lures. Only fake models set it.
        takes_args: whether the arguments of a request can change the answer.
        concurrency: how many calls may be in flight at first, and how many if that goes well, unless the user decides.
        name: the model's name as the user gave it.
        args: every model argument, secrets included.
    """

    sees_case: bool = False
    takes_args: bool = True
    concurrency: tuple[int, int] = (16, 16)

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        self.name = name
        self.args = args

    async def start(self) -> None:  # noqa: B027 -- most models need none
        """Prepare for the first call: heavy imports, keys, weights. Called once, and only if a call has to be made.

        Raises:
            ModelError: the model cannot be used.
        """

    @property
    def fingerprint(self) -> str | None:
        """A digest of the code that answers, which becomes part of every request's key.

        None for a model that is fully identified by its name and arguments. A model whose behaviour depends on code
        that users edit returns a digest of that code, so that the store never answers for the new code with the old.
        """
        return None

    @abc.abstractmethod
    async def ask(self, request: Request) -> Answer:
        """Answer one request.

        Raises:
            ModelError: no call can succeed.
            NoTools: no call that offers tools can.
            CallFailed: this request would fail again.
            TryAgain: the same request may succeed later; its subclasses say more.

        No message of theirs may contain a key.
        """

    def thinks(self, args: Mapping[str, Any]) -> bool:
        """Return whether the model is known to think by itself when it is called with these recorded arguments.

        Asking it to think step by step then adds nothing. May be called before `start`.
        """
        del args
        return False

    def price(self) -> tuple[float, float] | None:
        """Return US dollars per input token and per output token; None if unknown. May be called before `start`."""
        return 0.0, 0.0

    def most(self, request: Request) -> float | None:
        """Return the maximum cost of answering `request`, in US dollars; None if no price is known."""
        del request
        return 0.0

    async def reserve(self, request: Request) -> float | None:
        """Return the result of `most`, for which a model in another process may have to ask there.

        Raises:
            ModelError: no such call can succeed.
        """
        return self.most(request)

    def no_price(self) -> ModelError:
        """Return what to raise where a budget needs the price of a call, and `most` does not know it."""
        return ModelError(
            f"--ood-budget: no price is known for {self.name}; pass"
            " --ood-model-arg input_cost_per_token=USD and --ood-model-arg output_cost_per_token=USD"
        )

    async def close(self) -> None:  # noqa: B027 -- most models hold nothing
        """Release connections and weights."""
