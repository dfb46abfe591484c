"""Measuring without pytest."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_ood import Case, Curve, Message, Outcome, measure, measure_curve, task
from pytest_ood.asking.making import CellError
from pytest_ood.models.base import ModelError

HOSTILE = "</pre><script>alert(1)</script>\x1b[2J"


@task(control={"size": 1}, family="spelling", declared=("prompt", "answer"))
def spell(rng: Any, size: int, mark: str = ".") -> Case:
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), 8))
    question = f"Spell {word} backward, size {size}{mark}"
    return Case(question, word[::-1], lures={"copied": word}, input=word)


@task(control={"size": 1}, family="spelling")
def strategic(rng: Any, size: int, strategy: str = "") -> Case:
    """A task with a parameter that is named like an option."""
    return Case(f"{strategy} {size} {rng.integers(10**9)}", "yes")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default store lies in the current directory."""
    monkeypatch.chdir(tmp_path)


def test_an_outcome_as_a_probe_gets_it() -> None:
    """Verdict, arms, lures, failures: the same object as the fixture's."""
    outcome = measure(spell, "fake/lured", size=3)
    assert isinstance(outcome, Outcome)
    assert outcome.brittle
    assert (outcome.control.correct, outcome.shift is not None and outcome.shift.wrong) == (11, 11)
    assert outcome.lures == {"copied": 11}
    assert [trace.arm for trace in outcome.failures] == ["shift"] * 11
    assert "copied x11" in outcome.explain()


def test_options() -> None:
    """Bar, draws, seed and strategy are those of the plugin."""
    outcome = measure(spell, "fake/oracle", size=3, bar=0.5, samples=7, seed=3, strategy="cot", system="Be brief.")
    sampling, condition = outcome.control.sampling, outcome.cell.condition
    assert (outcome.control.n, sampling.bar, condition.strategy, condition.system) == (7, 0.5, "cot", "Be brief.")
    assert {trace.seed for trace in outcome.each_trace()} == {3}
    assert outcome.control.traces[0].messages[0] == {"role": "system", "content": "Be brief."}


def test_a_function_is_a_model() -> None:
    """Plain or async; what it raises is an error of its draw."""
    words: list[str] = []

    def backward(messages: Sequence[Message]) -> str:
        words.append(messages[-1]["content"].split()[1])
        return f"<answer>{words[-1][::-1]}</answer>"

    async def silent(messages: Sequence[Message]) -> str:
        await asyncio.sleep(0)
        return f"I have read {len(messages)} messages."

    assert measure(spell, backward, size=2).robust
    assert len(words) == 38
    outcome = measure(spell, silent, size=2)
    assert (outcome.undecided, outcome.reason_code) == (True, "unscored")


class Counting:
    """A model that spells backward, and counts its calls."""

    calls = 0

    def __call__(self, messages: Sequence[Message]) -> str:
        self.calls += 1
        return f"<answer>{messages[-1]['content'].split()[1][::-1]}</answer>"


