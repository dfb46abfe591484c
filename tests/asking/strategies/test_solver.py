"""A verified solver as a tool: fakes that delegate in known ways are measured as they are."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytest_ood import Answer, Message, Outcome, measure
from pytest_ood.answers import wrap
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.store import Store
from pytest_ood.asking.store.admin import stats
from pytest_ood.asking.strategies import Strategies, StrategyError
from pytest_ood.asking.strategies.base import Drawing
from pytest_ood.asking.strategies.solver import MOST_TURNS, schema_of
from pytest_ood.case import Case
from pytest_ood.evidence.tally import Tally
from pytest_ood.families import grids
from pytest_ood.models.request import ToolCall
from pytest_ood.tasks import task

SAMPLES = 40


def solve(inputs: Any) -> str:
    """Return a word backward.

    Args:
        inputs["word"]: str, the word.
    """
    return str(inputs["word"][::-1])


@task(control={"length": 3}, solver=solve)
def backward(rng: np.random.Generator, *, length: int = 9) -> Case:
    """A word to be spelt backward; the letters differ, so that no word is its own answer."""
    word = "".join(rng.permutation(list("abcdefghijk"))[:length])
    return Case(f"Spell {word} backward.", word[::-1], lures={"copied": word}, inputs={"word": word})


def called(word: str, name: str = "solve", **others: object) -> ToolCall:
    """A call of the tool."""
    arguments = json.dumps({"word": word, **others})
    return {"id": f"call-{word}", "type": "function", "function": {"name": name, "arguments": arguments}}


def delegating(wants: Callable[[str], bool]) -> Callable[..., Answer]:
    """A model that is right alone up to five letters, and calls the solver for the words that it wants to."""

    def model(messages: Sequence[Message], tools: Sequence[Any] = ()) -> Answer:
        if messages[-1]["role"] == "tool":
            return Answer(wrap(messages[-1]["content"]))
        word = re.findall(r"Spell (\w+) backward", messages[-1]["content"])[-1]
        if tools and wants(word):
            return Answer(tool_calls=(called(word),))
        return Answer(wrap(word[::-1] if len(word) <= 5 else word))

    return model


def asked(store: Path, wants: Callable[[str], bool], **args: object) -> Outcome:
    """What a model that delegates in this way makes of the strategy."""
    return measure(
        backward, delegating(wants), store=store, samples=SAMPLES, strategy="solver", strategy_args=args or None
    )


def at_random(word: str) -> bool:
    """Half of the words."""
    return random.Random(word).random() < 0.5


@pytest.mark.parametrize(
    ("wants", "needed", "needless"),
    [
        (lambda _: True, SAMPLES, SAMPLES),
        (lambda _: False, 0, 0),
        (lambda word: len(word) > 5, SAMPLES, 0),
        (lambda word: len(word) <= 5, 0, SAMPLES),
    ],
)
def test_sensitivity_and_specificity_are_as_planted(
    tmp_path: Path, wants: Callable[[str], bool], needed: int, needless: int
) -> None:
    """Of the cases that it gets wrong alone, and of those that it gets right."""
    outcome = asked(tmp_path / "store.db", wants)
    assert outcome.shift is not None
    assert outcome.control.correct == SAMPLES
    assert outcome.shift.correct == needed
    assert outcome.shift.tally.count(alone="wrong", call="right") == needed
    assert outcome.control.tally.count(alone="correct", call="right") == needless
    remark = outcome.row()["remark"]
    found = re.findall(r"(\d+) of 40 \[([.\d]+), ([.\d]+)\]", remark)
    assert [int(calls) for calls, _, _ in found] == [needed, needless], remark
    # The planted shares are 0 and 1.
    assert all(float(low) <= int(calls) / SAMPLES <= float(high) for calls, low, high in found)
    assert remark.endswith("that it gets right")


def test_needless_calls_have_a_price(tmp_path: Path) -> None:
    """Of the turns with the tool, where the model was right alone; the others are not counted."""

    def model(messages: Sequence[Message], tools: Sequence[Any] = ()) -> Answer:
        answer = delegating(lambda _: True)(messages, tools)
        return replace(answer, input_tokens=8, output_tokens=2, cost_usd=0.001)

    outcome = measure(backward, model, store=tmp_path / "store.db", samples=10, strategy="solver")
    assert outcome.row()["remark"].endswith("; needless calls took 200 tokens and $0.0200")
    (control,), (shift,) = (outcome.row()[arm]["tally"] for arm in ("control", "shift"))
    assert control["further"] == shift["further"] == {"tokens": 200, "cost_usd": pytest.approx(0.02)}
    assert outcome.row()["control"]["usage"]["input_tokens"] == 3 * 8


def test_a_model_that_delegates_at_random(tmp_path: Path) -> None:
    """Half of the time, whether it needs to or not: within five standard errors."""
    tally = _both(asked(tmp_path / "store.db", at_random))
    for outcome in ("correct", "wrong"):
        share = tally.count(alone=outcome, call="right") / tally.count(alone=outcome)
        assert abs(share - 0.5) < 5 * (0.25 / SAMPLES) ** 0.5


def _both(outcome: Outcome) -> Tally:
    assert outcome.shift is not None
    return outcome.control.tally + outcome.shift.tally


def test_what_it_would_have_said_alone_is_the_answer_of_direct(tmp_path: Path) -> None:
    """Asked once, whichever strategy comes first."""
    model, stored = delegating(at_random), []
    for strategy in ("direct", "solver"):
        outcome = measure(backward, model, store=tmp_path / "store.db", samples=5, strategy=strategy)
        with Store(tmp_path / "store.db") as store:
            stored.append(stats(store).answers)
    calls = _both(outcome).count(call="right")
    # With the tool: once, and once more after a call.
    assert stored == [10, 10 + 10 + calls]


def test_a_faulty_solver_is_believed_or_not(tmp_path: Path) -> None:
    """A model that takes over what the tool says is wrong wherever the tool is."""
    tally = _both(asked(tmp_path / "store.db", lambda _: True, faulty=0.3))
    planted = tally.count(planted=True)
    assert 0.1 < planted / (2 * SAMPLES) < 0.5
    assert tally.count("wrong", planted=True, used="yes") == planted
    assert tally.count("correct", planted=False) == 2 * SAMPLES - planted


def talk(*answers: Answer, **args: object) -> Conversation:
    """The conversation about a case, in which a model gives a wrong answer alone and then these."""
    conversation = Conversation(
        backward.draw({"length": 9}, 0, 0),
        Condition("model"),
        Strategies().of("solver", args),
        drawing=Drawing(backward, {"length": 9}, 0),
    )
    for answer in (Answer(wrap("no idea")), *answers):
        assert conversation.open
        conversation.add(answer)
    return conversation


WORD = str((backward.draw({"length": 9}, 0, 0).inputs or {})["word"])
RIGHT = Answer(wrap(WORD[::-1]))


@pytest.mark.parametrize(
    ("answers", "call", "used"),
    [
        ((RIGHT,), "none", "none"),
        ((Answer(tool_calls=(called(WORD),)), RIGHT), "right", "yes"),
        ((Answer(tool_calls=(called(WORD),)), Answer(wrap("something else"))), "right", "no"),
        ((Answer(tool_calls=(called("abc"),)), RIGHT), "wrong", "no"),
        ((Answer(tool_calls=(called(WORD, more=1),)), RIGHT), "wrong", "yes"),
        ((Answer(tool_calls=(called(WORD, name="browse"),)), RIGHT), "unknown", "none"),
        ((Answer(tool_calls=({"function": {"name": "solve", "arguments": "{word:"}},)), RIGHT), "invalid", "none"),
        ((Answer(tool_calls=({"function": {"name": "solve", "arguments": "[1]"}},)), RIGHT), "invalid", "none"),
        ((Answer(tool_calls=({"function": {"name": "solve", "arguments": None}},)), RIGHT), "invalid", "none"),
        ((Answer(tool_calls=(called(WORD), called("abc"))), RIGHT), "right", "yes"),
        ((Answer(f'<tool_call>{{"name": "solve"}}</tool_call> {wrap("?")}'),), "in text", "none"),
        ((Answer(tool_calls=(called(WORD),)),) * MOST_TURNS, "endless", "no"),
    ],
)
def test_every_way_to_call_is_told_apart(answers: tuple[Answer, ...], call: str, used: str) -> None:
    """None of them is a crash, and all of them end."""
    conversation = talk(*answers)
    judged = conversation.judge()
    assert not conversation.open
    assert (judged.marks["call"], judged.marks["used"], judged.marks["alone"]) == (call, used, "wrong")
    assert judged.outcome in ("correct", "wrong", "unparsed")


def test_the_tool_says_what_it_is_and_each_call_gets_its_result() -> None:
    """In the form of OpenAI's chat completions, the first time forced if wanted."""
    conversation = talk(choice="forced")
    (tool,) = conversation.ask.tools
    assert tool["function"]["name"] == "solve"
    assert tool["function"]["description"].splitlines()[-1].strip() == "word: str, the word."
    assert tool["function"]["parameters"] == {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
    }
    assert conversation.ask.forced
    conversation.add(Answer("Let me see.", tool_calls=(called(WORD), called("abc"))))
    said, *results = conversation.messages[-3:]
    assert (said["content"], len(said["tool_calls"])) == ("Let me see.", 2)
    assert [(one["role"], one["content"], one["tool_call_id"]) for one in results] == [
        ("tool", WORD[::-1], f"call-{WORD}"),
        ("tool", "cba", "call-abc"),
    ]
    assert not conversation.ask.forced


