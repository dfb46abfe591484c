"""A task goes to another process as its address."""

import copy
import importlib
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pytest_ood.case import Case
from pytest_ood.errors import TaskError
from pytest_ood.families import operators
from pytest_ood.tasks import Task, task

FILE = """
from pytest_ood import Case, task

@task(control={{"size": 1}}, version={version})
def spell(rng, size):
    return Case(f"{{rng.random()}} {word} {{size}}?", "x")

class Inside:
    @task(control={{}})
    def spell(rng):
        return Case("?", "x")
"""
# Unpickles what is given and says what the tasks draw.
OTHER = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
for packed in pickle.load(sys.stdin.buffer):
    try:
        print(pickle.loads(packed).draw({"size": 2}, 0, 0).prompt)
    except Exception as error:
        print(type(error).__name__, error)
"""
Importer = Callable[..., ModuleType]


@pytest.fixture
def importer(monkeypatch: pytest.MonkeyPatch) -> Importer:
    """Write a file with a task and import it by its name, as pytest does with the file of a test."""

    def write_and_import(folder: Path, name: str = "tasks", *, version: int = 1, word: str = "") -> ModuleType:
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(FILE.format(version=version, word=word or folder.name), encoding="utf-8")
        monkeypatch.syspath_prepend(folder)
        monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module(name)

    return write_and_import


def elsewhere(*tasks: Task, path: list[str] | None = None) -> list[str]:
    """Return the prompts that the tasks draw in another process, or what goes wrong there."""
    sent = pickle.dumps(sys.path if path is None else path) + pickle.dumps([pickle.dumps(one) for one in tasks])
    ran = subprocess.run([sys.executable, "-c", OTHER], input=sent, capture_output=True, check=True)
    return ran.stdout.decode().splitlines()


def test_a_task_is_itself_again() -> None:
    """In the process where its module is imported already; a copy is the task itself, with or without an address."""
    again = pickle.loads(pickle.dumps(operators.arithmetic))
    assert again is operators.arithmetic
    local = task(control={})(lambda _: Case("?", "x"))
    assert copy.deepcopy(local) is copy.copy(local) is local


def test_a_task_draws_the_same_in_another_process(tmp_path: Path, importer: Importer) -> None:
    """Found by the name of its module, or by its file where the name leads nowhere."""
    made = importer(tmp_path / "a").spell
    expected = made.draw({"size": 2}, 0, 0).prompt
    here = [place for place in sys.path if place != str(tmp_path / "a")]
    assert elsewhere(made) == elsewhere(made, path=here) == [expected]


def test_files_of_one_name_do_not_collide(tmp_path: Path, importer: Importer) -> None:
    """Each task comes from its own file, here and elsewhere; two copies of one are equal."""
    first = importer(tmp_path / "a").spell
    packed = pickle.dumps(first)
    second = importer(tmp_path / "b").spell
    again, twice = pickle.loads(packed), pickle.loads(packed)
    assert again == twice == first
    assert hash(again) == hash(first)
    assert again != second
    assert "a 2?" in again.draw({"size": 2}, 0, 0).prompt
    assert pickle.loads(pickle.dumps(second)) is second
    third = importer(tmp_path / "c").spell
    prompts = elsewhere(again, third)
    assert [prompt.split()[1] for prompt in prompts] == ["a", "c"]
    assert prompts[0].split()[0] == prompts[1].split()[0]


def test_a_task_in_a_class_has_an_address(tmp_path: Path, importer: Importer) -> None:
    """Its qualified name leads to it."""
    made = importer(tmp_path).Inside.spell
    assert pickle.loads(pickle.dumps(made)) is made


def test_a_task_of_a_script_has_the_name_of_its_file(tmp_path: Path) -> None:
    """So that it draws the same as when it is imported; another process imports it without running what is guarded."""
    script = tmp_path / "my_script.py"
    run = """
if __name__ == "__main__":
    import pickle, sys
    sys.stdout.buffer.write(pickle.dumps(spell))
    sys.stderr.write(f"{spell.name} {spell.draw({'size': 2}, 0, 0).prompt}")
"""
    script.write_text(FILE.format(version=1, word="script") + run, encoding="utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, check=True)
    made = pickle.loads(ran.stdout)
    assert f"{made.name} {made.draw({'size': 2}, 0, 0).prompt}" == ran.stderr.decode()
    assert made.name == "my_script.spell"


@task(control={})
def shadowed(_: object) -> Case:
    """Is no longer what its name says."""
    return Case("?", "first")


first = shadowed


@task(control={})  # type: ignore[no-redef]
def shadowed(_: object) -> Case:
    """Has taken its name."""
    return Case("?", "second")


def test_a_task_without_an_address_says_so() -> None:
    """Inside a function, under a name that leads to another, not under its own name, in a notebook: each with a fix."""

    @task(control={})
    def local(_: object) -> Case:
        return Case("?", "x")

    bare = Task(elsewhere, "bare", "none", {}, 1)  # type: ignore[arg-type]
    names: dict[str, object] = {"__name__": "notebook", "shadowed": shadowed.function}
    exec("from pytest_ood import task\ndef cell(rng): ...\nmade = task(control={})(cell)", names)
    for broken, reason in [
        (local, "is defined inside a function (test_a_task_without_an_address_says_so.<locals>.local)"),
        (task(control={})(lambda _: Case("?", "x")), "is defined inside a function"),
        (first, "the name shadowed in"),
        (bare, "the name elsewhere in"),
        (names["made"], "is defined in notebook, which is not a file"),
    ]:
        assert isinstance(broken, Task)
        with pytest.raises(TaskError) as caught:
            pickle.dumps(broken)
        assert reason in str(caught.value)
        assert caught.value.task == broken.name
        assert caught.value.fix
    assert pickle.loads(pickle.dumps(shadowed)) is shadowed


def rewritten(tmp_path: Path, importer: Importer, text: str) -> str:
    """Return what another process says of a task whose file has been rewritten since it was pickled."""
    made = importer(tmp_path).spell
    packed = pickle.dumps(made)
    (tmp_path / "tasks.py").write_text(text, encoding="utf-8")
    sent = pickle.dumps(sys.path) + pickle.dumps([packed])
    shutil.rmtree(tmp_path / "__pycache__", ignore_errors=True)
    ran = subprocess.run([sys.executable, "-c", OTHER], input=sent, capture_output=True, check=True)
    return ran.stdout.decode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FILE.format(version=22, word="x"), "TaskError task tasks.spell has version 22"),
        (FILE.format(version=1, word="x").replace("version=1", "name='other'"), "is the task other"),
        ("spell = 1", "is of type int"),
        ("", "cannot be imported from"),
        ("import not_there", "ModuleNotFoundError: No module named 'not_there'"),
    ],
)
def test_another_task_at_the_address_is_refused(tmp_path: Path, importer: Importer, text: str, reason: str) -> None:
    """The error names the task, and what is there instead."""
    message = rewritten(tmp_path, importer, text)
    assert message.startswith("TaskError task tasks.spell")
    assert reason in message
