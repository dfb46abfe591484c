"""Every path by which a bundled task can be imported, each in a process of its own, whatever was imported before."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood import families

ROOT = Path(__file__).parents[2]
# The names that the first edition had for its modules, and the tasks in them.
FIRST_EDITION = {
    "reversal": ["fictional_facts", "known_lines", "parents", "alphabet_order"],
    "operators": ["arithmetic", "number_base", "linear_formula"],
    "symbols": ["shift_cipher", "novel_symbols", "rule_composition"],
    "grids": ["elementary_ca", "life", "sudoku"],
    "words": ["word_grid", "crossword_fill"],
    "digits": ["copy_string", "long_arithmetic"],
    "chains": ["token_rewriting", "state_tracking"],
    "dialogues": ["goal_drift", "edit_one_cell"],
    "wordle": ["wordle"],
    "checking": ["self_check"],
    "shortcuts": ["path_star", "sentiment", "domain_dress", "sibling_discovery"],
}
NAMES = [f"{module}.{task}" for module, tasks in FIRST_EDITION.items() for task in tasks]


def python(script):
    """What a new process prints."""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_tasks_are_those_of_the_first_edition_in_their_order():
    """Their names are pinned: a seed depends on them."""
    assert [task.name for task in families.tasks() if task.name in NAMES] == NAMES


@pytest.mark.parametrize("module", FIRST_EDITION)
def test_the_names_of_the_first_edition_still_work(module):
    """``from pytest_ood.families import symbols`` has the tasks that it had."""
    script = f"""
from pytest_ood.families import {module}
from pytest_ood import families

for name in {FIRST_EDITION[module]!r}:
    task = getattr({module}, name)
    assert task.name == f"{module}.{{name}}", task
    assert task is getattr(families.{module}, name)
"""
    python(script)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import pytest_ood.families.operators.arithmetic",
        "from pytest_ood.families.operators.arithmetic import evaluate",
        "from pytest_ood.families.operators import arithmetic",
        "import importlib; importlib.import_module('pytest_ood.families.operators.arithmetic')",
        "import pytest_ood.families.chains.wordle; from pytest_ood.families import wordle",
    ],
)
def test_a_task_is_not_hidden_by_its_module(before):
    """A family's attribute is the task, although the module that defines it has the same name."""
    script = f"""
{before}
from pytest_ood import Task
from pytest_ood.families import chains, operators
import pytest_ood.families.operators.arithmetic
from pytest_ood.families.operators.arithmetic import arithmetic

assert isinstance(operators.arithmetic, Task), operators.arithmetic
assert operators.arithmetic is arithmetic is pytest_ood.families.operators.arithmetic
assert isinstance(chains.wordle, Task), chains.wordle
"""
    python(script)


def test_a_family_exports_its_tasks_and_nothing_else_in_all():
    """A star import brings tasks."""
    for task in families.tasks():
        assert task is families.find(task.name)
    listed = [name for family in families.FAMILIES for name in getattr(families, family).__all__]
    assert listed == [task.__name__ for task in families.tasks()]


@pytest.mark.parametrize(
    "name", ["", "symbols", "symbols.", "symbols.nothing", "os.path", "families.tasks", "wordle.life"]
)
def test_what_is_not_a_task_is_not_found(name):
    """Nor is anything imported by a name that somebody else's dataset gives."""
    assert families.find(name) is None


def test_only_the_family_that_is_needed_is_imported():
    """One task is found without the other four families."""
    script = """
import sys
from pytest_ood import families

assert families.find("digits.copy_string").name == "digits.copy_string"
print(*sorted(name for name in sys.modules if name.startswith("pytest_ood.families.") and name.count(".") == 2))
"""
    loaded = python(script).split()
    assert "pytest_ood.families.grids" in loaded
    assert not {f"pytest_ood.families.{family}" for family in families.FAMILIES if family != "grids"} & set(loaded)


def test_an_unknown_family_is_an_attribute_error():
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        families.nothing  # noqa: B018


USER = """
from pytest_ood import Task, probe
from pytest_ood.families import checking, chains, operators, symbols, wordle

tasks: list[Task] = [symbols.shift_cipher, checking.self_check, wordle.wordle, chains.wordle, operators.arithmetic]
reveal_type(symbols.shift_cipher)
reveal_type(wordle.wordle)
symbols.nothing
"""


def test_type_checkers_know_the_tasks(tmp_path):
    """A user's file type-checks strictly; a task that does not exist is noticed."""
    (tmp_path / "user.py").write_text(USER)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]
    environment = {"MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT), "PATH": ""}
    ran = subprocess.run(
        [*command, "user.py"], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    errors = [line for line in ran.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, ran.stdout + ran.stderr
    assert 'user.py:8: error: Module has no attribute "nothing"' in errors[0]
    assert ran.stdout.count('Revealed type is "pytest_ood.tasks.Task"') == 2
