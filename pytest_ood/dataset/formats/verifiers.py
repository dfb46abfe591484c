"""An environment of verifiers, as a package: its tasks are the questions, its reward is the verifier.

pip install OUT
eval ood-questions -m MODEL
"""

from collections.abc import Iterable
from pathlib import Path

from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.formats.lines import write_lines
from pytest_ood.dataset.formats.questions import questions
from pytest_ood.evidence.trace import Trace

#: The name of the package; the id of the taskset is the same with a hyphen.
PACKAGE = "ood_questions"
FILE = "questions.jsonl"

_MODULE = f'''\
"""Questions of a dataset of pytest-ood, written by `pytest-ood convert --to verifiers`."""

from pathlib import Path

from pytest_ood.dataset.formats.peers.verifiers_taskset import OodEnv, OodTaskset

__all__ = ["OodEnv", "Questions"]


class Questions(OodTaskset):
    """The questions of the file next to this one."""

    file = Path(__file__).with_name("{FILE}")
'''
_PROJECT = f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "ood-questions"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["pytest-ood", "verifiers>=0.4"]

[tool.hatch.build.targets.wheel]
packages = ["{PACKAGE}"]
"""


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write the package to the folder `out`."""
    written, package = Written("question"), out / PACKAGE
    package.mkdir()
    written.rows = write_lines(package / FILE, questions(traces, written, dialogues=True))
    (package / "__init__.py").write_text(_MODULE, encoding="utf-8")
    (out / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    return written
