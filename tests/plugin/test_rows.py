"""A probe of paired questions: each row once in both arms, however many draws are asked for."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pytest_ood import Trace, load_failures
from tests.plugin.conftest import Suite

ROWS = [{"id": n, "q": f"What is {n}+1?", "s": f"One dog. What is {n}+1?", "a": n + 1, "bad": n} for n in range(25)]
PROBE = """
from pytest_ood import pairs_task, probe

sums = pairs_task(
    "rows.jsonl", control="q", shift="s", answer="a", name="sums", lures={"unadded": "bad"}, info=("id",)
)

@probe(sums)
def test_sums(ood):
    assert ood.robust
"""


@pytest.fixture
def rows(suite: Suite) -> Suite:
    """A suite with one probe of 25 rows."""
    suite.write(PROBE)
    suite.write("".join(json.dumps(row) + "\n" for row in ROWS), "rows.jsonl")
    return suite


def read(folder: Path, config: str) -> list[Trace]:
    """The traces of an export, or its failures."""
    return list(load_failures(folder, config=config))


def cell(suite: Suite, *args: str) -> dict[str, object]:
    """The one cell of a run."""
    suite.run("--ood-json=out.json", *args)
    (only,) = suite.summary()["cells"]
    return dict(only)


def numbers(suite: Suite, arm: str, *args: str) -> tuple[int, int]:
    """Asked and right in one arm."""
    found: dict[str, int] = cell(suite, *args)[arm]  # type: ignore[assignment]
    return found["n"], found["correct"]


@pytest.mark.parametrize("option", ["--ood-samples=1000", "--ood-max-samples=1000"])
def test_an_arm_ends_with_the_rows(rows: Suite, option: str) -> None:
    """Asked for more, it asks each row once; a middling model is never decided."""
    n, correct = numbers(rows, "control", "--ood-model=fake/noisy-0.8", "--ood-export=set", option)
    assert n == 25
    assert 0 < correct < 25
    asked = Counter(trace.messages[-1]["content"].partition("\n")[0] for trace in read(rows.path / "set", "traces"))
    assert asked == Counter(row[column] for row in ROWS for column in ("q", "s"))


def test_fewer_than_all_may_be_asked(rows: Suite) -> None:
    """The first of the seed's order."""
    assert numbers(rows, "shift", "--ood-model=fake/oracle", "--ood-samples=7") == (7, 7)


def test_a_set_too_small_for_a_verdict_is_asked_all_the_same(rows: Suite) -> None:
    """It is undecided, and no error."""
    rows.write(json.dumps(ROWS[0]) + "\n", "rows.jsonl")
    assert cell(rows, "--ood-model=fake/oracle")["verdict"] == "undecided"


def test_the_lured_are_brittle_and_their_rows_named(rows: Suite) -> None:
    """The trace of a wrong answer has the columns that were asked for."""
    rows.run("--ood-model=fake/lured", "--ood-export=set", "--ood-json=out.json")
    assert rows.verdicts() == {"test_sums": "brittle"}
    failures = read(rows.path / "set", "failures")
    assert failures
    for failure in failures:
        row = ROWS[json.loads(failure.detail)["info"]["id"]]
        assert (failure.messages[-1]["content"].partition("\n")[0], failure.answer_given) == (row["s"], str(row["bad"]))
        assert (failure.task, failure.lure) == ("sums", "unadded")


def test_the_dry_run_counts_the_rows(rows: Suite) -> None:
    """And no further."""
    result = rows.run("--ood-model=fake/oracle", "--ood-dry-run", "--ood-samples=1000")
    result.stdout.fnmatch_lines(["*50*"])
    assert "2,000" not in result.stdout.str()


def test_a_replay_asks_the_rows_again_and_has_no_siblings(rows: Suite) -> None:
    """There are no fresh rows."""
    rows.run("--ood-model=fake/lured", "--ood-export=set")
    result = rows.run("--ood-replay=set", "--ood-model=fake/oracle", "--ood-json=out.json", "test_probe.py")
    (group,) = rows.summary()["replay"]
    assert (group["published"], group["fixed"], group["siblings"]) == (11, 11, None)
    assert group["reading"] == "fixed, no siblings"
    assert "25 cases" in group["note"]
    assert result.parseoutcomes() == {"passed": 11, "skipped": 1, "deselected": 1}


def test_bad_rows_are_a_collection_error(rows: Suite) -> None:
    """With the file, the line and the fix."""
    rows.write(json.dumps({**ROWS[0], "a": None}) + "\n", "rows.jsonl")
    result = rows.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*rows.jsonl, line 1, answer ('a'): is empty; *"])
