"""The suite's own tables: what they name is there."""

import re
from pathlib import Path

from tests.conftest import SLOW_FILES, SLOW_TESTS

TESTS = Path(__file__).parent
MAKEFILE = (TESTS.parent / "Makefile").read_text(encoding="utf-8")


def test_every_slow_test_exists() -> None:
    """A test that was renamed would be in the fast run again without anybody noticing."""
    files = list(TESTS.rglob("test_*.py"))
    tests = set(re.findall(r"^def (test_\w+)", "\n".join(path.read_text(encoding="utf-8") for path in files), re.M))
    assert SLOW_TESTS - tests == set()
    assert SLOW_FILES - {path.name for path in files} == set()


def test_every_target_is_in_the_help() -> None:
    """``make help`` lists what has a description after ``##``."""
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.M)
    described = re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.M)
    assert sorted(described) == sorted(phony.split())
