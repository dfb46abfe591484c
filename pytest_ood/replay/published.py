"""Published failing cases, and a stand-in for the task of those that cannot be drawn again."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_ood.asking.cell import Draws
from pytest_ood.case import Case
from pytest_ood.evidence.trace import Trace
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import digest

_ROLES = {"system", "user", "assistant"}
Place = tuple[int, int]


@dataclass
class Published:
    """One failing case of the dataset.

    Attributes:
        trace: a trace of it.
        given: the answer of each model that failed it, by model.
        why_not: why it cannot be asked again; empty if it can.
    """

    trace: Trace
    given: dict[str, str] = field(default_factory=dict)
    why_not: str = ""

    @property
    def place(self) -> Place:
        """Its seed and draw."""
        return self.trace.seed, self.trace.draw


@dataclass(frozen=True, eq=False)
class StandIn(Task):
    """Replaces a task that is not installed or draws different cases here; knows only the published cases."""

    published: Mapping[Place, Case] = field(default_factory=dict)

    def make(self, params: Params, seed: int, draw: int) -> Case:
        """Return the published case."""
        del params
        return self.published[seed, draw]


def stand_in(name: str, family: str, version: int, published: Mapping[Place, Published], why: str) -> StandIn:
    """Make a stand-in for the task of published cases, and set `why_not` on each case that cannot be asked.

    Args:
        name: the name of the task.
        family: its family.
        version: its version.
        published: the cases, by seed and draw.
        why: why the task itself cannot draw them.
    """
    cases = {}
    for place, one in published.items():
        case = _case(one.trace)
        if isinstance(case, str):
            one.why_not = f"{why}, and {case}"
        else:
            cases[place] = case
    return StandIn(_not_installed, name, family, {}, version, published=cases)


def listed_draws(published: Mapping[Place, Published], task: Task) -> Draws:
    """Return published cases as draws; those of a stand-in begin with the messages they were published with."""
    begun = [json.dumps(list(one.trace.messages)) for one in published.values()] if isinstance(task, StandIn) else []
    return Draws(places=tuple(published), begun=tuple(begun))


def _not_installed() -> Case:
    raise NotImplementedError


def _case(trace: Trace) -> Case | str:
    """The case as published, or why that is not enough to judge an answer."""
    turns, expected = trace.messages, " ".join(trace.answer_expected.split())
    if not trace.answer_unique:
        return "its expected answer is not the only right one"
    if turns[-1]["role"] != "user" or not {turn["role"] for turn in turns} <= _ROLES:
        return "its messages do not end in a question"
    # A strategy adds a paragraph to the prompt.
    prompt = turns[-1]["content"].rpartition("\n\n")[0]
    if not prompt.strip():
        return "its question is empty"
    if digest(prompt) != trace.prompt_sha256 or re.search(r"\n\s*\n", trace.answer_expected):
        return "it is not a single question with a single answer"
    return Case(prompt, trace.answer_expected, verify=lambda given: " ".join(given.split()) == expected)
