"""Read the values of the options from the command line and the ini file, and check them before anything is asked."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from pytest_ood.asking.cell import Condition, ShotsFrom
from pytest_ood.asking.conversation import MOST_EXCHANGES
from pytest_ood.asking.lane import PATIENCE_S
from pytest_ood.asking.strategies import BUNDLED
from pytest_ood.errors import OodError
from pytest_ood.evidence import stats
from pytest_ood.evidence.sampling import DEFAULT_BAR, DEFAULT_MAX_SAMPLES, Sampling, draws_to_clear
from pytest_ood.models import check_name, recorded_args
from pytest_ood.models.base import ModelError
from pytest_ood.models.request import recorded
from pytest_ood.plugin.options import OPTIONS, Option
from pytest_ood.text.canonical import canonical
from pytest_ood.text.frozen import FrozenJson
from pytest_ood.text.redaction import is_secret
from pytest_ood.text.suggestions import did_you_mean

#: What an undecided probe counts as.
Fate = Literal["skip", "fail"]
FATES: tuple[Fate, ...] = get_args(Fate)
#: How ``--ood-vary`` names a reserved parameter of tasks.
OF_TASK = "task."
# More would not fit into the context of most models.
MOST_SHOTS = 256
#: The defaults of ``--ood-quick``.
QUICK = {"max_samples": 20}
#: Options that have no effect by themselves, with the options of which one is needed.
_NEEDS = {
    "public": ("push",),
    "license": ("export", "push"),
    "shots_from": ("shots",),
}
# A system message is a page or two: a larger file is the wrong one.
_LARGEST_TEXT = 1_000_000


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


@dataclass(frozen=True)
class Settings:
    """Every option's value, checked.

    Attributes:
        vary: the values of each argument that varies from condition to condition.
        system: the text of the file that ``--ood-system`` names.
        explicit: the names of the options given on the command line.
        breaks: the size from which each model breaks, by model and task, as ``--ood-horizons`` says.
    """

    model: tuple[str, ...] = ()
    api_base: str | None = None
    model_arg: Mapping[str, Any] = field(default_factory=dict)
    vary: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    seed: int = 0
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES
    bar: float = DEFAULT_BAR
    alpha: float = stats.ALPHA
    undecided: Fate = "skip"
    quick: bool = False
    strategy: tuple[str, ...] = ("direct",)
    strategy_arg: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    horizons: Path | None = None
    exchanges: int = MOST_EXCHANGES
    shots: tuple[int, ...] = (0,)
    shots_from: ShotsFrom = "control"
    system: str | None = None
    compare: bool = False
    baseline: Path | None = None
    concurrency: tuple[int, int] | None = None
    patience: float = PATIENCE_S
    budget: float | None = None
    dry_run: bool = False
    certify: bool = False
    store: Path = Path(".ood/store.db")
    refresh: bool = False
    export: Path | None = None
    push: str | None = None
    public: bool = False
    license: str | None = None
    replay: str | None = None
    shard: tuple[int, int] | None = None
    json: Path | None = None
    report: Path | None = None
    explicit: frozenset[str] = frozenset()
    breaks: Mapping[str, Mapping[str, float]] | None = None

    def dataset(self, run_id: str) -> Path | None:
        """Return the folder of the run's dataset: that of ``--ood-export``, or for a push one next to the store."""
        pushed = self.store.parent / "push" / run_id
        return self.export or (pushed if self.push is not None else None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Settings that are valid but probably not intended, one line each."""
        needed = draws_to_clear(self.bar, self.alpha)
        if self.samples is None or self.samples >= needed:
            return ()
        return (f"--ood-samples {self.samples}: cannot be shown robust; a bar of {self.bar:g} takes {needed} draws",)

    @property
    def gap_alpha(self) -> float:
        """The level of claims about gaps: stricter than that of claims at the bar, except in a short run."""
        return self.alpha if self.quick else self.alpha / stats.GAP_STRICTNESS

    @property
    def default_sampling(self) -> Sampling:
        """How a probe samples that says nothing about it."""
        return Sampling(self.bar, self.samples, self.max_samples, self.alpha, self.gap_alpha)

    def can_clear(self, sampling: Sampling) -> bool:
        """Return whether sampling goes on long enough; a replay, which asks a fixed number of draws, only warns."""
        return self.replay is not None or sampling.can_clear

    def sampling(self, **of_probe: float | None) -> Sampling:
        """Return how a probe samples. The command line takes precedence over the probe, the probe over the ini file.

        Args:
            of_probe: the `bar`, `samples` and `max_samples` of `@probe`; None for those that it leaves out.

        Raises:
            SettingsError: A value is invalid, or the bar cannot be cleared in so few draws.
        """
        chosen = {name: self._preferred(name, value) for name, value in of_probe.items()}
        sampling = replace(self.default_sampling, **chosen)
        if not self.can_clear(sampling):
            given = ", ".join(f"{name}={value!r}" for name, value in of_probe.items() if value is not None)
            raise _unreachable(sampling, "@probe", given, by_option="max_samples" in self.explicit)
        return sampling

    def strategies(self, of_probe: Sequence[str] | None) -> tuple[str, ...]:
        """Return the strategies of a probe, with the same precedence."""
        return tuple(self._preferred("strategy", of_probe))

    def arguments_of(self, strategy: str, model: str) -> Mapping[str, Any]:
        """Return the arguments of a strategy for one model."""
        given = self.strategy_arg.get(strategy, {})
        if strategy != "routed" or self.breaks is None:
            return given
        return {"breaks": dict(self.breaks.get(model, {})), **given}

    @property
    def variations(self) -> list[FrozenJson]:
        """Return the arguments that vary, in every combination of their values; one without any if none does."""
        return [FrozenJson(dict(zip(self.vary, values, strict=True))) for values in product(*self.vary.values())]

    def condition(
        self, model: str, strategy: str = "direct", varied: Mapping[str, Any] = MappingProxyType({}), shots: int = 0
    ) -> Condition:
        """Return how a case is asked of a model; `varied` are the arguments of this condition alone."""
        of_task = {name.removeprefix(OF_TASK): value for name, value in varied.items() if name.startswith(OF_TASK)}
        of_model = {name: value for name, value in varied.items() if not name.startswith(OF_TASK)}
        args = FrozenJson(recorded_args(model, {**self.model_arg, **of_model}))
        strategy_args = FrozenJson(self.arguments_of(strategy, model))
        return Condition(
            model,
            args,
            strategy,
            strategy_args,
            shots,
            self.shots_from,
            self.exchanges,
            self.system,
            **of_task,
        )

    def _preferred(self, name: str, of_probe: Any) -> Any:
        if of_probe is None or name in self.explicit:
            return getattr(self, name)
        return _CHECKS[name]("@probe", f"{name}={of_probe!r}", of_probe)


def _unreachable(sampling: Sampling, option: str, value: str, by_option: bool = True) -> SettingsError:
    """Return the error for a bar that no model could clear.

    Args:
        sampling: the bar and the number of draws.
        option: the option that the user gave.
        value: its value as typed.
        by_option: whether an option has to allow more draws, rather than the probe.
    """
    needed = draws_to_clear(sampling.bar, sampling.alpha)
    draws = "1 draw" if sampling.max_samples == 1 else f"{sampling.max_samples} draws"
    return SettingsError(
        option,
        f"{draws} per arm cannot show a bar of {sampling.bar:g} cleared, even if all are correct",
        value=value,
        fix=f"use {'--ood-max-samples ' if by_option else 'max_samples='}{needed} or more",
    )


def read_settings(
    command_line: Callable[[str], Any], ini: Callable[[str], Any], root: Path, invoked_in: Path
) -> Settings:
    """Return the settings from the command line and the ini file.

    Args:
        command_line: returns the value of an option, or None if it was not given.
        ini: the same for the ini file; it may also return [].
        root: the folder of the ini file, to which its paths and the default store are relative.
        invoked_in: the folder to which paths on the command line are relative.

    Raises:
        SettingsError: An option has an invalid value.
    """
    values: dict[str, Any] = {}
    # As typed, for messages: the option and its value.
    typed: dict[str, tuple[str, str]] = {}
    explicit: set[str] = set()
    for option in OPTIONS:
        folder, name, given = invoked_in, option.flag, command_line(option.ini)
        if given == "":
            raise SettingsError(name, "the value is empty", fix=f"give {option.metavar}: {option.help}")
        if given in (None, [], False):
            folder, name, given = root, option.ini, _in_ini(ini, option)
        else:
            explicit.add(option.name)
        if given in (None, [], ""):
            continue
        typed[option.name] = name, "" if given is True else str(given)
        if option.kind in ("path", "text"):
            path = folder / Path(given).expanduser()
            values[option.name] = path if option.kind == "path" else _content(name, given, path)
        else:
            values[option.name] = _CHECKS[option.name](name, str(given), given)
    _apply_quick(values, typed, explicit)
    values.setdefault("store", root / Settings.store)
    _check_alone(values, typed, explicit)
    _check_varied(values, typed)
    settings = Settings(**values, explicit=frozenset(explicit))
    sampling = settings.default_sampling
    if not settings.can_clear(sampling):
        raise _unreachable(sampling, *next(typed[name] for name in ("bar", "alpha", "max_samples") if name in typed))
    return settings


def _check_varied(values: Mapping[str, Any], typed: Mapping[str, tuple[str, str]]) -> None:
    """Refuse an argument that varies and is fixed as well."""
    for name in values.get("vary", {}):
        if name in values.get("model_arg", {}):
            option, _ = typed["vary"]
            fix = f"leave {name} out of {typed['model_arg'][0]}, or of {option}"
            raise SettingsError(option, "this argument has a fixed value, too", value=name, fix=fix)


def _apply_quick(values: dict[str, Any], typed: dict[str, tuple[str, str]], explicit: set[str]) -> None:
    """Let ``--ood-quick`` set its defaults; as a flag it takes precedence over probes and the ini file."""
    if not values.get("quick"):
        return
    by_flag = "quick" in explicit
    for name in QUICK.keys() - (explicit if by_flag else values.keys()):
        values[name] = QUICK[name]
        typed.pop(name, None)
    if by_flag:
        explicit.update(QUICK)


def _check_alone(values: Mapping[str, Any], typed: Mapping[str, tuple[str, str]], explicit: set[str]) -> None:
    """Refuse an option that has no effect without another one, unless it is in the ini file."""
    for name, needed in _NEEDS.items():
        if name in explicit and not values.keys() & set(needed):
            option, value = typed[name]
            flags = " or ".join(f"--ood-{other}" for other in needed)
            raise SettingsError(option, "has no effect by itself", value=value, fix=f"add {flags}, or leave it out")


def _in_ini(ini: Callable[[str], Any], option: Option) -> Any:
    try:
        return ini(option.ini)
    except Exception as error:  # pytest converts numbers and flags itself, and does not always name the invalid one
        raise SettingsError(option.ini, str(error), fix=f"the type is {option.kind}: {option.help}") from error


def _content(option: str, given: str, path: Path) -> str:
    """Return the text of a file that an option names, without the white space around it."""
    try:
        with path.open("rb") as file:
            read = file.read(_LARGEST_TEXT + 1)
    except IsADirectoryError:
        raise SettingsError(option, "this is a folder", value=given, fix="name a text file") from None
    except FileNotFoundError:
        raise SettingsError(option, "no such file", value=given, fix="name a text file") from None
    except OSError as error:
        raise SettingsError(option, f"cannot be read ({error.strerror})", value=given, fix="name a text file") from None
    if len(read) > _LARGEST_TEXT:
        raise SettingsError(option, "the file is larger than 1 MB", value=given, fix="name a shorter text file")
    try:
        text = read.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        problem = f"the file is not UTF-8 (byte {error.start})"
        raise SettingsError(option, problem, value=given, fix="save it as UTF-8") from None
    if not text:
        raise SettingsError(option, "the file is empty", value=given, fix=f"write the text into it, or drop {option}")
    return text


# Checks of single values: each takes the option and the value as typed and as pytest converted it, and returns it.
_Check = Callable[[str, str, Any], Any]


def _number(low: float, high: float, what: str, example: str, kind: type[int] | type[float]) -> _Check:
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


def _models(option: str, _: str, given: Sequence[str]) -> tuple[str, ...]:
    for name in given:
        try:
            check_name(name)
        except ModelError as error:
            raise SettingsError(option, error.problem, value=name) from error
    return tuple(dict.fromkeys(given))


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


def _varied(option: str, typed: str, given: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    varied: dict[str, tuple[Any, ...]] = {}
    for text in given:
        name, _, listed = text.partition("=")
        if name.startswith(OF_TASK):
            varied[name] = _varied_of_task(option, name, listed)
            continue
        (argument,) = _arguments(option, typed, [text])
        if is_secret(argument) or not recorded({argument: ""}):
            fix = "vary an argument that a model's answers depend on"
            raise SettingsError(option, "this argument is not part of the question", value=name, fix=fix)
        values = tuple([_arguments(option, typed, [f"{name}={value}"])[name] for value in listed.split(",") if value])
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
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", given)
    which, count = map(int, match.groups()) if match else (0, 0)
    if not 1 <= which <= count:
        raise SettingsError(option, "not I/N with I from 1 to N", value=typed, fix="use a value such as 2/3")
    return which, count


def _one_of(names: Sequence[str], what: str) -> _Check:
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
_CHECKS: dict[str, _Check] = {
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
    "exchanges": _number(0, MOST_EXCHANGES, f"a whole number from 0 to {MOST_EXCHANGES}", "0", int),
    "shots": _shots,
    "shots_from": _one_of(get_args(ShotsFrom), "where examples can be drawn from"),
    "compare": _as_is,
    "concurrency": _concurrency,
    "patience": _number(0.001, math.inf, "a time in seconds", "600", float),
    "budget": _number(0, math.inf, "an amount in US dollars", "2.50", float),
    "dry_run": _as_is,
    "certify": _as_is,
    "refresh": _as_is,
    "push": _as_is,
    "public": _as_is,
    "license": _license,
    "replay": _as_is,
    "shard": _shard,
}
