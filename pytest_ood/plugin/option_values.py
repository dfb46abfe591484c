"""What the values of options must be: a check for each, which returns the value or says what is wrong with it."""

import json
import math
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from pytest_ood.asking.cell import ShotsFrom
from pytest_ood.asking.conversation import MOST_EXCHANGES
from pytest_ood.asking.strategies import BUNDLED
from pytest_ood.errors import OodError
from pytest_ood.models import check_name
from pytest_ood.models.base import ModelError
from pytest_ood.models.pool import ACTOR_OPTIONS, MOST_WORKERS
from pytest_ood.models.request import is_recorded, recorded
from pytest_ood.plugin.shard_values import parse_shard, shard_of_environment
from pytest_ood.text.canonical import canonical
from pytest_ood.text.suggestions import did_you_mean

#: What an undecided probe counts as.
Fate = Literal["skip", "fail"]
FATES: tuple[Fate, ...] = get_args(Fate)
#: How ``--ood-vary`` names a reserved parameter of tasks.
OF_TASK = "task."
# Names of models may have an @, too; no other ends like this.
_SIZED = re.compile(r"(.+)@([0-9]+(?:\.[0-9]+)?)([mbt])", re.IGNORECASE | re.DOTALL)
_UNITS = {"m": 1e6, "b": 1e9, "t": 1e12}
# More would not fit into the context of most models.
MOST_SHOTS = 256


class SettingsError(OodError):
    """An option has an invalid value.

    Attributes:
        option: the option as typed: the flag, the name in the ini file, or ``@probe``.
        value: the value as typed; empty if it must not be repeated.
        fix: what to type instead.
    """

    def __init__(self, option: str, problem: str, *, value: str = "", fix: str = "") -> None:
        super().__init__(f"{option} {value}".rstrip() + f": {problem}", fix=fix)
        self.option, self.value = option, value


# Each takes the option and the value as typed and as pytest converted it, and returns it.
Check = Callable[[str, str, Any], Any]


def _number(low: float, high: float, what: str, example: str, kind: type[int] | type[float]) -> Check:
    def check(option: str, typed: str, given: Any) -> Any:
        try:
            value = kind(given)
        except (TypeError, ValueError, OverflowError):
            value = math.nan
        whole = kind is float or not isinstance(given, float) or given == value
        if isinstance(given, bool) or not whole or not low <= value <= high:
            raise SettingsError(option, f"not {what}", value=typed, fix=f"use a value such as {example}")
        return value

    return check


def _strategies(option: str, typed: str, given: Sequence[str]) -> tuple[str, ...]:
    is_list = isinstance(given, Sequence) and not isinstance(given, str)
    if not is_list or not given or not all(isinstance(name, str) for name in given):
        fix = f"choose from {', '.join(BUNDLED)}"
        raise SettingsError(option, "not a list of strategies", value=typed, fix=fix)
    return tuple(dict.fromkeys(given))


def _strategy_arguments(option: str, typed: str, given: Sequence[str]) -> dict[str, dict[str, Any]]:
    arguments: dict[str, dict[str, Any]] = {}
    for text in given:
        address, equals, value = text.partition("=")
        # A strategy may be MODULE:CLASS, whose module has dots.
        strategy, dot, name = address.rpartition(".")
        if not (strategy and dot and equals and name.isidentifier()):
            fix = "write STRATEGY.NAME=VALUE, for example vote.k=5"
            raise SettingsError(option, "not an argument of a strategy and its value", value=text, fix=fix)
        arguments.setdefault(strategy, {}).update(_arguments(option, typed, [f"{name}={value}"]))
    return arguments


def _models(option: str, _: str, given: Sequence[str]) -> dict[str, float | None]:
    """Return the names of the models, each with its number of parameters if that was given."""
    models: dict[str, float | None] = {}
    for text in given:
        name, size = split_size(text)
        try:
            check_name(name)
        except ModelError as error:
            raise SettingsError(option, error.problem, value=text) from error
        if size == 0:
            raise SettingsError(option, "a model of no size", value=text, fix="write NAME@7b, or NAME without a size")
        known = models.get(name)
        if None not in (known, size) and known != size:
            raise SettingsError(option, "this model has another size, too", value=text, fix="give it one size")
        models[name] = known if size is None else size
    return models


def split_size(text: str) -> tuple[str, float | None]:
    """Return the name and the number of parameters in ``NAME@7b``; None if the text is a name alone."""
    match = _SIZED.fullmatch(text)
    return (match[1], float(match[2]) * _UNITS[match[3].lower()]) if match else (text, None)


