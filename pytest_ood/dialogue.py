"""A dialogue: a case of several turns, in which each message depends on the answers so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_ood.answers import Kind, join, split
from pytest_ood.case import Case, Reply
from pytest_ood.errors import CaseError
from pytest_ood.verify import Check

DialogueVerifier = Callable[[Sequence[str]], Check | bool]
_NO_LURES: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, init=False)
class Dialogue(Case):
    """A case of several turns. A task returns it instead of a `Case`.

    Answers always come as a list, one per turn: the argument of `reply` and of `verify`, the oracle's `answers`, and
    each lure.
    """

    answers: tuple[str, ...] = ()

    def __init__(
        self,
        first: str,
        *,
        reply: Reply,
        answers: Sequence[str],
        verify: DialogueVerifier | None = None,
        lures: Mapping[str, Sequence[str]] = _NO_LURES,
        turns: int | None = None,
        input: str = "",
        unique: bool = True,
        rejected: int = 0,
        chance: float = 0.0,
        comprehension: Case | None = None,
        choices: int = 0,
        kind: Kind | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a dialogue from its first message.

        Args:
            first: the first message, including what an answer consists of.
            reply: a function from the answers so far to the next message, or None once the dialogue is over.
            answers: right answers, one per turn (the oracle's).
            verify: a function from the answers of all turns to a `Check` or a bool. By default only `answers` are
                right.
            lures: the wrong answers that each named shortcut would give, one per turn.
            turns: the maximum number of turns; by default as many as there are `answers`.
            input: the material that the dialogue is about; the answer of a model that only copies.
            unique: whether `answers` are the only right answers.
            rejected: how many candidates were discarded before this one was accepted.
            chance: the accuracy of guessing.
            comprehension: a separate question that tests whether the rule is understood.
            choices: how many right answers there are; 0 if they are not counted.
            kind: what each answer consists of, see `Case`.
            inputs: what all messages together state, as JSON values by name: what the task's solver gets. It gives the
                answers of all turns as one text, in which an empty line stands between any two turns (as in `answer`).

        Raises:
            CaseError: an argument has the wrong type or an invalid value.
        """
        _check_turns("answers", answers)
        for field, function in (("reply", reply), ("verify", verify)):
            if not callable(function) and (function is not None or field == "reply"):
                raise CaseError(f"{field}={function!r}: expected a function", field=field)
        if not isinstance(lures, Mapping):
            raise CaseError(f"lures={lures!r}: expected a dict from names to lists of answers", field="lures")
        for name, wrong in lures.items():
            _check_turns("lures", wrong, name)
        most = len(answers) if turns is None else turns
        if type(most) is not int or most < len(answers):
            raise CaseError(
                f"turns={most!r}: expected an int from {len(answers)}, the number of `answers`",
                field="turns",
                fix="raise it, or leave it out",
            )
        # The decorator of a slotted dataclass creates a new class, so super() without arguments would fail.
        Case.__init__(
            self,
            prompt=first,
            answer=join(answers),
            lures={name: join(wrong) for name, wrong in lures.items()},
            verify=None if verify is None else _verifier(verify),
            input=input,
            unique=unique,
            rejected=rejected,
            chance=chance,
            comprehension=comprehension,
            choices=choices,
            kind=kind,
            inputs=inputs,
        )
        # The way to set a field of a frozen dataclass while it is made.
        for name, value in (("answers", tuple(answers)), ("reply", reply), ("turns", most)):
            object.__setattr__(self, name, value)


def _verifier(verify: DialogueVerifier) -> Callable[[str], Check | bool]:
    return lambda given: verify(split(given))


def _check_turns(field: str, given: object, name: str = "") -> None:
    turns = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    if not turns or not all(isinstance(turn, str) for turn in turns):
        argument = f"{field}[{name!r}]" if name else field
        raise CaseError(
            f"{argument}={given!r}: expected a list of strings",
            field=field,
            fix="give the answer of each turn, in order",
        )
