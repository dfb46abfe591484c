"""The examples are run as a reader would run them."""

import json
import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def downstream(pytester: pytest.Pytester) -> Path:
    """A copy of the repository in small, to run in."""
    shutil.copytree(EXAMPLES / "downstream", pytester.path, dirs_exist_ok=True)
    return pytester.path


def test_own_model_falls_for_the_named_shortcut(pytester: pytest.Pytester, downstream: Path) -> None:
    """A clock that knows only the Earth is brittle, and the verdicts name its lure."""
    result = pytester.runpytest_subprocess("--ood-model=clockwork", "--ood-json=verdicts.json")
    result.assert_outcomes(failed=3)
    cells = json.loads((downstream / "verdicts.json").read_text(encoding="utf-8"))["cells"]
    assert [(cell["verdict"], list(cell["lures"])) for cell in cells] == [("brittle", ["earth_clock"])] * 3


def test_own_task_is_robust_under_its_own_answers(pytester: pytest.Pytester, downstream: Path) -> None:
    """The oracle of the task passes its verifier on every size."""
    del downstream
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=3)


def test_lured_fake_is_brittle(pytester: pytest.Pytester, downstream: Path) -> None:
    """The first lure of the task is a wrong answer on every size."""
    del downstream
    pytester.runpytest_subprocess("--ood-model=fake/lured").assert_outcomes(failed=3)


def test_own_task_is_certified(pytester: pytest.Pytester, downstream: Path) -> None:
    """Its verifier, its lures, its pairs and its chance hold without a model."""
    del downstream
    result = pytester.runpytest_subprocess("--ood-certify")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["3 cells certified"])
