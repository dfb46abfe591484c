"""Several models in one run are compared; --ood-compare asks them on until they are told apart."""

from typing import Any

import pytest

from pytest_ood.dataset import schema
from tests.plugin.conftest import PROBE, Suite

JSON = "--ood-json=out.json"
ORACLE, LURED, NOISY = "--ood-model=fake/oracle", "--ood-model=fake/lured", "--ood-model=fake/noisy-0.9"
BREAKS_LATE = """
import pytest
from pytest_ood import Case, probe, task

@task(control={"size": 1})
def fragile(rng, size):
    number = int(rng.integers(1000))
    if size == 3 and rng.random() < 0.02:
        raise RuntimeError("the task broke")
    return Case(f"Say {number}, size {size}.", str(number), input="1")

@probe(fragile)
@pytest.mark.parametrize("size", [2, 3])
def test_fragile(ood, size):
    assert not ood.brittle
"""


def compared(suite: Suite) -> list[tuple[str, str, str | None]]:
    """Who is compared with whom, and what is shown."""
    rows = suite.summary()["comparisons"]
    return [(row["a"]["label"], row["b"]["label"], row["shown"]) for row in rows]


def verdicts(suite: Suite) -> list[dict[str, Any]]:
    """Of each cell what its verdict is and rests on."""
    names = ("id", "verdict", "reason", "gap", "gap_understood")
    of_arms = ("judged", "estimate", "low", "high")
    return [
        {
            **{name: cell[name] for name in names},
            **{arm: {n: cell[arm][n] for n in of_arms} for arm in ("control", "shift")},
        }
        for cell in suite.summary()["cells"]
    ]


def draws(suite: Suite) -> list[tuple[int, int]]:
    """How many draws of control and shift each cell asked."""
    return [(cell["control"]["n"], cell["shift"]["n"]) for cell in suite.summary()["cells"]]


def test_two_models_are_compared(suite: Suite) -> None:
    """In the summary, as its schema says, and in a line of the terminal."""
    result = suite.run(ORACLE, LURED, JSON, "--ood-samples=20")
    schema.check(suite.summary(), "summary")
    assert compared(suite) == [("fake/oracle", "fake/lured", "a")]
    (row,) = suite.summary()["comparisons"]
    (task,) = row["tasks"]
    # The control, which both get right, and two sizes that only one does.
    assert (task["pairs"], task["a_only"], task["b_only"]) == (60, 40, 0)
    assert row["estimate"] == pytest.approx(2 / 3)
    assert row["low"] > 0
    result.stdout.fnmatch_lines(["fake/oracle is better than fake/lured: evidence * to 1 over 1 task; +.67*"])


def test_one_model_is_compared_with_nobody(suite: Suite) -> None:
    """No rows, and no words about it."""
    result = suite.run(ORACLE, JSON)
    assert compared(suite) == []
    result.stdout.no_fnmatch_line("*compared on the draws*")


def test_strategies_are_compared(suite: Suite) -> None:
    """Under the names by which one tells them apart."""
    suite.run(ORACLE, "--ood-strategy=direct", "--ood-strategy=cot", JSON)
    assert compared(suite) == [("fake/oracle (direct)", "fake/oracle (cot)", None)]


def test_without_the_option_nothing_more_is_asked(suite: Suite) -> None:
    """Each cell ends when it is decided."""
    suite.run(ORACLE, NOISY, JSON)
    # Seventeen right answers decide, in waves of 3, 8 and 8.
    assert draws(suite)[:2] == [(19, 19), (19, 19)]


def test_equal_models_are_asked_to_the_end(suite: Suite) -> None:
    """The same draws of both, up to the maximum; no verdict changes, and nothing fails."""
    models = [ORACLE, "--ood-model=fake/noisy-1.0", JSON, "--ood-max-samples=40"]
    assert suite.run(*models).parseoutcomes() == {"passed": 4}
    before = verdicts(suite)
    assert suite.run(*models, "--ood-compare").parseoutcomes() == {"passed": 4}
    assert verdicts(suite) == before
    assert set(draws(suite)) == {(40, 40)}
    assert compared(suite) == [("fake/oracle", "fake/noisy-1.0", None)]
    assert suite.summary()["totals"]["verdicts"]["robust"] == 4


def test_models_that_differ_are_asked_until_it_is_shown(suite: Suite) -> None:
    """And no further: the cells' own draws would not do here."""
    models = [ORACLE, "--ood-model=fake/noisy-0.8", JSON]
    suite.run(*models, "-k", "2")
    before = verdicts(suite)
    assert compared(suite)[0][2] is None
    suite.run(*models, "-k", "2", "--ood-compare")
    assert verdicts(suite) == before
    assert compared(suite)[0][2] == "a"
    control, shift = suite.summary()["cells"][0]["control"]["n"], suite.summary()["cells"][0]["shift"]["n"]
    assert 19 < control == shift < 100


