"""`pytest-ood convert`: what it writes where, and what it leaves alone."""

import dataclasses
import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from pytest_ood.cli import main
from pytest_ood.dataset import formats
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.formats import FORMATS, Written, convert
from tests.dataset.formats.making import answered, folder_of
from tests.dataset.making import contents, some

OURS = [name for name in FORMATS if name != "inspect"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset with answers of several outcomes."""
    return folder_of(tmp_path / "data", answered())


@pytest.mark.parametrize("to", OURS)
def test_the_command_writes(folder: Path, to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how much, and leaves nothing else behind; the dataset stays as it is."""
    before, out = contents(folder), tmp_path / "new" / "out"
    assert main(["convert", str(folder), "--to", to, "-o", str(out)]) == 0
    count = {"every-eval-ever": "48 traces", "jsonl": "48 traces"}.get(to, "12 questions")
    assert capsys.readouterr().out == f"{out}: {count}\n"
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert out.is_dir() == FORMATS[to].is_folder
    assert contents(folder) == before


@pytest.mark.parametrize("to", OURS)
def test_what_is_there_is_not_mixed_with(folder: Path, to: str, tmp_path: Path) -> None:
    """A folder must be empty; a file is replaced, as a report is."""
    out = tmp_path / "out"
    if FORMATS[to].is_folder:
        out.mkdir()
        assert main(["convert", str(folder), "--to", to, "-o", str(out)]) == 0
        before = contents(out)
        assert before
        assert main(["convert", str(folder), "--to", to, "-o", str(out)]) == 1
        assert contents(out) == before
    else:
        out.write_text("an older file")
        assert main(["convert", str(folder), "--to", to, "-o", str(out)]) == 0
        assert "an older file" not in out.read_text()


@pytest.mark.parametrize("to", OURS)
def test_another_kind_of_thing_is_not_replaced(folder: Path, to: str, tmp_path: Path) -> None:
    """Neither a file by a folder, nor a folder by a file."""
    out = tmp_path / "out"
    if FORMATS[to].is_folder:
        out.write_text("mine")
    else:
        out.mkdir()
    assert main(["convert", str(folder), "--to", to, "-o", str(out)]) == 1
    assert out.is_dir() != FORMATS[to].is_folder


@pytest.mark.skipif(os.name != "posix", reason="there are no such files")
@pytest.mark.parametrize("kind", ["device", "pipe", "link"])
def test_only_files_are_replaced(folder: Path, kind: str, tmp_path: Path) -> None:
    """Neither a device nor a pipe; of a link what it leads to, which is a file."""
    out, file = tmp_path / "out", tmp_path / "file"
    file.write_text("an older file")
    if kind == "pipe":
        os.mkfifo(out)
    else:
        out.symlink_to("/dev/null" if kind == "device" else file)
    assert main(["convert", str(folder), "--to", "jsonl", "-o", str(out)]) == (0 if kind == "link" else 1)
    assert out.is_fifo() or out.is_symlink()
    assert (file.read_text() == "an older file") == (kind != "link")
    assert Path("/dev/null").is_char_device()


def test_only_failures(folder: Path, tmp_path: Path) -> None:
    """With --config."""
    out = tmp_path / "out.jsonl"
    assert main(["convert", str(folder), "--to", "jsonl", "--config", "failures", "-o", str(out)]) == 0
    outcomes = [json.loads(line)["outcome"] for line in out.read_text().splitlines()]
    assert set(outcomes) == {"wrong"}
    assert len(outcomes) == sum(trace.outcome == "wrong" for trace in answered())


def test_nothing_to_write_is_an_error(tmp_path: Path) -> None:
    """It says what was left out and why, and writes nothing."""
    with pytest.raises(
        DatasetError, match=r"(?s)nothing to write.*10 traces \(the task toys.spell_backward is not inst"
    ):
        convert(some(10), "trl", tmp_path / "out")
    with pytest.raises(DatasetError, match="no such rows"):
        convert([], "jsonl", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    """The traces of a dataset are read while they are written."""

    def broken():
        yield from answered()
        raise DatasetError("row 48 is broken")

    for to in OURS:
        with pytest.raises(DatasetError, match="row 48"):
            convert(broken(), to, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(importlib.util.find_spec("inspect_ai") is not None, reason="Inspect is installed")
def test_a_missing_tool_is_named(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the command that installs it."""
    assert main(["convert", str(folder), "--to", "inspect", "-o", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.endswith("; pip install inspect-ai\n")
    assert not (tmp_path / "out").exists()


def test_the_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    """With what it is."""
    with pytest.raises(SystemExit):
        main(["convert", "--help"])
    shown = capsys.readouterr().out
    for name, form in FORMATS.items():
        assert f"  {name}" in shown
        assert form.about in shown


def test_no_tool_is_loaded_by_the_package() -> None:
    """Nor is any needed to import the formats."""
    for form in FORMATS.values():
        importlib.import_module(f"{formats.__name__}.{form.module}")
    assert not {"inspect_ai", "verifiers", "trl", "reasoning_gym", "every_eval_ever"} & set(sys.modules)


def test_hostile_reasons_are_printed_as_text() -> None:
    """They have names from the dataset; and there are no more of them than fit a screen."""
    written = Written("question", 3)
    written.left_out.update({f"the task \x1b[2J{'x' * 9000}{number} is not installed": 1 for number in range(50)})
    shown = str(written)
    assert shown.startswith("3 questions\n")
    assert "\x1b" not in shown
    assert len(shown) < 4000
    assert shown.endswith("40 traces for other reasons")


def test_lines_are_lines_for_every_reader(tmp_path: Path) -> None:
    """Whatever an answer has in it."""
    (first, *_), text = answered(1), "a\u2028b\x85c\x1cd\ud800e\nf"
    for to in ("jsonl", "every-eval-ever"):
        convert([dataclasses.replace(first, response=text)], to, tmp_path / to)
    files = [tmp_path / "jsonl", *tmp_path.rglob("*_samples.jsonl")]
    assert len(files) == 2
    for path in files:
        (line,) = path.read_text(encoding="utf-8").splitlines()
        row = json.loads(line)
        assert text in (row.get("response"), *row.get("output", {"raw": []})["raw"])
