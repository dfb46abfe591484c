"""The findings: one sentence, the verdicts of all cells, and the results of replayed failures."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.dataset.card.contents import Contents
from pytest_ood.dataset.card.markdown import count, inline, listed, row, table
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]

_MOST_CELLS = 200
_MOST_MODELS = 3
_LONGEST_NAME, _LONGEST_PARAMS = 48, 48
_READING = """- *robust*: the shift arm clears the bar.
- *brittle*: the control arm clears the bar and the shift arm misses it.
- *incapable*: the control arm already misses the bar.
- *undecided*: none of these could be shown.

Accuracies are followed by 95 % bounds and the number of questions. The bounds count every answer that could not be
scored as wrong (low) and as right (high). A cell with the same result in several runs is shown once."""


def sentence(contents: Contents, runs: Sequence[Row]) -> str:
    """Return the findings in one sentence."""
    cells = _distinct(runs)
    verdicts = Counter(cell["verdict"] for _, cell in cells.values())
    # The worst first; the words come from the rows, so that none of them needs to be known here.
    counts = [
        f"{number} {'is' if number == 1 else 'are'} {verdict}"
        for verdict, number in sorted(verdicts.items(), key=lambda item: (item[0] != "brittle", -item[1], item[0]))
    ]
    failures = _of_failures(contents)
    if not cells:
        return f"**{(failures or 'nothing was asked').capitalize()}.**"
    models = list(dict.fromkeys(inline(cell["model"], _LONGEST_NAME) for _, cell in cells.values()))
    shown = models if len(models) <= _MOST_MODELS else [*models[: _MOST_MODELS - 1], f"{len(models) - 2} more models"]
    result = f"Of {count(len(cells), 'cell')} asked of {listed(shown)}, {listed(counts)}"
    return f"**{'; '.join(filter(None, [result, failures]))}.**"


def _of_failures(contents: Contents) -> str:
    lures = Counter[str]()
    for (_, lure), number in contents.lures.items():
        if lure is not None:
            lures[lure] += number
    if not contents.failures:
        return "no answer was wrong" if contents.traces else ""
    if not lures:
        return f"0 of {count(contents.failures, 'wrong answer')} match a named shortcut"
    (lure, number), *_ = lures.most_common(1)
    match = "matches" if lures.total() == 1 else "match"
    return (
        f"{lures.total():,} of {count(contents.failures, 'wrong answer')} {match} a named shortcut, most often"
        f" {inline(lure, _LONGEST_NAME)} ({number:,})"
    )


def verdicts(runs: Sequence[Row]) -> Iterator[str]:
    """Yield the tables of the cells, one for each model, strategy and bar."""
    cells = _distinct(runs)
    if not cells:
        yield "No cell was judged."
        return
    yield _READING
    shown = list(itertools.islice(cells.values(), _MOST_CELLS))
    groups: dict[tuple[str, str, float], list[str]] = {}
    for bar, cell in shown:
        groups.setdefault((cell["model"], cell["strategy"], bar), []).append(_verdict_row(cell))
    for (model, strategy, bar), rows in groups.items():
        yield f"{inline(model)}, strategy {inline(strategy)}, bar {bar:g}:"
        yield table(("probe", "moved", "control", "shift", "verdict"), rows)
    if len(cells) > len(shown):
        yield f"{count(len(cells) - len(shown), 'more cell')} can be found under `runs/`."


def _distinct(runs: Sequence[Row]) -> dict[str, tuple[float, Row]]:
    """The cells of all runs with their bars; one with the same result in several runs comes once."""
    cells: dict[str, tuple[float, Row]] = {}
    for run in runs:
        for cell in run["cells"]:
            values = [cell[name] for name in ("probe", "params", "control_params", "model", "strategy", "verdict")]
            cells.setdefault(canonical([*values, cell["control"], cell["shift"]]), (run["bar"], cell))
    return cells


def _verdict_row(cell: Row) -> str:
    reason = f", {inline(cell['reason'])}" if cell["verdict"] == "undecided" and cell["reason"] else ""
    probe = cell["probe"].rpartition("::")[2] or cell["probe"]
    return row(
        inline(probe, _LONGEST_NAME),
        _moved(cell["params"], cell["control_params"]),
        _arm(cell["control"]),
        _arm(cell["shift"]),
        f"{cell['verdict']}{reason}",
    )


def _moved(params: Row, control: Row) -> str:
    """The parameters; those that differ from the control's come first."""
    names = sorted(params, key=lambda name: name in control and control[name] == params[name])
    values = [f"{name}={params[name] if isinstance(params[name], str) else canonical(params[name])}" for name in names]
    return inline(", ".join(values), _LONGEST_PARAMS) if values else ""


def _arm(arm: Row | None) -> str:
    if arm is None:
        return ""
    if not arm["n"]:
        return "not asked"
    unscored = arm["n"] - arm["correct"] - arm["wrong"]
    accuracy = "unknown" if arm["accuracy"] is None else f"{arm['accuracy']:.2f}"
    bounds = f"{accuracy} [{arm['low']:.2f}, {arm['high']:.2f}] of {arm['n']}"
    return f"{bounds}, {unscored} unscored" if unscored else bounds


def replays(runs: Sequence[Row]) -> Iterator[str]:
    """Yield the results of replayed failures, if there are any."""
    rows = dict.fromkeys(_replay_row(group) for run in runs for group in run.get("replay", ()))
    if not rows:
        return
    yield "## Published failures, asked again"
    yield "Siblings are fresh cases of the same task and parameters."
    shown = list(itertools.islice(rows, _MOST_CELLS))
    yield table(("task", "parameters", "model", "fixed", "siblings", "reading"), shown)
    if len(rows) > len(shown):
        yield f"{count(len(rows) - len(shown), 'more row')} can be found under `runs/`."


def _replay_row(group: Row) -> str:
    return row(
        inline(group["task"], _LONGEST_NAME),
        f"{_moved(group['params'], {})} {group['arm']}".strip(),
        inline(group["model"], _LONGEST_NAME),
        f"{group['fixed']} of {group['published']}",
        "none" if group["siblings"] is None else _arm(group["siblings"]),
        group["reading"],
    )
