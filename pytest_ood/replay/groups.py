"""The failures of a dataset, asked again: what the next model fixed, and whether it learned that or memorised it.

A case is drawn anew from what names it (task, version, parameters, seed, draw), and the digest of its prompt compared
with the published one. Beside each group of cases with the same task and parameters stand its siblings: cases of a
seed that the dataset does not have. A dataset is somebody else's: no module is imported by a name that it gives.
"""

import functools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_ood import families
from pytest_ood.asking.conversation import STRATEGIES
from pytest_ood.asking.outcome import Arm, Cell, Outcome, Replay, Sampling
from pytest_ood.case import Case, Params, Task
from pytest_ood.dataset.folder import DatasetError, used_seeds
from pytest_ood.dataset.read import read_traces
from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Message
from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.printable import clipped

#: What a group comes to, best first.
READINGS = (
    "learned",
    "fixed, siblings undecided",
    "fixed, no siblings",
    "partly fixed",
    "memorised",
    "still",
    "not scored",
)
# A group that fixes more than its siblings foretell is not just lucky if chance does so less often than this.
LUCK = 0.05
_ROLES = {"system", "user", "assistant"}
# Longest parts of an id.
_LONGEST_TASK, _LONGEST_VALUE, _LONGEST_PARAMS = 80, 32, 120


