"""Rows of a summary, as tables get them."""

from typing import Any


def arm(correct: int = 21, n: int = 21, **values: Any) -> dict[str, Any]:
    """An arm's row; what is neither correct nor of another kind is wrong."""
    kinds = {kind: values.pop(kind, 0) for kind in ("unparsed", "truncated", "refused", "error")}
    wrong = n - correct - sum(kinds.values())
    accuracy = correct / (correct + wrong) if correct + wrong else None
    shown = {"accuracy": accuracy, "estimate": accuracy, "low": 0.81, "high": 1.0, "beats_chance": None}
    return {"n": n, "judged": n, "correct": correct, "wrong": wrong, **kinds, **shown, **values}


def gap(estimate: float = 0.0, low: float = -0.12, high: float = 0.12) -> dict[str, Any]:
    """A gap's row."""
    return {
        **{"estimate": estimate, "low": low, "high": high, "pairs": 21, "evidence": 1.0},
        **{"alpha": 0.01, "shown": low > 0},
    }


def row(size: Any = 2, **values: Any) -> dict[str, Any]:
    """A cell's row; of one arm if `shift` is None."""
    one = {
        **{"id": f"t.py::test_it[{size}]", "family": "spelling", "probe": "t.py::test_it", "task": "t.it"},
        **{"task_version": 1, "params": {"size": size}, "control_params": {"size": 1}, "size": "size"},
        **{"model": "m", "strategy": "direct", "condition": {"model": "m", "strategy": "direct", "shots": 0}},
        **{"sampling": {"bar": 0.8}, "verdict": "robust", "reason": "so", "reason_code": "so", "reason_arm": None},
        **{"control": arm(), "shift": arm(), "lures": {}},
        **values,
    }
    return {"gap": None if one["shift"] is None else gap(), **one}


def brittle(size: Any = 2, **values: Any) -> dict[str, Any]:
    """A cell that collapses: 5 of 7 wrong answers are those of a shortcut."""
    collapsed = {"shift": arm(0, 7), "gap": gap(0.85, 0.51, 0.97), "lures": {"copied": 5, "other": 2}}
    return row(size, **{"verdict": "brittle", **collapsed, **values})
