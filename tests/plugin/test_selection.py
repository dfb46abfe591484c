"""Probes are tests like any other: ids, selection, collection, order, and suites that have none."""

import pytest

from pytest_ood.plugin.session import NO_MODEL
from tests.plugin.conftest import PROBE, TASK, Suite

NO_PROBE = """
def test_sum():
    assert 1 + 1 == 2
"""
LOADED = """
import sys

def pytest_unconfigure():
    heavy = {"numpy", "litellm", "datasets", "pyarrow", "jsonschema", "asyncio"}
    heavy |= {"pytest_ood.asking.run", "pytest_ood.plugin.probes", "pytest_ood.plugin.session"}
    print("loaded:", sorted(heavy & set(sys.modules)))
"""


def ids(result: pytest.RunResult) -> list[str]:
    """The test ids that --collect-only -q lists."""
    return [line.partition("::")[2] for line in result.outlines if "::" in line]


def test_a_probe_passes_where_the_model_is_robust(suite: Suite) -> None:
    """The shortest way through everything."""
    result = suite.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"passed": 2}


def test_a_probe_fails_where_the_model_is_brittle(suite: Suite) -> None:
    """With the letter and the word of its verdict, and still counted as failed."""
    result = suite.run("--ood-model=fake/lured")
    assert result.parseoutcomes() == {"failed": 2}
    result.stdout.fnmatch_lines(["test_probe.py BB*", "BRITTLE test_probe.py::test_spell?2? - *brittle*"])


def test_one_model_leaves_the_ids_alone(suite: Suite) -> None:
    """Ids that other tools know do not change with the first model."""
    assert ids(suite.run("--collect-only", "-q", "--ood-model=fake/oracle")) == ["test_spell[2]", "test_spell[3]"]


def test_several_models_are_named_in_the_ids(suite: Suite) -> None:
    """Every probe runs once per model."""
    found = ids(suite.run("--collect-only", "-q", "--ood-model=fake/oracle", "--ood-model=fake/lured"))
    expected = [f"test_spell[{model}-{size}]" for size in (2, 3) for model in ("fake/oracle", "fake/lured")]
    assert sorted(expected) == sorted(found)


def test_several_strategies_are_named_in_the_ids(suite: Suite) -> None:
    """Every probe runs once per strategy."""
    args = ["--ood-model=fake/oracle", "--ood-strategy=direct", "--ood-strategy=cot"]
    found = ids(suite.run("--collect-only", "-q", *args))
    expected = [f"test_spell[{strategy}-{size}]" for size in (2, 3) for strategy in ("direct", "cot")]
    assert sorted(expected) == sorted(found)


