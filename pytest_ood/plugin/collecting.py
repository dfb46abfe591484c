"""Build the cells of probe items."""

import itertools
from typing import NamedTuple

import pytest

from pytest_ood.asking.cell import ArmSpec, Cell
from pytest_ood.asking.strategies import Strategies, StrategyError
from pytest_ood.models import limits
from pytest_ood.plugin.option_values import OF_TASK
from pytest_ood.plugin.options import MARKER
from pytest_ood.plugin.parameters import FIXTURE, item_parameters
from pytest_ood.plugin.probes import Probe, ProbeError, make_cell
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.stash import CELL
from pytest_ood.plugin.task_errors import author_lines
from pytest_ood.plugin.task_names import TaskNames
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson

NOT_A_PROBE = "{}: requests the fixture `ood` but is not a probe; decorate it with @probe(task)"

CANNOT_READ = "cannot read it"


class Variant(NamedTuple):
    """The condition of an item, if there are several: whatever differs from one to another."""

    model: str
    strategy: str
    varied: FrozenJson
    shots: int


class CellMaker:
    """Makes the cells of a session's probes."""

    def __init__(self, settings: Settings, strategies: Strategies) -> None:
        self._settings, self._strategies = settings, strategies
        self._task_names = TaskNames()
        # Certification asks no model.
        self._models = ("",) if settings.certify else settings.model or ("",)
        self._shots = (0,) if settings.certify else settings.shots
        self._variations = [FrozenJson()] if settings.certify else settings.variations

    def add_variants(self, metafunc: pytest.Metafunc) -> None:
        """Make one item per model, strategy, combination of varied arguments and number of examples.

        Raises:
            ProbeError, SettingsError: The probe has no task or no valid strategies, which its cells will report.
        """
        probe = _probe_of(metafunc.definition)
        strategies = self._strategy_names(probe)
        variations = [varied for varied in self._variations if _takes(probe.task, varied)]
        variants = [Variant(*axes) for axes in itertools.product(self._models, strategies, variations, self._shots)]
        if len(variants) > 1:
            names = [
                [
                    *[variant.model] * (len(self._models) > 1),
                    *[variant.strategy] * (len(strategies) > 1),
                    *[f"{name}={value}" for name, value in variant.varied.items() if len(variations) > 1],
                    *[f"shots={variant.shots}"] * (len(self._shots) > 1),
                ]
                for variant in variants
            ]
            metafunc.parametrize(FIXTURE, variants, ids=["-".join(name) for name in names], indirect=True)

    def make_cells(self, items: list[pytest.Function]) -> list[str]:
        """Give every item its cell.

        Returns:
            What is wrong with items that cannot become a cell, each problem once.
        """
        problems: dict[str, None] = {}
        for item in items:
            try:
                cell = self._cell(item)
                if why_not := self._why_not(cell):
                    item.add_marker(pytest.mark.skip(reason=why_not))
                else:
                    item.stash[CELL] = cell
            except ProbeError as error:
                problems[_shown(item, error)] = None
        return list(problems)

    def _cell(self, item: pytest.Function) -> Cell:
        probe = _probe_of(item)
        if FIXTURE not in item.fixturenames:
            raise ProbeError(f"{item.nodeid}: this probe does not request the fixture `ood`; add it as an argument")
        variant = item.callspec.params.get(FIXTURE) if hasattr(item, "callspec") else None
        if variant is not None and not isinstance(variant, Variant):
            raise ProbeError(f"{item.nodeid}: `ood` is the fixture of the outcome; parametrize another argument")
        model, strategy, varied, shots = variant or (self._models[0], None, FrozenJson(), self._shots[0])
        params = item_parameters(item, probe.task)
        self._task_names.check(item.nodeid, probe.task)
        return make_cell(item.nodeid, probe, params, self._settings, model, strategy, varied, shots)

    def _why_not(self, cell: Cell) -> str:
        """Return why the strategy of a cell cannot ask it, or its model cannot read it; empty if they can."""
        condition = cell.condition
        try:
            strategy = self._strategies.of(condition.strategy, condition.strategy_args)
        except StrategyError as error:
            raise ProbeError(f"{cell.id}: strategy {condition.strategy}: {error}") from error
        why_not = strategy.why_not(cell.task)
        if not why_not and not strategy.dialogues and any(map(_is_dialogue, cell.arms)):
            why_not = f"it cannot ask the turns of a dialogue, which the task {cell.task.name} makes"
        if why_not:
            return f"strategy {condition.strategy}: {why_not}"
        if (cannot_read := limits(condition.model)) is None:
            return ""
        questions = (spec.task.draw(spec.params, *spec.draws.at(0)).prompt for spec in cell.arms)
        why_not = next(filter(None, map(cannot_read, questions)), "")
        return f"{condition.model} {CANNOT_READ}: {why_not}" if why_not else ""

    def _strategy_names(self, probe: Probe) -> tuple[str, ...]:
        names = self._settings.strategies(probe.strategies)
        return names[:1] if self._settings.certify else names


def _is_dialogue(spec: ArmSpec) -> bool:
    return spec.task.draw(spec.params, *spec.draws.at(0)).reply is not None


def _takes(task: Task, varied: FrozenJson) -> bool:
    """Return whether a task has what varies of its own parameters; what it does not have is at its default."""
    spaced = varied.get(f"{OF_TASK}spaced", False)
    return varied.get(f"{OF_TASK}wording", 0) < task.wordings and (not spaced or "spaced" in task.parameters)


def _probe_of(item: pytest.Item) -> Probe:
    """Return the `Probe` that `@probe` attached to the item.

    Raises:
        ProbeError: The item is not a probe, or has the marker but not from `@probe`.
    """
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        raise ProbeError(NOT_A_PROBE.format(item.nodeid))
    if len(marker.args) == 1 and isinstance(marker.args[0], Probe):
        return marker.args[0]
    raise ProbeError(f"{item.nodeid}: the marker `ood` is applied by @pytest_ood.probe(task, ...), not by itself")


def _shown(item: pytest.Function, error: ProbeError) -> str:
    """Return the error's message, followed by the author's frames if the task itself failed."""
    marker = item.get_closest_marker(MARKER)
    if marker is None or not marker.args or not isinstance(marker.args[0], Probe):
        return str(error)
    return "\n".join(filter(None, [str(error), author_lines(error, marker.args[0].task)]))
