"""What an arm makes: draws, requests and traces."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pytest_ood import __version__
from pytest_ood.answers import wrap
from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.questions import ArmQuestions, Draw, total
from pytest_ood.asking.strategies import Strategies
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import pair_id, trace_id
from pytest_ood.models.base import Model
from pytest_ood.models.request import Answer, Request
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import digest
from pytest_ood.text.frozen import FrozenJson
from pytest_ood.verify import Check


class Known(Model):
    """A model that is never asked here, with a digest of its own."""

    async def ask(self, request: Request) -> Answer:
        """Fail: nothing is asked."""
        raise AssertionError(request)

    @property
    def fingerprint(self) -> str | None:
        """As a function's."""
        return "digest"


class Seeing(Known):
    """One that is shown the case."""

    sees_case = True


def spell(rng: np.random.Generator, length: int) -> Case:
    """A word, and whether its rule is understood."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    rule = Case("What does backward mean?", "last letter first")
    return Case(f"Spell {word}.", word[::-1], {"copied": word}, input=word, unique=False, comprehension=rule)


def greet(rng: np.random.Generator, length: int) -> Case:
    """A dialogue of two turns."""
    first = f"Greet {rng.integers(10**length)}."
    lures = {"short": ["bye"], "rude": ["go", "away"]}
    return Dialogue(first, reply=lambda _: "And again?", answers=["hello", "good day"], lures=lures)


CONDITION = Condition("model", FrozenJson({"temperature": 0}), "cot", shots=0, exchanges=1)
USED = {"input_tokens": 10, "output_tokens": 2, "cost_usd": 0.25, "latency_s": 1.5}
USED |= {"reasoning_tokens": 1, "cached_tokens": 8}


def arm(function: Any = spell, name: Any = "shift", **others: Any) -> ArmSpec:
    """An arm of a task in this file."""
    task = Task(function, f"questions.{function.__name__}", "toys", {"length": 3}, 2)
    made = ArmSpec(task, FrozenJson({"length": 5}), name, CONDITION, Draws(7), Sampling(0.9))
    return replace(made, **others)


def questions(spec: ArmSpec, model: type[Model] = Known, control: ArmSpec | None = None) -> ArmQuestions:
    """What the shift arm of a cell asks, with its control."""
    control = control or replace(spec, name="control", params=FrozenJson({"length": 3}))
    return ArmQuestions(Cell("id", "test_it", control, spec), spec, "run", model("model", {}), Strategies())


def test_a_draw_is_the_case_at_its_place() -> None:
    """That of the seed and the place, asked under the condition, with the question on its rule next to it."""
    spec = arm()
    draw = questions(spec).draw(4)
    case = spec.task.draw(spec.params, 7, 4)
    assert (draw.seed, draw.index, draw.conversation.case) == (7, 4, case)
    assert [one.case for one in draw.conversations] == [case, case.comprehension]
    assert [len(one.messages) for one in draw.conversations] == [3, 3]
    assert draw.most_calls == 2
    assert questions(arm(greet)).draw(0).most_calls == 2
    assert questions(arm(greet)).draw(0).comprehension is None


def test_a_listed_case_is_asked_as_it_was() -> None:
    """Its seed and draw are its own, and its first messages those that are given."""
    begun = [{"role": "user", "content": "As it was asked."}]
    draws = Draws(0, ((3, 8), (4, 9)), (json.dumps([]), json.dumps(begun)))
    draw = questions(arm(draws=draws)).draw(1)
    assert (draw.seed, draw.index, draw.conversation.messages) == (4, 9, begun)


def test_a_request_has_what_names_the_answer() -> None:
    """Model, messages, arguments, draw and the model's digest; the case only for models that see it."""
    made = questions(arm())
    draw = made.draw(4)
    room = draw.conversation.room
    expected = Request("model", draw.conversation.messages, {"temperature": 0}, 4, None, "digest", room)
    assert made.requests(draw.conversation, 4) == [expected]


def test_a_model_that_sees_the_case_is_shown_its_part_of_each_turn() -> None:
    """The answer and each lure turn by turn; a lure that is too short says nothing at the end."""
    made = questions(arm(), Seeing)
    conversation = made.draw(4).conversation
    case = conversation.case
    assert made.requests(conversation, 4)[0].crib == {
        "arm": "shift",
        "answer": case.answer,
        "lures": {"copied": case.input},
        "input": case.input,
        "prompt": case.prompt,
    }
    made = questions(arm(greet), Seeing)
    conversation = made.draw(0).conversation
    parts = []
    for _ in range(2):
        crib = made.requests(conversation, 0)[0].crib or {}
        parts.append((crib["answer"], crib["lures"]))
        conversation.add(Answer(wrap("hello")))
    assert parts == [("hello", {"short": "bye", "rude": "go"}), ("good day", {"short": "", "rude": "away"})]


def answered(made: ArmQuestions, place: int, *texts: str, **fields: Any) -> Draw:
    """A draw whose question was answered like this."""
    draw = made.draw(place)
    for number, text in enumerate(texts):
        draw.conversation.add(Answer(wrap(text), created_at=number, **{**USED, **fields}))
    return draw


