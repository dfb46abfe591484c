"""A case is one question with its verifier; a task draws them."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import repr as _short
from typing import Any

import numpy as np

from pytest_ood import answers
from pytest_ood.addresses import Address, address_of, home, module_name, value_at
from pytest_ood.errors import CaseError, Origin, TaskError
from pytest_ood.rng import generator
from pytest_ood.verify import Check, exact

Params = Mapping[str, Any]
Verifier = Callable[[str], Check | bool]
# From the answers so far in a dialogue to the next message; None ends the dialogue.
Reply = Callable[[Sequence[str]], str | None]
# From an answer and the answers of the arm's earlier draws.
ArmVerifier = Callable[[str, Sequence[str]], Check]

#: The values that `declared` may hold: the measures in which control and shift may differ besides what moves.
MEASURES = ("prompt", "answer", "labels")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its exact verifier, its oracle answer and its lures.

    A case of several turns is a `pytest_ood.Dialogue`.

    Attributes:
        prompt: the question, including what the answer consists of; a strategy adds how to mark it in the response.
        answer: a right answer (the oracle's).
        lures: wrong answers by the name of the shortcut that gives them. One that equals `answer` is dropped.
        verify: a function from the answer (the text between the answer tags, stripped) to a `Check` or a bool. By
            default only `answer` itself is right.
        kind: what the answer consists of: "number", "items", "grid", "text", or "verbatim" where every character
            counts. It says how an answer may be written, and what is not in the form asked. By default it is a number
            or text, like `answer`, and every answer is in the form asked.
        input: the material that the question is about; the answer of a model that only copies.
        unique: whether `answer` is the only right answer.
        rejected: how many candidates were discarded before this one was accepted.
        chance: the accuracy of guessing: that of the best answer that ignores the material.
        comprehension: a separate question that tests whether the rule is understood (what does ``+`` mean here?).
        among: replaces `verify` where draws are judged together; it also receives the answers of the arm's earlier
            draws.
        choices: how many right answers there are, for an arm that is compared with a sampler that picks one at random
            each time; 0 if they are not counted.
        reply: a function from the answers so far to a dialogue's next message, or None once it is over; None for a
            single question.
        turns: the maximum number of turns; 1 for a single question.
        dropped_lures: how many lures were dropped because they equal the answer.
        origin: the draw that made the case; set by `Task.draw`.

    Raises:
        CaseError: an argument has the wrong type or an invalid value.
    """

    prompt: str
    answer: str
    lures: Mapping[str, str] = field(default_factory=dict)
    verify: Verifier | None = None
    kind: answers.Kind | None = field(default=None, kw_only=True)
    input: str = ""
    unique: bool = True
    rejected: int = 0
    chance: float = 0.0
    comprehension: "Case | None" = None
    among: ArmVerifier | None = None
    choices: int = 0
    # Set by `Dialogue`.
    reply: Reply | None = field(default=None, init=False)
    turns: int = field(default=1, init=False)
    dropped_lures: int = 0
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Spelled out rather than in a loop: generators make tens of thousands of cases a second.
        if not isinstance(self.prompt, str):
            raise _wrong("prompt", self.prompt, "a string")
        if not self.prompt or self.prompt.isspace():
            raise _wrong("prompt", self.prompt, "a non-empty question")
        if not isinstance(self.answer, str):
            raise _wrong("answer", self.answer, "a string")
        if not isinstance(self.input, str):
            raise _wrong("input", self.input, "a string")
        if self.kind is not None and self.kind not in answers.KINDS:
            raise CaseError(f"kind={self.kind!r}: choose from {', '.join(answers.KINDS)}", field="kind")
        for name, count in (("rejected", self.rejected), ("choices", self.choices)):
            # A NumPy integer cannot be written as JSON.
            if type(count) is not int or count < 0:
                raise _wrong(name, count, "an int from 0")
        if not isinstance(self.chance, int | float) or not 0 <= self.chance <= 1:
            raise _wrong("chance", self.chance, "a number from 0 to 1")
        if self.verify is not None and not callable(self.verify):
            raise _wrong("verify", self.verify, "a function")
        if self.comprehension is not None and not isinstance(self.comprehension, Case):
            raise _wrong("comprehension", self.comprehension, "a Case")
        if self.lures or type(self.lures) is not dict:
            self._check_lures()

    def _check_lures(self) -> None:
        if not isinstance(self.lures, Mapping):
            raise _wrong("lures", self.lures, "a dict from names to wrong answers")
        for name, wrong in self.lures.items():
            if not isinstance(name, str) or not isinstance(wrong, str):
                raise _wrong("lures", {name: wrong}, "names and wrong answers that are strings")
        if self.answer in self.lures.values():
            real_lures = {name: wrong for name, wrong in self.lures.items() if wrong != self.answer}
            object.__setattr__(self, "dropped_lures", self.dropped_lures + len(self.lures) - len(real_lures))
            object.__setattr__(self, "lures", real_lures)

    def check(self, given: str, earlier: Sequence[str] = ()) -> Check:
        """Judge an answer.

        Args:
            given: the answer, as read from the response.
            earlier: the answers of the arm's earlier draws, for cases that are judged together.

        Returns:
            Whether the answer is right, and if not, where it goes wrong.

        Raises:
            CaseError: the verifier returned neither a bool nor a `Check`.
        """
        judge: Callable[..., Any] = self.verify or functools.partial(exact, answer=self.answer)
        result = judge(given) if self.among is None else self.among(given, earlier)
        if isinstance(result, Check) and isinstance(result.correct, bool):
            return result
        if isinstance(result, bool):
            return Check(result)
        where, value = (" as the `correct` of a Check", result.correct) if isinstance(result, Check) else ("", result)
        raise CaseError(
            f"the verifier returned {_short(value)} ({type(value).__name__}){where}",
            field="verify" if self.among is None else "among",
            fix="return True, False or a pytest_ood.Check",
            origin=self.origin,
        )

    def readings(self, given: str) -> list[str]:
        """Return what an answer may be meant to be, from as it stands to as the task would write it."""
        kind = self.kind or answers.kind_of(self.answer)
        return answers.readings(given, kind, self.answer, self.reply is not None)

    def is_in_form(self, given: str) -> bool:
        """Return whether an answer is of the kind that the case declares."""
        return self.kind is None or answers.is_in_form(given, self.kind, self.answer, self.reply is not None)

    def lure(self, given: str) -> str | None:
        """Return the name of the shortcut that gives this wrong answer, if there is one.

        Case, white space and a closing full stop are ignored.
        """
        flat = answers.flat(given)
        return next((name for name, wrong in self.lures.items() if answers.flat(wrong) == flat), None)