@dataclass
class Published:
    """One failing case of the dataset: a trace of it, and what each model answered that failed it.

    why_not: why it can't be asked again; empty where it can.
    """

    trace: Trace
    given: dict[str, str] = field(default_factory=dict)
    why_not: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Its seed and draw."""
        return self.trace.seed, self.trace.draw


@dataclass
class Group:
    """The failing cases of a dataset that one task drew with the same parameters for the same arm and strategy.

    probe: the first that asked one of them.
    task: what draws them; `no_siblings` says why it is a stand-in that knows only the published cases.
    """

    probe: str
    family: str
    name: str
    version: int
    params: Params
    arm: ArmName
    strategy: str
    cases: dict[tuple[int, int], Published] = field(default_factory=dict)
    task: Task | None = None
    no_siblings: str = ""

    def find_task(self, tasks: Iterable[Task]) -> None:
        """Find what draws the cases among `tasks` and those of the package; without, take the cases as published."""
        bundled = families.find(self.name)
        found = [task for task in tasks if task.name == self.name] + ([bundled] if bundled else [])
        faults = []
        for task in _distinct(found):
            fault = self._fault_of(task)
            if not fault:
                self.task = task
                return
            faults.append(fault)
        self.no_siblings = faults[0] if faults else f"the task {_short(self.name)} is not installed"
        self.task = _stored(self)

    def _fault_of(self, task: Task) -> str:
        """Why the task is not the one that drew the cases."""
        name = _short(task.name)
        if task.version != self.version:
            return f"the task {name} is installed in version {task.version}, the cases are of version {self.version}"
        if self.strategy not in STRATEGIES:
            return f"the strategy {_short(self.strategy)} is not known here"
        why_not = {}
        for place, published in self.cases.items():
            try:
                case = task.draw(self.params, *place)
            except Exception as error:
                return f"the task {name} fails on seed {place[0]}, draw {place[1]}: {_short(repr(error))}"
            if digest(case.prompt) != published.trace.prompt_sha256:
                return f"the task {name} draws another prompt for seed {place[0]}, draw {place[1]}"
            if case.among is not None:
                why_not[place] = "it was judged together with the answers to other draws: only siblings can be asked"
        for place, why in why_not.items():
            self.cases[place].why_not = why
        return ""

    def cell(
        self, cell_id: str, model: str, cases: Sequence[Published], siblings: bool, seed: int, sampling: Sampling
    ) -> Cell | None:
        """What is asked of a model: these cases, and the siblings or none; None where that is nothing.

        seed: of the siblings.
        """
        assert self.task is not None
        published = tuple(case.place for case in cases if not case.why_not)
        siblings = siblings and not self.no_siblings
        if not published and not siblings:
            return None
        stored = {place: self.cases[place].trace.messages for place in published} if self.no_siblings else {}
        return Cell(
            cell_id,
            self.probe,
            self.task,
            self.params,
            self.params,
            model,
            self.strategy,
            sampling if siblings else replace(sampling, samples=0),
            Replay(self.arm, published, seed, stored),
        )

    @functools.cached_property
    def label(self) -> str:
        """The beginning of an id, up to the arm: readable, printable, and depending on nothing else in the dataset."""
        # A colon, since -k takes no equals sign.
        values = [f"{plain(name)}:{plain(_text(value))[:_LONGEST_VALUE]}" for name, value in self.params.items()]
        params = ",".join(values)[:_LONGEST_PARAMS]
        return f"{plain(self.name)[:_LONGEST_TASK]}[{params}{',' if params else ''}{self.arm}"

    def row(self, model: str, cases: Sequence[Published], outcome: Outcome | None) -> dict[str, Any]:
        """What became of these cases, for the summary (``schemas/summary.schema.json``): JSON types only."""
        published = Arm(Sampling()) if outcome is None else outcome.control
        siblings = outcome.shift if outcome is not None and outcome.shift.sampling.limit else None
        skipped = sum(bool(case.why_not) for case in cases)
        return {
            "probe": self.probe,
            "task": self.name,
            "task_version": self.version,
            "family": self.family,
            "params": dict(self.params),
            "arm": self.arm,
            "model": model,
            "strategy": self.strategy,
            "source_models": sorted({name for case in cases or self.cases.values() for name in case.given}),
            "published": len(cases),
            "fixed": published.correct,
            "still": published.wrong,
            "unscored": published.unscored,
            "skipped": skipped,
            "unasked": len(cases) - skipped - published.n,
            "siblings": None if siblings is None else siblings.row(),
            "verdict": outcome.verdict.value if outcome is not None and siblings is not None else None,
            "reading": reading(published, siblings),
            "note": self.no_siblings or next((case.why_not for case in cases if case.why_not), ""),
            "cost_usd": 0.0 if outcome is None else outcome.cost_usd,
        }


def read_groups(folder: Path) -> list[Group]:
    """The failing cases of a dataset by group, in the order in which it has them.

    Raises:
        DatasetError: a row is not what it should be, or there is none.
    """
    groups: dict[str, Group] = {}
    # Most turns are the same everywhere.
    turns: dict[tuple[str, str], Message] = {}
    for place, trace in read_traces(folder, "failures"):
        params = _params(place, trace)
        key = canonical([trace.task, trace.task_version, params, trace.arm, trace.strategy])
        if key not in groups:
            named = (trace.probe, trace.family, trace.task, trace.task_version)
            groups[key] = Group(*named, params, trace.arm, trace.strategy)
        # What the model said besides is not needed, and may be long.
        messages = [turns.setdefault((turn["role"], turn["content"]), turn) for turn in trace.messages]
        light = replace(trace, messages=messages, response="", reasoning=None, detail="{}")
        case = groups[key].cases.setdefault((trace.seed, trace.draw), Published(light))
        case.given.setdefault(trace.model, clipped(trace.answer_given or ""))
    if not groups:
        raise DatasetError("nothing to replay: the dataset has no failures")
    return list(groups.values())


def _params(place: str, trace: Trace) -> Params:
    try:
        params = json.loads(trace.params)
        canonical(params)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{place}: params: not a JSON object ({_short(str(error))})") from error
    if not isinstance(params, dict):
        raise DatasetError(f"{place}: params: not a JSON object")
    return params


def fresh_seed(folder: Path, least: int) -> int:
    """The least seed from `least` on that the dataset does not have."""
    used = used_seeds(folder)
    return next(seed for seed in range(least, least + len(used) + 1) if seed not in used)


# Tasks.


def _in_module(module: object) -> list[Task]:
    return [value for value in vars(module).values() if isinstance(value, Task)]


def beside(tasks: Iterable[Task]) -> list[Task]:
    """The tasks, and those that were defined in the same modules, which are imported already."""
    found = _distinct(tasks)
    modules = dict.fromkeys(task.function.__module__ for task in found)
    there = [sys.modules[name] for name in modules if name in sys.modules]
    return _distinct([*found, *(task for module in there for task in _in_module(module))])


def _distinct(tasks: Iterable[Task]) -> list[Task]:
    return list({id(task): task for task in tasks}.values())


@dataclass(frozen=True, eq=False)
class _Stored(Task):
    """Stands in for a task that is not there: knows the cases that it is given."""

    cases: Mapping[tuple[int, int], Case] = field(default_factory=dict)

    def draw(self, params: Params, seed: int, draw: int) -> Case:
        """The stored case."""
        del params
        return self.cases[seed, draw]


def _stored(group: Group) -> Task:
    """A stand-in for the group's task; says of each case that it can't stand in for why not."""
    cases = {}
    for place, published in group.cases.items():
        case = _stored_case(published.trace)
        if isinstance(case, str):
            published.why_not = f"{group.no_siblings}, and {case}"
        else:
            cases[place] = case
    return _Stored(_not_installed, group.name, group.family, {}, group.version, cases=cases)


def _not_installed() -> Case:
    raise NotImplementedError


def _stored_case(trace: Trace) -> Case | str:
    """The case as it was published, or why that is not enough to judge an answer."""
    turns, expected = trace.messages, " ".join(trace.answer_expected.split())
    if not trace.answer_unique:
        return "its expected answer is not the only right one"
    if turns[-1]["role"] != "user" or not {turn["role"] for turn in turns} <= _ROLES:
        return "its messages do not end in a question"
    # A strategy adds a paragraph to the prompt.
    prompt = turns[-1]["content"].rpartition("\n\n")[0]
    if digest(prompt) != trace.prompt_sha256 or re.search(r"\n\s*\n", trace.answer_expected):
        return "it is no single question with a single answer"
    return Case(prompt, trace.answer_expected, verify=lambda given: " ".join(given.split()) == expected)


# What it comes to.


def reading(published: Arm, siblings: Arm | None) -> str:
    """One of `READINGS`, from the published cases and their siblings."""
    if not published.correct:
        return "still" if published.wrong else "not scored"
    if siblings is None:
        return "fixed, no siblings"
    if siblings.decided == "clears":
        return "learned"
    if siblings.decided is None:
        return "fixed, siblings undecided"
    # Fixed in part is what a model does that is right half of the time: memorised are those only that it fixes more
    # often than the siblings foretell, every unscored answer counted against that.
    foretold = stats.at_least(published.correct, published.n, siblings.n - siblings.wrong, siblings.wrong)
    return "memorised" if foretold < LUCK else "partly fixed"


def told(case: Published, now: Trace | None, model: str) -> tuple[str, str]:
    """The word for what became of a case, and if it is not fixed the case in full, safe for a terminal."""
    if now is None:
        return "UNASKED", "not asked: the budget does not allow it"
    if now.outcome == "correct":
        return "FIXED", ""
    word = "STILL" if now.outcome == "wrong" else now.outcome.upper()
    shortcut = f" (the answer of the shortcut {_short(now.lure)})" if now.lure else ""
    given = now.response if now.answer_given is None else now.answer_given
    what = "wrong as before" if word == "STILL" else now.outcome
    lines = [
        f"{what}: {now.arm} seed {now.seed} draw {now.draw} of {_short(now.task)}{shortcut}",
        clipped(now.messages[-1]["content"]),
        f"--- {'answer' if now.answer_given is not None else 'response'} of {_short(model)}",
        clipped(given) or "(empty)",
    ]
    for name, before in case.given.items():
        lines += [f"--- published answer of {_short(name)}", before or "(empty)"]
    lines += ["--- expected" + ("" if now.answer_unique else ", one of several"), clipped(now.answer_expected)]
    if now.detail != "{}":
        lines += ["--- detail", clipped(now.detail)]
    return word, "\n".join(lines)


def told_of_siblings(outcome: Outcome) -> tuple[str, str]:
    """The verdict on the siblings as a word, and if they are not robust why."""
    word = outcome.verdict.value.upper()
    if outcome.robust:
        return word, ""
    lines = [f"{outcome.verdict.value}: {outcome.reason}", f"siblings {outcome.shift}"]
    failing = next((trace for trace in outcome.shift.each_trace() if trace.outcome != "correct"), None)
    if failing is not None:
        _, case = told(Published(failing), failing, outcome.cell.model)
        lines += ["", case.replace("wrong as before", "wrong", 1)]
    return word, "\n".join(lines)


# Names.


def plain(text: str) -> str:
    """What an id may hold: letters, digits and signs that neither a terminal nor pytest takes for something else."""
    return re.sub(r"[^A-Za-z0-9._,=+*<>^&|!%()@#~-]", "_", text)


def _text(value: object) -> str:
    return value if isinstance(value, str) else canonical(value)


def _short(text: str) -> str:
    return clipped(text.replace("\n", " "), 200).replace("\n", " ")


def unique(names: Iterable[str]) -> Iterator[str]:
    """The names in their order; one that was there before gets a number."""
    seen: Counter[str] = Counter()
    taken = set()
    for name in names:
        fresh = name
        while fresh in taken:
            seen[name] += 1
            fresh = f"{name}~{seen[name] + 1}"
        taken.add(fresh)
        yield fresh
