"""--ood-json, --ood-export, --ood-budget and --ood-dry-run through the whole plugin."""

import json
import re
import sys

import pytest

from pytest_ood.dataset import schema
from pytest_ood.models.fake import FakeModel
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite

PRICED = """
import pytest_ood

class Priced(pytest_ood.Model):
    async def ask(self, request):
        word = request.messages[-1]["content"].split()[1]
        return pytest_ood.Answer(f"<answer>{word[::-1]}</answer>", cost_usd=0.5, input_tokens=100, output_tokens=10)

    def price(self):
        return 0.001, 0.002

    def most(self, request):
        return 1.0

def pytest_ood_model(name, args):
    if name == "mine/priced":
        return Priced(name, args)
    if name == "mine/unpriced":
        return lambda messages: "<answer>x</answer>"
"""


@pytest.fixture
def priced(suite: Suite) -> Suite:
    """The suite, with a model that costs half a dollar a call and may cost a dollar."""
    suite.write(PRICED, "conftest.py")
    return suite


# --ood-json


def test_the_summary_is_as_its_schema_says(suite: Suite) -> None:
    """Every field, for all kinds of verdicts."""
    models = [f"--ood-model=fake/{kind}" for kind in ("oracle", "lured", "copy", "empty", "error", "noisy-0.7")]
    suite.run(*models, "--ood-json=out.json", "--ood-strategy=direct", "--ood-strategy=cot")
    summary = suite.summary()
    schema.check(summary, "summary")
    assert len(summary["cells"]) == 2 * 6 * 2
    verdicts = summary["totals"]["verdicts"]
    assert set(verdicts) == {"robust", "brittle", "degraded", "incapable", "undecided"}
    assert (verdicts["robust"], verdicts["brittle"]) == (4, 4)
    assert min(verdicts["incapable"], verdicts["undecided"]) >= 4
    assert sum(summary["totals"]["verdicts"].values()) == summary["totals"]["cells"] == 24


def test_the_cells_are_in_the_order_of_the_tests(suite: Suite) -> None:
    """Whatever was ready first."""
    suite.write(PROBE.replace("[2, 3]", "[9, 2, 5, 3]"))
    suite.run("--ood-model=fake/noisy-0.8", "--ood-json=out.json")
    assert list(suite.verdicts()) == [f"test_spell[{size}]" for size in (9, 2, 5, 3)]


def test_a_cell_says_what_it_was(suite: Suite) -> None:
    """Field by field."""
    suite.run("--ood-model=fake/lured", "--ood-json=out.json", "-k", "2")
    (cell,) = suite.summary()["cells"]
    assert (cell["lures"], cell["cost_usd"]) == ({"copied": 11}, 0.0)
    gap = cell["gap"]
    assert (gap["estimate"], gap["pairs"], gap["alpha"], gap["shown"]) == (1.0, 9, 0.01, True)
    assert 0 < gap["low"] < 1.0 == gap["high"]
    assert gap["evidence"] >= 100
    assert (cell["control"]["judged"], cell["control"]["estimate"], cell["shift"]["estimate"]) == (9, 1.0, 0.0)
    assert {name: cell[name] for name in ("id", "probe", "task", "task_version", "family", "params")} == {
        "id": "test_probe.py::test_spell[2]",
        "probe": "test_probe.py::test_spell",
        "task": "test_probe.spell",
        "task_version": 1,
        "family": "spelling",
        "params": {"size": 2},
    }
    assert (cell["control_params"], cell["model"], cell["strategy"]) == ({"size": 1}, "fake/lured", "direct")
    assert (cell["shift"]["n"], cell["shift"]["wrong"], cell["shift"]["accuracy"]) == (11, 11, 0.0)


def test_a_summary_says_which_model_could_not_be_asked(suite: Suite) -> None:
    """A gate that reads it finds it."""
    result = suite.run("--ood-model=fake/fatal", "--ood-json=out.json")
    assert (result.ret, result.parseoutcomes()) == (COULD_NOT_ASK, {"undecided": 2})
    assert {(cell["verdict"], cell["reason_code"]) for cell in suite.summary()["cells"]} == {("undecided", "provider")}
    (state,) = suite.summary()["model_states"]
    expected = {"model": "fake/fatal", "refusals": 0, "pace": None, "dead": "", "no_tools": None, "dropped": []}
    assert {**state, "dead": ""} == expected
    assert state["dead"].startswith("fake/fatal")
    schema.check(suite.summary(), "summary")
    assert suite.summary()["totals"]["calls"] == 1


def test_a_file_that_can_no_longer_be_written_loses_nothing(suite: Suite) -> None:
    """Something took its place meanwhile: the message says that the store has everything."""
    suite.write(PROBE.replace("assert ood.robust", "import pathlib\n    pathlib.Path('out.json').mkdir(exist_ok=True)"))
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    result.stdout.fnmatch_lines(["*out.json*every answer is kept in *store.db*"])
    assert suite.answers() == 57


# --ood-export


