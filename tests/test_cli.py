"""The command `pytest-ood`: what it says, and its exit status."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import pytest_ood
from pytest_ood import families
from pytest_ood.asking.store import Store
from pytest_ood.asking.store.admin import stats
from pytest_ood.cli import main
from tests.asking.first_edition.suite import PROVIDER, STORE
from tests.client import NAME, Client
from tests.dataset.making import contents, export, some, summary, trace
from tests.distribution import MODULE, install
from tests.hub import Hub

TWICE = """
from pytest_ood import task
again = task(control={}, version=2)(clocks_of_mine.spell.function)
"""


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
        (["publish", "none", "org/x"], "none: not a folder; name one written by --ood-export"),
        (["merge", "."], "the following arguments are required: OUT"),
        (["merge", "none", "out"], "none: not a folder"),
        (["validate", ".", "."], "unrecognized arguments: ."),
        (["show", ".", "--param", "size"], "size: expected NAME=VALUE, such as size=16"),
        (["show", ".", "--outcome", "odd"], "invalid choice: 'odd'"),
        (["report"], "the following arguments are required: DATASET|JSON"),
        (["convert", "."], "the following arguments are required: --to, -o/--output"),
        (["convert", ".", "--to", "csv", "-o", "x"], "invalid choice: 'csv'"),
        (["store"], "the following arguments are required: ACTION"),
        (["store", "forget"], "the following arguments are required: MODEL"),
        (["store", "burn"], "invalid choice: 'burn'"),
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


@pytest.mark.parametrize(
    "command", ["publish", "validate", "merge", "report", "convert", "tasks", "store", "store forget"]
)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And exits with 0."""
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    assert f"usage: pytest-ood {command}" in capsys.readouterr().out


