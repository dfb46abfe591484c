"""A replay in a report: what became of published failures, and the answers to them."""

from collections.abc import Sequence

from pytest_ood.report.figures.figure import score
from pytest_ood.report.html.packing import PackedCell, cell_key
from pytest_ood.report.source import Row
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import counted, short_line

_LONGEST_PARAMS = 60


def replay_headline(groups: Sequence[Row]) -> str:
    """Return ``Of 33 published failures asked again of gpt-4o, 22 are FIXED and 11 STILL wrong.``"""
    published, fixed, still = (sum(group[name] for group in groups) for name in ("published", "fixed", "still"))
    models = ", ".join(dict.fromkeys(short_line(group["model"]) for group in groups))
    rest = published - fixed - still
    other = f"; {rest:,} could not be asked or scored" if rest else ""
    failures = counted(published, "published failure")
    return f"Of {failures} asked again of {models}, {fixed:,} are FIXED and {still:,} STILL wrong{other}."


def replay_row(group: Row) -> dict[str, str]:
    """Return a group as a row of a table."""
    return {
        "task": short_line(group["task"]),
        "params": _params(group),
        "model": short_line(group["model"]),
        "fixed": f"{group['fixed']} of {group['published']}",
        "siblings": score(group["siblings"]),
        "reading": short_line(group["reason"] or group["reading"]),
    }


def replayed_cell(place: int, source: int, group: Row, probe: int, condition: int) -> PackedCell:
    """Return a group as a cell whose answers are shown.

    Args:
        place: its number among the cells.
        source: the number of the run.
        group: the row of the summary.
        probe: the number of its probe.
        condition: the number of its condition.
    """
    row = {**group, "condition": None, "control_params": None, "shift": {}}
    entry = {
        **{"probe": probe, "condition": condition, "size": _params(group), "verdict": "", "word": ""},
        **{"arms": 1, "curve": "replays", "command": ""},
    }
    return PackedCell(place, cell_key(source, row), entry, group["arm"])


def _params(group: Row) -> str:
    params = " ".join(
        f"{name}={value if isinstance(value, str) else canonical(value)}" for name, value in group["params"].items()
    )
    return short_line(f"{params} {group['arm']}".strip())[:_LONGEST_PARAMS]
