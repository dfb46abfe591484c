"""Every block of code in a card runs as it stands: of a folder and on the Hub, with failures and without."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client import NAME, Client
from tests.dataset.making import blocks, export, rows, summary
from tests.hub import Hub

ROOT = Path(__file__).parents[2]
FIRST_EDITION = Path(__file__).parent / "first_edition"
# Each block in a namespace of its own, then what it has made: how many rows, or the beginning of a case.
RUN = """
import datasets, json, sys
datasets.disable_progress_bars()
made = []
for code in json.loads(sys.stdin.read()):
    names = {}
    exec(code, names)
    tables = {name: names[name] for name in ("failures", "traces", "cases") if name in names}
    made.append({name: len(list(rows)) if isinstance(rows, datasets.IterableDataset) else len(rows)
                 for name, rows in tables.items()})
    if "case" in names:
        made[-1] = names["case"].prompt.split()[0]
print(json.dumps(made))
"""
# By what is asked: the tests of the suite that is copied from the first edition's.
BUNDLED, OUTSIDE, BOTH = ("-k", "swapped"), ("-k", "spell and 2"), ()


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Probes of a task of the package, and of tasks in a module next to them."""
    folder = tmp_path_factory.mktemp("suite")
    shutil.copy(FIRST_EDITION / "spelling.py", folder / "spelling.py")
    shutil.copy(FIRST_EDITION / "probes.py", folder / "test_spelling.py")
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nobody's variables but those of the system."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST"))}
    return kept | {"HF_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "120"} | more


def pytest_in(folder: Path, *args: str, env: dict[str, str]) -> str:
    """Run pytest in a folder; what it writes."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--tb=no", *args]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def asked(suite: Path, tmp_path: Path) -> Callable[..., Path]:
    """Run a model on some of the probes; the dataset."""

    def run(model: str, *args: str) -> Path:
        folder = tmp_path / "dataset"
        env = environment(tmp_path / "home")
        pytest_in(
            suite, f"--ood-model={model}", f"--ood-export={folder}", f"--ood-store={tmp_path}/s.db", *args, env=env
        )
        return folder

    return run


def python_blocks(card: str, folder: Path, env: dict[str, str]) -> list[Any]:
    """Run the Python of a card in a folder, a block after the other; what each has made."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(blocks(card, "python")), cwd=folder, env=env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: list[Any] = json.loads(done.stdout)
    return made


def counts(folder: Path, *configs: str) -> dict[str, int]:
    """How many rows the configs have."""
    return {config: len(rows(folder, config)) for config in configs}


def replayed(card: str, folder: Path, env: dict[str, str], dataset: Path | None = None) -> str:
    """Run the command of a card with a model that knows everything; what pytest writes."""
    (command,) = blocks(card, "sh")
    program, *args = command.replace("MODEL", "fake/oracle").replace("DIR", str(dataset)).split()
    assert program == "pytest"
    return pytest_in(folder, f"--ood-store={folder}/replay.db", *args, env=env)


def test_of_a_folder_with_tasks_of_the_package_and_others(
    asked: Callable[..., Path], suite: Path, tmp_path: Path
) -> None:
    """Loaded, drawn again both ways, and replayed where the probes are."""
    folder = asked("fake/lured", *BOTH)
    card = (folder / "README.md").read_text()
    env = environment(tmp_path / "home", HF_HUB_OFFLINE="1", PYTHONPATH=f"{ROOT}{os.pathsep}{suite}")
    assert python_blocks(card, folder, env) == [
        counts(folder, "failures", "traces", "cases"),
        counts(folder, "traces"),
        *("In", "Spell"),
    ]
    assert replayed(card, suite, env, folder).count("] FIXED") == len(rows(folder, "failures")) > 0


def test_of_a_folder_with_tasks_of_the_package_alone(asked: Callable[..., Path], tmp_path: Path) -> None:
    """The replay needs nothing but the folder."""
    folder = asked("fake/lured", *BUNDLED)
    card = (folder / "README.md").read_text()
    assert blocks(card, "sh") == ["pytest --ood-replay=. --ood-model=MODEL\n"]
    env = environment(tmp_path / "home", HF_HUB_OFFLINE="1")
    assert python_blocks(card, folder, env) == [
        counts(folder, "failures", "traces", "cases"),
        counts(folder, "traces"),
        "In",
    ]
    assert replayed(card, folder, env).count("] FIXED") == len(rows(folder, "failures")) > 0


def test_of_a_folder_without_a_failure(asked: Callable[..., Path], suite: Path, tmp_path: Path) -> None:
    """Everything but the replay, of which there is none; the failures can be streamed."""
    folder = asked("fake/oracle", *BOTH)
    card = (folder / "README.md").read_text()
    assert blocks(card, "sh") == []
    env = environment(tmp_path / "home", HF_HUB_OFFLINE="1", PYTHONPATH=f"{ROOT}{os.pathsep}{suite}")
    assert python_blocks(card, folder, env) == [
        counts(folder, "traces", "cases"),
        {"failures": 0},
        counts(folder, "traces"),
        *("In", "Spell"),
    ]


def test_of_a_folder_in_which_nothing_was_asked(tmp_path: Path) -> None:
    """There is nothing to run."""
    export(tmp_path, [], summary())
    card = (tmp_path / "README.md").read_text()
    assert blocks(card, "python") + blocks(card, "sh") == []


@pytest.mark.parametrize(
    ("model", "which", "drawn"),
    [("fake/lured", BOTH, ["In", "Spell"]), ("fake/lured", OUTSIDE, ["Spell"]), ("fake/oracle", BUNDLED, ["In"])],
    ids=["both", "outside", "without a failure"],
)
def test_on_the_hub(
    asked: Callable[..., Path],
    hub: Hub,
    suite: Path,
    tmp_path: Path,
    model: str,
    which: tuple[str, ...],
    drawn: list[str],
) -> None:
    """By the name that it has there, from a folder that has nothing of it."""
    client = Client(tmp_path, hub)
    client.folder = asked(model, *which)
    client.published()
    card = hub.repos[NAME].head.files["README.md"].content.decode()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = environment(tmp_path / "home", PYTHONPATH=f"{ROOT}{os.pathsep}{suite}") | hub.environment(tmp_path / "home")
    made = python_blocks(card, elsewhere, env)
    failures = len(rows(client.folder, "failures"))
    if failures:
        assert made == [counts(client.folder, "failures", "traces", "cases"), *drawn]
        assert replayed(card, suite, env).count("] FIXED") == failures
    else:
        assert made == [counts(client.folder, "traces", "cases"), {"failures": 0}, *drawn]
        assert blocks(card, "sh") == []
