"""The installed tasks: ours, and those that other packages bring by an entry point."""

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_ood import Case, families, pairs_task, registry, task
from tests.distribution import MODULE, install

Install = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs distributions into a folder of the test's own; their modules are forgotten after it."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def installed(name: str, entry_points: dict[str, str], **modules: str) -> Path:
        folder = install(tmp_path, name, entry_points, **modules)
        importlib.invalidate_caches()
        return folder

    yield installed
    for name in set(sys.modules) - before:
        del sys.modules[name]


def brought() -> list[tuple[str, str]]:
    """The tasks of other packages, with the distributions that bring them."""
    ours = len(families.tasks())
    return [(one.task.name, one.distribution) for one in registry.installed_tasks()[ours:]]


def broken() -> list[str]:
    """What is warned of; the bundled tasks are there all the same."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert brought() == []
    assert {warning.category for warning in caught} <= {registry.BrokenEntryPoint}
    return [str(warning.message) for warning in caught]


def test_the_bundled_tasks_are_installed() -> None:
    """In their order, of this distribution."""
    installed = registry.installed_tasks()
    assert [one.task for one in installed[: len(families.tasks())]] == families.tasks()
    assert {one.distribution for one in installed if one.task in families.tasks()} == {"pytest-ood"}


def test_a_module_brings_all_its_tasks(site: Install) -> None:
    """Those that it imported from elsewhere once."""
    shout = MODULE.replace("spell", "shout")
    bundled = "from pytest_ood.families.operators import arithmetic\n"
    site("my-clocks", {"all": "clocks_of_mine"}, clocks_of_mine=f"{bundled}{MODULE}{shout}")
    assert brought() == [("clocks_of_mine.spell", "my-clocks"), ("clocks_of_mine.shout", "my-clocks")]


def test_an_entry_point_may_name_one_task(site: Install) -> None:
    """Of rows too; one that is named twice is there once."""
    rows = (
        "from pytest_ood import pairs_task\nrows = [{'q': 'a', 's': 'b', 'a': 1}]\n"
        "sums = pairs_task(rows, control='q', shift='s', answer='a', name='sums')\n"
    )
    site(
        "my-clocks",
        {"one": "clocks_of_mine:spell", "two": "clocks_of_mine", "rows": "rows_of_mine:sums"},
        clocks_of_mine=MODULE,
        rows_of_mine=rows,
    )
    assert brought() == [("clocks_of_mine.spell", "my-clocks"), ("sums", "my-clocks")]


def test_several_packages_come_in_the_order_of_their_names(site: Install) -> None:
    """Whatever the order in which they lie."""
    site("b-tasks", {"x": "tasks_of_b"}, tasks_of_b=MODULE)
    site("a-tasks", {"x": "tasks_of_a"}, tasks_of_a=MODULE)
    assert brought() == [("tasks_of_a.spell", "a-tasks"), ("tasks_of_b.spell", "b-tasks")]


@pytest.mark.parametrize(
    ("value", "module", "why"),
    [
        ("gone_module", "", "ModuleNotFoundError"),
        ("bad_module:nobody", MODULE, "AttributeError"),
        ("bad_module", "1 / 0", "ZeroDivisionError"),
        ("bad_module", "def f(:", "SyntaxError"),
        ("bad_module", "raise SystemExit(3)", "SystemExit"),
        ("bad_module", "spell = 3", "neither a task nor a module that has tasks"),
        ("bad_module:spell", "def spell(rng): pass", "neither a task nor a module that has tasks"),
    ],
)
def test_a_broken_entry_point_is_a_warning(site: Install, value: str, module: str, why: str) -> None:
    """With the distribution, the entry and what is wrong; it never ends anything."""
    site("broken-tasks", {"mine": value}, bad_module=module)
    (message,) = broken()
    assert message.startswith(f"broken-tasks: entry point mine = {value} ")
    assert why in message


def test_a_package_that_brings_a_name_of_ours_is_named(site: Install) -> None:
    """With both files, and what to do."""
    folder = site("my-tasks", {"x": "operators"}, operators=MODULE.replace("spell", "arithmetic"))
    with pytest.raises(registry.RegistryError) as caught:
        registry.installed_tasks()
    output = str(caught.value)
    assert output.startswith("operators.arithmetic: ")
    for part in (
        f"{folder / 'operators.py'}:4 (my-tasks)",
        f"{Path('families', 'operators')}",
        "(pytest-ood)",
        "name=",
    ):
        assert part in output


# One task by its name.


def test_a_task_is_found_by_its_name(site: Install) -> None:
    """Ours, or a package's."""
    site("my-clocks", {"all": "clocks_of_mine"}, clocks_of_mine=MODULE)
    assert registry.find_task("words.word_grid").task in families.tasks()
    assert registry.find_task("clocks_of_mine.spell").distribution == "my-clocks"


def test_an_unknown_name_gets_the_nearest() -> None:
    """Or, where none is near, where to look."""
    with pytest.raises(registry.RegistryError, match=r"^words\.word_gird: .*did you mean words\.word_grid\?$"):
        registry.find_task("words.word_gird")
    with pytest.raises(registry.RegistryError, match=r"^zzzzz: unknown task; `pytest-ood tasks` lists them all$"):
        registry.find_task("zzzzz")


# When two objects are one task.


def load(path: Path, name: str) -> ModuleType:
    """The module of a file, under this name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_file_that_was_imported_twice_has_one_task(tmp_path: Path) -> None:
    """As pytest and a conftest may do."""
    (tmp_path / "tasks.py").write_text(MODULE)
    (tmp_path / "others.py").write_text(MODULE)
    one, again, other = (load(tmp_path / file, name).spell for file, name in (
        ("tasks.py", "tasks"), ("tasks.py", "a.tasks"), ("others.py", "tasks")
    ))  # fmt: skip
    assert registry.same_task(one, again)
    assert not registry.same_task(one, other)
    assert registry.where_defined(one) == f"{tmp_path / 'tasks.py'}:4"


def made(size: int) -> Any:
    """A task that the function makes."""

    @task(control={})
    def sized(rng: Any) -> Case:
        return Case(f"{size} {rng.random()}", "x")

    return sized


def test_what_a_function_makes_is_another_task_each_time() -> None:
    """Though it has the same file, line and name."""
    assert not registry.same_task(made(1), made(2))


def test_one_function_with_another_twin_is_one_task() -> None:
    """It draws the same cases; another version does not."""
    first, twin, later = (task(control=control, version=version)(made(1).function) for control, version in (
        ({}, 1), ({}, 1), ({}, 2)
    ))  # fmt: skip
    function = first.function
    assert registry.same_task(task(control={})(function), task(control={})(function))
    assert not registry.same_task(task(control={})(function), task(control={}, version=2)(function))
    assert not registry.same_task(first, later)
    assert not registry.same_task(first, twin)


def test_the_same_rows_are_one_task() -> None:
    """Wherever they are named; judged by another function they are not."""
    rows = [{"q": "a", "s": "b", "a": 1}]

    def make(rows: Any = rows, **more: Any) -> Any:
        return pairs_task(rows, control="q", shift="s", answer="a", name="x", **more)

    elsewhere = pairs_task(rows, control="q", shift="s", answer="a", name="x")
    assert registry.same_task(make(), elsewhere)
    assert not registry.same_task(make(), make([*rows, {"q": "c", "s": "d", "a": 1}]))
    verified = pairs_task(rows, control="q", shift="s", answer="a", name="x", verify=lambda *_: True)
    assert not registry.same_task(verified, elsewhere)
    assert not registry.same_task(made(1), elsewhere)
