"""A verified solver, offered as a tool: does the model call it when it would have failed, and only then?"""

import hashlib
import inspect
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_ood.answers import wrap
from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy, StrategyError, why_no_solver
from pytest_ood.evidence import stats
from pytest_ood.evidence.spent import NOTHING
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer, Message, Tool, ToolCall
from pytest_ood.tasks import Solver, Task
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import dollars

NAME = "solve"
CHOICES = ("offered", "forced")
# How the tool may have been called, if it was.
CALLS = ("right", "wrong", "invalid", "unknown", "in text", "endless")
# Responses to the question with the tool, the last of which should be an answer.
MOST_TURNS = 8
# A call that is written into the text of a response.
_IN_TEXT = re.compile(r"<tool_call>|\[TOOL_CALLS\]|\"name\"\s*:\s*\"solve\"|\bsolve\s*\(")


class SolverTool(Strategy):
    """The question alone, and then once more with the task's solver as a tool that the model may call.

    The model has to translate the question into the solver's arguments. What it would have answered alone is known,
    because it is asked; under the strategy `direct` the same answer is used. For tasks that have a solver.

    Marks: `alone`, the outcome of the answer without the tool; `call`, how the tool was first called: "none", "right"
    (with the arguments that the question states), "wrong" (with others), "invalid" (arguments that the solver cannot
    take), "unknown" (a tool that was not offered), "in text" (not as a call), "endless" (no answer after 8 turns);
    `used`, whether the answer is what the tool returned, "none" without a result; `planted`, whether that result was
    made wrong on purpose.

    Args:
        choice: "offered", or "forced" if the model must call the tool.
        faulty: the share of draws, from 0 to 1, in which the tool returns a wrong result.
    """

    dialogues = False
    tools = True
    # One alone, and the turns with the tool.
    calls = 1 + MOST_TURNS

    def __init__(self, choice: str = "offered", faulty: float = 0.0) -> None:
        if choice not in CHOICES:
            raise StrategyError(f"solver.choice={choice!r}: unknown", fix=f"choose from {', '.join(CHOICES)}")
        if isinstance(faulty, bool) or not isinstance(faulty, int | float) or not 0 <= faulty <= 1:
            raise StrategyError(f"solver.faulty={faulty!r}: not a number from 0 to 1", fix="use a value such as 0.2")
        self._forced, self._faulty = choice == "forced", float(faulty)

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask alone, then with the tool until there is an answer."""
        if not history:
            return Ask(asked.messages())
        alone, *said = history
        bench = _Bench(asked, self._faulty)
        messages = asked.messages()
        for answer in said:
            if not answer.tool_calls:
                return Done(answer, bench.marks(alone, answer))
            messages += bench.results(answer)
        if len(said) == MOST_TURNS:
            bench.first_call = "endless"
            return Done(said[-1], bench.marks(alone, said[-1]))
        return Ask(messages, tools=[bench.tool], forced=self._forced and not said)

    def why_not(self, task: Task) -> str:
        """A task without a solver has none to offer."""
        return why_no_solver(task)

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say how often the solver was called where it was needed, where it was not, and whether lies were believed."""
        both, said = control + shift, list[str]()
        for outcome, word in (("wrong", "wrong"), ("correct", "right")):
            asked = both.count(alone=outcome)
            if asked:
                called = asked - both.count(alone=outcome, call="none")
                cases = f"that it gets {word}" if said else f"cases that it gets {word} alone"
                said.append(f"{called} of {asked} {_bounds(called, asked)} {cases}")
        calls = f"calls the solver in {', and in '.join(said)}" if said else ""
        planted, believed = both.count(planted=True), both.count(planted=True, used="yes")
        lies = f"repeats a wrong result of the solver in {believed} of {planted} {_bounds(believed, planted)}"
        return "; ".join(filter(None, [calls, _needless(both), lies if planted else ""]))


def _needless(tally: Tally) -> str:
    """Say what the turns with the tool took where the model was right alone and called it all the same."""
    spent = sum((tally.further(alone="correct", call=call) for call in CALLS), start=NOTHING)
    costs = [f"{spent.tokens:,} tokens"] if spent.tokens else []
    costs += [dollars(spent.cost_usd)] if spent.cost_usd else []
    return f"needless calls took {' and '.join(costs)}" if costs else ""


