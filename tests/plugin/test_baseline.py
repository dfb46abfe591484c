"""--ood-baseline: a run fails only on what is shown to have become worse than an earlier one."""

import json

import pytest

from pytest_ood.dataset import schema
from tests.plugin.conftest import PROBE, TASK, Suite

ORACLE, LURED = "--ood-model=fake/oracle", "--ood-model=fake/lured"
BEFORE, JSON, BASELINE = "--ood-json=before.json", "--ood-json=out.json", "--ood-baseline=before.json"
OTHERS = f"""{TASK}
@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_raises(ood, size):
    raise ValueError("not an assertion")

@pytest.mark.xfail(strict=True)
@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_expected(ood, size):
    assert ood.robust

@pytest.mark.xfail(strict=True)
@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_unexpected(ood, size):
    assert not ood.robust

def test_plain():
    assert False
"""
TWO_TASKS = f"""{TASK}
@task(control={{"size": 1}})
def other(rng, size):
    word = "".join(rng.choice(list("abcdefgh"), 8))
    # What the shortcut says is right here: fake/lured is as good as fake/oracle.
    return Case(f"Say {{word}}, size {{size}}.", word, lures={{}}, input=word)

@probe(spell)
@pytest.mark.parametrize("size", [2, 3])
def test_spell(ood, size):
    assert not ood.brittle

@probe(other)
@pytest.mark.parametrize("size", [2, 3])
def test_other(ood, size):
    assert not ood.brittle
"""


def baseline_row(suite: Suite) -> dict[str, object]:
    """What the summary says about the baseline."""
    (row,) = [row for row in suite.summary()["comparisons"] if row["baseline"] is not None]
    found: dict[str, object] = row["baseline"]
    return found


def test_a_run_from_before_an_axis_existed_is_a_baseline(suite: Suite) -> None:
    """It was asked with the default."""
    suite.run(ORACLE, BEFORE)
    path = suite.path / "before.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    for cell in before["cells"]:
        del cell["condition"]["system"]
    path.write_text(json.dumps(before), encoding="utf-8")
    assert suite.run(ORACLE, BASELINE, JSON).parseoutcomes() == {"passed": 2}
    assert baseline_row(suite)["is_worse"] is False


def test_a_model_that_became_worse_fails_the_run(suite: Suite) -> None:
    """By exit status 1, with lines that say where, and in the summary; no single item fails."""
    suite.run(ORACLE, BEFORE)
    result = suite.run(LURED, BASELINE, JSON)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes() == {"compared": 2}
    schema.check(suite.summary(), "summary")
    (row,) = suite.summary()["comparisons"]
    assert (row["a"], row["b"]) == (
        {"model": "fake/lured", "label": "fake/lured"},
        {"model": "fake/oracle", "label": "the baseline (fake/oracle)"},
    )
    assert row["baseline"] == {
        "source": str(suite.path / "before.json"),
        "is_worse": True,
        "worse_tasks": ["test_probe.spell"],
    }
    result.stdout.fnmatch_lines(
        [
            "fake/lured is worse than the baseline (fake/oracle)*: evidence * to 1 over 1 task; -*",
            "  worse in test_probe.spell: *",
        ]
    )


def test_a_model_that_breaks_at_once_is_worse(suite: Suite) -> None:
    """Three wrong answers of its control end a cell; it is asked on, as far as the earlier run was, to show it."""
    suite.run(ORACLE, BEFORE)
    result = suite.run("--ood-model=fake/copy", BASELINE, JSON)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    cells = suite.summary()["cells"]
    assert {(cell["verdict"], cell["control"]["judged"]) for cell in cells} == {("incapable", 3)}
    assert {(cell["control"]["n"], cell["shift"]["n"]) for cell in cells} == {(19, 19)}
    assert baseline_row(suite)["is_worse"]


def test_a_model_that_is_as_before_passes(suite: Suite) -> None:
    """However bad it was: nothing is shown to have become worse."""
    assert suite.run(LURED, BEFORE).ret == pytest.ExitCode.TESTS_FAILED
    result = suite.run(LURED, BASELINE, JSON)
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes() == {"compared": 2}
    assert (baseline_row(suite)["is_worse"], baseline_row(suite)["worse_tasks"]) == (False, [])
    result.stdout.fnmatch_lines(["fake/lured is not shown worse than the baseline (*"])


