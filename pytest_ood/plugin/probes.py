"""Turn a probe and its parameters into a cell, and report what is wrong with them before anything is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.making import CellError, Place, build_cell
from pytest_ood.errors import OodError
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.settings import Settings
from pytest_ood.tasks import Params, Task


class ProbeError(OodError):
    """A probe does not fit its task; the message names the probe, the argument, the value and the fix."""


@dataclass(frozen=True)
class Probe:
    """The argument of the marker `ood`; None leaves a value to the options."""

    task: Task
    _: KW_ONLY
    control: Mapping[str, Any] | None = None
    bar: float | None = None
    samples: int | None = None
    max_samples: int | None = None
    strategies: Sequence[str] | None = None
    size: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.task, Task):
            raise TypeError(
                f"@probe needs a task, not {self.task!r}: put @task(control=...) on the function"
                " (rng, **params) -> Case and write @probe(that_function)"
            )
        if not isinstance(self.control, Mapping | None):
            raise TypeError(f"@probe needs control as a dict of the task's arguments, not {self.control!r}")


def make_cell(
    node_id: str,
    probe: Probe,
    params: Params,
    settings: Settings,
    model: str,
    strategy: str | None,
    varied: Mapping[str, Any],
    shots: int,
) -> Cell:
    """Return the cell of one probe item.

    Args:
        node_id: the item's.
        probe: what `@probe` says.
        params: the parameters of the task in the shift arm.
        settings: those of the session.
        model: the name of the model.
        strategy: the name of the strategy; None if the probe has only one.
        varied: the arguments that vary, with their values in this cell.
        shots: how many solved examples precede each question.

    Raises:
        ProbeError: a parameter or a setting of the probe is invalid; the message begins with the node id.
    """
    try:
        sampling = settings.sampling(bar=probe.bar, samples=probe.samples, max_samples=probe.max_samples)
        condition = settings.condition(model, strategy or settings.strategies(probe.strategies)[0], varied, shots)
        place = Place(node_id, node_id.partition("[")[0])
        return build_cell(place, probe.task, params, probe.control, condition, sampling, settings.seed, probe.size)
    except (CellError, SettingsError) as error:
        raise ProbeError(f"{node_id}: {error}") from error
