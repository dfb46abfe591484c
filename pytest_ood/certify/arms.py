"""The cases of both arms that certification checks, each with its draw."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from pytest_ood.case import Case
from pytest_ood.errors import CaseError, OodError
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import canonical
from pytest_ood.verify import Check

# Cases drawn of each arm, and how many of them the slower checks look at.
DRAWS, SOME, AGAIN = 200, 50, 25

ArmName = Literal["control", "shift"]
T = TypeVar("T")


class Subject(NamedTuple):
    """A task to certify, with the parameters of both arms.

    If both are the same, there is one arm, the control arm, and nothing is compared.
    """

    task: Task
    params: Params
    control_params: Params

    def draws(self, most: int) -> int:
        """Return how many draws of an arm there are, up to `most`."""
        return most if self.task.cases is None else min(most, self.task.cases)

    @property
    def arms(self) -> tuple[ArmName, ...]:
        """The names of its arms."""
        same = canonical(dict(self.params)) == canonical(dict(self.control_params))
        return ("control",) if same else ("control", "shift")

    def arm_params(self, arm: str) -> Params:
        """Return the parameters of one arm."""
        return self.control_params if arm == "control" else self.params


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case and the draw that it comes from."""

    arm: str
    draw: int
    case: Case


class Finding(NamedTuple):
    """Something that a check finds wrong.

    Attributes:
        what: one line for a person.
        drawn: a case that shows it, if there is one.
        given: the answer to this case that shows it.
    """

    what: str
    drawn: Drawn | None = None
    given: str | None = None


Findings = Iterator[Finding]


class CheckAborted(OodError):
    """The code of a task raises or returns something invalid, so that the check that called it cannot go on."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


class Arms(NamedTuple):
    """The cases that the checks look at. `shift` is empty if there is one arm.

    Checks of single cases go through `rows`, which leaves out a control arm in which all checks have found nothing for
    an earlier subject.
    """

    subject: Subject
    seed: int
    control: Sequence[Drawn]
    shift: Sequence[Drawn]
    control_is_clean: bool = False

    @property
    def rows(self) -> list[Sequence[Drawn]]:
        """The cases of each arm that is to be checked."""
        if not self.shift:
            return [self.control]
        return [self.shift] if self.control_is_clean else [self.control, self.shift]

    @property
    def moved(self) -> Sequence[Drawn]:
        """The cases of the shift arm, or of the only one."""
        return self.rows[-1]

    def all(self) -> Iterator[Drawn]:
        """Return all cases."""
        return flat(self.rows)

    def first(self, count: int) -> Iterator[Drawn]:
        """Return the first cases of each arm."""
        return flat(row[:count] for row in self.rows)


class DrawnArms(dict[tuple[Task, str, str, int], list[Drawn]]):
    """Arms drawn so far, by task, parameters, arm and seed: cells of one task often share their control arm.

    Attributes:
        clean: the keys of those in which all checks have found nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clean: set[tuple[Task, str, str, int]] = set()


def arm_key(subject: Subject, arm: str, seed: int) -> tuple[Task, str, str, int]:
    """Return the key of a subject's arm."""
    return subject.task, canonical(dict(subject.arm_params(arm))), arm, seed


def draw_arms(subject: Subject, seed: int, drawn_arms: DrawnArms | None = None) -> Arms:
    """Draw the cases of both arms.

    Args:
        subject: the subject whose cases to draw.
        seed: the seed of the draws.
        drawn_arms: arms drawn earlier, to which those drawn here are added.

    Raises:
        CheckAborted: a case cannot be drawn.
    """
    drawn_arms = DrawnArms() if drawn_arms is None else drawn_arms
    drawn: dict[str, list[Drawn]] = {"shift": []}
    for arm in subject.arms:
        key = arm_key(subject, arm, seed)
        if key not in drawn_arms:
            draws = range(subject.draws(DRAWS))
            drawn_arms[key] = [Drawn(arm, draw, draw_case(subject, arm, seed, draw)) for draw in draws]
        drawn[arm] = drawn_arms[key]
    is_clean = arm_key(subject, "control", seed) in drawn_arms.clean
    return Arms(subject, seed, drawn["control"], drawn["shift"], is_clean)


def draw_case(subject: Subject, arm: str, seed: int, draw: int) -> Case:
    """Draw one case.

    Raises:
        CheckAborted: the task raises, or the case is invalid.
    """
    try:
        return subject.task.draw(subject.arm_params(arm), seed, draw)
    except Exception as error:
        what = error.problem if isinstance(error, CaseError) else f"cannot be drawn: {describe_error(error)}"
        raise CheckAborted(Finding(f"{what} ({arm} arm, seed {seed}, draw {draw})")) from error


def judged(drawn: Drawn, given: str, earlier: Sequence[str] = ()) -> Check:
    """Judge an answer to a case.

    Raises:
        CheckAborted: the verifier raises, or returns neither a bool nor a `Check`.
    """
    try:
        return drawn.case.check(given, earlier)
    except Exception as error:
        what = error.problem if isinstance(error, CaseError) else f"the verifier raises {describe_error(error)}"
        raise CheckAborted(Finding(what, drawn, given)) from error


def describe_error(error: BaseException) -> str:
    """Return an exception as text: its type, and its message if it has one."""
    return f"{type(error).__name__}: {error}".rstrip(": ")


def flat(rows: Iterable[Iterable[T]]) -> Iterator[T]:
    """Return the items of all rows in one sequence."""
    return itertools.chain.from_iterable(rows)
