"""Dialogues, comprehension questions, arms judged as a whole and chance, through the whole plugin."""

import json
import re

import pytest

from tests.plugin.conftest import Suite

DIALOGUE = '''
import pytest
from pytest_ood import Dialogue, probe, task

@task(control={"turns": 1}, declared=("prompt", "answer"))
def count_on(rng, turns):
    """Count on from a number, a turn each."""
    start = int(rng.integers(10, 10**9))
    counted = [str(start + turn) for turn in range(1, turns + 1)]

    def reply(given):
        return f"{len(given)} said. Give the next number." if len(given) < turns else None

    return Dialogue(
        f"Count on from {start}. Give the next number.", reply=reply, answers=counted,
        verify=lambda given: given == counted, lures={"start": [str(start)] * turns},
    )

@probe(count_on)
@pytest.mark.parametrize("turns", [4])
def test_counting(ood, turns):
    assert ood.robust
'''

COMPREHENSION = '''
import pytest
from pytest_ood import Case, probe, task

@task(control={"rule": "add"})
def combine(rng, rule):
    """Two numbers put together by a stated rule."""
    a, b = (int(n) for n in rng.integers(2, 10**6, 2))
    value = a + b if rule == "add" else a * b
    question = Case(f"@ means {rule}, as in {a} @ {b}. What does @ mean? Give one word.", rule, lures={"usual": "at"})
    return Case(f"@ means {rule}. What is {a} @ {b}? Give a number.", str(value), lures={"sum": str(a + b + 1)},
                comprehension=question)

@probe(combine)
@pytest.mark.parametrize("rule", ["multiply"])
def test_combining(ood, rule):
    assert ood.robust
'''
# Understands every other shifted rule, and computes right only where it understood.
HALF = """
import re
def pytest_ood_model(name):
    if name != "half":
        return None
    def say(messages):
        asked = messages[-1]["content"]
        rule = re.search("@ means ([a-z]+)", asked)[1]
        if "What does" in asked:
            half.calls += rule == "multiply"
            return f"<answer>{rule if rule == 'add' or half.calls % 2 else 'plus'}</answer>"
        a, b = map(int, re.search(r"(\\d+) @ (\\d+)", asked).groups())
        return f"<answer>{a + b}</answer>"
    return say
class half: calls = 0
"""

TOGETHER = '''
import pytest
from pytest_ood import Case, Check, probe, task

@task(control={"form": "digit"})
def another(rng, form):
    """A number that was not given yet, of 50."""
    def among(given, earlier):
        fresh = given not in earlier
        return Check(fresh and given.isdigit(), {} if fresh else {"repeats_draw": earlier.index(given)},
                     {"fresh": fresh})
    return Case(f"Give a number below 50, {form}. {rng.integers(10**9)}", str(rng.integers(50)), among=among,
                unique=False, choices=50, lures={"letter": "x"}, chance=0.25)

@probe(another, samples=20, bar=0.5)
@pytest.mark.parametrize("form", ["word"])
def test_numbers(ood, form):
    print(ood.explain())
    assert ood.robust
'''


def test_a_dialogue_is_one_trace(suite: Suite) -> None:
    """Every turn is a call, the conversation one row with all its messages, its tokens summed."""
    suite.write(DIALOGUE)
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json", "--ood-export=set").assert_outcomes(passed=1)
    (cell,) = suite.summary()["cells"]
    assert suite.answers() == cell["control"]["n"] + 4 * cell["shift"]["n"]
    from pyarrow import parquet

    rows = parquet.read_table(suite.path / "set" / "data" / "traces").to_pylist()
    (row,) = [row for row in rows if row["arm"] == "shift" and row["draw"] == 0]
    replies = [turn["content"] for turn in row["messages"] if turn["role"] == "assistant"]
    numbers = re.findall(r"<answer>(\d+)</answer>", "".join([*replies[3:], row["response"]]))
    assert row["answer_given"].split("\n\n") == numbers == row["answer_expected"].split("\n\n")
    assert len(numbers) == 4
    (one_turn,) = [row for row in rows if row["arm"] == "control" and row["draw"] == 0]
    assert row["input_tokens"] > 4 * one_turn["input_tokens"]


def test_a_lured_dialogue_is_named(suite: Suite) -> None:
    """The lure is given turn by turn, and known by its name in the end."""
    suite.write(DIALOGUE)
    suite.run("--ood-model=fake/lured", "--ood-json=out.json").assert_outcomes(failed=1)
    (cell,) = suite.summary()["cells"]
    assert (cell["verdict"], cell["lures"]) == ("brittle", {"start": cell["shift"]["wrong"]})


