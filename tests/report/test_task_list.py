"""The list of tasks, for people and for programs."""

import json
from typing import Any

import pytest

from pytest_ood import Case, families, pairs_task, task
from pytest_ood.registry import InstalledTask
from pytest_ood.report.task_list import task_lines, task_row


@task(control={"size": 1}, family="spelling")
def spell(rng: Any, size: int, *, mark: str = ".", odd: object = print) -> Case:
    """Spell a word backward.

    Source: Miller et al. 1956, "The magical number seven", of which there is much to be said and much has been said.
        Nothing of it is said here.

    Raises: Nothing.
    """
    return Case(f"{size}{mark}{odd} {rng.random()}", "x")


SUMS = pairs_task(
    [{"q": "a", "s": "b", "a": 1}], control="q", shift="s", answer="a", name="sums", family="spelling", license="MIT"
)
HOSTILE = pairs_task([{"q": "a", "s": "b", "a": 1}], control="q", shift="s", answer="a", name="x", source="\x1b[31m")
MINE = [InstalledTask(spell, "my-tasks"), InstalledTask(SUMS, "my-tasks")]


def lines(tasks: list[InstalledTask], width: int = 80) -> list[str]:
    """The list, as it is written."""
    return list(task_lines(tasks, width))


def test_a_row_has_what_programs_want() -> None:
    """In JSON types; a parameter without a default has none."""
    row = task_row(MINE[0])
    assert json.loads(json.dumps(row)) == row
    assert row == {
        "name": "test_task_list.spell",
        "family": "spelling",
        "version": 1,
        "parameters": [
            {"name": "size"},
            {"name": "mark", "default": "."},
            {"name": "odd", "default": "<built-in function print>"},
        ],
        "control": {"size": 1},
        "cases": None,
        "source": 'Miller et al. 1956, "The magical number seven", of which there is much to be said and much has been'
        " said. Nothing of it is said here.",
        "license": None,
        "distribution": "my-tasks",
        "module": __name__,
        "defined_at": f"{__file__}:{spell.function.__code__.co_firstlineno}",
    }


def test_a_row_of_rows_has_their_number_and_licence() -> None:
    """And the place of the call that made them a task."""
    row = task_row(MINE[1])
    assert (row["cases"], row["license"], row["version"]) == (1, "MIT", SUMS.version)
    assert row["defined_at"] == SUMS.place


def test_a_block_says_what_people_want() -> None:
    """Name, parameters, twin, rows, the first sentence on the source, and who brings it."""
    assert lines(MINE) == [
        "spelling",
        "  test_task_list.spell(size, mark='.', odd='<built-in function print>')",
        "    twin     size=1",
        '    source   Miller et al. 1956, "The magical number seven", of which there is',
        "             much to be said and much has been said",
        f"    from     my-tasks, {__name__}",
        "  sums(question='shift')",
        "    twin     question='control'",
        "    rows     1, licence MIT",
        f"    from     my-tasks, {__name__}",
        "",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """And the wider one needs fewer lines."""
    bundled = [InstalledTask(one, "pytest-ood") for one in families.tasks()]
    listed = lines(bundled, width)
    assert max(map(len, listed)) <= width
    assert listed == [line.rstrip() for line in listed]
    assert sum("    twin     " in line for line in listed) == len(bundled)
    assert sum("    source   " in line for line in listed) == len(bundled)
    assert len(lines(bundled, 120)) < len(lines(bundled, 80))


def test_a_family_has_one_heading() -> None:
    """Also where another family stands in between."""
    listed = lines([MINE[0], InstalledTask(HOSTILE, "theirs"), MINE[1]])
    assert [line for line in listed if line and line[0] != " "] == ["spelling", "paired questions"]


def test_a_terminal_obeys_nothing_in_it() -> None:
    """Packages are somebody else's."""
    listed = "\n".join(lines([InstalledTask(HOSTILE, "theirs")]))
    assert "\x1b" not in listed
    assert "\\x1b[31m" in listed
    assert "licence not declared" in listed
