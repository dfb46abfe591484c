"""--ood-shard: N machines ask what one would, each its part."""

from pathlib import Path

import pytest
from pyarrow import Table, parquet

from pytest_ood.dataset.merge import merge
from pytest_ood.dataset.tables import arrow_schema
from tests.plugin.conftest import PROBE, Suite

pytestmark = pytest.mark.slow

WIDE = PROBE.replace("[2, 3]", "range(2, 9)").replace("@probe(spell)", "@probe(spell, control={'mark': '!'})")
LURED = "--ood-model=fake/noisy-0.7"


def collected(suite: Suite, *args: str) -> list[str]:
    """The ids that --collect-only -q lists."""
    result = suite.run("--collect-only", "-q", LURED, *args)
    return [line for line in result.outlines if "::" in line]


def shards(suite: Suite, count: int, *args: str) -> list[list[str]]:
    """What each shard collects."""
    return [collected(suite, f"--ood-shard={which}/{count}", *args) for which in range(1, count + 1)]


def traces(folder: Path) -> dict[str, tuple[str, str]]:
    """The answer and the outcome of each trace, by its id."""
    rows = parquet.read_table(folder / "data" / "traces", columns=["id", "response", "outcome"]).to_pylist()
    return {row["id"]: (row["response"], row["outcome"]) for row in rows}


def test_the_shards_are_the_whole_and_even(suite: Suite) -> None:
    """Every cell is in one of them, and no shard has more than one more than another."""
    suite.write(WIDE)
    parts = shards(suite, 3)
    assert sorted(name for part in parts for name in part) == sorted(collected(suite))
    assert sorted(map(len, parts)) == [2, 2, 3]


def test_three_shards_ask_what_one_run_asks(suite: Suite) -> None:
    """Trace for trace, each question once in all, also where cells share control twins."""
    suite.write(WIDE)
    suite.write(PROBE, "test_shared.py")
    suite.run(LURED, "--ood-export=whole")
    parts = []
    for which in (1, 2, 3):
        suite.run(LURED, f"--ood-shard={which}/3", f"--ood-export=part{which}", f"--ood-store={which}.db")
        parts.append(traces(suite.path / f"part{which}"))
    assert sum(map(len, parts)) == len(traces(suite.path / "whole"))
    assert {name: answer for part in parts for name, answer in part.items()} == traces(suite.path / "whole")
    merge([suite.path / f"part{which}" for which in (1, 2, 3)], suite.path / "merged")
    assert traces(suite.path / "merged") == traces(suite.path / "whole")


def test_cells_that_share_a_control_stay_together(suite: Suite) -> None:
    """Its questions are asked on one machine; a shard with nothing to ask is not a failure."""
    assert sorted(map(len, shards(suite, 2))) == [0, 2]
    for which in (1, 2):
        result = suite.run("--ood-model=fake/oracle", f"--ood-shard={which}/2")
        assert result.ret == pytest.ExitCode.OK
    assert sorted(map(len, shards(suite, 2, "--ood-model=fake/oracle"))) == [2, 2]


def test_a_cell_stays_in_its_shard(suite: Suite) -> None:
    """Whatever -k leaves out, and in whatever order the files are named."""
    suite.write(WIDE)
    suite.write(WIDE, "test_other.py")
    parts = shards(suite, 3)
    assert [set(part) for part in shards(suite, 3, "test_probe.py", "test_other.py")] == [set(part) for part in parts]
    for part, some in zip(parts, shards(suite, 3, "-k", "test_other and (3 or 5)"), strict=True):
        assert some == [
            name for name in part if name in ("test_other.py::test_spell[3]", "test_other.py::test_spell[5]")
        ]


def test_two_workers_take_a_shard(suite: Suite) -> None:
    """The same cells as in one process; tests that are not probes run in every shard."""
    suite.write(WIDE + "\ndef test_sum():\n    assert 1 + 1 == 2\n")
    parts = shards(suite, 2)
    result = suite.run_apart("--ood-model=fake/oracle", "--ood-shard=1/2", "-n2", "--ood-json=out.json")
    assert f"{len(parts[0])} passed" in result.stdout, result.stdout
    assert {cell["id"] for cell in suite.summary()["cells"]} == {name for name in parts[0] if "sum" not in name}
    assert "test_probe.py::test_sum" in parts[0]
    assert "test_probe.py::test_sum" in parts[1]
    assert "| shard 1/2" in result.stdout


def test_a_replay_in_shards(suite: Suite) -> None:
    """A group stays whole, its siblings are asked once; what cannot be asked says so in the first shard."""
    suite.write(WIDE)
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3")
    rows = []
    for which in (1, 2):
        options = ("--ood-replay=set", f"--ood-shard={which}/2", f"--ood-store={which}.db", "--ood-json=out.json")
        suite.run("--ood-model=fake/oracle", *options, "test_probe.py")
        rows += suite.summary()["replay"]
    assert sorted(row["params"]["size"] for row in rows) == list(range(2, 9))
    assert {row["reading"] for row in rows} == {"learned"}
    assert {row["published"] for row in rows} == {3}


def test_a_case_that_cannot_be_asked_is_in_the_first_shard(suite: Suite) -> None:
    """It is skipped there; nothing is asked for others of its group that -k leaves out."""
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3", "-k", "2")
    (path,) = (suite.path / "set" / "data" / "failures").glob("*.parquet")
    rows = parquet.read_table(path).to_pylist()
    rows[0]["answer_unique"] = False
    parquet.write_table(Table.from_pylist(rows, arrow_schema()), path)
    replay = ("--ood-model=fake/oracle", "--ood-replay=set")
    before = suite.answers()
    assert suite.run(*replay, "--ood-shard=1/1", "-k", "draw0").parseoutcomes() == {"skipped": 1, "deselected": 3}
    assert suite.answers() == before
    assert suite.run(*replay, "--ood-shard=1/1").parseoutcomes() == {"skipped": 2, "passed": 2}
    assert suite.answers() == before + 2
