"""A case is one question with its verifier; a task draws them."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pytest_ood.rng import generator
from pytest_ood.verify import Check, exact

Params = Mapping[str, Any]
Verifier = Callable[[str], Check | bool]
# From the answers given so far in a dialogue to what is said next; None ends it.
Reply = Callable[[Sequence[str]], str | None]
# From an answer and those of the earlier draws of its arm.
ArmVerifier = Callable[[str, Sequence[str]], Check]

#: What `declared` may name: the sides on which control and shift may differ beside what moves.
MEASURES = ("prompt", "answer", "labels")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its exact verifier, its oracle answer and its lures.

    prompt: the question, and what the answer consists of; a strategy adds how it is marked in the response.
    answer: an answer that is right (the oracle's).
    lures: wrong answers by the name of the shortcut that gives them.
    verify: from the answer given (the text between the answer tags, stripped) to a `Check` or a bool; without one, the
        answer itself is the only right one.
    input: the material that the question is about; what a model copies that does nothing else.
    unique: whether `answer` is the only right one.
    rejected: how many candidates were thrown away before this one was kept.
    chance: the accuracy of guessing: of the best answer that does not look at the material.
    comprehension: a question on whether the rule is understood (what does ``+`` mean here?), asked apart from this one.
    reply: makes the case a dialogue: what is said to the answers given so far, None where it is over. Then `answer`,
        the lures and what `verify` gets are the answers of all turns, put together by `answers.join`.
    turns: the most turns that the dialogue can have.
    among: in place of `verify` where draws are judged together: it also gets what earlier draws of the arm answered.
    choices: how many right answers there are, where an arm is held against a sampler that picks one at random each
        time; 0 where they are not counted.
    """

    prompt: str
    answer: str
    lures: Mapping[str, str] = field(default_factory=dict)
    verify: Verifier | None = None
    input: str = ""
    unique: bool = True
    rejected: int = 0
    chance: float = 0.0
    comprehension: "Case | None" = None
    reply: Reply | None = None
    turns: int = 1
    among: ArmVerifier | None = None
    choices: int = 0

    def check(self, given: str, earlier: Sequence[str] = ()) -> Check:
        """Whether `given` is right, and if not, where it goes wrong; `earlier` are the arm's answers before it."""
        if self.among is not None:
            return self.among(given, earlier)
        found = exact(given, self.answer) if self.verify is None else self.verify(given)
        return found if isinstance(found, Check) else Check(bool(found))

    def lure(self, given: str) -> str | None:
        """The name of the shortcut that gives this wrong answer. Case, white space and a last full stop don't count."""
        flat = _flat(given)
        return next((name for name, wrong in self.lures.items() if _flat(wrong) == flat), None)


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


@dataclass(frozen=True)
class Task:
    """A function ``(rng, **params) -> Case`` with its twin parameters. Made by `task`; call it like the function."""

    function: Callable[..., Case]
    name: str
    family: str
    control: Params
    version: int
    declared: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # What functools.update_wrapper does, which a frozen class does not let through.
        for attribute in functools.WRAPPER_ASSIGNMENTS:
            if hasattr(self.function, attribute):
                self.__dict__[attribute] = getattr(self.function, attribute)
        self.__dict__["__wrapped__"] = self.function

    def __call__(self, rng: np.random.Generator, **params: Any) -> Case:
        return self.function(rng, **params)

    def draw(self, params: Params, seed: int, draw: int) -> Case:
        """The case that (task, version, parameters, seed, draw) names, on any machine."""
        case = self.function(generator(self.name, self.version, seed, draw), **params)
        if not isinstance(case, Case):
            raise TypeError(f"the task {self.name} returned {type(case).__name__}, not a pytest_ood.Case")
        return case

    @functools.cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What the task takes beside its generator, by name."""
        return dict(list(inspect.signature(self.function).parameters.items())[1:])

    @property
    def signature(self) -> str:
        """For messages: ``arithmetic(rng, *, swap, operands)``."""
        return f"{self.function.__name__}{inspect.signature(self.function)}"


def task(
    *,
    control: Params,
    name: str | None = None,
    family: str | None = None,
    version: int = 1,
    declared: Sequence[str] = (),
) -> Callable[[Callable[..., Case]], Task]:
    """Make a task of a function ``(rng, **params) -> Case``.

    control: the parameters that turn any case into its familiar twin; they replace those of the same name.
    name: what the task is known by; by default its module and function, such as ``"tasks.spell"``. Every case depends
        on it, so pin it before you move or rename the function.
    family: what the task moves; by default the name of its module.
    version: raise it whenever the same parameters, seed and draw would give another case or another judgement.
    declared: in what the arms differ by design beside what moves: "prompt" and "answer" (their lengths), "labels" (how
        often the commonest answer is right). What is not declared is held to be matched, and certification looks.

    Raises:
        TypeError: `control` names an argument that the function does not take, or `declared` an unknown measure.
    """
    if isinstance(declared, str) or not set(declared) <= set(MEASURES):
        raise TypeError(f"declared={declared!r}: give a tuple of any of {', '.join(map(repr, MEASURES))}")

    def decorate(function: Callable[..., Case]) -> Task:
        module = function.__module__.rpartition(".")[2]
        made = Task(
            function,
            name or f"{module}.{function.__name__}",
            family or module.replace("_", " "),
            dict(control),
            version,
            tuple(declared),
        )
        unknown = sorted(set(control) - set(made.parameters))
        if unknown:
            raise TypeError(
                f"task {made.name}: control names {', '.join(unknown)}, which {made.signature} does not take"
            )
        return made

    return decorate
