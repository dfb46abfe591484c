"""An error of a task shows its author's frames, and none of ours."""

import pytest

from tests.plugin.conftest import PROBE, TASK, Suite

MODEL = "--ood-model=fake/oracle"
WORDS = '''
"""Words for the tasks of this suite."""

def check(size, drawn):
    if {condition}:
        raise RuntimeError("no more words")
'''
ELSEWHERE = (
    TASK.replace("import pytest\n", "import pytest\nfrom words import check\n").replace(
        '"""Spell a word backward."""', "drawn.append(size)\n    check(size, drawn)"
    )
).replace("@task", "drawn = []\n\n@task")
PROBES = "import pytest\nfrom pytest_ood import probe\nfrom tasks import spell\n" + PROBE.removeprefix(TASK)


@pytest.fixture
def broken(suite: Suite) -> Suite:
    """A task in one file that fails in another, and a probe in a third."""
    suite.write(ELSEWHERE, "tasks.py")
    suite.write(PROBES)
    suite.write("import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n", "conftest.py")
    return suite


def frames(text: str) -> list[str]:
    """The files of a traceback, in order. Where CI is set the short summary repeats all of it."""
    text = text.partition("short test summary info")[0]
    lines = [line for line in text.splitlines() if ".py:" in line and not line.startswith(("ERROR", "FAILED"))]
    return [line.partition(".py:")[0].rpartition("/")[2] for line in lines if "test_probe.py::" not in line]


def test_at_collection(broken: Suite) -> None:
    """The collection error in words, then the frames from the task on."""
    broken.write(WORDS.format(condition="size == 3"), "words.py")
    result = broken.run(MODEL)
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(
        [
            "test_probe.py::test_spell?3?: *",
            "tasks.py:*: in spell",
            "words.py:*: in check",
            "E   RuntimeError: no more words",
        ]
    )
    assert frames(result.stdout.str()) == ["tasks", "words"]


@pytest.mark.parametrize("style", ["auto", "short", "long"])
def test_in_the_middle_of_a_run(broken: Suite, style: str) -> None:
    """The set-up error of that test begins in the author's file."""
    broken.write(WORDS.format(condition="drawn.count(2) > 9 and size == 2"), "words.py")
    result = broken.run(MODEL, f"--tb={style}")
    assert result.parseoutcomes() == {"errors": 1, "passed": 1}
    shown = result.stdout.str()
    assert "RuntimeError: no more words" in shown
    assert frames(shown) == ["tasks", "words"]
    assert "pytest_ood/" not in shown.replace("pytest_ood.", "")


def test_on_a_worker(broken: Suite) -> None:
    """The same, brought over by pytest-xdist."""
    broken.write(WORDS.format(condition="drawn.count(2) > 9 and size == 2"), "words.py")
    result = broken.run_apart(MODEL, "-n2", "--tb=short")
    assert "1 passed, 1 error" in result.stdout, result.stdout
    assert [file for file in frames(result.stdout) if file != "test_probe"] == ["tasks", "words"]


def test_an_error_that_is_not_raised_by_the_author_has_no_frames(suite: Suite) -> None:
    """A task that returns something else than a case: the words say which task it was."""
    suite.write(PROBE.replace("return Case(", "return dict(case=Case(").replace("input=word)", "input=word))"))
    result = suite.run(MODEL)
    assert result.parseoutcomes() == {"errors": 1}
    assert frames(result.stdout.str()) == []
    assert "test_probe.spell" in result.stdout.str()
