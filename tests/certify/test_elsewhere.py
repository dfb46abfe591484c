"""The other process draws the same cases, or says why it cannot."""

import importlib.util
import itertools
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.case import Case
from pytest_ood.certify import Subject
from pytest_ood.certify.arms import Finding
from pytest_ood.certify.elsewhere import Elsewhere
from pytest_ood.families import grids, operators
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, LETTERS, SHIFT, Rng, spelled

FILE = """
import os, sys
from pytest_ood import Case, task

HERE = os.getpid() == {pid}
{code}

@task(control={{"size": 1}})
def local(rng, size):
    return Case(f"What is {{rng.random()}} in size {{size}}?", "x")
"""


def drawn_elsewhere(subjects, seed):
    """What another process finds."""
    with Elsewhere(subjects, seed) as elsewhere:
        return elsewhere.findings(subjects)


@task(control=CONTROL, family="spelling")
def hashed(rng: Rng, *, size: int) -> Case:
    """Goes through a set of texts."""
    words = list({first + second for first, second in itertools.product(LETTERS, LETTERS)})
    word = "".join(words[place] for place in rng.integers(0, len(words), 4).tolist())
    return Case(f"Spell {word} backward in size {size}. Give it.", word[::-1], lures={"copied": word})


def test_another_process_draws_the_same() -> None:
    """The families do, a walk through a set does not."""
    sound = [Subject(task, {}, dict(task.control)) for task in (grids.elementary_ca, operators.arithmetic)]
    first, second, third = drawn_elsewhere([*sound, Subject(hashed, SHIFT, CONTROL)], 0)
    assert (first, second) == ([], [])
    assert ["with another hash seed" in finding.what for finding in findings(third)] == [True]


def test_one_arm_is_compared_too() -> None:
    """Where control and shift are the same."""
    sound, broken = drawn_elsewhere([Subject(operators.arithmetic, {}, {}), Subject(hashed, CONTROL, CONTROL)], 0)
    assert sound == []
    assert [finding.drawn.arm for finding in findings(broken) if finding.drawn] == ["control"]


def findings(found: list[Finding] | str) -> list[Finding]:
    """Return what was found of a subject that could be drawn there."""
    assert not isinstance(found, str)
    return found


def imported(path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Import the task of a file with this code at its top, as pytest does with --import-mode=importlib."""
    path.write_text(FILE.format(pid=os.getpid(), code=code), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    found: Task = module.local
    return found


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("if not HERE: raise ImportError('not here')", "ImportError: not here"),
        ("if not HERE: sys.exit('not here')", "SystemExit: not here"),
    ],
)
def test_a_task_that_cannot_be_imported_there_does_not_spoil_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    """The reason is given; it is not a fault of the task."""
    broken = imported(tmp_path / "broken_there.py", code, monkeypatch)
    found, sound = drawn_elsewhere([Subject(broken, SHIFT, CONTROL), Subject(operators.arithmetic, {}, {})], 0)
    assert reason in found
    assert sound == []


def test_a_task_without_an_address_is_not_sent() -> None:
    """The reason is the one that pickling gives."""

    @task(control=CONTROL, family="spelling")
    def local(rng: Rng, *, size: int) -> Case:
        return spelled(rng, size)

    found, sound = drawn_elsewhere([Subject(local, SHIFT, CONTROL), Subject(operators.arithmetic, {}, {})], 0)
    assert "local is defined inside a function" in found
    assert sound == []


def test_a_process_that_ends_early_answers_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it said last is the reason."""
    code = "if not HERE: os.write(2, b'no room'); os._exit(3)"
    broken = imported(tmp_path / "ends_early.py", code, monkeypatch)
    found = drawn_elsewhere([Subject(broken, SHIFT, CONTROL), Subject(operators.arithmetic, {}, {})], 0)
    assert found == ["the other process ended early: no room"] * 2


def test_a_task_that_raises_there_is_at_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it raises."""
    broken = imported(tmp_path / "raises_there.py", "if not HERE: Case = None", monkeypatch)
    (found,) = drawn_elsewhere([Subject(broken, SHIFT, CONTROL)], 0)
    assert ["there it raises TypeError" in finding.what for finding in findings(found)] == [True]


def test_it_ends_with_a_certification_that_is_broken_off() -> None:
    """As on Ctrl-C: nothing goes on in the background."""
    with pytest.raises(KeyboardInterrupt), Elsewhere([Subject(operators.arithmetic, {}, {})], 0) as elsewhere:
        raise KeyboardInterrupt
    assert elsewhere._process is not None
    assert elsewhere._process.returncode is not None