@pytest.mark.slow
def test_in_further_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is given by its name answers there as it does here."""
    text = "import os\ndef answer(messages):\n    return f'<answer>{os.getpid()}</answer>'\n"
    (tmp_path / "ood_answers.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    outcome = measure(spell, "python:ood_answers:answer", size=3, samples=4, workers=1)
    (pid,) = {trace.answer_given for trace in outcome.failures}
    assert pid is not None
    assert int(pid) != os.getpid()
    assert len(outcome.failures) == 8


def test_the_store_answers_the_second_time() -> None:
    """Also for a probe of the plugin, which has the same store by default."""
    counting = Counting()
    first = measure(spell, counting, size=2)
    second = measure(spell, counting, size=2)
    assert (first.verdict, counting.calls) == (second.verdict, 38)
    measure(spell, counting, size=2, refresh=True)
    assert counting.calls == 76


def test_in_a_running_event_loop() -> None:
    """As in a notebook."""

    async def cell() -> Outcome:
        return measure(spell, "fake/oracle", size=2)

    assert asyncio.run(cell()).robust


def test_a_curve_over_one_parameter() -> None:
    """Its values in order; the control twin is asked once, and is a point of the curve where it is among them."""
    curve = measure_curve(spell, "fake/lured", size=[1, 2, 4], mark="!")
    assert isinstance(curve, Curve)
    assert [(value, outcome.verdict.value) for value, outcome in curve] == [
        (1, "robust"),
        (2, "brittle"),
        (4, "brittle"),
    ]
    assert curve[1].shift is None
    assert (len(curve), curve.parameter) == (3, "size")
    # The control point goes on until it clears the bar, a collapse until the gap is shown.
    assert [outcome.control.outcomes.count("correct") for _, outcome in curve] == [19, 11, 11]
    assert curve._repr_html_().startswith("<svg")


def reading_up_to(largest: int) -> Any:
    """A model that spells backward up to a size, and copies from there on."""

    def answer(messages: Sequence[Message]) -> str:
        found = re.search(r"Spell (\w+) backward, size (\d+)", messages[-1]["content"])
        assert found
        return f"<answer>{found[1][::-1] if int(found[2]) <= largest else found[1]}</answer>"

    return answer


def test_a_curve_says_where_the_model_breaks() -> None:
    """The parameter given as a list is the size, whatever the task says."""
    curve = measure_curve(spell, reading_up_to(4), size=[16, 2, 4, 64])
    assert (curve.holds_to, curve.breaks_by) == (4, 16)
    assert curve.horizon is not None
    assert curve.horizon.median is not None
    assert 4 < curve.horizon.median < 16
    assert curve.sentence.startswith("holds to 4, breaks by 16; horizon ")
    assert re.search(r'; all [0-9]+ wrong answers are "copied"$', curve.sentence)
    assert repr(curve).startswith(f"Curve: {curve.sentence}\n")
    html = curve._repr_html_()
    assert html.endswith(" wrong answers are &quot;copied&quot;</p>")
    assert f">horizon {curve.horizon.median:.2g}</text>" in html
    assert curve.row is not None
    assert [point["size"] for point in curve.row["points"]] == [2, 4, 16, 64]


def test_a_curve_over_words_shows_its_outcomes_only() -> None:
    """They have no order."""
    curve = measure_curve(spell, "fake/oracle", size=3, mark=["!", "?"])
    assert len(curve) == 2
    assert (curve.row, curve.horizon, curve.holds_to, curve.breaks_by, curve.sentence) == (None, None, None, None, "")
    assert curve._repr_html_().endswith("</svg>\n")


def test_html_of_a_hostile_answer() -> None:
    """What a model says is text, also in a notebook."""
    html = measure(spell, lambda _: f"<answer>{HOSTILE}</answer>", size=2)._repr_html_()
    assert "alert(1)" in html
    assert "<script" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"size": 2, "pace": 3}, CellError, "pace=3"),
        ({"sise": 2}, CellError, "did you mean size"),
        ({}, CellError, "needs size"),
        ({"size": 2, "bar": 2}, ValueError, "bar=2"),
        ({"size": 2, "samples": 0}, ValueError, "samples=0"),
        ({"size": 2, "bar": 0.99}, ValueError, "max_samples=100: cannot show a bar of 0.99"),
        ({"size": 2, "alpha": 0}, ValueError, "alpha=0"),
        ({"size": 2, "budget": -1}, ValueError, "budget=-1"),
        ({"size": 2, "workers": -1}, ValueError, "workers=-1: give a whole number from 0"),
        ({"size": 2, "workers": 2}, ValueError, "workers=2: fake/oracle can only be asked in this process"),
        ({"size": 2, "strategy": "tot"}, ValueError, "strategy='tot': unknown strategy"),
    ],
)
def test_what_is_wrong_is_named(keywords: dict[str, Any], error: type[Exception], words: str) -> None:
    """The argument, its value and the fix, before anything is asked."""
    with pytest.raises(error) as raised:
        measure(spell, "fake/oracle", **keywords)
    assert words in str(raised.value)
    assert not Path(".ood").exists()


def test_a_parameter_that_is_named_like_an_option() -> None:
    """Goes into `params`, next to the option of that name."""
    with pytest.raises(ValueError, match=r"params=\{'strategy'"):
        measure(strategic, "fake/oracle", size=2, strategy="cot")
    outcome = measure(strategic, "fake/oracle", size=2, strategy="cot", params={"strategy": "?"})
    assert (outcome.cell.params["strategy"], outcome.cell.condition.strategy) == ("?", "cot")


def test_an_unknown_model() -> None:
    """Is an error of its own kind."""
    with pytest.raises(ModelError, match="fake/oracle"):
        measure(spell, "fake/orcale", size=2)


@pytest.mark.parametrize("sizes", [{}, {"size": 2}, {"size": []}, {"size": [1], "mark": ["."]}])
def test_a_curve_needs_one_list(sizes: dict[str, Any]) -> None:
    """It is drawn over one parameter."""
    with pytest.raises(ValueError, match="measure_curve: got"):
        measure_curve(spell, "fake/oracle", **sizes)


SCRIPT = """
import json, sys
from pytest_ood import measure
from pytest_ood.families import operators

outcome = measure(operators.arithmetic, "fake/lured", swap="+*", operands=3)
print(json.dumps([outcome.verdict.value, "pytest" in sys.modules, "litellm" in sys.modules]))
"""


def test_a_script_does_not_import_pytest(tmp_path: Path) -> None:
    """Nor litellm, while no call goes there."""
    ran = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == ["brittle", False, False]


def test_the_plugin_asks_nothing_that_a_script_asked(pytester: pytest.Pytester, monkeypatch: Any) -> None:
    """The same store, keys and seed."""
    monkeypatch.chdir(pytester.path)
    pytester.makeini("[pytest]\n")
    pytester.makepyfile(
        spelling="""
        from pytest_ood import Case, task

        @task(control={"size": 1}, family="spelling")
        def spell(rng, size):
            word = "".join(rng.choice(list("abcdefgh"), 8))
            return Case(f"Spell {word} backward, size {size}.", word[::-1], lures={"copied": word}, input=word)
        """,
        test_spelling="""
        import pytest
        from pytest_ood import probe
        from spelling import spell

        @probe(spell)
        @pytest.mark.parametrize("size", [3])
        def test_spell(ood, size):
            assert ood.robust
        """,
        script="""
        from pytest_ood import measure
        from spelling import spell

        assert measure(spell, "fake/oracle", size=3).robust
        """,
    )
    subprocess.run([sys.executable, "script.py"], cwd=pytester.path, check=True)
    result = pytester.runpytest_subprocess("--ood-model=fake/oracle", "--ood-json=out.json")
    result.assert_outcomes(passed=1)
    totals = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["totals"]
    assert (totals["calls"], totals["from_store"]) == (0, 38)
