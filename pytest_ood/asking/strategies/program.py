"""The model writes a program: does it work here only, or for other cases of the task as well?"""

import functools
import importlib.util
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_ood.answers import wrap
from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy, StrategyError, expect_whole
from pytest_ood.asking.strategies.solver import schema_of
from pytest_ood.case import Case
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer
from pytest_ood.tasks import Task

INSTALL = 'pip install "pytest-ood[program]"'
INSTRUCTION = """\
Do not answer the question itself. Write a Python function `answer(inputs)` that returns the answer to any question of
this kind as text, in the form that the question asks for. What this question states is, as JSON:

{inputs}

The function gets such a dictionary. It is run by an interpreter that knows functions, loops, comprehensions, strings,
numbers, lists, dicts, sets and tuples, and no generators. It may import only `re`, `math` and `json`. Give the program
in a block that begins with ```python and ends with ```."""
_BLOCK = re.compile(r"```(?:python|py)?[^\n]*\n(.*?)```", re.DOTALL)
# Of one run of a program.
SECONDS, BYTES, PRINTED, DEPTH = 2.0, 64 * 2**20, 65_536, 200
LONGEST_RESULT = 100_000
# Cases of the arm, and larger ones, on which a program is tried besides.
OTHERS = 10


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended.

    Attributes:
        text: what it returned; None if it did not come to that.
        fault: why not: "timeout", or a message.
    """

    text: str | None
    fault: str = ""


class Program(Strategy):
    """The model writes a function of what the question states; its result is the answer.

    It runs in a sandbox, an interpreter of a part of Python without files, network and processes, with limits of time
    and memory. It is run on the case, on ten others of the arm, and on ten of twice the size. A program that does not
    run is unparsed; one that takes too long is wrong. For tasks whose cases say what their prompts state.

    Marks: `reach`, how far a program that is right on the case is right: "this case", "its size" (all ten others),
    "larger" (all ten larger ones as well), "none" if it is not right on the case; `fault`, "none", "no program",
    "timeout" or "error".

    Args:
        seconds: how long one run may take, 1 to 60.
    """

    dialogues = False
    exchanges = False
    slow = True

    def __init__(self, seconds: int = 2) -> None:
        expect_whole("program.seconds", seconds, 1, 60)
        self._seconds = seconds
        if importlib.util.find_spec("pydantic_monty") is None:
            raise StrategyError("its sandbox is not installed", fix=f"run {INSTALL}")

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask for a program, and run it."""
        if asked.case.inputs is None:
            raise ValueError("the case does not say what its prompt states")
        if not history:
            shown = json.dumps(dict(asked.case.inputs), ensure_ascii=False)
            types = json.dumps(schema_of(dict(asked.case.inputs)))
            return Ask(asked.messages(INSTRUCTION.format(inputs=f"{shown}\n\nTypes: {types}")), room=4_096)
        (answer,) = history
        if answer.finish_reason not in ("stop", None):
            return Done(answer, {"reach": "none", "fault": "no program"})
        program = program_of(answer.text)
        if program is None:
            return Done(answer, {"reach": "none", "fault": "no program"}, outcome="unparsed")
        ran = self._run(program, asked.case)
        if ran.text is None:
            is_late = ran.fault == "timeout"
            marks = {"reach": "none", "fault": "timeout" if is_late else "error"}
            return Done(answer, marks, outcome="wrong" if is_late else "unparsed", detail={"fault": ran.fault})
        response = replace(answer, text=wrap(ran.text))
        return Done(response, {"reach": self._reach(program, asked, response), "fault": "none"})

    def _run(self, program: str, case: Case) -> Ran:
        return run(program, case.inputs or {}, self._seconds)

    def _reach(self, program: str, asked: Asked, response: Answer) -> str:
        if asked.judged(response) != "correct":
            return "none"
        if not all(self._is_right(program, case) for case in asked.fresh(OTHERS)):
            return "this case"
        larger = _larger(asked)
        return "larger" if larger and all(self._is_right(program, case) for case in larger) else "its size"

    def _is_right(self, program: str, case: Case) -> bool:
        ran = self._run(program, case)
        return ran.text is not None and any(case.check(text).correct for text in case.readings(ran.text))

    def why_not(self, task: Task) -> str:
        """Only a case that says what its prompt states can be given to a program."""
        return "" if task.solver is not None or task.step is not None else f"the task {task.name} has no inputs"

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say how far the right programs are right."""
        both = control + shift
        right = both.count("correct")
        if not right:
            return ""
        alone, further = both.count(reach="this case"), both.count(reach="larger")
        said = f"{right} programs are right on their case: {alone} of them on no other"
        return f"{said}, {further} at twice the size as well"


def program_of(text: str) -> str | None:
    """Return the last block of code in a response that defines `answer`; None if there is none."""
    blocks = [block for block in _BLOCK.findall(text) if "def answer" in block]
    return blocks[-1] if blocks else None


def run(program: str, inputs: Mapping[str, Any], seconds: float = SECONDS) -> Ran:
    """Run a program's `answer(inputs)` in the sandbox.

    The program is a model's: it gets no file, no network and no process, and the limits above.
    """
    import pydantic_monty as monty

    limits: Any = {"max_feed_duration_secs": seconds, "max_memory": BYTES, "max_recursion_depth": DEPTH}
    printed = monty.CollectString(max_bytes=PRINTED)
    try:
        # Programs run on many threads, and only one of them may make the pool.
        with _making:
            pool = _pool()
        with pool.checkout(limits=limits) as session:
            session.feed_run(program, print_callback=printed)
            result = session.feed_run("answer(inputs)", inputs={"inputs": dict(inputs)}, print_callback=printed)
    except monty.MontyError as error:
        message = str(error)
        return Ran(None, "timeout" if "TimeoutError" in message or "time limit" in message else message[:500])
    text = result if isinstance(result, str) else str(result) if isinstance(result, bool | int | float) else None
    if text is None or len(text) > LONGEST_RESULT:
        return Ran(None, f"it returned {type(result).__name__}" if text is None else "it returned too long a text")
    return Ran(text)


_making = threading.Lock()


@functools.cache
def _pool() -> Any:
    """Return the workers of the sandbox, which end with this process."""
    import atexit

    import pydantic_monty as monty

    pool = monty.Monty(max_processes=4, request_timeout=90)
    pool.__enter__()
    atexit.register(pool.__exit__, None, None, None)
    return pool


def _larger(asked: Asked) -> list[Case]:
    """Return cases of twice the size; none if the task has no size, or not that one."""
    if asked.drawing is None or not isinstance(asked.drawing.size, int):
        return []
    try:
        return asked.fresh(OTHERS, **{str(asked.drawing.task.size): 2 * asked.drawing.size})
    except Exception:
        # The task says that there are none so large.
        return []