def test_a_better_model_passes(suite: Suite) -> None:
    """And is called better."""
    suite.run(LURED, BEFORE, "--ood-samples=20")
    result = suite.run(ORACLE, BASELINE, JSON, "--ood-samples=20")
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes() == {"passed": 2}
    result.stdout.fnmatch_lines(["fake/oracle is better than the baseline (fake/lured): *"])


def test_items_say_why_they_are_not_failed(suite: Suite) -> None:
    """With a letter, a word and a reason of their own."""
    suite.run(LURED, BEFORE)
    suite.run(LURED, BASELINE, "-q").stdout.fnmatch_lines(["cc *"])
    result = suite.run(LURED, BASELINE, "-v", "--junit-xml=junit.xml")
    result.stdout.fnmatch_lines(["*test_spell?2? COMPARED*"])
    written = (suite.path / "junit.xml").read_text(encoding="utf-8")
    assert 'failures="0"' in written
    assert "compared with the baseline at the end of the run" in written


def test_what_is_no_assertion_of_a_probe_fails_as_ever(suite: Suite) -> None:
    """Other exceptions, expected failures, and tests that are not probes."""
    suite.write(OTHERS)
    suite.run(LURED, BEFORE)
    result = suite.run(LURED, BASELINE)
    # In either run, one expected failure comes and the other, strict one does not.
    assert result.parseoutcomes() == {"failed": 3, "xfailed": 1}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    suite.run(ORACLE, BEFORE)
    assert suite.run(ORACLE, BASELINE).parseoutcomes() == {"failed": 3, "xfailed": 1}


def test_a_single_task_is_enough(suite: Suite) -> None:
    """It is named, after counting how many were looked at; the other one is not."""
    suite.write(TWO_TASKS)
    suite.run(ORACLE, BEFORE)
    suite.run(LURED, BASELINE, JSON)
    assert baseline_row(suite)["worse_tasks"] == ["test_probe.spell"]


def test_several_models_share_the_level(suite: Suite) -> None:
    """Each is compared with itself in the earlier run."""
    models = [ORACLE, LURED]
    suite.run(*models, BEFORE)
    result = suite.run(*models, BASELINE, JSON)
    assert result.ret == pytest.ExitCode.OK
    rows = [row for row in suite.summary()["comparisons"] if row["baseline"] is not None]
    assert [(row["a"]["label"], row["b"]["label"]) for row in rows] == [
        ("fake/oracle", "the baseline"),
        ("fake/lured", "the baseline"),
    ]
    assert [row["estimate"] for row in rows] == [0, 0]


def test_a_level_that_is_shared_is_harder_to_reach(suite: Suite) -> None:
    """Evidence of 56 fails one model alone, but not one of two."""
    suite.write(PROBE.replace("[2, 3]", "[1]"))
    strategies = ["--ood-strategy=direct", "--ood-strategy=cot"]
    suite.run(ORACLE, *strategies, BEFORE, "--ood-samples=8")
    wrong = "--ood-model=fake/noisy-0.0"
    assert suite.run(wrong, "--ood-strategy=cot", BASELINE, JSON, "--ood-samples=8").ret == pytest.ExitCode.TESTS_FAILED
    (row,) = suite.summary()["comparisons"]
    assert row["evidence_b"] == pytest.approx((2**9 - 1) / 9)
    assert suite.run(wrong, *strategies, BASELINE, "--ood-samples=8").ret == pytest.ExitCode.OK