def test_what_is_asked_on_is_in_the_dataset(suite: Suite) -> None:
    """Every draw is a trace, and a run that was cut short is completed from the store."""
    models = [ORACLE, "--ood-model=fake/noisy-1.0", JSON, "--ood-max-samples=30", "--ood-compare", "-k", "2"]
    suite.run(*models, "--ood-export=data")
    assert suite.summary()["totals"]["calls"] == 2 * 60
    assert suite.rows("SELECT count(*) FROM traces") == [(120,)]
    suite.run(*models)
    assert suite.summary()["totals"]["calls"] == 0


def test_a_model_that_never_answers_is_not_asked_on(suite: Suite) -> None:
    """Nothing could be shown about it; the other one stays as it was."""
    suite.run(ORACLE, "--ood-model=fake/empty", JSON, "--ood-compare", "-k", "2")
    (oracle, empty) = draws(suite)
    assert empty == (6, 0)
    assert max(oracle) < 30


def test_there_may_be_nothing_to_compare(suite: Suite) -> None:
    """Which is said, and fails nothing."""
    result = suite.run(ORACLE, "--ood-compare")
    assert result.parseoutcomes() == {"passed": 2}
    result.stdout.fnmatch_lines(["--ood-compare: nothing to compare;*"])


def test_a_task_that_breaks_while_it_is_asked_on(suite: Suite) -> None:
    """The cells that needed it show the error; the others go on."""
    suite.write(BREAKS_LATE)
    models = [ORACLE, "--ood-model=fake/noisy-1.0"]
    assert suite.run(*models).parseoutcomes() == {"passed": 4}
    result = suite.run(*models, "--ood-compare")
    assert result.parseoutcomes() == {"passed": 2, "errors": 2}
    result.stdout.fnmatch_lines(["*RuntimeError: the task broke*"])


def test_a_budget_ends_the_comparison(suite: Suite) -> None:
    """What was judged keeps its verdict."""
    suite.write(
        """
import pytest_ood

class Priced(pytest_ood.Model):
    async def ask(self, request):
        word = request.messages[-1]["content"].split()[1]
        return pytest_ood.Answer(f"<answer>{word[::-1]}</answer>", cost_usd=0.5)

    def most(self, request):
        return 0.5

def pytest_ood_model(name, args):
    return Priced(name, args)
""",
        "conftest.py",
    )
    models = ["--ood-model=one", "--ood-model=two", JSON, "--ood-compare", "-k", "2", "--ood-budget=50"]
    assert suite.run(*models).parseoutcomes()["passed"] == 2
    summary = suite.summary()
    assert 49 <= summary["totals"]["cost_usd"] <= 50
    assert sum(cell["cost_usd"] for cell in summary["cells"]) == pytest.approx(summary["totals"]["cost_usd"])


def test_two_workers_ask_on_what_one_process_asks_on(suite: Suite) -> None:
    """Each worker runs the same rule on all cells; the store sees to it that nothing is asked twice."""
    suite.write(PROBE.replace("[2, 3]", "[2, 3, 4]"))
    models = [ORACLE, NOISY, "--ood-compare", "--ood-max-samples=40"]
    suite.run_apart(*models, "--ood-store=serial.db", "--ood-json=serial.json")
    suite.run_apart(*models, "--ood-store=shared.db", "--ood-json=shared.json", "-n2")
    serial, shared = suite.summary("serial.json"), suite.summary("shared.json")
    assert serial["cells"] == shared["cells"]
    assert serial["comparisons"] == shared["comparisons"] != []
    assert serial["totals"]["calls"] == shared["totals"]["calls"]


def test_what_is_compared_stays_in_one_shard(suite: Suite) -> None:
    """Otherwise no machine could ask on the same draws of both."""
    other = PROBE.partition("@probe")[2].replace("(spell)", '(spell, control={"size": 4})', 1).replace("2, 3", "5, 6")
    suite.write(PROBE + "@probe" + other.replace("test_spell", "test_again"))
    for shard in ("1/2", "2/2"):
        suite.run(ORACLE, NOISY, JSON, "--ood-compare", f"--ood-shard={shard}")
        models = [cell["model"] for cell in suite.summary()["cells"]]
        assert sorted(models) == ["fake/noisy-0.9"] * 2 + ["fake/oracle"] * 2
        assert len(compared(suite)) == 1
