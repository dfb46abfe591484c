"""Measure without pytest: in a script, or in a notebook.

    outcome = measure(operators.arithmetic, "gpt-4o", operands=5)
    curve = measure_curve(grids.life, "gpt-4o", size=[4, 8, 16])

The engine, the store, the budget and the keys are those of the plugin: a test run does not repeat what a script has
asked, and vice versa.
"""

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, get_args

from pytest_ood.asking.cell import Cell, Condition, ShotsFrom
from pytest_ood.asking.conversation import MOST_EXCHANGES
from pytest_ood.asking.lane import PATIENCE_S
from pytest_ood.asking.making import CellError, Place, build_cell
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.run import Run, RunOptions, new_run_id
from pytest_ood.asking.strategies import Strategies, Strategy, StrategyError
from pytest_ood.evidence import stats
from pytest_ood.evidence.horizon import Horizon
from pytest_ood.evidence.sampling import DEFAULT_BAR, DEFAULT_MAX_SAMPLES, Sampling, draws_to_clear
from pytest_ood.models import answers_at_once, check_name, recorded_args
from pytest_ood.models.base import Model, ModelError
from pytest_ood.models.function import function_name
from pytest_ood.models.pool import MOST_WORKERS
from pytest_ood.report.curves import draw
from pytest_ood.report.size_curves import curve_rows
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson
from pytest_ood.text.suggestions import did_you_mean

# A model by its name, a function from messages to text, or a model object.
AnyModel = str | Model | Callable[..., Any]


@dataclass(frozen=True)
class Measuring:
    """How `measure` and `measure_curve` ask; every attribute is one of their keyword arguments.

    Attributes:
        bar: the accuracy that a model must clear.
        samples: ask exactly this many draws of both arms, without stopping early.
        max_samples: the maximum number of draws per arm.
        alpha: the probability of a wrong claim at the bar; claims about gaps get a fifth of it.
        seed: the seed of the cases.
        strategy: how each question is put: the name of a strategy, as ``--ood-strategy`` takes it, or a subclass of
            `pytest_ood.Strategy`.
        strategy_args: the arguments of the strategy.
        shots: how many solved examples of the task precede each question.
        shots_from: the arm that they are drawn from: "control", "shift", or "mixed" for both in turn.
        exchanges: how many of the exchanges that show the form of an answer precede each question, 0 to 3.
        system: a system message.
        model_args: arguments of every call (temperature, max_tokens, ...); keys are not recorded.
        api_base: the address of the model's API.
        store: the file that keeps every answer.
        budget: a hard limit in US dollars.
        concurrency: calls in flight, or how many at first and at most; None leaves it to the model.
        workers: ask the model, which must then be given by its name, in so many further processes.
        patience: give the model up after so many seconds without any answer.
        refresh: ask again what the store already answers.
    """

    bar: float = DEFAULT_BAR
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES
    alpha: float = stats.ALPHA
    seed: int = 0
    strategy: str | type[Strategy] = "direct"
    strategy_args: Mapping[str, Any] | None = None
    shots: int = 0
    shots_from: ShotsFrom = "control"
    exchanges: int = MOST_EXCHANGES
    system: str | None = None
    model_args: Mapping[str, Any] | None = None
    api_base: str | None = None
    store: str | Path = Path(".ood/store.db")
    budget: float | None = None
    concurrency: int | tuple[int, int] | None = None
    workers: int = 0
    patience: float = PATIENCE_S
    refresh: bool = False

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            ValueError: a value is invalid; the message names it and the fix.
        """
        if not 0 < self.bar < 1:
            raise ValueError(f"bar={self.bar!r}: give a number between 0 and 1, such as 0.8")
        for name in ("samples", "max_samples"):
            value = getattr(self, name)
            if not isinstance(value, int | None) or isinstance(value, bool) or (value is not None and value < 1):
                raise ValueError(f"{name}={value!r}: give a whole number from 1")
        calls = self.in_flight or (1, 1)
        if any(type(number) is not int for number in calls) or len(calls) != 2 or not 1 <= calls[0] <= calls[1]:
            raise ValueError(f"concurrency={self.concurrency!r}: give a whole number from 1, or two, such as (20, 200)")
        if type(self.workers) is not int or not 0 <= self.workers <= MOST_WORKERS:
            raise ValueError(f"workers={self.workers!r}: give a whole number from 0 to {MOST_WORKERS}")
        if not 0 < self.patience < math.inf:
            raise ValueError(f"patience={self.patience!r}: give seconds, such as 600")
        if not 0 < self.alpha <= 0.5:
            raise ValueError(f"alpha={self.alpha!r}: give a number from 0 to 0.5, such as 0.05")
        if not self.sampling.can_clear:
            raise ValueError(
                f"max_samples={self.max_samples}: cannot show a bar of {self.bar:g} cleared, even if all draws are"
                f" correct; use {draws_to_clear(self.bar, self.alpha)} or more"
            )
        try:
            self.strategies.of(self.strategy_name, self.strategy_args)
        except StrategyError as error:
            raise ValueError(f"strategy={self.strategy!r}: {error}") from error
        if type(self.exchanges) is not int or not 0 <= self.exchanges <= MOST_EXCHANGES:
            raise ValueError(f"exchanges={self.exchanges!r}: give a whole number from 0 to {MOST_EXCHANGES}")
        if type(self.shots) is not int or self.shots < 0:
            raise ValueError(f"shots={self.shots!r}: give a whole number from 0")
        if self.shots_from not in get_args(ShotsFrom):
            raise ValueError(f"shots_from={self.shots_from!r}: choose from {', '.join(get_args(ShotsFrom))}")
        if self.budget is not None and not 0 <= self.budget < math.inf:
            raise ValueError(f"budget={self.budget!r}: give US dollars, such as 2.50")

    @property
    def in_flight(self) -> tuple[int, int] | None:
        """How many calls may be in flight at first, and at most."""
        return self.concurrency if isinstance(self.concurrency, tuple | None) else (self.concurrency, self.concurrency)

    @property
    def strategy_name(self) -> str:
        """The name of the strategy; a class has its address."""
        kind = self.strategy
        return kind if isinstance(kind, str) else f"{kind.__module__}:{kind.__qualname__}"

    @functools.cached_property
    def strategies(self) -> Strategies:
        """The strategies by name, with the caller's own."""
        return Strategies(own={} if isinstance(self.strategy, str) else {self.strategy_name: self.strategy})

    @property
    def sampling(self) -> Sampling:
        """How many draws an arm may get, and how sure its claims must be."""
        return Sampling(self.bar, self.samples, self.max_samples, self.alpha, self.alpha / stats.GAP_STRICTNESS)

    def condition(self, model: str) -> Condition:
        """Return how a case is asked of a model."""
        args = FrozenJson(recorded_args(model, self.model_args or {}))
        return Condition(
            model,
            args,
            self.strategy_name,
            FrozenJson(self.strategy_args or {}),
            shots=self.shots,
            shots_from=self.shots_from,
            exchanges=self.exchanges,
            system=self.system,
        )

    def outcomes(self, cells: Sequence[Cell], model: AnyModel, name: str) -> list[Outcome]:
        """Ask the cells and return their outcomes, in order."""
        if self.workers and (not isinstance(model, str) or answers_at_once(name)):
            raise ValueError(f"workers={self.workers}: {name} can only be asked in this process; leave workers out")
        options = RunOptions(
            new_run_id(),
            (name,),
            Path(self.store),
            dict(self.model_args or {}),
            self.api_base,
            self.in_flight,
            budget=self.budget,
            refresh=self.refresh,
            patience=self.patience,
            workers=self.workers,
        )
        run = Run(options, lambda _, __: None if isinstance(model, str) else model, self.strategies)
        try:
            run.start(cells)
            outcomes = [run.outcome(cell) for cell in cells]
            if any(outcome.reason_code == "provider" for outcome in outcomes):
                state = run.progress.models[name]
                raise ModelError(state.dead or state.no_tools)
            return outcomes
        finally:
            run.stop()


