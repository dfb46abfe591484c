"""Strategies: how a question is put to a model. Each has a file; the interface is in `base`.

    direct          the question and the form of an answer
    cot             a chain of thought first
    revise          a second look at the first answer
    vote            the majority of several samples
    stepwise        one step of the solution at a time
    solver          a verified solver, offered as a tool
    routed          a verified solver where an earlier run says that the model breaks
    MODULE:CLASS    a strategy of the user's own

Other packages provide strategies by an entry point that names the class, and a conftest.py by the hook
`pytest_ood_strategy`.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from importlib import metadata
from types import MappingProxyType
from typing import Any

from pytest_ood.asking.strategies.base import FORM, Ask, Asked, Done, Strategy, StrategyError, argument_names
from pytest_ood.text.frozen import FrozenJson
from pytest_ood.text.suggestions import did_you_mean

__all__ = ["BUNDLED", "FORM", "Ask", "Asked", "Done", "Provide", "Strategies", "Strategy", "StrategyError"]

# Tasks use it as well.
GROUP = "pytest_ood"
#: The bundled strategies, by the names of their classes in this package.
BUNDLED: Mapping[str, str] = {
    "direct": "direct:Direct",
    "cot": "cot:ChainOfThought",
    "revise": "revise:Revise",
    "vote": "vote:Vote",
    "stepwise": "stepwise:Stepwise",
    "solver": "solver:SolverTool",
    "routed": "routed:Routed",
}
# From a name and arguments to the strategy of a conftest.py or a plugin; None if it has none of this name.
Provide = Callable[[str, Mapping[str, Any]], Strategy | None]


class Strategies:
    """The strategies of a session, by name and arguments."""

    def __init__(
        self,
        provide: Provide = lambda _name, _args: None,
        own: Mapping[str, type[Strategy]] = MappingProxyType({}),
    ) -> None:
        """Look strategies up in `provide` first, then among the caller's `own` classes."""
        self._provide, self._own = provide, own
        self._opened: dict[tuple[str, FrozenJson], Strategy] = {}

    def of(self, name: str, args: Mapping[str, Any] | None = None) -> Strategy:
        """Return the strategy of this name.

        Args:
            name: of a bundled or an installed strategy, or ``MODULE:CLASS``.
            args: its arguments.

        Raises:
            StrategyError: there is none, it cannot be imported, or it does not take an argument or its value.
        """
        key = (name, FrozenJson(args or {}))
        if key not in self._opened:
            self._opened[key] = self._open(name, dict(args or {}))
        return self._opened[key]

    def _open(self, name: str, args: dict[str, Any]) -> Strategy:
        provided = self._provide(name, args)
        if provided is not None:
            if not isinstance(provided, Strategy):
                raise StrategyError(f"the hook gave {type(provided).__name__}, not a pytest_ood.Strategy")
            return provided
        kind = self._own.get(name) or _found(name)
        known = argument_names(kind)
        for argument in args:
            if argument not in known:
                takes = f"it takes {', '.join(f'{name}.{one}' for one in known)}" if known else "it takes none"
                raise StrategyError(f"{name}.{argument}: unknown argument of a strategy", fix=takes)
        return kind(**args)


def _found(name: str) -> type[Strategy]:
    if name in BUNDLED:
        module, _, attribute = BUNDLED[name].partition(":")
        kind: Any = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
    elif ":" in name:
        kind = _imported(name)
    else:
        kind = _installed(name)
    if not (inspect.isclass(kind) and issubclass(kind, Strategy)) or inspect.isabstract(kind):
        raise StrategyError("not a strategy", fix="name a subclass of pytest_ood.Strategy that has `turns`")
    return kind


def _imported(name: str) -> Any:
    module, _, path = name.partition(":")
    try:
        value: Any = importlib.import_module(module)
        for part in path.split("."):
            value = getattr(value, part)
    except Exception as error:
        problem = f"cannot be imported: {type(error).__name__}: {error}"
        raise StrategyError(problem, fix="write MODULE:CLASS") from error
    return value


def _installed(name: str) -> Any:
    entries = {entry.name: entry for entry in metadata.entry_points(group=GROUP)}
    if name not in entries:
        names = [*BUNDLED, *entries]
        fix = f"choose from {', '.join(names)}, or write MODULE:CLASS" + did_you_mean(name, names)
        raise StrategyError("unknown strategy", fix=fix)
    try:
        return entries[name].load()
    except Exception as error:
        raise StrategyError(f"cannot be loaded: {type(error).__name__}: {error}") from error
