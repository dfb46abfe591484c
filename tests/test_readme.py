"""Nothing stands in the README that was not run."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import pytest_ood
from pytest_ood.families import chains, grids, operators, reversal

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PROBE, TASK, HOOK, LOADING = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
TASKS = [
    operators.arithmetic,
    grids.elementary_ca,
    reversal.fictional_facts,
    chains.token_rewriting,
    chains.state_tracking,
]


def test_the_probe_runs(pytester: pytest.Pytester) -> None:
    """As it stands, in a folder of its own."""
    pytester.makepyfile(PROBE)
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=9)


def test_the_task_draws_cases() -> None:
    """Its oracle passes, its lure does not."""
    names: dict[str, Any] = {"__name__": "readme"}
    exec(TASK, names)
    case = names["spell_backward"].draw({"length": 6}, seed=0, draw=1)
    assert case.check(case.answer).correct
    assert not case.check(case.lures["copied"]).correct


def test_the_model_answers(pytester: pytest.Pytester) -> None:
    """A function of one's own behind the hook."""
    pytester.makeconftest(f"my_model = lambda messages: 'no tags'\n\n\n{HOOK}")
    pytester.makepyfile(PROBE)
    result = pytester.runpytest_subprocess("--ood-model=mine")
    result.assert_outcomes(failed=9)
    result.stdout.fnmatch_lines(["*first 6: 6 unparsed*"])


def test_the_dataset_loads(pytester: pytest.Pytester) -> None:
    """With datasets, and with pandas alone."""
    pytester.makepyfile(PROBE)
    pytester.runpytest_subprocess("--ood-model=fake/lured", "--ood-export=DIR")
    folder = f"{pytester.path}/DIR"
    assert "pandas.read_parquet" in README
    script = (
        LOADING.replace('"DIR"', repr(folder))
        + f"""
import pandas

assert len(failures) == len(pandas.read_parquet({folder + "/data/failures"!r})) == 27
assert set(failures["lure"]) == {{"usual_meaning"}}
assert len(traces) > len(failures)
"""
    )
    path = pytester.makepyfile(load=script)
    result = pytester.run(sys.executable, path)
    assert result.ret == 0, result.stderr.str()


def test_the_verdicts_and_outcomes_are_all_told() -> None:
    """Every word that a table of the plugin may show."""
    from pytest_ood.outcome import Verdict
    from pytest_ood.trace import OUTCOMES

    for word in (*(verdict.value for verdict in Verdict), *OUTCOMES):
        assert re.search(rf"\b{word}\b", README), word


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_task_is_in_the_table(task: pytest_ood.Task) -> None:
    """And has a docstring to be read after it."""
    assert f"| `{task.name}` |" in README
    assert "Lures:" in (task.__doc__ or "")
