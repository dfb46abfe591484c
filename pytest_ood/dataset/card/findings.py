"""The findings: one sentence, the verdicts of all cells, their curves, and the results of replayed failures."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.dataset.card.contents import Contents
from pytest_ood.dataset.card.markdown import count, inline, listed, row, table
from pytest_ood.report.published_figures import published_figures
from pytest_ood.report.sentences import gap_text, number
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]

_MOST_CELLS = 200
_MOST_MODELS = 3
_LONGEST_NAME, _LONGEST_PARAMS, _LONGEST_SENTENCE = 48, 48, 200
# Between a number and its bounds: a line is not broken there.
_NO_BREAK = "\N{NO-BREAK SPACE}"
_PLAIN_NAME = re.compile(r"test(?:_[A-Za-z0-9]{1,20}){1,8}", re.ASCII)
_READING = """- *robust*: the shift arm clears the bar; where a gap is shown all the same, the table says so.
- *brittle*: a gap is shown, and the shift arm misses the bar.
- *degraded*: a gap is shown; on which side of the bar the shift arm lies is open.
- *incapable*: the control arm misses the bar, and no gap is shown.
- *undecided*: none of these is shown, which is not a failure: more questions may decide it, unless another reason is
  given.

Each arm shows how many answers are right of those asked (`12/20`), with bounds on the accuracy. The gap is the
accuracy on control minus the accuracy on shift, with its bounds; the evidence for it is under `runs/`. Bounds count
every answer that could not be scored against the claim in question; how many these are in both arms stands next to
the verdict. A cell with the same result in several runs is shown once.

A run stops asking as soon as a cell is decided, which makes the share of right answers a biased estimate of the
accuracy. Each row of the data gives the rule that ended its cell in the field `stopping`; for tables of your own, use
`--ood-samples N`."""
_EARLIER = """An earlier version of pytest-ood judged some of these cells. It did not test the gap; *brittle* meant
that the control arm clears the bar and the shift arm misses it."""


def sentence(contents: Contents, runs: Sequence[Row]) -> str:
    """Return the findings in one sentence."""
    cells = _distinct(runs)
    verdicts = Counter(cell["verdict"] for _, cell in cells.values())
    # The worst first; the words come from the rows, so that the others need not be known here.
    worst = ("brittle", "degraded")

    def rank(verdict: str) -> tuple[int, int, str]:
        place = worst.index(verdict) if verdict in worst else len(worst)
        return place, -verdicts[verdict], verdict

    counts = [
        f"{verdicts[verdict]} {'is' if verdicts[verdict] == 1 else 'are'} {verdict}"
        for verdict in sorted(verdicts, key=rank)
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
    for (_, lure), count_of in contents.lures.items():
        if lure is not None:
            lures[lure] += count_of
    if not contents.failures:
        return "no answer was wrong" if contents.traces else ""
    if not lures:
        return f"0 of {count(contents.failures, 'wrong answer')} match a named shortcut"
    (lure, most), *_ = lures.most_common(1)
    match = "matches" if lures.total() == 1 else "match"
    return (
        f"{lures.total():,} of {count(contents.failures, 'wrong answer')} {match} a named shortcut, most often"
        f" {inline(lure, _LONGEST_NAME)} ({most:,})"
    )


def verdicts(runs: Sequence[Row]) -> Iterator[str]:
    """Yield the tables of the cells, one for each model, strategy and way of judging."""
    cells = _distinct(runs)
    if not cells:
        yield "No cell was judged."
        return
    yield _READING
    shown = list(itertools.islice(cells.values(), _MOST_CELLS))
    if any(cell["sampling"] is None for _, cell in shown):
        yield _EARLIER
    groups: dict[tuple[str, str, str], list[str]] = {}
    varied = _varied(cell for _, cell in shown)
    for run, cell in shown:
        groups.setdefault((cell["model"], cell["strategy"], _judged(run, cell)), []).append(_verdict_row(cell, varied))
    for (model, strategy, judged), rows in groups.items():
        yield f"{inline(model)}, strategy {inline(strategy)}, {judged}:"
        yield table(("probe", "moved", "control", "shift", "gap", "verdict"), rows)
    if len(cells) > len(shown):
        yield f"{count(len(cells) - len(shown), 'more cell')} can be found under `runs/`."


def _distinct(runs: Sequence[Row]) -> dict[str, tuple[Row, Row]]:
    """The cells of all runs, each with its run; one with the same result in several runs comes once."""
    cells: dict[str, tuple[Row, Row]] = {}
    for run in runs:
        for cell in run["cells"]:
            names = (
                "probe",
                "params",
                "control_params",
                "model",
                "strategy",
                "verdict",
                "sampling",
                "control",
                "shift",
            )
            cells.setdefault(canonical([cell[name] for name in names]), (run, cell))
    return cells


def _judged(run: Row, cell: Row) -> str:
    """How many questions a cell may have, and how often its claims are wrong."""
    sampling = cell["sampling"]
    if sampling is None:
        return (
            f"bar {run['bar']:g}, judged by an earlier version; each claim at the bar is wrong in at most"
            f" {100 * run['alpha']:g} % of runs"
        )
    if sampling["samples"] is None:
        draws = f"at most {count(sampling['max_samples'], 'question')} per arm"
    else:
        draws = f"{count(sampling['samples'], 'question')} per arm"
    return (
        f"bar {sampling['bar']:g}, {draws}; each claim at the bar is wrong in at most {100 * sampling['alpha']:g} % of"
        f" runs, each claim of a gap in at most {100 * sampling['gap_alpha']:g} %"
    )


def _verdict_row(cell: Row, varied: Mapping[str, Collection[str]]) -> str:
    """A row that fits into the column of the Hub, 860 pixels: short words, and numbers that are not torn apart."""
    probe, gap, verdict = cell["probe"], cell["gap"], cell["verdict"]
    if verdict == "undecided" and (reason := _reason(cell)):
        verdict += f": {reason}"
    elif verdict == "robust" and gap is not None and gap["shown"]:
        verdict += ", but a gap is shown"
    if unscored := sum(_unscored(arm) for arm in (cell["control"], cell["shift"]) if arm is not None):
        verdict += f", {unscored} unscored"
    shown = {name: value for name, value in cell["params"].items() if name in varied[probe]}
    return row(
        _in_words(probe.rpartition("::")[2] or probe),
        _moved(shown, cell["control_params"]),
        _arm(cell["control"]),
        _arm(cell["shift"]),
        "" if gap is None else gap_text(cell).replace(" ", _NO_BREAK),
        verdict,
    )


def _varied(cells: Iterable[Row]) -> dict[str, set[str]]:
    """The parameters of each probe that are not the same in all its arms; all of them if every one is."""
    values: dict[str, dict[str, set[str]]] = {}
    for cell in cells:
        of_probe = values.setdefault(cell["probe"], {})
        for params in (cell["params"], cell["control_params"]):
            for name, value in params.items():
                of_probe.setdefault(name, set()).add(canonical(value))
    return {
        probe: {name for name, several in of_probe.items() if len(several) > 1} or set(of_probe)
        for probe, of_probe in values.items()
    }


def _reason(cell: Row) -> str:
    """Why a cell is undecided: in a word, in the summary's words if it has none, and not at all in the usual case."""
    code = cell["reason_code"]
    if code is None:
        return inline(cell["reason"]) if cell["reason"] else ""
    return "" if code in ("too_few_draws", "unscored") else str(code)


