"""Curves over a size through the whole plugin: which parameter is the size, and the rows of --ood-json."""

import pytest

from pytest_ood.dataset import schema
from tests.plugin.conftest import TASK, Suite

SIZED = TASK.replace('control={"size": 1}', 'control={"size": 1}, size="size"')
LADDER = """
@probe(spell)
@pytest.mark.parametrize("size", [2, 4, 16, 64])
def test_ladder(ood, size):
    assert not ood.brittle
"""
# Spells words backward up to size 4, and copies them from there on.
FALLING = """
import re

def pytest_ood_model(name, args):
    def answer(messages):
        word, size = re.search(r"Spell (\\w+) backward, size (\\d+)", messages[-1]["content"]).groups()
        return f"<answer>{word[::-1] if int(size) <= 4 else word}</answer>"

    return answer if name == "mine/falling" else None
"""


@pytest.fixture
def falling(suite: Suite) -> Suite:
    """The suite, with a model that falls from one size to the next."""
    suite.write(FALLING, "conftest.py")
    return suite


def test_a_curve_in_the_summary(falling: Suite) -> None:
    """With its points, its horizon and its sentence, as its schema says."""
    falling.write(SIZED + LADDER)
    falling.run("--ood-model=mine/falling", "--ood-model=fake/oracle", "--ood-json=out.json")
    summary = falling.summary()
    schema.check(summary, "summary")
    assert {cell["size"] for cell in summary["cells"]} == {"size"}
    curves = {curve["model"]: curve for curve in summary["curves"]}
    assert curves.keys() == {"mine/falling", "fake/oracle"}
    curve = curves["mine/falling"]
    assert [(point["size"], point["verdict"]) for point in curve["points"]] == [
        (2, "robust"),
        (4, "robust"),
        (16, "brittle"),
        (64, "brittle"),
    ]
    assert (curve["holds_to"], curve["breaks_by"], curve["control_size"]) == (4, 16, 1)
    assert 4 < curve["horizon"]["median"] < 16
    assert curve["sentence"].startswith("holds to 4, breaks by 16; horizon ")
    assert curve["sentence"].endswith(' wrong answers are "copied"')
    assert curves["fake/oracle"]["sentence"] == "holds to 64, the largest size asked; horizon > 64"


def test_two_workers_draw_the_same_curve(falling: Suite) -> None:
    """Only rows reach the process that reports."""
    falling.write(SIZED + LADDER)
    for name, more in (("one.json", ()), ("two.json", ("-n2", "-p", "xdist"))):
        falling.run_apart("--ood-model=mine/falling", f"--ood-json={name}", f"--ood-store={name}.db", *more)
    one, two = (falling.summary(name)["curves"] for name in ("one.json", "two.json"))
    assert one
    assert one == two


@pytest.mark.parametrize("decorated", ['spell, size="size"', "spell"])
def test_the_probe_says_which_parameter_is_the_size(suite: Suite, decorated: str) -> None:
    """If its task does not; without either there is no curve."""
    suite.write(TASK + LADDER.replace("@probe(spell)", f"@probe({decorated})"))
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    sizes = {cell["size"] for cell in suite.summary()["cells"]}
    assert sizes == {"size" if "size=" in decorated else None}
    assert len(suite.summary()["curves"]) == ("size=" in decorated)


def test_a_probe_takes_precedence_over_its_task(suite: Suite) -> None:
    """A size that the probe does not set is no size of its cells."""
    suite.write(SIZED + LADDER.replace("@probe(spell)", '@probe(spell, size="mark")'))
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert {cell["size"] for cell in suite.summary()["cells"]} == {None}
    assert suite.summary()["curves"] == []


def test_a_size_that_the_task_does_not_take_is_a_collection_error(suite: Suite) -> None:
    """It names the size, the task and the fix."""
    suite.write(TASK + LADDER.replace("@probe(spell)", '@probe(spell, size="widht")'))
    result = suite.run("--ood-model=fake/oracle")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*size is 'widht', which the task test_probe.spell does not take*"])
