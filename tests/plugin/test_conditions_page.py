"""The page on conditions shows what its commands print."""

import re
import shutil
from pathlib import Path

import pytest

from tests import documents
from tests.plugin.conftest import Suite

EXAMPLE = Path(__file__).parents[2] / "examples" / "conditions"
PAGE = documents.PAGES["docs/conditions.md"]
# Each command, and the block of output below it.
SHOWN = re.findall(r"^    pytest (--ood-model=pupil[^\n]*)\n\n```text\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
# The run that an option of another one names.
BEFORE = "--ood-json=before.json"


@pytest.mark.slow
@pytest.mark.parametrize(("command", "block"), SHOWN, ids=[command.partition("samples=40 ")[2] for command, _ in SHOWN])
def test_a_block_of_the_page_is_what_its_command_prints(suite: Suite, command: str, block: str) -> None:
    """Line by line, on a terminal of 100 columns."""
    (suite.path / "test_probe.py").unlink()
    for name in ("conftest.py", "test_rotation.py"):
        shutil.copy(EXAMPLE / name, suite.path)
    if "before.json" in command and BEFORE not in command:
        (first,) = [words for words, _ in SHOWN if BEFORE in words]
        suite.run("--tb=no", *first.split())
    assert block in suite.run("--tb=no", *command.split()).stdout.str()


def test_there_is_a_block_of_every_bundled_strategy() -> None:
    """And of what else makes a condition."""
    options = " ".join(command for command, _ in SHOWN)
    for name in ("cot", "revise", "vote", "stepwise", "solver", "routed", "program"):
        assert f"--ood-strategy={name}" in options
    for option in ("--ood-vary=", "--ood-shots=", "@1b", "--ood-solver-faulty="):
        assert option in options
