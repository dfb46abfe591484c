"""Read the values of the options from the command line and the ini file, and check them before anything is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_ood.asking.cell import Condition, ShotsFrom
from pytest_ood.asking.conversation import MOST_EXCHANGES
from pytest_ood.asking.lane import PATIENCE_S
from pytest_ood.evidence import stats
from pytest_ood.evidence.sampling import DEFAULT_BAR, DEFAULT_MAX_SAMPLES, Sampling, draws_to_clear
from pytest_ood.models import recorded_args
from pytest_ood.plugin.option_values import CHECKS, OF_TASK, Fate, SettingsError
from pytest_ood.plugin.options import OPTIONS, Option
from pytest_ood.text.frozen import FrozenJson

#: The defaults of ``--ood-quick``.
QUICK = {"max_samples": 20}
#: Options that have no effect by themselves, with the options of which one is needed.
_NEEDS = {
    "public": ("push",),
    "license": ("export", "push"),
    "shots_from": ("shots",),
    "batch_waves": ("batch",),
    "batch_submit": ("batch",),
    "ray": ("workers",),
    "ray_arg": ("ray",),
}
# A system message is a page or two: a larger file is the wrong one.
_LARGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class Settings:
    """Every option's value, checked.

    Attributes:
        model_sizes: the number of parameters of each model that was given with one.
        vary: the values of each argument that varies from condition to condition.
        system: the text of the file that ``--ood-system`` names.
        explicit: the names of the options given on the command line.
        breaks: the size from which each model breaks, by model and task, as ``--ood-horizons`` says.
    """

    model: tuple[str, ...] = ()
    model_sizes: Mapping[str, float] = field(default_factory=dict)
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
    solver_faulty: float | None = None
    exchanges: int = MOST_EXCHANGES
    shots: tuple[int, ...] = (0,)
    shots_from: ShotsFrom = "control"
    system: str | None = None
    compare: bool = False
    baseline: Path | None = None
    concurrency: tuple[int, int] | None = None
    workers: int = 0
    ray: str | None = None
    ray_arg: Mapping[str, Any] = field(default_factory=dict)
    patience: float = PATIENCE_S
    budget: float | None = None
    batch: Path | None = None
    batch_waves: int = 1
    batch_submit: bool = False
    dry_run: bool = False
    certify: bool = False
    store: Path = Path(".ood/store.db")
    refresh: bool = False
    export: Path | None = None
    push: str | None = None
    public: bool = False
    license: str | None = None
    replay: str | None = None
    limits: int = 1
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
        if strategy == "solver" and self.solver_faulty is not None:
            return {**given, "faulty": self.solver_faulty}
        if strategy == "routed" and self.breaks is not None:
            return {"breaks": dict(self.breaks.get(model, {})), **given}
        return given

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
        return CHECKS[name]("@probe", f"{name}={of_probe!r}", of_probe)


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
        # What a list holds may be a key.
        typed[option.name] = name, "" if given is True or isinstance(given, list) else str(given)
        if option.kind in ("path", "text"):
            path = folder / Path(given).expanduser()
            values[option.name] = path if option.kind == "path" else _content(name, given, path)
        else:
            values[option.name] = CHECKS[option.name](name, str(given), given)
    models = values.pop("model", {})
    values["model"], values["model_sizes"] = tuple(models), {name: size for name, size in models.items() if size}
    _apply_quick(values, typed, explicit)
    values.setdefault("store", root / Settings.store)
    _check_alone(values, typed, explicit)
    _check_varied(values, typed)
    _check_faulty(values, typed)
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


def _check_faulty(values: Mapping[str, Any], typed: Mapping[str, tuple[str, str]]) -> None:
    """Refuse two values for how often the solver is wrong."""
    argument = values.get("strategy_arg", {}).get("solver", {}).get("faulty")
    faulty = values.get("solver_faulty")
    if None not in (argument, faulty) and argument != faulty:
        option, value = typed["solver_faulty"]
        problem = f"{typed['strategy_arg'][0]} gives solver.faulty another value"
        raise SettingsError(option, problem, value=value, fix="leave one of them out")


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
