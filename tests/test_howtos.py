"""The how-tos are followed, command by command."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood import cli
from tests import documents

EXAMPLES = documents.ROOT / "examples"


def commands(page: str, program: str) -> list[str]:
    """The commands of a page that start a program, without comments."""
    lines = re.findall(rf"^ {{4}}({program} .*)$", documents.PAGES[page], re.MULTILINE)
    return [re.split(r" {2,}#", line)[0] for line in lines]


def test_paired_rows(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's own file certifies and judges the rows of the example."""
    monkeypatch.setenv("COLUMNS", "100")
    shutil.copy(EXAMPLES / "paired_rows" / "rows.jsonl", pytester.path)
    pytester.makepyfile(test_noop=documents.block("docs/paired_rows.md", "The test"))
    certify, lured, dry, _ = commands("docs/paired_rows.md", "pytest")
    pytester.runpytest_subprocess(*certify.split()[1:]).stdout.fnmatch_lines(["1 cell certified"])
    result = pytester.runpytest_subprocess(*lured.split()[1:])
    result.assert_outcomes(failed=1)
    assert documents.block("docs/paired_rows.md", "Ask", "text") in result.stdout.str()
    result = pytester.runpytest_subprocess(*dry.replace("gpt-4o", "fake/oracle").split()[1:])
    assert result.ret == 0


def test_the_row_that_the_page_shows_has_the_columns_of_the_file() -> None:
    """All that the test reads."""
    row = documents.block("docs/paired_rows.md", "The rows", "json")
    test = documents.block("docs/paired_rows.md", "The test")
    read = {name for name in re.findall(r'"(\w+)"', row) if name in test}
    assert read == {"plain", "noop", "answer", "distracted"}


def test_publishing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a run to a folder, what would be published, and a replay; nothing reaches for a network."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    shutil.copytree(EXAMPLES / "dataset_loop", pytester.path, dirs_exist_ok=True)
    run, replay, _ = commands("docs/publishing.md", "pytest")
    pytester.runpytest_subprocess(*run.split()[1:]).assert_outcomes(failed=3)
    show, validate, report, rehearse, *publish = commands("docs/publishing.md", "pytest-ood")
    for command in (show, validate, report, rehearse):
        assert cli.main(command.split()[1:]) == 0, command
    printed = capsys.readouterr().out
    assert "32 more pairs" in printed
    assert "no faults (33 failures, 66 traces" in printed
    assert "ORG/NAME (private): 33 failures" in printed
    assert (pytester.path / "report.html").is_file()
    # Published to a local hub in other tests; here, that these are commands.
    assert [command.split()[:4] for command in publish] == [["pytest-ood", "publish", "failures", "ORG/NAME"]] * 2
    printed = pytester.runpytest_subprocess(*replay.split()[1:]).stdout.str()
    assert documents.block("docs/publishing.md", "Replay", "text") in printed
    (load,) = commands("docs/publishing.md", "python")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    loaded = subprocess.run(load, shell=True, capture_output=True, text=True, check=True)
    assert re.search(r"^one_dropped +11$", loaded.stdout, re.MULTILINE)


def test_a_gate(pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]) -> None:
    """A model as good as the accepted one passes, a worse one does not, and the comparison says why."""
    shutil.copytree(EXAMPLES / "ci" / "probes", pytester.path / "probes")
    accept, ask = commands("docs/ci.md", "pytest")
    (compare,) = commands("docs/ci.md", "pytest-ood")

    def status(command: str, model: str) -> int:
        asked = re.sub(r'--ood-model=(gpt-4o|"\$MODEL")', f"--ood-model={model}", command)
        assert model in asked
        return pytester.runpytest_subprocess(*asked.split()[1:]).ret

    assert status(accept, "fake/oracle") == 0
    assert status(ask, "fake/oracle") == 0
    assert cli.main(compare.split()[1:]) == 0
    assert status(ask, "fake/lured") == 1
    assert cli.main(compare.split()[1:]) == 1
    assert "BROKEN" in capsys.readouterr().out
