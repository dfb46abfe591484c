"""pytest-ood: does the model reason one step outside what it has seen, or does it interpolate?"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pytest_ood.api import Curve, measure, measure_curve
    from pytest_ood.asking.outcome import Outcome
    from pytest_ood.asking.strategies import Ask, Asked, Done, Strategy
    from pytest_ood.case import Case
    from pytest_ood.dataset.read import load_failures
    from pytest_ood.dialogue import Dialogue
    from pytest_ood.errors import OodError
    from pytest_ood.evidence.arm import Arm
    from pytest_ood.evidence.trace import Trace
    from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
    from pytest_ood.models.request import Answer, Message, Request
    from pytest_ood.plugin.decorator import probe
    from pytest_ood.rows.pairs import pairs_task
    from pytest_ood.tasks import Task, task
    from pytest_ood.verify import Check

_HOMES = {
    "Answer": "models.request",
    "Arm": "evidence.arm",
    "Ask": "asking.strategies",
    "Asked": "asking.strategies",
    "CallFailed": "models.base",
    "Case": "case",
    "Check": "verify",
    "Curve": "api",
    "Dialogue": "dialogue",
    "Done": "asking.strategies",
    "Message": "models.request",
    "Model": "models.base",
    "ModelError": "models.base",
    "OodError": "errors",
    "Outcome": "asking.outcome",
    "Request": "models.request",
    "Strategy": "asking.strategies",
    "Task": "tasks",
    "Trace": "evidence.trace",
    "TryAgain": "models.base",
    "load_failures": "dataset.read",
    "measure": "api",
    "measure_curve": "api",
    "pairs_task": "rows.pairs",
    "probe": "plugin.decorator",
    "task": "tasks",
}
__all__ = [
    "Answer",
    "Arm",
    "Ask",
    "Asked",
    "CallFailed",
    "Case",
    "Check",
    "Curve",
    "Dialogue",
    "Done",
    "Message",
    "Model",
    "ModelError",
    "OodError",
    "Outcome",
    "Request",
    "Strategy",
    "Task",
    "Trace",
    "TryAgain",
    "__version__",
    "load_failures",
    "measure",
    "measure_curve",
    "pairs_task",
    "probe",
    "task",
]


def __getattr__(name: str) -> Any:
    # Imported on first use: pytest loads this package in every session, even in those without probes.
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
