"""The options' values, read from the command line or the ini file and checked before anything is asked."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import STRATEGIES
from pytest_ood.errors import OodError
from pytest_ood.evidence.sampling import DEFAULT_BAR, DEFAULT_MAX_SAMPLES, Sampling
from pytest_ood.models import check_name, recorded_args
from pytest_ood.models.base import ModelError
from pytest_ood.plugin.options import OPTIONS, Option
from pytest_ood.text.frozen import FrozenJson

# With ``-m quick``: what two waves of draws can decide.
QUICK = {"bar": 0.5, "max_samples": 9}


class SettingsError(OodError):
    """An option has a value it can't have; the message names the option, the value and the fix."""


@dataclass(frozen=True)
class Settings:
    """Every option's value, checked. `explicit` names those given on the command line."""

    model: tuple[str, ...] = ()
    api_base: str | None = None
    model_arg: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES
    bar: float = DEFAULT_BAR
    strategy: tuple[str, ...] = ("direct",)
    concurrency: int = 16
    budget: float | None = None
    dry_run: bool = False
    certify: bool = False
    store: Path = Path(".ood/store.db")
    refresh: bool = False
    export: Path | None = None
    push: str | None = None
    public: bool = False
    replay: str | None = None
    shard: tuple[int, int] | None = None
    json: Path | None = None
    explicit: frozenset[str] = frozenset()

    def dataset(self, run_id: str) -> Path | None:
        """Where the run's dataset is written, if it is: where asked for, or beside the store if only to be pushed."""
        beside = self.store.parent / "push" / run_id
        return self.export or (beside if self.push is not None else None)

    def sampling(self, **of_probe: float | None) -> Sampling:
        """How a probe samples: the command line goes before what the probe says, and that before the ini file."""
        chosen = {name: self._preferred(name, value) for name, value in of_probe.items()}
        sampling = Sampling(**chosen)
        least = sampling.fewest_to_decide
        if sampling.samples is None and sampling.max_samples < least:
            raise SettingsError(
                f"max_samples={sampling.max_samples} can decide nothing at the bar {sampling.bar:g}: allow at least"
                f" {least}, or ask exactly {sampling.max_samples} with samples={sampling.max_samples}"
            )
        return sampling

    def strategies(self, of_probe: Sequence[str] | None) -> tuple[str, ...]:
        """The strategies of a probe, by the same precedence."""
        return tuple(self._preferred("strategy", of_probe))

    def condition(self, model: str, strategy: str = "direct") -> Condition:
        """Return how a case is asked of a model."""
        return Condition(model, FrozenJson(recorded_args(model, self.model_arg)), strategy)

    def _preferred(self, name: str, of_probe: Any) -> Any:
        if of_probe is None or name in self.explicit:
            return getattr(self, name)
        return _CHECKS[name](f"{name}={of_probe!r} in @probe", of_probe)


def read_settings(
    command_line: Callable[[str], Any], ini: Callable[[str], Any], root: Path, invoked_in: Path, quick: bool = False
) -> Settings:
    """The settings from what the command line and the ini file say; both give None or [] for what they do not.

    root: the folder of the ini file, to which its paths and the default store are relative.
    invoked_in: the folder to which paths on the command line are relative.
    quick: whether only the probes marked `quick` run: then `QUICK` holds for what the command line does not say.

    Raises:
        SettingsError: a value is none that the option can have.
    """
    values: dict[str, Any] = {}
    explicit = set()
    for option in OPTIONS:
        folder, given = invoked_in, command_line("ood_" + option.name)
        where = option.flag
        if given in (None, [], False):
            folder, given = root, _in_ini(ini, option)
            where = f"{option.ini} in the ini file,"
        else:
            explicit.add(option.name)
        if given in (None, [], ""):
            continue
        if option.kind == "path":
            values[option.name] = folder / Path(given).expanduser()
        else:
            values[option.name] = _CHECKS[option.name](f"{where} {given}" if given is not True else where, given)
    if quick:
        values = {**values, **{name: value for name, value in QUICK.items() if name not in explicit}}
        explicit |= QUICK.keys()
    values.setdefault("store", root / Settings.store)
    return Settings(**values, explicit=frozenset(explicit))


def _in_ini(ini: Callable[[str], Any], option: Option) -> Any:
    try:
        return ini(option.ini)
    except Exception as error:  # pytest reads numbers and flags itself, and does not always say which could not be
        raise SettingsError(
            f"{option.ini} in the ini file: {error}; its type is {option.kind}: {option.help}"
        ) from error


def _number(low: float, high: float, fix: str, kind: type[int] | type[float]) -> Callable[[str, Any], Any]:
    def check(what: str, given: Any) -> Any:
        try:
            value = kind(given)
        except (TypeError, ValueError, OverflowError):
            value = math.nan
        whole = kind is float or not isinstance(given, float) or given == value
        if isinstance(given, bool) or not whole or not low <= value <= high:
            raise SettingsError(f"{what}: give {fix}")
        return value

    return check


def _one_or_more_strategies(what: str, given: Sequence[str]) -> tuple[str, ...]:
    several = isinstance(given, Sequence) and not isinstance(given, str)
    if not several or not given or any(name not in STRATEGIES for name in given):
        raise SettingsError(f"{what}: give any of {', '.join(STRATEGIES)}")
    return tuple(dict.fromkeys(given))


def _models(what: str, given: Sequence[str]) -> tuple[str, ...]:
    for name in given:
        try:
            check_name(name)
        except ModelError as error:
            # The error names the model; of `what` only the option is left to say.
            raise SettingsError(f"{what.partition(' ')[0]} {error}") from error
    return tuple(dict.fromkeys(given))


def _arguments(what: str, given: Sequence[str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            # The value may be a key: it is not repeated.
            raise SettingsError(f"{what.split()[0]} {name}: write NAME=VALUE, for example temperature=0")
        try:
            arguments[name] = json.loads(value)
        except ValueError:
            arguments[name] = value
    return arguments


def _shard(what: str, given: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", given)
    which, count = map(int, match.groups()) if match else (0, 0)
    if not 1 <= which <= count:
        raise SettingsError(f"{what}: give I/N with I from 1 to N, for example 2/3")
    return which, count


def _as_is(_: str, given: Any) -> Any:
    return given


_TINY = 1e-9
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "model": _models,
    "api_base": _as_is,
    "model_arg": _arguments,
    "seed": _number(0, 2**63 - 1, "a whole number from 0 on, for example 0", int),
    "samples": _number(1, 10**7, "a whole number from 1 on, for example 100", int),
    "max_samples": _number(1, 10**7, "a whole number from 1 on, for example 40", int),
    "bar": _number(_TINY, 1 - _TINY, "a number between 0 and 1, for example 0.8", float),
    "strategy": _one_or_more_strategies,
    "concurrency": _number(1, 10_000, "a whole number from 1 on, for example 16", int),
    "budget": _number(0, math.inf, "US dollars, for example 2.50", float),
    "dry_run": _as_is,
    "certify": _as_is,
    "refresh": _as_is,
    "replay": _as_is,
    "shard": _shard,
    "push": _as_is,
    "public": _as_is,
}