def test_a_dataset_is_a_baseline(suite: Suite) -> None:
    """The summaries of its runs say what came of each draw; runs with another seed are passed over."""
    suite.run(ORACLE, "--ood-export=data", "-k", "2")
    suite.run(ORACLE, "--ood-export=data", "-k", "3")
    suite.run(LURED, "--ood-export=data", "--ood-seed=5")
    result = suite.run("--ood-model=fake/copy", "--ood-baseline=data", JSON, "--ood-samples=19")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (row,) = suite.summary()["comparisons"]
    # A control that both runs share, and two sizes of one run each, each as far as fake/oracle was asked.
    assert (row["tasks"][0]["pairs"], row["tasks"][0]["b_only"]) == (3 * 19, 3 * 19)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file or folder; name a file that --ood-json wrote"),
        ("[1", "not a summary of a run"),
        ("{}", "not a summary of a run"),
        ("seed 7", "its seed is 7, that of this run 0: they have no draws in common; use --ood-seed 7"),
        ("no letters", "it does not say what came of each draw"),
        ("folder", "the folder has no summaries of runs"),
        ("another task", "it has no draws in common with this run; name a run of these probes"),
        ("two models", "it is not clear which of its conditions to compare with (models: one, two)"),
    ],
)
def test_a_baseline_that_cannot_be_used(suite: Suite, content: str | None, problem: str) -> None:
    """Said before anything is asked."""
    suite.run(ORACLE, BEFORE)
    summary = suite.summary("before.json")
    first = summary["cells"][0]
    if content == "seed 7":
        content = json.dumps({**summary, "seed": 7})
    elif content == "no letters":
        cells = [{**cell, arm: {**cell[arm], "outcomes": None}} for cell in summary["cells"] for arm in ("control",)]
        content = json.dumps({**summary, "cells": [{**cell, "shift": None} for cell in cells]})
    elif content == "another task":
        content = json.dumps({**summary, "cells": [{**first, "task": "unknown"}]})
    elif content == "two models":
        cells = [{**first, "condition": {**first["condition"], "model": model}} for model in ("one", "two")]
        content = json.dumps({**summary, "cells": cells})
    (suite.path / "before.json").unlink()
    if content == "folder":
        (suite.path / "before.json").mkdir()
    elif content is not None:
        suite.write(content, "before.json")
    before = suite.answers()
    result = suite.run("--ood-model=fake/noisy-0.5", BASELINE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = result.stderr.str() + result.stdout.str()
    assert f"--ood-baseline {suite.path / 'before.json'}: {problem}" in told
    assert suite.answers() == before


def test_a_replay_has_no_baseline(suite: Suite) -> None:
    """It asks published cases, which no run asks."""
    suite.run(LURED, BEFORE, "--ood-export=data")
    result = suite.run(ORACLE, BASELINE, "--ood-replay=data")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "a replay has no draws in common with a run; leave one of both out" in result.stderr.str()


def test_new_probes_are_not_compared(suite: Suite) -> None:
    """The others are; an assertion of a new one does not fail the run either."""
    suite.run(ORACLE, BEFORE, "-k", "2")
    result = suite.run(ORACLE, BASELINE, JSON)
    assert result.ret == pytest.ExitCode.OK
    (row,) = suite.summary()["comparisons"]
    assert row["tasks"][0]["pairs"] == 2 * 19


@pytest.mark.slow
def test_workers_leave_the_end_to_the_controller(suite: Suite) -> None:
    """Items are compared in the workers, the run at the end; a baseline that does not fit is found there."""
    pytest.importorskip("xdist")
    suite.run(ORACLE, BEFORE)
    worse = suite.run_apart(LURED, BASELINE, JSON, "-n2")
    assert worse.returncode == pytest.ExitCode.TESTS_FAILED, worse.stdout
    assert "2 compared" in worse.stdout
    assert "worse in test_probe.spell" in worse.stdout
    summary = suite.summary("before.json")
    cells = [{**cell, "task": "unknown"} for cell in summary["cells"]]
    suite.write(json.dumps({**summary, "cells": cells}), "before.json")
    unlike = suite.run_apart(ORACLE, BASELINE, "-n2")
    assert unlike.returncode == pytest.ExitCode.USAGE_ERROR, unlike.stdout
    assert "no draws in common with this run, so nothing was compared" in unlike.stdout


def test_an_undecided_item_that_counts_as_failed_is_compared(suite: Suite) -> None:
    """Its body passes; --ood-undecided=fail alone would fail it, and here the comparison decides."""
    suite.write(PROBE.replace("assert ood.robust", "assert not ood.brittle"))
    few = "--ood-samples=2"
    suite.run(ORACLE, BEFORE, few)
    assert suite.run(ORACLE, few, "--ood-undecided=fail").parseoutcomes() == {"failed": 2}
    result = suite.run(ORACLE, BASELINE, few, "--ood-undecided=fail")
    assert result.parseoutcomes() == {"compared": 2}
    assert result.ret == pytest.ExitCode.OK
