"""The failures of a dataset, to be asked again: what did the next model fix, and did it learn that or memorise it?

A case is drawn again from its task, version, parameters, seed and draw, and the digest of its prompt is compared with
the published one. Each group of cases with the same task and parameters has siblings (`siblings`). Both are asked in
cells of one arm, like any other, and each has a fixed number of draws.
"""

import functools
import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_ood import families
from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.strategies import BUNDLED
from pytest_ood.dataset.elsewhere import why_not_run
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.read import read_traces
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Message
from pytest_ood.replay.names import plain, short
from pytest_ood.replay.published import Place, Published, listed_draws, stand_in
from pytest_ood.replay.reading import p_value, reading, reason
from pytest_ood.replay.siblings import find_siblings
from pytest_ood.replay.tasks import distinct
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.frozen import FrozenJson
from pytest_ood.text.printable import clipped

# Longest parts of an id.
_LONGEST_TASK, _LONGEST_VALUE, _LONGEST_PARAMS = 80, 32, 120


@dataclass
class Group:
    """The failing cases of a dataset that one task drew with the same parameters for the same arm and strategy.

    Attributes:
        probe: the first probe that asked one of them.
        task: the task that draws them, or a stand-in that knows only the published cases.
        siblings: the draws of its fresh siblings; None before `find_siblings`, and if there are none.
        no_siblings: why there are no fresh siblings: the task is a stand-in, or it has no further cases.
    """

    probe: str
    family: str
    name: str
    version: int
    params: Params
    arm: ArmName
    strategy: str
    cases: dict[Place, Published] = field(default_factory=dict)
    task: Task | None = None
    siblings: Draws | None = None
    no_siblings: str = ""

    def find_task(self, tasks: Iterable[Task], packaged: Callable[[], Iterable[Task]] = list) -> None:
        """Find the task that drew the cases; without it, the cases are asked as they were published.

        Args:
            tasks: the tasks to try first; the bundled tasks come next.
            packaged: loads the tasks of other installed packages; called only if no other task draws the cases.
        """
        faults = []
        for task in self._candidates(tasks, packaged):
            fault = self._fault_of(task)
            if not fault:
                self.task = task
                if task.cases is not None:
                    self.no_siblings = f"the task {short(task.name)} has {task.cases} cases and no fresh ones"
                return
            faults.append(fault)
        self.no_siblings = faults[0] if faults else f"the task {short(self.name)} is not installed"
        self.task = stand_in(self.name, self.family, self.version, self.cases, self.no_siblings)

    def _candidates(self, tasks: Iterable[Task], packaged: Callable[[], Iterable[Task]]) -> Iterator[Task]:
        bundled = families.find(self.name)
        candidates = [*tasks, *([] if bundled is None else [bundled])]
        here = distinct(task for task in candidates if task.name == self.name)
        yield from here
        known = set(map(id, here))
        yield from (task for task in packaged() if task.name == self.name and id(task) not in known)

    def _fault_of(self, task: Task) -> str:
        """Why the task is not the one that drew the cases."""
        name = short(task.name)
        if task.version != self.version:
            return f"the task {name} is installed in version {task.version}, the cases are of version {self.version}"
        if self.strategy not in BUNDLED:
            return f"the strategy {short(self.strategy)} is not known here"
        if why := why_not_run(task, self.params, next(iter(self.cases))):
            return f"the task {name} is not run on parameters of a dataset: {short(why)}"
        why_not = {}
        for place, published in self.cases.items():
            try:
                case = task.draw(self.params, *place)
            except Exception as error:
                return f"the task {name} fails on seed {place[0]}, draw {place[1]}: {short(repr(error))}"
            if digest(case.prompt) != published.trace.prompt_sha256:
                return f"the task {name} draws another prompt for seed {place[0]}, draw {place[1]}"
            if case.among is not None:
                why_not[place] = "it was judged together with the answers to other draws: only siblings can be asked"
        for place, why in why_not.items():
            self.cases[place].why_not = why
        return ""

    def find_siblings(self, seed: int, published: Container[str]) -> None:
        """Find fresh siblings, if there are any and they are not known yet.

        Args:
            seed: a seed that is not in the dataset.
            published: the digests of the task's prompts in the dataset.
        """
        if self.task is None or self.siblings is not None or self.no_siblings:
            return
        found = find_siblings(self.task, self.params, seed, published)
        if isinstance(found, Draws):
            self.siblings = found
        else:
            self.no_siblings = found

    def published_cell(
        self, cell_id: str, condition: Condition, cases: Sequence[Published], sampling: Sampling
    ) -> Cell | None:
        """Return the cell that asks these published cases, each once; None if none of them can be asked."""
        askable = {case.place: case for case in cases if not case.why_not}
        if not askable:
            return None
        assert self.task is not None
        draws = listed_draws(askable, self.task)
        return self._cell(cell_id, condition, draws, sampling)

    def siblings_cell(self, cell_id: str, condition: Condition, sampling: Sampling) -> Cell | None:
        """Return the cell that asks the siblings; None if there are none, or none that `find_siblings` has found."""
        return None if self.siblings is None else self._cell(cell_id, condition, self.siblings, sampling)

    def _cell(self, cell_id: str, condition: Condition, draws: Draws, sampling: Sampling) -> Cell:
        """Return a cell of one arm, which asks each of the listed draws once."""
        assert self.task is not None
        assert draws.places is not None
        how = replace(condition, strategy=self.strategy)
        each_once = replace(sampling, samples=len(draws.places))
        return Cell(cell_id, self.probe, ArmSpec(self.task, FrozenJson(self.params), self.arm, how, draws, each_once))

    @functools.cached_property
    def label(self) -> str:
        """The beginning of an id, up to the arm: readable, printable and independent of the rest of the dataset."""
        # A colon, since -k takes no equals sign.
        values = [f"{plain(name)}:{plain(_text(value))[:_LONGEST_VALUE]}" for name, value in self.params.items()]
        params = ",".join(values)[:_LONGEST_PARAMS]
        return f"{plain(self.name)[:_LONGEST_TASK]}[{params}{',' if params else ''}{self.arm}"

    def row(
        self, model: str, cases: Sequence[Published], published: Outcome | None, siblings: Outcome | None
    ) -> dict[str, Any]:
        """Return the group's row of the summary (``schemas/summary.schema.json``): JSON types only."""
        answered = Arm(Sampling()) if published is None else published.control
        fresh = None if siblings is None else siblings.control
        skipped = sum(bool(case.why_not) for case in cases)
        costs = [outcome.cost_usd for outcome in (published, siblings) if outcome is not None]
        read, note = reading(answered, fresh), self.no_siblings
        chance = p_value(answered, fresh)
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
            "fixed": answered.correct,
            "still": answered.wrong,
            "unscored": answered.unscored,
            "skipped": skipped,
            "unasked": len(cases) - skipped - answered.n,
            "siblings": None if fresh is None or siblings is None else fresh.row(siblings.estimates.control),
            "verdict": None if siblings is None else siblings.verdict.value,
            "reading": read,
            "reason": reason(read, still=answered.wrong, published=len(cases), p_value=chance, no_siblings=note),
            "p_value": chance,
            "note": note or next((case.why_not for case in cases if case.why_not), ""),
            "cost_usd": None if None in costs else sum(filter(None, costs)),
        }


def read_groups(folder: Path) -> list[Group]:
    """Return the failing cases of a dataset by group, in the order of the dataset.

    Raises:
        DatasetError: a row is invalid, or the dataset has no failures.
    """
    groups: dict[str, Group] = {}
    # Most turns are the same in all traces: keep one copy of each.
    turns: dict[tuple[str, str], Message] = {}
    for place, trace in read_traces(folder, "failures"):
        params = _params(place, trace)
        key = canonical([trace.task, trace.task_version, params, trace.arm, trace.strategy])
        if key not in groups:
            names = (trace.probe, trace.family, trace.task, trace.task_version)
            groups[key] = Group(*names, params, trace.arm, trace.strategy)
        # The rest of the response is not needed, and may be long.
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
        raise DatasetError(f"{place}: params: not a JSON object ({short(str(error))})") from error
    if not isinstance(params, dict):
        raise DatasetError(f"{place}: params: not a JSON object")
    return params


def _text(value: object) -> str:
    return value if isinstance(value, str) else canonical(value)