def test_the_command_is_installed() -> None:
    """Next to Python, and it loads nothing heavy to say how it is used."""
    command = Path(sys.executable).with_name("pytest-ood")
    assert "publish" in subprocess.run([command, "--help"], capture_output=True, text=True, check=True).stdout
    code = (
        "import sys\nfrom pytest_ood import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n"
        "    print({'pyarrow', 'huggingface_hub', 'litellm', 'pytest'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.endswith("\nset()\n")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As pip knows it."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"pytest-ood {pytest_ood.__version__}\n"


# tasks


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with an installed distribution that brings a task, and one that is broken."""
    install(tmp_path, "my-clocks", {"all": "clocks_of_mine"}, clocks_of_mine=MODULE)
    install(tmp_path, "broken", {"none": "clocks_of_nobody"})
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("clocks_of_mine", None)


def test_every_task_is_listed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A package's too, and a broken package is a line on the other channel."""
    del site
    assert main(["tasks"]) == 0
    out, err = capsys.readouterr()
    for task in families.tasks():
        assert f"\n  {task.name}(" in out
    assert "\n  clocks_of_mine.spell(size=4, mark='.')\n" in out
    assert out.endswith(f"\n{len(families.tasks()) + 1} tasks\n")
    assert err.startswith("pytest-ood: broken: entry point none = clocks_of_nobody ")
    assert err.count("\n") == 1


def test_some_tasks_may_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is listed once, in the order asked for."""
    assert main(["tasks", "words.word_grid", "grids.life", "words.word_grid", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in listed] == ["words.word_grid", "grids.life"]


def test_a_misspelt_task_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    """With the one that may be meant."""
    assert main(["tasks", "words.word_gird"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("pytest-ood: tasks words.word_gird: ")
    assert "words.word_grid" in err


def test_a_reader_may_stop_reading() -> None:
    """As head does, without a word."""
    command = [sys.executable, "-m", "pytest_ood.cli", "tasks"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_two_tasks_of_one_name_are_1(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody could tell which of them is meant."""
    install(site, "other-clocks", {"all": "more_of_mine"}, more_of_mine="import clocks_of_mine\n" + TWICE)
    assert main(["tasks"]) == 1
    assert "clocks_of_mine.spell: two different tasks" in capsys.readouterr().err
    sys.modules.pop("more_of_mine", None)


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
    assert capsys.readouterr().out.startswith("not a pytest-ood dataset: that has a README.md")


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
    assert capsys.readouterr().out == f"{out}: 15 traces added, 5 of them failures; 10 traces were already there\n"
    export(tmp_path / "c", some(10, "run-3", response="x"), summary())
    assert main(["merge", str(tmp_path / "c"), str(out)]) == 1
    assert "the same question has two answers" in capsys.readouterr().err


# report


def test_a_report_of_a_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its questions and answers."""
    export(tmp_path / "data", some(10, condition='{"model":"gpt-4o"}'), summary())
    assert main(["report", str(tmp_path / "data"), "-o", str(tmp_path / "out" / "report.html")]) == 0
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Of 1 cell asked of gpt-4o, 1 is brittle." in html
    assert 'id="packed"' in html
    assert re.fullmatch(r".*report\.html: [\d,]+ bytes\n", capsys.readouterr().out)


def test_a_report_of_two_runs(folder: Path, tmp_path: Path) -> None:
    """A dataset and a run's JSON, each with a column."""
    run = tmp_path / "run.json"
    run.write_text(json.dumps(summary(verdict="robust")), encoding="utf-8")
    assert main(["report", str(folder), str(run), "-o", str(tmp_path / "report.html")]) == 0
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "run.json: gpt-4o" in html
    assert "data: gpt-4o" in html
    assert str(tmp_path) not in html


def test_a_report_of_two_files_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told apart by their folders."""
    monkeypatch.chdir(tmp_path)
    for name in ("before", "after"):
        Path(name).mkdir()
        Path(name, "run.json").write_text(json.dumps(summary()), encoding="utf-8")
    assert main(["report", "before/run.json", "after/run.json", "-o", "report.html"]) == 0
    html = Path("report.html").read_text(encoding="utf-8")
    assert "before/run.json: gpt-4o" in html
    assert "after/run.json: gpt-4o" in html


def test_a_report_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is neither a dataset nor a summary is said, and no file is written."""
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    for typed in ("none", str(tmp_path / "other.json")):
        assert main(["report", typed, "-o", str(tmp_path / "report.html")]) == 1
        assert typed in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()


def test_the_curves_as_pictures(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of several sources, each with its name; with an axis that is chosen."""
    run = tmp_path / "run.json"
    run.write_text(json.dumps(summary()), encoding="utf-8")
    pictures = tmp_path / "pictures"
    assert main(["report", str(run), "--svg", str(pictures), "--axis=linear"]) == 0
    assert [path.name for path in pictures.iterdir()] == ["test-spelling-gpt-4o.svg"]
    assert capsys.readouterr().out == f"{pictures}: 1 curve\n"
    assert main(["report", str(run), str(folder), "--svg", str(tmp_path / "both")]) == 0
    names = sorted(path.name for path in (tmp_path / "both").iterdir())
    assert names == ["data-test-spelling-gpt-4o.svg", "run-json-test-spelling-gpt-4o.svg"]
    assert capsys.readouterr().out.endswith("both: 2 curves\n")


def test_a_report_goes_somewhere(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file and a folder it would be for nothing."""
    assert main(["report", str(folder)]) == 2
    assert "name a file with -o, or a folder with --svg or --png" in capsys.readouterr().err


# show


def test_questions_and_answers_are_shown(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default where an answer is wrong; a row that is named is shown whatever came of it."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^\[(\d)/4\] test_spelling, draw (\d), gpt-4o", shown, re.M) == [
        ("1", "3"),
        ("2", "9"),
        ("3", "0"),
        ("4", "6"),
    ]
    assert main(["show", str(folder), some(2)[1].id[:8]]) == 0
    assert "shift correct" in capsys.readouterr().out
    assert main(["show", str(folder), "-n", "1", "--outcome", "any", "--param", "length=6", "--draw=5"]) == 0
    assert "[1/1] test_spelling, draw 5" in capsys.readouterr().out


def test_nothing_to_show_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what would show more."""
    export(tmp_path / "data", [trace for trace in some(9) if trace.outcome == "correct"], summary())
    assert main(["show", str(tmp_path / "data")]) == 1
    assert "no pair of " in (told := capsys.readouterr().err)
    assert "--outcome=any also shows what is not wrong" in told
    assert main(["show", str(tmp_path / "data"), "--outcome=any", "--probe=none"]) == 1
    assert "--outcome" not in capsys.readouterr().err


def test_at_a_terminal_there_is_a_pager(folder: Path) -> None:
    """That of the user, unless it is not wanted."""
    ours, theirs = pytest.importorskip("pty", reason="needs a terminal of Unix").openpty()
    command = [sys.executable, "-m", "pytest_ood.cli", "show", str(folder), "--draw=3"]
    environment = {**os.environ, "PAGER": "sed s/^/paged:/", "TERM": "dumb", "COLUMNS": "80"}
    shown = []
    for typed in (command, [*command, "--no-pager"]):
        subprocess.run(typed, stdin=theirs, stdout=theirs, env=environment, check=True)
        shown.append(os.read(ours, 10_000).decode().splitlines()[0])
    for end in (ours, theirs):
        os.close(end)
    assert shown == ["paged:[1/1] test_spelling, draw 3, gpt-4o: shift wrong (copied)", shown[0].removeprefix("paged:")]


# compare


def test_a_later_run_that_is_worse_is_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dataset and a run's JSON; the other way round all is well."""
    monkeypatch.setenv("COLUMNS", "80")
    run = tmp_path / "run.json"
    better = summary(verdict="robust")
    better["cells"][0]["shift"] |= {"correct": 20, "wrong": 0, "outcomes": "c" * 20}
    run.write_text(json.dumps(better), encoding="utf-8")
    assert main(["compare", str(run), str(folder)]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("run.json is better than data: evidence ")
    assert "\nBROKEN  length=6 " in shown
    assert main(["compare", str(folder), str(run)]) == 0
    assert "\nFIXED   length=6 " in capsys.readouterr().out
    assert main(["compare", str(folder), "none"]) == 1


# publish


def test_a_rehearsal_shows_the_card(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offline and without a token; what could not be published is refused."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    command = ["publish", str(folder), "org/failures", "--dry-run", "--license=cc-by-4.0"]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{folder} -> org/failures (private): 4 failures, 10 traces, 1 run, gpt-4o, ")
    assert "Nothing was sent." in shown
    assert "license: cc-by-4.0" in shown
    assert 'where = "org/failures"' in shown
    assert "![Accuracy of both arms" in shown
    secret = "sk-" + "a1" * 20
    export(tmp_path / "leaky", some(3, response=f"my key is {secret}"), summary())
    assert main(["publish", str(tmp_path / "leaky"), "org/failures", "--dry-run"]) == 1
    told = capsys.readouterr()
    assert "nothing was sent" in told.err
    assert secret not in told.out + told.err
    assert main(["publish", str(folder), "no name", "--dry-run"]) == 1


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


def test_without_a_terminal_it_takes_an_option(client: Client, hub: Hub) -> None:
    """The preview is shown, nothing is sent, and it is wrong usage."""
    before = contents(client.folder)
    done = client.run("publish", client.folder, NAME, "--public")
    assert done.returncode == 2
    assert "(public): 4 failures" in done.stdout
    assert done.stderr == "pytest-ood: nothing was sent; add --yes to publish without a confirmation\n"
    assert hub.requests == []
    assert before == contents(client.folder)


def test_a_folder_that_is_not_ours_is_not_published(client: Client, hub: Hub, tmp_path: Path) -> None:
    """Nor is a name taken that is none."""
    (tmp_path / "cats").mkdir()
    done = client.run("publish", tmp_path / "cats", NAME, "--yes")
    assert (done.returncode, hub.requests) == (1, [])
    assert "not a pytest-ood dataset; name a folder written by --ood-export" in done.stderr
    done = client.run("publish", client.folder, "cats", "--yes")
    assert (done.returncode, hub.requests) == (1, [])
    assert "'cats' cannot be the name of a dataset; write ORG/NAME" in done.stderr


# store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of the first edition, where a run would put it, seen from the folder of the run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".ood").mkdir()
    return Path(shutil.copyfile(STORE, tmp_path / ".ood" / "store.db"))


def test_store_stats_are_a_table(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each model, of the default store or another."""
    assert main(["store", "stats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["fake/noisy-0.6", "36"], ["mine", "30"], [PROVIDER, "30"]]
    assert main(["store", "stats", "--store", str(store)]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == lines[:4]


def test_store_forget_deletes_and_vacuum_shrinks(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the numbers of rows; what is left is sound."""
    assert main(["store", "forget", "mine", "--yes"]) == 0
    assert "deleted 30 answers and 18 traces" in capsys.readouterr().out
    assert main(["store", "vacuum"]) == 0
    assert store.stat().st_size < STORE.stat().st_size
    assert main(["store", "check"]) == 0
    assert "66 answers, 36 traces" in capsys.readouterr().out


def test_store_forget_suggests_the_model_that_was_meant(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And deletes nothing."""
    del store
    assert main(["store", "forget", "openai/some-modle", "--yes"]) == 1
    assert capsys.readouterr().err.endswith(f"; did you mean {PROVIDER}?\n")
    assert main(["store", "check"]) == 0
    assert "96 answers" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_store_forget_asks_at_a_terminal(store: Path, typed: str, status: int) -> None:
    """Elsewhere --yes is needed: it is wrong usage without it."""
    command = [sys.executable, "-m", "pytest_ood.cli", "store", "forget", "mine"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    unasked = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, capture_output=True, check=False)
    assert unasked.returncode == 2
    ours, theirs = pytest.importorskip("pty", reason="needs a terminal of Unix").openpty()
    os.write(ours, f"{typed}\n".encode())
    asked = subprocess.run(command, stdin=theirs, env=environment, capture_output=True, check=False)
    for end in (ours, theirs):
        os.close(end)
    assert asked.returncode == status
    with Store(store) as opened:
        assert stats(opened).answers == (66 if status == 0 else 96)


def test_store_check_finds_what_is_wrong(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault on a line, and the status is 1."""
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("DELETE FROM answers WHERE model = 'mine'")
    assert main(["store", "check"]) == 1
    out, err = capsys.readouterr()
    assert out.endswith(": 18 traces whose answer is missing\n")
    assert err == "pytest-ood: .ood/store.db: 1 fault\n"


@pytest.mark.parametrize("action", ["stats", "check", "vacuum", "forget"])
def test_a_file_that_is_not_a_store_is_1(store: Path, capsys: pytest.CaptureFixture[str], action: str) -> None:
    """Nor is one made where there is none."""
    arguments = ["store", action, *(["mine", "--yes"] if action == "forget" else [])]
    store.write_text("# notes\n" * 100)
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("pytest-ood: .ood/store.db: cannot be used as a store")
    store.unlink()
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("pytest-ood: .ood/store.db: no such store")
    assert not store.exists()
