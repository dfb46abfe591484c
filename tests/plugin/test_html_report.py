"""--ood-report: a page for people, next to the files for machines."""

import shlex

import pytest

from tests.plugin.conftest import Suite
from tests.report.making import Document, unpacked


def test_a_run_is_shown(suite: Suite) -> None:
    """Findings, and every pair with its twin; the summary says where."""
    result = suite.run("--ood-model=fake/lured", "--ood-report=new/report.html", "--ood-json=out.json")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["report: new/report.html (2 cells)"])
    html = (suite.path / "new" / "report.html").read_text(encoding="utf-8")
    assert "Of 2 cells asked of fake/lured, 2 are brittle." in Document(html).text
    asked = sum(cell["shift"]["n"] for cell in suite.summary()["cells"])
    assert len(unpacked(html)["pairs"]) == asked
    assert {trace["outcome"] for trace in unpacked(html)["traces"]} == {"correct", "wrong"}


def test_the_command_of_a_cell_is_the_one_typed(suite: Suite) -> None:
    """For one item, and without what would overwrite this run's files or show a key."""
    typed = ["--ood-model=fake/lured", "--ood-seed=3", "--ood-model-arg=api_key=sk-123456789012345678901234"]
    suite.run(*typed, "--ood-report=report.html", "--ood-json=out.json")
    html = (suite.path / "report.html").read_text(encoding="utf-8")
    command = shlex.split(unpacked(html)["cells"][0]["command"])
    assert {"test_probe.py::test_spell[2]", "--ood-model=fake/lured", "--ood-seed=3"} <= set(command)
    assert not [word for word in command if "report" in word or "json" in word]
    assert "sk-123" not in html + str(unpacked(html))


def test_two_workers_show_what_one_process_shows(suite: Suite) -> None:
    """All answers of all processes."""
    suite.run_apart("--ood-model=fake/lured", "--ood-report=alone.html", "--ood-store=alone.db")
    done = suite.run_apart("--ood-model=fake/lured", "--ood-report=two.html", "--ood-store=two.db", "-n2")
    assert "report: two.html" in done.stdout
    alone, two = (unpacked((suite.path / name).read_text(encoding="utf-8")) for name in ("alone.html", "two.html"))
    assert [pair[0] for pair in two["pairs"]] == [pair[0] for pair in alone["pairs"]]
    assert [one["id"] for one in two["traces"]] == [one["id"] for one in alone["traces"]]


def test_a_replay_is_shown(suite: Suite) -> None:
    """What became of the failures, and the answers to them and to their siblings."""
    suite.run("--ood-model=fake/lured", "--ood-export=data")
    suite.run("--ood-model=fake/oracle", "--ood-replay=data", "--ood-report=report.html", "--ood-json=out.json")
    html = (suite.path / "report.html").read_text(encoding="utf-8")
    groups = suite.summary()["replay"]
    published = sum(group["published"] for group in groups)
    text = Document(html).text
    assert f"Of {published} published failures asked again of fake/oracle, {published} are FIXED and 0 STILL" in text
    assert len(unpacked(html)["pairs"]) == published + sum((group["siblings"] or {"n": 0})["n"] for group in groups)


def test_a_file_that_cannot_be_written_is_said_before_anything_is_asked(suite: Suite) -> None:
    """As for the other files."""
    result = suite.run("--ood-model=fake/oracle", "--ood-report=test_probe.py/report.html")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --ood-report *test_probe.py/report.html: cannot be written*"])
    assert not suite.store.exists() or suite.answers() == 0


def test_nothing_is_written_where_nothing_is_asked(suite: Suite) -> None:
    """By a dry run, or without a model."""
    suite.run("--ood-report=report.html")
    suite.run("--ood-model=fake/oracle", "--ood-dry-run", "--ood-report=report.html")
    assert not (suite.path / "report.html").exists()


def test_a_file_that_fails_at_the_end_fails_the_session(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are kept."""

    def no_space(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("pytest_ood.report.html.write", no_space)
    result = suite.run("--ood-model=fake/oracle", "--ood-report=report.html")
    assert result.ret == 3
    result.stdout.fnmatch_lines(["--ood-report *report.html: no space left on device; every answer is kept in *"])
    assert suite.answers() > 0