def test_a_dialogue_goes_on_where_it_was_cut_off(suite: Suite) -> None:
    """A budget that ends in the middle of conversations; with more of it no turn is paid for twice."""
    suite.write(DIALOGUE)
    suite.write(
        """
def pytest_ood_model(name):
    from pytest_ood import Answer, Model
    class Dear(Model):
        def most(self, request):
            return 1.0
        async def ask(self, request):
            import re
            number = int(re.findall(r"\\d{2,}", " ".join(m["content"] for m in request.messages))[0])
            turn = len(request.messages) // 2 - 3
            return Answer(f"<answer>{number + turn + 1}</answer>", cost_usd=1.0)
    return Dear(name, {})
""",
        "conftest.py",
    )
    options = ("--ood-model=dear", "--ood-samples=5", "--ood-bar=0.3", "--ood-json=out.json")
    assert suite.run(*options, "--ood-budget=14").parseoutcomes() == {"undecided": 1}
    assert suite.answers() == 14
    assert suite.summary()["cells"][0]["reason"] == "shift: budget"
    suite.run(*options, "--ood-budget=99")
    # The control arm is the first turn of the same conversations: the same questions, asked once.
    assert suite.answers() == 4 * 5
    assert tuple(suite.summary()["cells"][0][arm]["correct"] for arm in ("control", "shift")) == (5, 5)
    assert len(set(suite.rows("SELECT key FROM answers"))) == 20


def test_a_dry_run_counts_every_turn(suite: Suite) -> None:
    """At most all turns of all draws, and no more than the first of each for certain."""
    suite.write(DIALOGUE)
    result = suite.run("--ood-model=fake/oracle", "--ood-dry-run", "--ood-samples=10")
    assert re.search(r"calls +20 +50 +50 +50 +50\n", result.stdout.str())
    suite.run("--ood-model=fake/oracle", "--ood-samples=10")
    result = suite.run("--ood-model=fake/oracle", "--ood-dry-run", "--ood-samples=10")
    assert re.search(r"calls +0 +0 +0 +0 +0 +50\n", result.stdout.str())


def test_the_gap_where_the_rule_was_understood(suite: Suite) -> None:
    """Next to the plain gap; the trace says what was answered to the question on the rule."""
    suite.write(COMPREHENSION)
    suite.write(HALF, "conftest.py")
    result = suite.run("--ood-model=half", "--ood-samples=20", "--ood-json=out.json", "--ood-concurrency=1", "-vv")
    result.assert_outcomes(failed=1)
    (cell,) = suite.summary()["cells"]
    assert cell["control"]["understood"]["correct"] == cell["control"]["correct"] == 20
    assert cell["shift"]["understood"]["wrong"] == 10
    assert (cell["gap"]["estimate"], cell["gap_understood"]["estimate"], cell["gap_understood"]["pairs"]) == (
        1.0,
        1.0,
        10,
    )
    assert suite.answers() == 80
    result.stdout.fnmatch_lines(
        ["gap      +1.00 * on 10 pairs (* % bounds), where the rule was understood in both arms"]
    )
    result.stdout.fnmatch_lines(["shift    rule understood in 10 of 20, 0 of these right"])
    details = [json.loads(json.loads(row)["detail"]) for (row,) in suite.rows("SELECT row FROM traces")]
    assert {"outcome": "wrong", "given": "plus"} in [detail["comprehension"] for detail in details]


def test_the_same_question_on_the_rule_is_asked_once(suite: Suite) -> None:
    """Not once a draw: an arm has one answer to it, which counts for all draws."""
    suite.write(COMPREHENSION.replace(", as in {a} @ {b}", ""))
    suite.run("--ood-model=fake/lured", "--ood-samples=20", "--ood-json=out.json")
    (cell,) = suite.summary()["cells"]
    assert suite.answers() == 2 * 20 + 2
    assert cell["control"]["understood"]["correct"] == 20
    suite.run("--ood-model=fake/lured", "--ood-samples=30", "--ood-json=out.json")
    assert suite.answers() == 2 * 30 + 2
    assert suite.summary()["cells"][0]["control"]["understood"]["correct"] == 30


def test_an_arm_judged_as_a_whole(suite: Suite) -> None:
    """An answer that an earlier draw gave is wrong; the figure of a uniform sampler and chance are shown too."""
    suite.write(TOGETHER)
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    (cell,) = suite.summary()["cells"]
    for arm in ("control", "shift"):
        expected = 50 * (1 - (1 - 1 / 50) ** 20) / 20
        assert cell[arm]["uniform"] == pytest.approx(expected)
        assert cell[arm]["scores"]["fresh"] == cell[arm]["accuracy"]
        assert (cell[arm]["chance"], cell[arm]["beats_chance"]) == (0.25, True)
    given = [json.loads(row) for (row,) in suite.rows("SELECT row FROM traces ORDER BY place, draw")]
    for arm in ("control", "shift"):
        texts = [row["answer_given"] for row in given if row["arm"] == arm]
        repeats = [text in texts[:draw] for draw, text in enumerate(texts)]
        assert [row["outcome"] == "wrong" for row in given if row["arm"] == arm] == repeats
        assert any(repeats)


def test_an_arm_no_better_than_chance_says_so(suite: Suite) -> None:
    """In the explanation, the table and the summary."""
    suite.write(TOGETHER)
    result = suite.run("--ood-model=fake/noisy-0.4", "--ood-json=out.json", "--ood-undecided=fail", "-vv")
    (cell,) = suite.summary()["cells"]
    assert cell["shift"]["beats_chance"] is False
    result.stdout.fnmatch_lines(["shift    not shown to do better than guessing (0.25)"])
    result.stdout.fnmatch_lines(["  control and shift not above chance"])
