"""In one session a name is one task's; tasks of installed packages are found by it."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.distribution import MODULE, install
from tests.plugin.conftest import Suite

PROBE = """
import pytest
from pytest_ood import probe
from {module} import spell

@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_spell(ood, size):
    assert ood.robust
"""


@pytest.fixture
def empty(suite: Suite) -> Suite:
    """A suite without the usual probe."""
    (suite.path / "test_probe.py").unlink()
    return suite


@pytest.fixture
def two(empty: Suite) -> Suite:
    """Two folders, each with its own ``tasks.py:spell`` and a probe of it."""
    for folder, text in (("a", MODULE), ("b", MODULE.replace("backward", "in reverse"))):
        empty.write("", f"{folder}/__init__.py")
        empty.write(text, f"{folder}/tasks.py")
        empty.write(PROBE.format(module=f"{folder}.tasks"), f"{folder}/test_{folder}.py")
    return empty


@pytest.mark.parametrize("model", [["--ood-model=fake/oracle"], []], ids=["asked", "without a model"])
def test_two_tasks_of_one_name_are_a_collection_error(two: Suite, model: list[str]) -> None:
    """Both files are named, and the fix."""
    result = two.run(*model)
    assert result.parseoutcomes() == {"errors": 1}
    output = result.stdout.str()
    for part in ("tasks.spell", str(two.path / "a" / "tasks.py"), str(two.path / "b" / "tasks.py"), "name="):
        assert part in output


def test_each_of_them_may_be_asked_alone(two: Suite) -> None:
    """There is nothing to mix up."""
    assert two.run("--ood-model=fake/oracle", "a").parseoutcomes() == {"passed": 1}
    assert two.run("--ood-model=fake/oracle", "b").parseoutcomes() == {"passed": 1}


def test_rows_and_functions_share_the_names(empty: Suite) -> None:
    """Whatever makes a task."""
    empty.write(MODULE, "tasks.py")
    rows = "[{'q': 'a', 's': 'b', 'a': 1}]"
    empty.write(
        f"{PROBE.format(module='tasks')}\nfrom pytest_ood import pairs_task\n"
        f"sums = pairs_task({rows}, control='q', shift='s', answer='a', name='tasks.spell')\n\n"
        "@probe(sums)\ndef test_sums(ood): pass\n",
        "test_both.py",
    )
    result = empty.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines([f"*{empty.path / 'tasks.py'}:*{empty.path / 'test_both.py'}:*"])


def test_one_task_in_many_probes_is_not_a_clash(empty: Suite) -> None:
    """Also where pytest imports its file once more than its importer did."""
    empty.write(MODULE + PROBE.format(module="pytest_ood.verify").replace("from pytest_ood.verify import spell", ""))
    empty.write(PROBE.format(module="test_probe"), "test_second.py")
    result = empty.run_apart("--ood-model=fake/oracle", "--import-mode=importlib", "-o", "pythonpath=.")
    assert "2 passed" in result.stdout


# Replay.


def environment(*folders: Path) -> dict[str, str]:
    """In which Python finds packages in these folders."""
    return {"PYTHONPATH": os.pathsep.join([*map(str, folders), *filter(None, sys.path)])}


@pytest.fixture
def published(empty: Suite) -> tuple[Suite, Path]:
    """A dataset of failures of an installed task, and the folder where that is installed; the probe is gone."""
    site = install(empty.path / "site", "my-clocks", {"all": "clocks_of_mine"}, clocks_of_mine=MODULE)
    probe = empty.write(PROBE.format(module="clocks_of_mine"))
    empty.run_apart("--ood-model=fake/lured", "--ood-export=set", env=environment(site))
    probe.unlink()
    return empty, site


def replay(suite: Suite, *args: str, env: dict[str, str]) -> dict[str, Any]:
    """The one group of a replay in which no file is named."""
    suite.run_apart("--ood-replay=set", "--ood-model=fake/oracle", "--ood-json=out.json", *args, env=env)
    (group,) = suite.summary()["replay"]
    return dict(group)


def test_a_replay_finds_the_task_of_an_installed_package(published: tuple[Suite, Path]) -> None:
    """So that there are siblings."""
    suite, site = published
    group = replay(suite, env=environment(site))
    assert (group["reading"], group["siblings"]["n"] > 0) == ("learned", True)


def test_what_is_not_installed_is_asked_as_published(published: tuple[Suite, Path]) -> None:
    """The name in the dataset is a module's, which lies there, but no entry point names it."""
    suite, site = published
    (site / "my_clocks-1.0.dist-info" / "entry_points.txt").unlink()
    (site / "clocks_of_mine.py").write_text("raise SystemExit('imported')")
    group = replay(suite, env=environment(site))
    assert (group["reading"], group["siblings"]) == ("fixed, no siblings", None)
    assert "is not installed" in group["note"]


def test_a_broken_package_does_not_end_a_replay(published: tuple[Suite, Path]) -> None:
    """It is warned of by name."""
    suite, site = published
    install(site, "broken-tasks", {"x": "nothing_there"})
    group = replay(suite, "-W", "default::pytest_ood.registry.BrokenEntryPoint", env=environment(site))
    assert group["reading"] == "learned"
    result = suite.run_apart(
        "--ood-replay=set", "--ood-model=fake/oracle", "-W", "default::UserWarning", env=environment(site)
    )
    assert "broken-tasks: entry point x = nothing_there" in result.stdout
