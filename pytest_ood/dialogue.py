"""A dialogue: a case of several turns, in which what is said next depends on the answers so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pytest_ood.answers import join, split
from pytest_ood.case import Case, Reply
from pytest_ood.errors import CaseError
from pytest_ood.verify import Check

DialogueVerifier = Callable[[Sequence[str]], Check | bool]
_NO_LURES: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, init=False)
class Dialogue(Case):
    """A case of several turns. A task returns it in place of a `Case`.

    Everything that has to do with answers is a list with one answer a turn: what `reply` and `verify` are given, the
    oracle's `answers`, and each lure.
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
    ) -> None:
        """Make a dialogue from its first message.

        Args:
            first: the first message, and what an answer consists of.
            reply: from the answers so far to the next message, or None where the dialogue is over.
            answers: answers that are right, one a turn (the oracle's).
            verify: from the answers of all turns to a `Check` or a bool. Without one, `answers` are the only right
                ones.
            lures: the wrong answers, one a turn, that a named shortcut would give.
            turns: the maximum number of turns; by default as many as there are `answers`.
            input: the material that the dialogue is about; what a model copies that does nothing else.
            unique: whether `answers` are the only right ones.
            rejected: how many candidates were thrown away before this one was kept.
            chance: the accuracy of guessing.
            comprehension: a question on whether the rule is understood, asked separately.
            choices: how many right answers there are, where they are counted; else 0.

        Raises:
            CaseError: an argument has the wrong type or an impossible value.
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
        # The decorator replaces a slotted dataclass by another class, which super() without arguments does not know.
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