def _in_words(probe: str) -> str:
    """``longer copies`` for ``test_longer_copies``, which a narrow column can break; another name as it stands."""
    return probe[5:].replace("_", " ") if _PLAIN_NAME.fullmatch(probe) else inline(probe, _LONGEST_NAME)


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
    return f"{arm['correct']}/{arm['n']}{_NO_BREAK}[{number(arm['low'])},{number(arm['high'])}]"


def _unscored(arm: Row) -> int:
    return int(arm["n"] - arm["correct"] - arm["wrong"])


def curves(runs: Sequence[Row]) -> Iterator[str]:
    """Yield the curves over sizes, a sentence each, if there are any."""
    lines = dict.fromkeys(_curve_line(curve) for run in runs for curve in run["curves"])
    if not lines:
        return
    yield "Over sizes:"
    yield "\n".join(itertools.islice(lines, _MOST_CELLS))
    if len(lines) > _MOST_CELLS:
        yield f"{count(len(lines) - _MOST_CELLS, 'more curve')} can be found under `runs/`."


def _curve_line(curve: Row) -> str:
    probe = inline(curve["probe"].rpartition("::")[2] or curve["probe"], _LONGEST_NAME)
    rest = f", {_moved(curve['params'], {})}" if curve["params"] else ""
    over = f"over {inline(curve['parameter'], _LONGEST_NAME)}{rest}"
    return f"- {probe} {over}, {inline(curve['model'], _LONGEST_NAME)}: {inline(curve['sentence'], _LONGEST_SENTENCE)}"


def from_print(runs: Sequence[Row]) -> Iterator[str]:
    """Yield what papers report about models on the same tasks, if they do."""
    lines = dict.fromkeys(
        f"- {inline(cell['task'], _LONGEST_NAME)}, {_moved(dict(figure.params), {})}: {figure}"
        f"{f' ({figure.condition})' if figure.condition else ''}. {figure.paper}"
        for _, cell in _distinct(runs).values()
        for figure in published_figures(cell["task"], cell["params"], cell["control_params"])
    )
    if not lines:
        return
    yield "From print, for comparison. Accuracies on control and shift, from other questions than those counted above:"
    yield "\n".join(lines)


def replays(runs: Sequence[Row]) -> Iterator[str]:
    """Yield the results of replayed failures, if there are any."""
    rows = dict.fromkeys(_replay_row(group) for run in runs for group in run.get("replay", ()))
    if not rows:
        return
    yield "## Published failures, asked again"
    yield (
        "Siblings are fresh cases of the same task and parameters. *Learned* means that they clear the bar, *memorised*"
        " that the model is right about published cases more often than about siblings (Fisher's exact test)."
    )
    shown = list(itertools.islice(rows, _MOST_CELLS))
    yield table(("task", "parameters", "model", "fixed", "siblings", "reading"), shown)
    if len(rows) > len(shown):
        yield f"{count(len(rows) - len(shown), 'more row')} can be found under `runs/`."


def _replay_row(group: Row) -> str:
    siblings = group["siblings"]
    unscored = _unscored(siblings) if siblings is not None else 0
    return row(
        inline(group["task"], _LONGEST_NAME),
        f"{_moved(group['params'], {})} {group['arm']}".strip(),
        inline(group["model"], _LONGEST_NAME),
        f"{group['fixed']} of {group['published']}",
        "none" if siblings is None else f"{_arm(siblings)}{f', {unscored} unscored' if unscored else ''}",
        group["reading"] if group["reason"] in (None, group["reading"]) else inline(group["reason"], _LONGEST_SENTENCE),
    )