def test_types_of_arguments() -> None:
    """From the values of a case."""
    found = schema_of({"rows": ["01"], "steps": 2, "wraps": True, "share": 0.5, "mixed": [1, "a"], "none": []})
    assert found["properties"] == {
        "rows": {"type": "array", "items": {"type": "string"}},
        "steps": {"type": "integer"},
        "wraps": {"type": "boolean"},
        "share": {"type": "number"},
        "mixed": {"type": "array"},
        "none": {"type": "array"},
    }


@pytest.mark.parametrize("args", [{"choice": "maybe"}, {"faulty": 2}, {"faulty": True}, {"k": 3}])
def test_arguments_that_make_no_sense(args: dict[str, Any]) -> None:
    """They are refused before anything is asked."""
    with pytest.raises(StrategyError, match=rf"^solver\.{next(iter(args))}"):
        Strategies().of("solver", args)


def right_step_by_step(messages: Sequence[Message]) -> str:
    """A model that can do one step of a cellular automaton and no more."""
    question = messages[-1]["content"]
    state = re.search(r"result of step \d+ is:\n([01]+)", question)
    row = state[1] if state else re.findall(r"^[01]{5,}$", question, re.MULTILINE)[-1]
    rule = dict(re.findall(r"([01]{3}) (?:->|becomes|gives) ([01])", question))
    return wrap(_updated(row, rule))


