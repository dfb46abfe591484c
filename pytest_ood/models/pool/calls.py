"""What goes to a worker and what comes back."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pytest_ood.models import base
from pytest_ood.models.base import CallFailed, Dropped, TryAgain
from pytest_ood.models.request import Request
from pytest_ood.text.redaction import known_keys, without_keys


@dataclass(frozen=True, slots=True)
class Opening:
    """All that it takes to open a model in another process.

    Attributes:
        name: the model's name as the user gave it.
        args: every model argument, secrets included.
        api_base: the URL of the provider.
    """

    name: str
    args: Mapping[str, Any] = field(repr=False)
    api_base: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a worker is asked: to start a model, to answer a request, or what requests like that cost at most."""

    what: Literal["start", "ask", "rates"]
    model: str
    request: Request | None = None


class WorkerEnded(Dropped):
    """The worker that had the call has ended. It may have been billed: nobody knows how far the worker got."""


class NotStarted(TryAgain):
    """A model could not be started in a new worker, although it was in another: its provider may be down."""


def lost(model: str, why: str) -> WorkerEnded:
    """Return what is raised for a call whose worker has ended in a way that `why` tells, such as "was killed"."""
    return WorkerEnded(f"{model}: the worker that asked it {why}")


def cannot_cross(why: str) -> CallFailed:
    """Return what is raised instead of an answer, perhaps a paid one, that cannot come from another process."""
    return CallFailed(f"the answer cannot come from another process: {why}", billed=True)


def unpacked(packed: bytes) -> Any:
    """Return a pickled result, or what to raise if it cannot be read here."""
    try:
        return pickle.loads(packed)
    except Exception as error:
        return cannot_cross(f"{type(error).__name__}: {error}")


def portable(error: Exception, args: Mapping[str, Any]) -> Exception:
    """Return an exception that means the same to whoever asked, and that another process can read.

    Args:
        error: what asking a model has raised. A function of the user's may raise anything.
        args: the arguments of the model.
    """
    for kind in type(error).__mro__:
        if kind.__module__ in (base.__name__, __name__):
            is_plain = kind is type(error) and all(isinstance(arg, str) for arg in error.args)
            return error if is_plain else _as(kind, error)
    return CallFailed(without_keys(f"{type(error).__name__}: {error}", known_keys(args)), billed=True)


def _as(kind: type[Any], error: Exception) -> Exception:
    """Return a plain exception of the class from which a class of the user's derives."""
    plain: Exception = kind(str(error))
    for name in ("after", "refused", "billed"):
        if hasattr(error, name):
            setattr(plain, name, getattr(error, name))
    return plain
