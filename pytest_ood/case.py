"""A case is one question with its exact verifier."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import repr as _short
from typing import Any

from pytest_ood import answers
from pytest_ood.errors import CaseError, Origin
from pytest_ood.verify import Check, exact

Verifier = Callable[[str], Check | bool]
# From the answers so far in a dialogue to the next message; None ends the dialogue.
Reply = Callable[[Sequence[str]], str | None]
# From an answer and the answers of the arm's earlier draws.
ArmVerifier = Callable[[str, Sequence[str]], Check]


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
        inputs: what the prompt states, as JSON values by name: what the task's solver gets.
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
    inputs: Mapping[str, Any] | None = field(default=None, kw_only=True)
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
        if self.inputs is not None and not isinstance(self.inputs, Mapping):
            raise _wrong("inputs", self.inputs, "a dict of JSON values by name")
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
