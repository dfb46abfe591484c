"""The command `pytest-ood`: what it says, and its exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood.cli import main
from tests.client import NAME, Client
from tests.dataset.making import contents, export, some, summary, trace
from tests.hub import Hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of ten traces of one run."""
    export(tmp_path / "data", some(10), summary())
    return tmp_path / "data"


# Usage.


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["send"], "invalid choice: 'send'"),
        (["publish"], "the following arguments are required: DIR, ORG/NAME"),
        (["publish", "none", "org/x"], "none: not a folder; name one that --ood-export has written"),
        (["merge", "."], "the following arguments are required: OUT"),
        (["merge", "none", "out"], "none: not a folder"),
        (["validate", ".", "."], "unrecognized arguments: ."),
    ],
)
def test_a_wrong_command_line_is_2(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is wrong."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("command", ["publish", "validate", "merge"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And exits with 0."""
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: pytest-ood {command}" in capsys.readouterr().out


def test_the_command_is_installed() -> None:
    """Beside Python, and it loads nothing heavy to say how it is used."""
    command = Path(sys.executable).with_name("pytest-ood")
    assert "publish" in subprocess.run([command, "--help"], capture_output=True, text=True, check=True).stdout
    code = (
        "import sys\nfrom pytest_ood import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n"
        "    print({'pyarrow', 'huggingface_hub', 'litellm', 'pytest'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.endswith("\nset()\n")


# validate


def test_a_good_dataset_is_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is in it."""
    assert main(["validate", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}: no faults (4 failures, 10 traces, 1 run, gpt-4o, ")


def test_faults_are_1_and_not_all_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first twenty, and how many more."""
    export(folder, [trace(draw, "run-2", model="other") for draw in range(30)], summary(probe="test_other"))
    path = folder / "data" / "traces" / "run-2.parquet"
    code = (
        "import pyarrow, sys\nfrom pyarrow import parquet\ntable = parquet.read_table(sys.argv[1])\n"
        "place = table.column_names.index('arm')\n"
        "parquet.write_table(table.set_column(place, 'arm', pyarrow.array(['left'] * 30)), sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)
    assert main(["validate", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "data/traces/run-2.parquet row 0: arm: 'left' is not one of ['control', 'shift']"
    assert len(out.splitlines()) == 21
    assert out.endswith("and 10 more\n")
    assert err == f"pytest-ood: {folder}: 30 faults\n"


def test_a_folder_that_is_not_ours_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset of somebody else."""
    (tmp_path / "README.md").write_text("# Cats")
    assert main(["validate", str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("not a pytest-ood dataset: one has README.md")


def test_neither_a_folder_nor_a_name_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Said in one line, without a traceback."""
    assert main(["validate", "/none/of/these"]) == 1
    assert capsys.readouterr().err == (
        "pytest-ood: '/none/of/these' cannot be the name of a dataset; write ORG/NAME, for example my-org/failures\n"
    )


def test_a_dataset_of_the_hub_is_checked_too(client: Client, hub: Hub) -> None:
    """By name, and at a revision."""
    client.published()
    assert client.run("validate", f"{NAME}@run-run-1").stdout.startswith(
        f"{NAME}@run-run-1: no faults (4 failures, 10 tr"
    )
    assert client.run("validate", "org/none").returncode == 1
    assert hub.repos[NAME].head.title == "Add run-1"


# merge


def test_a_merge_says_what_it_did(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many were added and how many were there; a conflict is 1."""
    export(tmp_path / "b", some(15, "run-2"), summary(probe="test_b"))
    assert main(["merge", str(folder), str(tmp_path / "b"), str(tmp_path / "out")]) == 0
    out = tmp_path / "out"
    assert capsys.readouterr().out == f"{out}: 15 traces added, 5 of them failures; 10 traces were there already\n"
    export(tmp_path / "c", some(10, "run-3", response="x"), summary())
    assert main(["merge", str(tmp_path / "c"), str(out)]) == 1
    assert "the same question has two answers" in capsys.readouterr().err


# publish


@pytest.mark.parametrize(("typed", "status"), [("y", 0), ("yes", 0), ("", 1), ("n", 1), ("Y", 0), ("\x04", 1)])
def test_who_sits_at_a_terminal_is_asked(client: Client, hub: Hub, typed: str, status: int) -> None:
    """After the preview; only a yes is one."""
    ours, theirs = pytest.importorskip("pty", reason="needs a terminal of Unix").openpty()
    command = [sys.executable, "-m", "pytest_ood.cli", "publish", str(client.folder), NAME]
    os.write(ours, typed.encode() + b"\n"[: typed != "\x04"])
    done = subprocess.run(command, stdin=theirs, env=client.environment(), capture_output=True, text=True, check=False)
    for end in (ours, theirs):
        os.close(end)
    assert done.returncode == status, done.stderr
    preview, *_ = done.stdout.splitlines()
    assert preview.startswith(f"{client.folder} -> {NAME} (private): 4 failures, 10 traces, 1 run, gpt-4o, ")
    assert "Publish? [y/N] " in done.stdout
    assert (NAME in hub.repos) == (status == 0)
    if status:
        assert done.stderr.endswith("pytest-ood: nothing was sent\n")


def test_where_nobody_can_be_asked_it_has_to_be_said(client: Client, hub: Hub) -> None:
    """The preview is shown, nothing is sent, and it is wrong usage."""
    before = contents(client.folder)
    done = client.run("publish", client.folder, NAME, "--public")
    assert done.returncode == 2
    assert "(public): 4 failures" in done.stdout
    assert done.stderr == "pytest-ood: nothing was sent; add --yes to publish without being asked\n"
    assert hub.requests == []
    assert before == contents(client.folder)


def test_a_folder_that_is_not_ours_is_not_published(client: Client, hub: Hub, tmp_path: Path) -> None:
    """Nor is a name taken that is none."""
    (tmp_path / "cats").mkdir()
    done = client.run("publish", tmp_path / "cats", NAME, "--yes")
    assert (done.returncode, hub.requests) == (1, [])
    assert "not a pytest-ood dataset; name a folder that --ood-export has written" in done.stderr
    done = client.run("publish", client.folder, "cats", "--yes")
    assert (done.returncode, hub.requests) == (1, [])
    assert "'cats' cannot be the name of a dataset; write ORG/NAME" in done.stderr