def _wrong(field: str, value: object, expected: str) -> CaseError:
    fix = "write str(...)" if expected == "a string" else ""
    return CaseError(f"{field}={_short(value)}: expected {expected}, got {type(value).__name__}", field=field, fix=fix)


@dataclass(frozen=True, eq=False)
class Task:
    """A function ``(rng, **params) -> Case`` with its twin parameters. Made by `task`; call it like the function.

    A task pickles as its address (file and name), so that another process can draw its cases. Two loads of one task are
    equal. A subclass that adds state overrides `make` and defines how it pickles and compares.

    Attributes:
        function: the function that draws a case.
        name: the task's name in seeds, the store and datasets.
        family: the kind of move the task makes.
        control: the parameters that turn a case into its familiar twin.
        version: the version of the cases and of how they are judged.
        declared: the measures in which the arms differ by design.
        cases: how many cases there are, each drawn once; None if they never run out.
        moves, matched, source: what moves from control to shift, what stays matched, where the idea was published.
        chance: the accuracy of guessing, if it is the same for all parameters.
        size: the parameter whose values are sizes, over which a curve is drawn; None if there is none.
    """

    function: Callable[..., Case]
    name: str
    family: str
    control: Params
    version: int
    declared: tuple[str, ...] = ()
    cases: int | None = None
    moves: str = ""
    matched: str = ""
    source: str = ""
    chance: float | None = None
    size: str | None = None

    def __post_init__(self) -> None:
        # As functools.update_wrapper does, which does not work on a frozen class.
        for attribute in functools.WRAPPER_ASSIGNMENTS:
            if hasattr(self.function, attribute):
                self.__dict__[attribute] = getattr(self.function, attribute)
        self.__dict__["__wrapped__"] = self.function

    def __call__(self, rng: np.random.Generator, **params: Any) -> Case:
        return self.function(rng, **params)

    def draw(self, params: Params, seed: int, draw: int) -> Case:
        """Return the case identified by (task, version, parameters, seed, draw), the same on any machine.

        Raises:
            CaseError: the function makes a case that cannot be asked.
            TaskError: it returns something else.
        """
        origin = Origin(self.name, params, seed, draw)
        try:
            case: object = self.make(params, seed, draw)
        except CaseError as error:
            if error.origin is None:
                error.locate(origin)
            raise
        if not isinstance(case, Case):
            raise TaskError(
                f"{origin}: the function returned {type(case).__name__}, not a pytest_ood.Case",
                task=self.name,
                fix="return Case(prompt, answer)",
            )
        for made in (case, case.comprehension):
            if made is not None:
                object.__setattr__(made, "origin", origin)
        return case

    def make(self, params: Params, seed: int, draw: int) -> Case:
        """Make a case for `draw`. A subclass that gets its cases from elsewhere overrides this."""
        return self.function(generator(self.name, self.version, seed, draw), **params)

    def rehearse(self, params: Params, seed: int) -> Case:
        """Return the first case of an arm, after verifying its own answer as a run would.

        Raises:
            CaseError: the case cannot be asked, or its verifier does not accept the case's own answer.
            TaskError: the function returns something else.
        """
        case = self.draw(params, seed, 0)
        for made in (case, case.comprehension):
            if made is not None:
                _verify_own_answer(made)
        return case

    @functools.cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters that the task takes besides its generator, by name."""
        return dict(list(inspect.signature(self.function).parameters.items())[1:])

    @property
    def signature(self) -> str:
        """The signature, for messages."""
        return f"{self.function.__name__}{inspect.signature(self.function)}"

    # A frozen value needs no copy; without these, copying would go through the address.
    def __copy__(self) -> "Task":
        return self

    def __deepcopy__(self, _: object) -> "Task":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return task_at, (address_of(self.function, self, self.name), self.name, self.version)

    def __eq__(self, other: object) -> bool:
        if type(self) is not Task or type(other) is not Task:
            return self is other
        return self is other or self._identity == other._identity

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    @property
    def _identity(self) -> tuple[Any, ...]:
        """Everything that identifies the task; its function by address and code, which two loads of a file share."""
        address, code = home(self.function), getattr(inspect.unwrap(self.function), "__code__", None)
        function = self.function if address is None or code is None else (address.file, address.qualname, code)
        return (self.name, self.version, self.family, self.control, self.declared, function)


def _verify_own_answer(case: Case) -> None:
    try:
        correct = case.check(case.answer).correct
    except CaseError:
        raise
    except Exception as error:
        raise CaseError(
            f"the verifier raises {type(error).__name__}: {error} on the case's own answer {_short(case.answer)}",
            field="verify",
            origin=case.origin,
        ) from error
    if not correct:
        raise CaseError(
            f"the verifier rejects the case's own answer {_short(case.answer)}",
            field="verify",
            fix="make it return True for `answer`",
            origin=case.origin,
        )


def task_at(address: Address, name: str, version: int) -> Task:
    """Return the task at an address, as unpickling does.

    Raises:
        TaskError: it cannot be imported, or the value there has another name or version.
    """
    try:
        value: Any = value_at(address)
    except Exception as error:
        raise TaskError(
            f"task {name} cannot be imported from {address}: {type(error).__name__}: {error}",
            task=name,
            fix="make its imports work in this process too",
        ) from error
    if not isinstance(value, Task) or value.name != name:
        there = f"the task {value.name}" if isinstance(value, Task) else f"of type {type(value).__name__}"
        raise TaskError(f"task {name}: {address} is {there}", task=name, fix="use the same code in every process")
    if value.version != version:
        raise TaskError(
            f"task {name} has version {value.version} in {address.file}, but version {version} was expected",
            task=name,
            fix="use the same code in every process",
        )
    return value


def task(
    *,
    control: Params,
    family: str | None = None,
    version: int = 1,
    declared: Sequence[str] = (),
    name: str | None = None,
    moves: str = "",
    matched: str = "",
    source: str = "",
    chance: float | None = None,
    size: str | None = None,
) -> Callable[[Callable[..., Case]], Task]:
    """Turn a function ``(rng, **params) -> Case`` into a task.

    Args:
        control: the parameters that turn any case into its familiar twin; they replace those of the same name.
        family: what the task moves; by default the name of its module.
        version: raise it whenever the same parameters, seed and draw would give another case or another judgement.
        declared: the measures in which the arms differ by design, besides what moves: "prompt" and "answer" (their
            lengths), "labels" (how often the commonest answer is right). Certification checks that everything else is
            matched.
        name: pins the task's name, which is part of the seeds and the store; by default ``module.function``. A task
            with a pinned name can move to another file and keep its cases.
        moves: what changes from control to shift, in a sentence for readers.
        matched: what stays the same.
        source: where the idea was published.
        chance: the accuracy of guessing, if it is the same for all parameters.
        size: the parameter that says how large a case is, if there is one. The cells of a probe that differ in it alone
            form a curve, which has a horizon.

    Raises:
        TypeError: `control` or `size` names an argument that the function does not take, `declared` names an unknown
            measure, or `name` or `chance` is invalid.
    """
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise TypeError(f"name={name!r}: give the task a name, as in name='words.spell'")
    if chance is not None and not 0 <= chance <= 1:
        raise TypeError(f"chance={chance!r}: give a number from 0 to 1, or leave it out")
    if isinstance(declared, str) or not set(declared) <= set(MEASURES):
        raise TypeError(f"declared={declared!r}: give a tuple of any of {', '.join(map(repr, MEASURES))}")

    def decorate(function: Callable[..., Case]) -> Task:
        module = module_name(function)
        made = Task(
            function,
            f"{module}.{function.__name__}" if name is None else name,
            family or module.replace("_", " "),
            dict(control),
            version,
            tuple(declared),
            moves=moves,
            matched=matched,
            source=source,
            chance=chance,
            size=size,
        )
        unknown = sorted(set(control) - set(made.parameters))
        if unknown:
            names = ", ".join(unknown)
            raise TypeError(f"task {made.name}: control names {names}, which {made.signature} does not take")
        if size is not None and size not in made.parameters:
            raise TypeError(f"task {made.name}: size names {size}, which {made.signature} does not take")
        return made

    return decorate