def test_models_and_strategies_multiply(suite: Suite) -> None:
    """Model by strategy by parameter: each a cell with its own verdict."""
    models, strategies = ("fake/oracle", "fake/lured"), ("direct", "cot")
    args = [f"--ood-model={name}" for name in models] + [f"--ood-strategy={name}" for name in strategies]
    result = suite.run(*args, "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 4, "failed": 4}
    assert {
        f"test_spell[{model}-{strategy}-{size}]": verdict
        for model, verdict in zip(models, ("robust", "brittle"), strict=True)
        for strategy in strategies
        for size in (2, 3)
    } == suite.verdicts()


def test_a_model_named_twice_is_one(suite: Suite) -> None:
    """It would be the same question."""
    assert len(ids(suite.run("--collect-only", "-q", "--ood-model=fake/oracle", "--ood-model=fake/oracle"))) == 2


def test_k_asks_only_what_it_selects(suite: Suite) -> None:
    """A deselected probe costs nothing."""
    result = suite.run("--ood-model=fake/oracle", "-k", "2")
    assert result.parseoutcomes() == {"passed": 1, "deselected": 1}
    assert suite.answers() == 38


def test_m_selects_probes(suite: Suite) -> None:
    """`-m ood` is every probe, `-m "not ood"` is none and asks nothing."""
    suite.write(PROBE + NO_PROBE)
    assert suite.run("--ood-model=fake/oracle", "-m", "ood").parseoutcomes() == {"passed": 2, "deselected": 1}
    before = suite.answers()
    result = suite.run("--ood-model=fake/lured", "-m", "not ood")
    assert result.parseoutcomes() == {"passed": 1, "deselected": 2}
    assert before == suite.answers()


def test_x_stops_asking(suite: Suite) -> None:
    """The first failure ends the run; what has come in by then is kept and reported."""
    suite.write(PROBE.replace("[2, 3]", "range(2, 30)"))
    args = ["--ood-model=fake/lured", "--ood-model-arg=delay=0.02", "--ood-concurrency=4", "-x", "--ood-json=out.json"]
    result = suite.run(*args)
    assert result.parseoutcomes() == {"failed": 1}
    assert suite.verdicts() == {"test_spell[2]": "brittle"}
    assert 24 <= suite.answers() < 21 + 28 * 3


def test_lf_runs_what_failed_last(suite: Suite) -> None:
    """And asks nothing again, as the store has the answers."""
    suite.write(PROBE.replace("assert ood.robust", "assert ood.robust and size == 2"))
    suite.run("--ood-model=fake/oracle")
    before = suite.answers()
    result = suite.run("--ood-model=fake/oracle", "--lf", "-v")
    assert result.parseoutcomes() == {"failed": 1}
    assert before == suite.answers()


def test_collect_only_asks_nothing(suite: Suite) -> None:
    """No call, no litellm, no engine."""
    suite.write(LOADED, "conftest.py")
    result = suite.run_apart("--collect-only", "-q", "--ood-model=openai/gpt-4o")
    assert result.returncode == 0, result.stdout
    assert "2 tests collected" in result.stdout
    assert "litellm" not in result.stdout
    assert "traceback" not in result.stdout.lower()
    assert suite.answers() == 0


@pytest.mark.parametrize("option", ["--fixtures", "--setup-plan", "--collect-only", "--fixtures-per-test"])
def test_what_runs_no_test_asks_nothing(suite: Suite, option: str) -> None:
    """These collect the probes, and that is all."""
    result = suite.run("--ood-model=fake/oracle", option)
    assert result.ret == pytest.ExitCode.OK
    assert suite.answers() == 0


def test_a_collection_error_elsewhere_asks_nothing(suite: Suite) -> None:
    """pytest will run no test then, so nothing is paid for; unless it is told to go on."""
    suite.write("import nothing_of_this_name", "test_broken.py")
    result = suite.run("--ood-model=fake/oracle")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert suite.answers() == 0
    assert suite.run("--ood-model=fake/oracle", "--continue-on-collection-errors").parseoutcomes() == {
        "passed": 2,
        "errors": 1,
    }


def test_without_a_model_probes_are_skipped(suite: Suite) -> None:
    """With one line that says what to pass; other tests run."""
    suite.write(PROBE + NO_PROBE)
    result = suite.run()
    assert result.parseoutcomes() == {"passed": 1, "skipped": 2}
    result.stdout.fnmatch_lines([f"SKIPPED ?2? test_probe.py*: {NO_MODEL}"])
    assert not suite.store.exists()


def test_a_suite_without_probes_does_not_notice(suite: Suite) -> None:
    """No output, no heavy import, no file."""
    suite.write(LOADED, "conftest.py")
    suite.write(NO_PROBE)
    # The plugins of other packages import what they like.
    result = suite.run_apart("-p", "pytest_ood.plugin", env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert result.returncode == 0, result.stdout
    assert "loaded: []" in result.stdout
    without_plugins_line = "\n".join(line for line in result.stdout.splitlines() if not line.startswith("plugins:"))
    assert "ood" not in without_plugins_line.replace(str(suite.path), "")
    assert not suite.store.exists()


def test_a_model_in_the_ini_file_costs_a_suite_without_probes_nothing(suite: Suite) -> None:
    """Nothing is asked and there is no table."""
    suite.write(NO_PROBE)
    result = suite.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"passed": 1}
    result.stdout.no_fnmatch_line("*verdict*")


def test_probes_in_a_class(suite: Suite) -> None:
    """Methods can be probes, and a class can be one for all its methods."""
    suite.write(f"""{TASK}
class TestOne:
    @probe(spell)
    @pytest.mark.parametrize("size", [2])
    def test_method(self, ood, size):
        assert ood.robust

@probe(spell)
@pytest.mark.parametrize("size", [3, 4])
class TestAll:
    def test_first(self, ood, size):
        assert ood.robust

    def test_second(self, ood, size):
        assert ood.verdict == "robust"
""")
    result = suite.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"passed": 5}


def test_params_of_the_task_with_a_default_may_be_left_out(suite: Suite) -> None:
    """What is parametrized is given, the rest is the task's own."""
    suite.write(PROBE.replace('("size", [2, 3])', '(("size", "mark"), [(2, "!"), pytest.param(3, "?", id="asked")])'))
    suite.write(suite.path.joinpath("test_probe.py").read_text().replace("ood, size", "ood, size, mark"))
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 2}
    assert suite.verdicts() == {"test_spell[2-!]": "robust", "test_spell[asked]": "robust"}


def test_a_test_that_skips_itself_after_looking(suite: Suite) -> None:
    """Its cell was asked, and its verdict is reported."""
    suite.write(PROBE.replace("assert ood.robust", "pytest.skip(repr(ood.verdict))"))
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert result.parseoutcomes() == {"skipped": 2}
    assert {"robust"} == set(suite.verdicts().values())


def test_xfail_is_not_a_failure(suite: Suite) -> None:
    """A known weakness can be marked, as with any test."""
    suite.write(PROBE.replace("@probe(spell)", "@pytest.mark.xfail(reason='known', strict=True)\n@probe(spell)"))
    assert suite.run("--ood-model=fake/lured").parseoutcomes() == {"xfailed": 2}