def test_a_trace_records_a_case_and_its_answer() -> None:
    """Field by field."""
    spec = arm(condition=replace(CONDITION, shots=2), shown=(FrozenJson({"length": 3}),))
    made = questions(spec)
    fields = {"reasoning": "hm", "finish_reason": "stop", "served_model": "model-2026", "system_fingerprint": "fp_1"}
    case = made.draw(4).conversation.case
    draw = answered(made, 4, case.input, **fields)
    asked = spec.identity(7, 4)
    found = made.trace(draw, draw.judge([]))
    assert {name: getattr(found, name) for name in found.__dataclass_fields__} == {
        **USED,
        **fields,
        "id": trace_id(asked),
        "run_id": "run",
        "probe": "test_it",
        "task": "questions.spell",
        "task_version": 2,
        "family": "toys",
        "params": '{"length":5}',
        "arm": "shift",
        "strategy": "cot",
        "model": "model",
        "model_args": '{"temperature":0}',
        "seed": 7,
        "draw": 4,
        "messages": draw.conversation.messages,
        "response": wrap(case.input),
        "answer_given": case.input,
        "answer_expected": case.answer,
        "answer_unique": False,
        "outcome": "wrong",
        "lure": "copied",
        "lures": json.dumps({"copied": case.input}, separators=(",", ":")),
        "detail": "{}",
        "created_at": 0,
        "prompt_sha256": digest(case.prompt),
        "pytest_ood_version": __version__,
        "pair_id": pair_id(asked, {"length": 3}),
        "control_params": '{"length":3}',
        "question": case.prompt,
        "shots": 2,
        "stopping": '{"alpha":0.05,"bar":0.9,"gap_alpha":0.01,"max_samples":100}',
        "condition": '{"args":{"temperature":0},"exchanges":1,"model":"model","shots":2,'
        '"strategy":"cot","strategy_args":{},"system":null}',
    }


def test_a_trace_does_not_claim_what_was_not_sent() -> None:
    """An argument that the model does not take is part of what was asked for, and of the id, and not of the row."""
    spec = arm(condition=replace(CONDITION, args=FrozenJson({"temperature": 0, "max_tokens": 100})))
    made = questions(spec)
    found = [made.trace(draw, draw.judge([])) for draw in (answered(made, 0, "a", dropped=("temperature",)),)]
    assert [(one.model_args, one.id) for one in found] == [('{"max_tokens":100}', trace_id(spec.identity(7, 0)))]
    assert json.loads(found[0].condition or "")["args"] == {"temperature": 0, "max_tokens": 100}


def test_a_dialogue_is_one_trace() -> None:
    """Its last answer, and the sums over its turns; the last thing asked is the question."""
    made = questions(arm(greet))
    draw = answered(made, 0, "hello", "good day")
    found = made.trace(draw, draw.judge([]))
    assert (found.outcome, found.response, found.question) == ("correct", wrap("good day"), "And again?")
    assert (found.input_tokens, found.output_tokens, found.cost_usd, found.latency_s) == (20, 4, 0.5, 3.0)
    assert (found.reasoning_tokens, found.cached_tokens, found.created_at) == (2, 16, 1)


def test_a_published_case_has_no_twin() -> None:
    """A lone shift arm stands where the control would: its twin is not known."""
    spec = arm()
    draw = answered(questions(spec), 0, "x")
    alone = ArmQuestions(Cell("id", "test_it", spec), spec, "run", Known("model", {}), Strategies())
    found = alone.trace(draw, draw.judge([]))
    assert (found.pair_id, found.control_params) == (None, None)


def test_the_question_on_the_rule_is_judged_next_to_the_case() -> None:
    """Its outcome goes into the judgement; where it was not asked, there is none."""
    draw = answered(questions(arm()), 0, "x")
    assert draw.judge([]).understanding is None
    assert draw.comprehension is not None
    draw.comprehension.add(Answer(wrap("last letter first")))
    understanding = draw.judge([]).understanding
    assert understanding is not None
    assert understanding.outcome == "correct"
    assert [answer.text for answer in draw.answers] == [wrap("x"), wrap("last letter first")]


def test_cases_that_are_judged_together_see_the_earlier_answers() -> None:
    """An answer that an earlier draw has given already is wrong."""

    def another(rng: np.random.Generator, length: int) -> Case:
        prompt = f"A word of {length} letters, please. {rng.integers(10**9)}"
        return Case(prompt, "a", among=lambda given, earlier: Check(given not in earlier))

    draw = answered(questions(arm(another)), 0, "b")
    assert draw.judge(["a"]).outcome == "correct"
    assert draw.judge(["b"]).outcome == "wrong"


@pytest.mark.parametrize(
    ("amounts", "expected"), [([1, 2, 4], 7), ([0.5, 0.25], 0.75), ([1, None], None), ([None], None), ([3], 3)]
)
def test_a_total_with_an_unknown_part_is_unknown(amounts: list[Any], expected: float | None) -> None:
    """Unknown is not 0."""
    assert total(amounts) == expected