def _arguments(option: str, _: str, given: Sequence[str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            # The value may be a key, so it is not repeated.
            fix = "write NAME=VALUE, for example temperature=0"
            raise SettingsError(option, "not an argument and its value", value=name, fix=fix)
        try:
            arguments[name] = json.loads(value)
        except ValueError:
            arguments[name] = value
    return arguments


def _ray_arguments(option: str, typed: str, given: Sequence[str]) -> dict[str, Any]:
    arguments = _arguments(option, typed, given)
    for name in arguments.keys() - set(ACTOR_OPTIONS):
        fix = f"choose from {', '.join(ACTOR_OPTIONS)}" + did_you_mean(name, ACTOR_OPTIONS)
        raise SettingsError(option, "not an option of Ray's actors", value=name, fix=fix)
    return arguments


def _varied(option: str, typed: str, given: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    varied: dict[str, tuple[Any, ...]] = {}
    for text in given:
        name, _, listed = text.partition("=")
        if name.startswith(OF_TASK):
            varied[name] = _varied_of_task(option, name, listed)
            continue
        (argument,) = _arguments(option, typed, [text])
        if not is_recorded(argument):
            fix = "vary an argument that a model's answers depend on"
            raise SettingsError(option, "this argument is not part of the question", value=name, fix=fix)
        values = tuple([_arguments(option, typed, [f"{name}={value}"])[name] for value in listed.split(",") if value])
        if any(recorded({argument: value}) != {argument: value} for value in values):
            fix = "leave the key out: a condition is written into the store and the dataset"
            raise SettingsError(option, "a value with a secret cannot vary", value=name, fix=fix)
        if argument in varied or len({canonical(value) for value in values}) < max(2, len(values)):
            fix = "give each argument once, with several values, as in reasoning_effort=low,high"
            raise SettingsError(option, "not an argument and its different values", value=text, fix=fix)
        varied[argument] = values
    return varied


def _varied_of_task(option: str, name: str, listed: str) -> tuple[Any, ...]:
    """Return the values of a reserved parameter, such as ``task.wording=0,1,2``."""
    values = [
        json.loads(value) if re.fullmatch("[0-9]{1,3}|true|false", value) else None for value in listed.split(",")
    ]
    kinds = {f"{OF_TASK}wording": int, f"{OF_TASK}spaced": bool}
    if (
        name not in kinds
        or len(set(values)) < max(2, len(values))
        or {type(value) for value in values} != {kinds[name]}
    ):
        fix = f"write {OF_TASK}wording=0,1,2 or {OF_TASK}spaced=false,true"
        raise SettingsError(option, "not a parameter that all tasks may take", value=f"{name}={listed}", fix=fix)
    return tuple(values)


def _shots(option: str, typed: str, given: str) -> tuple[int, ...]:
    counts = [int(count) if re.fullmatch("[0-9]{1,4}", count) else MOST_SHOTS + 1 for count in given.split(",")]
    if max(counts) > MOST_SHOTS:
        fix = "use values such as 0,1,2,4,8"
        raise SettingsError(option, f"not whole numbers from 0 to {MOST_SHOTS}", value=typed, fix=fix)
    return tuple(dict.fromkeys(counts))


def _concurrency(option: str, typed: str, given: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", given)
    fewest, most = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= fewest <= most:
        raise SettingsError(
            option, "not N or MIN-MAX, from 1 to 9999", value=typed, fix="use a value such as 16 or 20-200"
        )
    return fewest, most


def _shard(option: str, typed: str, given: str) -> tuple[int, int]:
    try:
        return shard_of_environment(os.environ) if given == "auto" else parse_shard(given)
    except ValueError as error:
        fix = "" if given == "auto" else "use a value such as 2/3, or auto"
        raise SettingsError(option, str(error), value=typed, fix=fix) from None


def _one_of(names: Sequence[str], what: str) -> Check:
    def check(option: str, typed: str, given: str) -> str:
        if given not in names:
            fix = f"choose from {', '.join(names)}" + did_you_mean(given, names)
            raise SettingsError(option, f"not {what}", value=typed, fix=fix)
        return given

    return check


def _license(option: str, typed: str, given: str) -> str:
    from pytest_ood.dataset.licenses import LicenseError, check_license

    try:
        return check_license(given)
    except LicenseError as error:
        raise SettingsError(option, error.what, value=typed, fix=error.fix) from error


def _as_is(option: str, typed: str, given: Any) -> Any:
    del option, typed
    return given


_TINY = 1e-9
CHECKS: dict[str, Check] = {
    "model": _models,
    "api_base": _as_is,
    "model_arg": _arguments,
    "vary": _varied,
    "seed": _number(0, 2**63 - 1, "a whole number from 0 up", "0", int),
    "samples": _number(1, 10**7, "a whole number from 1 up", "100", int),
    "max_samples": _number(1, 10**7, "a whole number from 1 up", "100", int),
    "bar": _number(_TINY, 1 - _TINY, "a number between 0 and 1", "0.8", float),
    "alpha": _number(1e-6, 0.5, "a number from 0.000001 to 0.5", "0.05", float),
    "undecided": _one_of(FATES, "something that an undecided probe can count as"),
    "quick": _as_is,
    "strategy": _strategies,
    "strategy_arg": _strategy_arguments,
    "solver_faulty": _number(0, 1, "a share from 0 to 1", "0.2", float),
    "exchanges": _number(0, MOST_EXCHANGES, f"a whole number from 0 to {MOST_EXCHANGES}", "0", int),
    "shots": _shots,
    "shots_from": _one_of(get_args(ShotsFrom), "where examples can be drawn from"),
    "compare": _as_is,
    "concurrency": _concurrency,
    "workers": _number(1, MOST_WORKERS, f"a whole number from 1 to {MOST_WORKERS}", "2", int),
    "ray": _as_is,
    "ray_arg": _ray_arguments,
    "patience": _number(0.001, math.inf, "a time in seconds", "600", float),
    "budget": _number(0, math.inf, "an amount in US dollars", "2.50", float),
    "batch_waves": _number(1, 1000, "a whole number from 1 to 1000", "1", int),
    "batch_submit": _as_is,
    "dry_run": _as_is,
    "certify": _as_is,
    "refresh": _as_is,
    "push": _as_is,
    "public": _as_is,
    "license": _license,
    "replay": _as_is,
    "limits": _number(1, 1000, "a whole number from 1 to 1000", "4", int),
    "shard": _shard,
}
