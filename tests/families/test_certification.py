"""Every task is certified, and its cases never change.

Each task's test file lists parameters of the shift arm in `CERTIFIED`, with the digest of their first cases: one that
changes needs a new task version.
"""

import functools
import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood.certify import certify
from pytest_ood.certify.arms import DrawnArms
from pytest_ood.families import tasks
from pytest_ood.text.canonical import canonical
from tests.task_pages import ladders_by_task

HERE = Path(__file__).parent
# The control arms that were drawn: many parameters share theirs.
DRAWN_ARMS = DrawnArms()


def certified():
    """What all test files list in `CERTIFIED`: a task, parameters and a digest, each task and parameters once."""
    found = {}
    for path in sorted(HERE.glob("*/test_*.py")):
        module = importlib.import_module(f"{__package__}.{path.parent.name}.{path.stem}")
        for task, params, golden in getattr(module, "CERTIFIED", []):
            found[task.name, canonical(params)] = (task, params, golden)
    return list(found.values())


def pytest_generate_tests(metafunc):
    """Not when this file is imported: the others may be in the middle of being so."""
    if "golden" in metafunc.fixturenames:
        rows = certified()
        if metafunc.function is test_a_task_is_certified:
            rows = [row for row in rows if not is_bundled(*row[:2])]
        ids = ["-".join([task.name, *map(str, params.values())]) for task, params, _ in rows]
        metafunc.parametrize(("task", "params", "golden"), rows, ids=ids)


def cases(task, params, count=25, seed=0):
    """The first cases of an arm."""
    return [task.draw(params, seed, draw) for draw in range(count)]


def digest(task, params):
    """SHA-256 of what the first cases show and expect."""
    shown = [[case.prompt, case.answer, dict(case.lures), case.input] for case in cases(task, params, 10, seed=7)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@functools.cache
def bundled():
    """The cells of the bundled probes: the name of the task, and the parameters of both arms."""
    return {
        (name, canonical(cell), canonical({**cell, **ladder.control}))
        for name, of_task in ladders_by_task().items()
        for ladder in of_task
        for cell in ladder.cells
    }


def is_bundled(task, params):
    """Whether a bundled probe has this cell."""
    return (task.name, canonical(params), canonical({**params, **task.control})) in bundled()


def test_its_cases_never_change(task, params, golden):
    """What was published can be drawn again."""
    assert golden == digest(task, params)


def test_a_task_is_certified(task, params, golden):
    """No check finds a fault. The cells of the bundled probes are certified by tests/test_probes.py."""
    del golden
    faults = certify(task, params, {**params, **task.control}, drawn_arms=DRAWN_ARMS)
    assert [(fault.check, fault.what, fault.given) for fault in faults] == []


def test_every_task_is_certified():
    """None that the package has is left out."""
    assert {task.name for task in tasks()} == {task.name for task, _, _ in certified()}


def test_what_a_task_declares_stands_in_its_docstring():
    """A reader learns in what the arms differ beside what moves; and every prompt says what to give."""
    for task, params, _ in certified():
        assert not task.declared or "Declared:" in task.__doc__, task.name
        for arm in (params, {**params, **task.control}):
            assert all("Give" in case.prompt for case in cases(task, arm)), task.name


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_the_hash_seed_changes_nothing(hash_seed):
    """The digests hold in processes with other hash seeds."""
    script = (
        "from tests.families.test_certification import certified, digest;"
        "print([task.name for task, params, golden in certified() if digest(task, params) != golden])"
    )
    root = HERE.parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