def measure(
    task: Task,
    model: AnyModel,
    *,
    control: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    **keywords: Any,
) -> Outcome:
    """Ask a model matched cases of a task and return what its answers show.

    Args:
        task: made by `pytest_ood.task` or `pytest_ood.pairs_task`.
        model: any name that ``--ood-model`` takes, a function from messages to text, or a `pytest_ood.Model`.
        control: the parameters that turn a case into its familiar twin; by default the task's own.
        params: parameters of the task that have the same names as options.
        keywords: the other parameters of the task, and the options of `Measuring`: bar, samples, store, ...

    Raises:
        CellError: the task does not take a parameter, or fails on it.
        ModelError: the model cannot be used.
        StoreError: the store cannot be used.
        ValueError: an option has an invalid value.
    """
    measuring, values = _options(task, params, keywords)
    name = _name(model)
    cell = _cell(task, name, values, control, measuring)
    (outcome,) = measuring.outcomes([cell], model, name)
    return outcome


@dataclass(frozen=True)
class Curve:
    """The outcomes of one task over the values of one parameter.

    Attributes:
        parameter: the name of the parameter.
        outcomes: the outcomes by the values of the parameter, in the order given.

    What follows from all of them together needs at least two values, and these must be numbers.
    """

    parameter: str
    outcomes: Mapping[Any, Outcome]

    @functools.cached_property
    def row(self) -> dict[str, Any] | None:
        """The curve as in ``schemas/summary.schema.json``: JSON types only; None without two numbers."""
        rows = curve_rows(outcome.row() for _, outcome in self)
        return rows[0] if rows else None

    @property
    def holds_to(self) -> float | None:
        """The largest size such that it and every smaller one is robust; None if the smallest is not."""
        return self.row["holds_to"] if self.row else None

    @property
    def breaks_by(self) -> float | None:
        """The smallest size that is brittle, or degraded with less than half the answers right; None without one."""
        return self.row["breaks_by"] if self.row else None

    @property
    def horizon(self) -> Horizon | None:
        """The size at which the model is right half the time; None if no falling curve fits."""
        found = self.row["horizon"] if self.row else None
        return None if found is None else Horizon(**found)

    @property
    def sentence(self) -> str:
        """What the curve shows, in one sentence; empty without two numbers."""
        return self.row["sentence"] if self.row else ""

    def __iter__(self) -> Iterator[tuple[Any, Outcome]]:
        """Yield each value with its outcome."""
        return iter(self.outcomes.items())

    def __getitem__(self, value: Any) -> Outcome:
        return self.outcomes[value]

    def __len__(self) -> int:
        return len(self.outcomes)

    def __repr__(self) -> str:
        lines = [f"{self.parameter}={value}: {outcome!r}" for value, outcome in self]
        return "\n".join([f"Curve: {self.sentence}" if self.sentence else "Curve", *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        """Return the curve as an SVG with its sentence, for notebooks."""
        rows = [outcome.row() for _, outcome in self]
        first = next(iter(self.outcomes.values()))
        # The part of a run's summary that a picture needs.
        asked = {
            "bar": first.control.sampling.bar,
            "seed": first.cell.control.draws.seed,
            "models": [],
            "curves": [self.row] if self.row else [],
            "cells": rows,
        }
        return draw([asked]) + (f"<p>{escape(self.sentence)}</p>" if self.sentence else "")


def measure_curve(
    task: Task,
    model: AnyModel,
    *,
    control: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    **keywords: Any,
) -> Curve:
    """Ask a model a task at several values of one parameter, the one that is given as a list.

    The arguments are those of `measure`. Cells that share a control twin ask it once.

    Raises:
        CellError, ModelError, StoreError: as `measure`.
        ValueError: as `measure`; also if no parameter is a list, or several are.
    """
    measuring, values = _options(task, params, keywords)
    sizes = [name for name, value in values.items() if isinstance(value, list | tuple | range)]
    if len(sizes) != 1 or not values[sizes[0]]:
        lists = f"lists of values for {', '.join(sizes)}" if sizes else "no list of values"
        raise ValueError(f"measure_curve: got {lists}; give one parameter a list, such as size=[4, 8, 16]")
    (parameter,) = sizes
    name = _name(model)
    steps = list(dict.fromkeys(values[parameter]))
    cells = [_cell(task, name, {**values, parameter: value}, control, measuring, parameter) for value in steps]
    outcomes = measuring.outcomes(cells, model, name)
    return Curve(parameter, dict(zip(steps, outcomes, strict=True)))


def _options(
    task: Task, params: Mapping[str, Any] | None, keywords: Mapping[str, Any]
) -> tuple[Measuring, dict[str, Any]]:
    """Separate options from parameters."""
    options = {name: value for name, value in keywords.items() if name in Measuring.__dataclass_fields__}
    values = {name: value for name, value in keywords.items() if name not in options}
    for name in options:
        if name in task.parameters and name not in (params or {}):
            raise ValueError(
                f"{name}={options[name]!r}: both an option of measure and a parameter of the task {task.name}; write"
                f" params={{{name!r}: ...}} for the task's, in addition to the option if you mean both"
            )
    unknown = [name for name in values if name not in task.parameters]
    if unknown and not any(parameter.kind is parameter.VAR_KEYWORD for parameter in task.parameters.values()):
        near = did_you_mean(unknown[0], [*task.parameters, *Measuring.__dataclass_fields__])
        raise CellError(
            f"{unknown[0]}={values[unknown[0]]!r}: neither an option nor a parameter of the task {task.name}, which is"
            f" {task.signature}{near}"
        )
    return Measuring(**options), {**values, **(params or {})}


def _cell(
    task: Task,
    model: str,
    params: Mapping[str, Any],
    control: Mapping[str, Any] | None,
    measuring: Measuring,
    size: str | None = None,
) -> Cell:
    shown = ",".join(f"{name}={value}" for name, value in params.items())
    probe = f"measure::{task.name}"
    place = Place(f"{probe}[{shown}]", probe)
    condition = measuring.condition(model)
    return build_cell(place, task, params, control, condition, measuring.sampling, measuring.seed, size)


def _name(model: AnyModel) -> str:
    if isinstance(model, str):
        check_name(model)
        return model
    return model.name if isinstance(model, Model) else function_name(model)