def _updated(row: str, rule: dict[str, str]) -> str:
    return "".join(rule[row[place - 1] + row[place] + row[(place + 1) % len(row)]] for place in range(len(row)))


def test_a_model_that_can_do_one_step(tmp_path: Path) -> None:
    """Wrong at once, and right step by step."""
    case = grids.elementary_ca.draw({"steps": 4, "width": 16}, 0, 0)
    assert re.findall(r"([01]{3}) (?:->|becomes|gives) ([01])", case.prompt), case.prompt
    options: dict[str, Any] = {"store": tmp_path / "store.db", "samples": 10, "params": {"width": 16, "steps": 4}}
    assert measure(grids.elementary_ca, right_step_by_step, **options).control.correct == 0
    outcome = measure(grids.elementary_ca, right_step_by_step, **options, strategy="stepwise")
    assert outcome.control.correct == 10
    assert outcome.control.tally.count(first_wrong_step="none") == 10


def test_a_slip_in_the_middle_is_found(tmp_path: Path) -> None:
    """Its step is named, and the later ones follow from it."""

    def slips(messages: Sequence[Message]) -> str:
        answer = right_step_by_step(messages)
        if "step 2" not in messages[-1]["content"].rpartition("give only")[2]:
            return answer
        return answer.replace("<answer>0", "<answer>x").replace("<answer>1", "<answer>0").replace("x", "1")

    options: dict[str, Any] = {"store": tmp_path / "store.db", "samples": 10, "params": {"width": 16, "steps": 4}}
    outcome = measure(grids.elementary_ca, slips, **options, strategy="stepwise")
    assert outcome.control.tally.count(first_wrong_step="2", later_steps="right") == 10
    assert outcome.row()["remark"].startswith("after a wrong step, all later ones follow from it in ")