def test_the_dataset_has_every_trace(suite: Suite) -> None:
    """Failures are those whose outcome is wrong; the terminal says how many."""
    import pyarrow.parquet

    result = suite.run("--ood-model=fake/lured", "--ood-export=data")
    result.stdout.fnmatch_lines(["dataset: data (22 failures, 33 traces)"])
    rows = {
        config: pyarrow.parquet.read_table(suite.path / "data" / "data" / config).to_pylist()
        for config in ("failures", "traces")
    }
    assert [len(rows["failures"]), len(rows["traces"])] == [22, 33]
    assert {row["outcome"] for row in rows["failures"]} == {"wrong"}
    assert {row["lure"] for row in rows["failures"]} == {"copied"}
    assert {json.loads(row["params"])["size"] for row in rows["failures"]} == {2, 3}
    for row in rows["traces"]:
        schema.check({**row, "created_at": row["created_at"]}, "trace")


def test_the_dataset_loads(suite: Suite) -> None:
    """With `datasets.load_dataset` and nothing of ours, in a process of its own and offline."""
    suite.run("--ood-model=fake/lured", "--ood-export=data")
    code = (
        "import datasets\n"
        "default, traces = datasets.load_dataset('data'), datasets.load_dataset('data', 'traces')\n"
        "(split,), (all_of_them,) = default.values(), traces.values()\n"
        "print(split.num_rows, all_of_them.num_rows, split[0]['lure'])\n"
    )
    suite.write(code, "load.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("HF_HOME", str(suite.path / "home"))
        result = suite.pytester.run(sys.executable, "load.py")
    assert result.outlines[-1] == "22 33 copied"


def test_a_second_run_adds_to_the_dataset_only_what_is_new(suite: Suite) -> None:
    """The same questions are the same rows."""
    suite.run("--ood-model=fake/lured", "--ood-export=data")
    again = suite.run("--ood-model=fake/lured", "--ood-export=data")
    again.stdout.fnmatch_lines(["dataset: data (0 failures, 0 traces)"])
    other = suite.run("--ood-model=fake/copy", "--ood-export=data")
    other.stdout.fnmatch_lines(["dataset: data (3 failures, 3 traces)"])


# --ood-budget


def test_a_budget_holds(priced: Suite) -> None:
    """What is not asked is undecided for that reason; the total stays below the cap."""
    result = priced.run("--ood-model=mine/priced", "--ood-budget=12", "--ood-json=out.json")
    assert result.parseoutcomes() == {"undecided": 2}
    summary = priced.summary()
    assert summary["totals"]["cost_usd"] == 11.5, "after 23 calls a 24th may cost too much"
    assert {cell["verdict"] for cell in summary["cells"]} == {"undecided"}
    assert {cell["reason"].partition(": ")[2] for cell in summary["cells"]} == {"budget"}


def test_a_raised_budget_goes_on(priced: Suite) -> None:
    """Nothing is paid for twice."""
    priced.run("--ood-model=mine/priced", "--ood-budget=12")
    result = priced.run("--ood-model=mine/priced", "--ood-budget=30", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 2}
    assert priced.summary()["totals"]["cost_usd"] == (57 - 23) * 0.5


def test_a_budget_without_a_price(priced: Suite) -> None:
    """Says how to give one; nothing is asked."""
    result = priced.run("--ood-model=mine/unpriced", "--ood-budget=12")
    assert result.ret == COULD_NOT_ASK
    assert "--ood-budget: no price is known for mine/unpriced" in result.stdout.str()
    assert priced.calls() == {}


def test_a_budget_holds_over_two_workers(priced: Suite) -> None:
    """It is the run's, not each process's."""
    result = priced.run_apart("-n2", "--ood-model=mine/priced", "--ood-budget=12", "--ood-json=out.json")
    assert result.returncode == 0, result.stdout
    assert set(priced.verdicts().values()) == {"undecided"}
    assert priced.summary()["totals"]["cost_usd"] == 11.5


# --ood-dry-run


def test_a_dry_run_counts_and_asks_nothing(priced: Suite) -> None:
    """Least and most calls, tokens and cost, a shared control arm once; and the exit is a good one."""
    result = priced.run("--ood-model=mine/priced", "--ood-dry-run")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "*ood: dry run, nothing was asked*",
            "calls *min *hopeless *middling *strong *max",
            "spelling - test_probe.py",
            "  test_spell *3 * 300",
            "all",
            "  calls *3 * 300",
            "  tokens out *900 * 90k",
            "  cost *$* $*",
        ]
    )
    assert priced.calls() == {}
    assert max(map(len, result.outlines)) <= 100


def test_a_dry_run_knows_the_store(suite: Suite) -> None:
    """After a run there is less to ask."""
    suite.run("--ood-model=fake/oracle")
    result = suite.run("--ood-model=fake/oracle", "--ood-dry-run")
    result.stdout.fnmatch_lines(["  calls*  243  *57"])


def test_a_dry_run_of_fixed_samples_is_exact(suite: Suite) -> None:
    """Least is most."""
    result = suite.run("--ood-model=fake/oracle", "--ood-dry-run", "--ood-samples=7")
    result.stdout.fnmatch_lines(["  calls *21 *21 *21 *21 *21"])


def test_a_dry_run_asks_no_fake_either(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even what costs nothing."""

    def never(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(FakeModel, "ask", never)
    assert suite.run("--ood-model=fake/oracle", "--ood-dry-run").ret == pytest.ExitCode.OK


def test_a_dry_run_is_of_one_process(suite: Suite) -> None:
    """Two would count twice: the message says what to add."""
    result = suite.run("--ood-model=fake/oracle", "--ood-dry-run", "-n2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search("^ERROR: --ood-dry-run: .*; add -n0$", result.stderr.str(), re.M)
