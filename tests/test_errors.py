"""One tree of errors, drawn in the docstring of its module."""

import importlib
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_ood
from pytest_ood import errors
from pytest_ood.certify.arms import CheckAborted, Finding
from pytest_ood.dataset.hub import HubError
from pytest_ood.dataset.schema import SchemaError
from pytest_ood.errors import CaseError, OodError, Origin, TaskError
from pytest_ood.models.base import CallFailed, RateLimited, TryAgain
from pytest_ood.rows import RowFault, RowsError

HOUSE = Path(pytest_ood.__file__).parent
# The first fails the test of a replayed case, as an assertion would; the second is a warning.
NOT_RAISED_FOR_CALLERS = {"NotFixed", "BrokenEntryPoint"}


def exceptions() -> Iterator[type[BaseException]]:
    """Return every exception class of the package."""
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        # What builds on another tool can be imported only there.
        if parts[0] in ("probes", "schemas") or "peers" in parts:
            continue
        module = importlib.import_module(".".join(("pytest_ood", *parts)).removesuffix(".__init__"))
        for thing in vars(module).values():
            if inspect.isclass(thing) and issubclass(thing, BaseException) and thing.__module__ == module.__name__:
                yield thing


def test_every_exception_is_in_the_tree_and_drawn_there() -> None:
    """Under its base, one step further in."""
    drawn: dict[str, str] = {}
    above: dict[int, str] = {}
    for indent, name in re.findall(r"^    ( *)(?:\+ )?(\w+)(?: .*)?$", errors.__doc__ or "", re.M):
        drawn[name] = above.get(len(indent) - 2, "Exception")
        above[len(indent)] = name
    made = {kind.__name__: kind.__bases__[0].__name__ for kind in exceptions()}
    for name in NOT_RAISED_FOR_CALLERS:
        del made[name]
    assert len(made) > 10
    assert drawn == made


@pytest.mark.parametrize(
    "error",
    [
        OodError("no", fix="yes"),
        TaskError("no", task="spell"),
        CaseError("no", field="answer", origin=Origin("spell", {"size": 2}, 0, 1), fix="yes"),
        TryAgain("busy", after=2.5),
        RateLimited("busy", after=2.5),
        CallFailed("HTTP 400", refused=True),
        SchemaError("bad", "prompt", 3),
        HubError("down"),
        CheckAborted(Finding("no")),
        RowsError("rows.csv", RowFault("is empty", "leave the row out", "line 2", "answer")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_can_come_from_another_process(error: OodError) -> None:
    """With everything that it carries."""
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_the_fix_is_part_of_the_message() -> None:
    """And can be had by itself."""
    error = OodError("--ood-strategy tot: unknown strategy", fix="choose from direct, cot")
    assert str(error) == "--ood-strategy tot: unknown strategy; choose from direct, cot"
    assert error.fix == "choose from direct, cot"
    assert str(OodError("no")) == "no"


def test_an_error_of_a_case_names_the_draw() -> None:
    """Where the place is known; the problem by itself is there for those who name it themselves."""
    error = CaseError("answer=5", field="answer", fix="write str(...)")
    assert str(error) == error.problem == "answer=5; write str(...)"
    error.locate(Origin("clocks.later", {"hours": 20, "day": "x"}, 0, 3))
    assert str(error) == f"task clocks.later(hours=20, day='x'), seed 0, draw 3: {error.problem}"
    assert error.task == "clocks.later"
