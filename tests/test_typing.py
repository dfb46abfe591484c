"""A user's own files are type-checked as strictly as the package, which is found as an installed one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# One with requirements of its own is checked in its own environment.
EXAMPLES = sorted(
    {path.parent for path in (ROOT / "examples").rglob("*.py") if not (path.parent / "requirements.txt").exists()}
)
# What a type checker must refuse: the line, and the code of the error.
MISTAKES = """
from collections.abc import Sequence

import numpy as np

from pytest_ood import Case, Check, Dialogue, Outcome, Task, probe, task


@task(control={"size": 1}, chance=0.5, moves="the size", name="mine")
def sound(rng: np.random.Generator, size: int) -> Case:
    return Case(f"{rng.random()} {size}?", "x", verify=lambda given: Check(given == "x"))


@task(control={})
def talking(rng: np.random.Generator) -> Dialogue:
    def reply(answers: Sequence[str]) -> str | None:
        return "And then?" if len(answers) < 2 else None

    return Dialogue(f"{rng.random()}?", reply=reply, answers=["1", "2"], verify=lambda answers: answers[-1] == "2")


@probe(sound, bar=0.9)
def test_sound(ood: Outcome, size: int) -> None:
    drawn: Case = sound.draw({"size": size}, 0, 0)
    known: Task = talking
    assert ood.robust and drawn.prompt and known.name


Case("?", 5)  # arg-type
Case("?")  # call-arg
Case("?", "x", reply=lambda answers: None)  # call-arg
Case("?", "x", lures={"copied": 5})  # dict-item
Case("?", "x", verify=True)  # arg-type
Case("?", "x", verify=lambda given: None)  # return-value, arg-type
Dialogue("?", answers=["1"])  # call-arg
Dialogue("?", reply=lambda answers: 5, answers=["1"])  # return-value, arg-type
Dialogue("?", reply=lambda answers: None, answers=["1"], verify=lambda answers: answers)  # return-value, arg-type
task(family="no control")  # call-arg
task(control={})(lambda rng: "?")  # return-value, arg-type
probe(lambda rng: Case("?", "x"))  # arg-type
probe(sound, bar="0.9")  # arg-type
"""

pytestmark = pytest.mark.slow


def mypy(folder: Path, *files: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run mypy --strict in a folder; what lies on PYTHONPATH counts as installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": ""}
    # Whether other packages bring type hints is not the question.
    flags = ["--strict", "--config-file=", "--disable-error-code=import-untyped", f"--cache-dir={cache}"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *flags, *files],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy found out about NumPy and pytest, once for all tests."""
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_typed(example: Path, tmp_path: Path, cache: Path) -> None:
    """In a folder of their own."""
    folder = shutil.copytree(example, tmp_path / "suite", ignore=shutil.ignore_patterns("__pycache__", ".ood"))
    ran = mypy(folder, *sorted(folder.glob("*.py")), cache=cache)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_mistakes_are_type_errors(tmp_path: Path, cache: Path) -> None:
    """Each on its line, and nothing else is."""
    path = tmp_path / "mistakes.py"
    path.write_text(MISTAKES, encoding="utf-8")
    ran = mypy(tmp_path, path, cache=cache)
    found = {
        int(line): code for line, code in re.findall(r"^mistakes.py:(\d+): error: .*\[([a-z-]+)\]$", ran.stdout, re.M)
    }
    lines = dict(enumerate(MISTAKES.splitlines(), 1))
    expected = {number for number, line in lines.items() if "  # " in line}
    assert set(found) == expected, ran.stdout + ran.stderr
    for number, code in found.items():
        assert code in lines[number].partition("  # ")[2], ran.stdout
