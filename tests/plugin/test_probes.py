"""From a probe and its parameters to a cell, without pytest."""

from typing import Any

import numpy as np
import pytest

from pytest_ood.asking.cell import Cell
from pytest_ood.case import Case
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.plugin.probes import Probe, ProbeError, make_cell
from pytest_ood.plugin.settings import Settings
from pytest_ood.tasks import task


@task(control={"size": 1}, family="cells")
def sized(rng: np.random.Generator, size: Any, mark: Any = ".") -> Case:
    """A case that shows its parameters."""
    if size == "broken":
        raise ValueError("size is broken")
    return Case(f"{size}{mark}", str(rng.integers(100)))


@task(control={}, family="cells")
def anything(rng: np.random.Generator, **params: Any) -> Case:
    """A task that takes what it is given."""
    return Case(str(params), str(rng.integers(100)))


def make(params: dict[str, Any], probe: Probe | None = None, settings: Settings | None = None) -> Cell:
    """A cell of `sized` unless the probe names another task."""
    return make_cell("f.py::test[x]", probe or Probe(sized), params, settings or Settings(), "m", None, {}, 0)


def test_a_cell_has_both_arms() -> None:
    """The control's parameters replace those of the same name."""
    cell = make({"size": 5, "mark": "!"})
    assert (cell.params, cell.control.params) == ({"size": 5, "mark": "!"}, {"size": 1, "mark": "!"})
    assert [(arm.name, arm.params["size"]) for arm in cell.arms] == [("control", 1), ("shift", 5)]


def test_the_own_value_of_the_control_is_a_cell_of_one_arm() -> None:
    """It is the control point of the curve."""
    cell = make({"size": 1})
    assert cell.shift is None
    assert (cell.control.name, cell.params) == ("control", {"size": 1})


def test_a_cell_is_a_value() -> None:
    """Made twice it is the same; it can be hashed, and says what it asks by a key that leaves out how far."""
    one, same, further = make({"size": 5}), make({"size": 5}), make({"size": 5}, Probe(sized, samples=7))
    assert (one, hash(one)) == (same, hash(same))
    assert one != further
    assert one.control.questions_key == further.control.questions_key
    assert one.control.questions_key != make({"size": 5}, settings=Settings(seed=1)).control.questions_key


def test_a_cell_knows_its_probe() -> None:
    """The id without the parameters, whatever is in them."""
    cell = make_cell(
        "f.py::Test::test[a[b]::c]", Probe(sized), {"size": 2}, Settings(), "m", "cot", {"effort": "low"}, 4
    )
    assert (dict(cell.condition.args), cell.condition.shots) == ({"effort": "low"}, 4)
    assert (cell.id, cell.probe, cell.condition.model, cell.condition.strategy) == (
        "f.py::Test::test[a[b]::c]",
        "f.py::Test::test",
        "m",
        "cot",
    )


def test_the_probe_may_name_another_control() -> None:
    """It replaces the task's whole."""
    cell = make({"size": 5, "mark": "!"}, Probe(sized, control={"mark": ""}))
    assert cell.control.params == {"size": 5, "mark": ""}


def test_settings_of_the_probe_reach_the_cell() -> None:
    """Bar and numbers of draws; and a lone strategy is the cell's."""
    cell = make({"size": 2}, Probe(sized, bar=0.6, samples=7, strategies=["cot"]))
    assert (cell.control.sampling, cell.condition.strategy) == (Sampling(0.6, 7), "cot")


def test_parameters_are_as_they_come_back_from_a_dataset() -> None:
    """A tuple is a list there, so that a replay draws the same case."""
    assert make({"size": (1, 2)}).params == {"size": [1, 2]}


def test_a_task_that_takes_anything_takes_any_name() -> None:
    """As its signature says."""
    assert make({"whatever": 2}, Probe(anything, control={"whatever": 1})).params == {"whatever": 2}


@pytest.mark.parametrize(
    ("params", "probe", "output"),
    [
        ({"size": 2, "pace": 3}, Probe(sized), r"the probe gives pace=3, which the task test_probes.sized does not"),
        ({"size": 2}, Probe(sized, control={"pace": 3}), r"control names pace=3"),
        ({}, Probe(sized, control={"mark": ""}), r"the task test_probes.sized needs size: it is sized\(rng"),
        ({"size": object}, Probe(sized), r"size=<class 'object'> cannot be written as JSON"),
        ({"size": np.int64(3)}, Probe(sized), r"size=.* cannot be written as JSON"),
        (
            {"size": "broken"},
            Probe(sized),
            r"the task test_probes.sized fails on size='broken': ValueError",
        ),
        ({"size": 2}, Probe(sized, bar=1), r"@probe bar=1: "),
        ({"size": 2}, Probe(sized, max_samples=1), r"@probe max_samples=1: "),
        ({"size": 2}, Probe(sized, strategies=[3]), r"@probe strategy=\[3\]: "),
    ],
)
def test_what_cannot_be_is_reported_with_the_test(params: dict[str, Any], probe: Probe, output: str) -> None:
    """Node id first, then the argument, its value and the fix."""
    with pytest.raises(ProbeError, match=rf"^f\.py::test\[x\]: {output}"):
        make(params, probe)


def test_a_control_twin_that_fails_is_found() -> None:
    """Both arms are drawn once."""
    with pytest.raises(ProbeError, match="fails on size='broken'"):
        make({"size": 2}, Probe(sized, control={"size": "broken"}))


@pytest.mark.parametrize("wrong", [len, "operators.arithmetic", None])
def test_a_probe_needs_a_task(wrong: Any) -> None:
    """A plain function is told what to put on it."""
    with pytest.raises(TypeError, match=r"@probe needs a task, not .*: put @task\(control=...\) on the function"):
        Probe(wrong)


def test_a_probe_needs_its_control_by_name() -> None:
    """A list of names is not a control."""
    with pytest.raises(TypeError, match=r"@probe needs control as a dict of the task's arguments, not \['size'\]"):
        Probe(sized, control=["size"])  # type: ignore[arg-type]