def _bounds(called: int, asked: int) -> str:
    """Return ``[.60, .90]``: bounds on a share, each anytime-valid."""
    low, high = (bound(called, asked - called, stats.ALPHA) for bound in (stats.lower_bound, stats.upper_bound))
    return f"[{_share(low)}, {_share(high)}]"


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0").replace("1.00", "1")


class _Bench:
    """The solver of one case, and what a model did with it."""

    def __init__(self, asked: Asked, faulty: float) -> None:
        task = None if asked.drawing is None else asked.drawing.task
        if task is None or task.solver is None or asked.case.inputs is None:
            raise ValueError("the case has no solver")
        self._asked, self._solver, self._inputs = asked, task.solver, asked.case.inputs
        self.tool = tool_of(task.solver, self._inputs)
        self.first_call = "none"
        self._returned: list[str] = []
        share = int(hashlib.sha256(f"faulty {asked.case.prompt}".encode()).hexdigest()[:13], 16) / 16**13
        self._planted = _wrong(asked) if share < faulty else None

    def results(self, answer: Answer) -> list[Message]:
        """Return the model's turn and a message for each of its calls."""
        turn: Message = {"role": "assistant", "content": answer.text, "tool_calls": list(answer.tool_calls)}
        return [turn, *(self._result(call) for call in answer.tool_calls)]

    def _result(self, call: ToolCall) -> Message:
        kind, text = self._called(call)
        if self.first_call == "none":
            self.first_call = kind
        return {"role": "tool", "content": text, "tool_call_id": str(call.get("id", ""))}

    def _called(self, call: ToolCall) -> tuple[str, str]:
        """Return how a call was made, and what the tool says."""
        function = call.get("function", {})
        if function.get("name") != NAME:
            return "unknown", f"There is no tool of this name; there is only {NAME}."
        try:
            arguments = json.loads(function.get("arguments") or "{}")
            result = self._solver(arguments)
        except Exception as error:
            # The arguments are the model's: whatever they do to the solver is its own doing.
            return "invalid", f"The arguments are invalid: {type(error).__name__}: {str(error)[:200]}"
        if not isinstance(arguments, dict) or not isinstance(result, str):
            return "invalid", "The arguments are invalid."
        is_right = canonical(arguments) == canonical(dict(self._inputs))
        returned = self._planted if self._planted is not None else result
        self._returned.append(returned)
        return "right" if is_right else "wrong", returned

    def marks(self, alone: Answer, last: Answer) -> dict[str, str | bool]:
        """Return what is known about the draw."""
        if self.first_call == "none" and _IN_TEXT.search(last.text):
            self.first_call = "in text"
        given = self._asked.read(last)
        used = "none"
        if self._returned:
            used = "yes" if given is not None and given.split() in [text.split() for text in self._returned] else "no"
        planted = bool(self._returned) and self._planted is not None
        outcome = self._asked.judged(alone) or "error"
        return {"alone": outcome, "call": self.first_call, "used": used, "planted": planted}


def _wrong(asked: Asked) -> str:
    """Return a wrong result: that of a shortcut, or the answer to another case."""
    others = [*asked.case.lures.values(), *(case.answer for case in asked.fresh(20))]
    return next((other for other in others if asked.judged(Answer(wrap(other))) == "wrong"), "")


def tool_of(solver: Solver, inputs: Mapping[str, Any]) -> Tool:
    """Return a solver as a tool in OpenAI's form; the types of its arguments are those of a case's inputs."""
    document = re.sub(r'inputs\["(\w+)"\]', r"\1", inspect.getdoc(solver) or "Return the answer.")
    return {
        "type": "function",
        "function": {
            "name": NAME,
            "description": document,
            "parameters": schema_of(dict(inputs)),
        },
    }


def schema_of(value: object) -> dict[str, Any]:
    """Return the JSON Schema of values like this one. A list has items like its first; an empty one, any."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list() | tuple():
            kinds = [schema_of(item) for item in value]
            return {"type": "array", **({"items": kinds[0]} if kinds and all(one == kinds[0] for one in kinds) else {})}
        case dict():
            properties = {name: schema_of(item) for name, item in value.items()}
            return {"type": "object", "properties": properties, "required": list(properties)}
        case _:
            return {}
