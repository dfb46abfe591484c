"""The wait for the model is not the test's own time: pytest-timeout is told so by its own marker."""

import pytest

from tests.plugin.conftest import PROBE, Suite

# As slow as a provider: longer than the timeout below, in all.
SLOW = ("--ood-model=fake/oracle", "--ood-model-arg=delay=0.02", "--ood-concurrency=1")
# Stands where pytest-timeout does, registers its marker, and shows what it would read.
RECORDER = """
import pytest

class Timeout:
    def pytest_collection_finish(self, session):
        for item in session.items:
            marker = item.get_closest_marker("timeout")
            print("timeout:", item.name, marker and (marker.args, dict(marker.kwargs)))

def pytest_configure(config):
    config.addinivalue_line("markers", "timeout(timeout, method, func_only): as pytest-timeout has it")
    config.pluginmanager.register(Timeout(), "timeout")
"""


def markers(result: pytest.RunResult) -> dict[str, str]:
    """The arguments of each item's closest marker."""
    lines = [line.split(maxsplit=2) for line in result.outlines if line.startswith("timeout: ")]
    return {name: arguments for _, name, arguments in lines}


def test_probes_leave_out_the_wait(suite: Suite) -> None:
    """Other tests keep theirs, as does a probe that says itself what is timed."""
    suite.write(RECORDER, "conftest.py")
    suite.write(
        PROBE.replace("[2, 3]", "[2, pytest.param(3, marks=pytest.mark.timeout(9, method='thread')), four]").replace(
            "@probe", "four = pytest.param(4, marks=pytest.mark.timeout(9, func_only=False))\n@probe"
        )
        + "\ndef test_other():\n    pass\n"
    )
    result = suite.run("--ood-model=fake/oracle", "-s")
    assert result.parseoutcomes() == {"passed": 4}
    assert markers(result) == {
        "test_spell[2]": "((), {'func_only': True})",
        "test_spell[3]": "((9,), {'method': 'thread', 'func_only': True})",
        "test_spell[4]": "((9,), {'func_only': False})",
        "test_other": "None",
    }


def test_a_replay_leaves_out_the_wait(suite: Suite) -> None:
    """Its items wait in their set-up, too."""
    suite.run("--ood-model=fake/lured", "--ood-export=set", "-k", "2")
    suite.write(RECORDER, "conftest.py")
    result = suite.run("--ood-model=fake/oracle", "--ood-replay=set", "test_probe.py", "-s")
    assert set(markers(result).values()) == {"((), {'func_only': True})"}
    assert len(markers(result)) == 12


def test_without_a_timeout_plugin_there_is_no_marker(suite: Suite) -> None:
    """In a strict suite an unknown one would be an error."""
    assert suite.run("--ood-model=fake/oracle").parseoutcomes() == {"passed": 2}


def test_pytest_timeout_itself(suite: Suite) -> None:
    """A wait that is longer than the timeout fails nothing; a test that takes too long itself fails."""
    pytest.importorskip("pytest_timeout")
    result = suite.run_apart(*SLOW, "-p", "pytest_timeout", "--timeout=0.4")
    assert "2 passed" in result.stdout, result.stdout
    suite.write(PROBE.replace("assert ood.robust", "import time; time.sleep(2)"))
    result = suite.run_apart(*SLOW, "-p", "pytest_timeout", "--timeout=0.4")
    assert "2 failed" in result.stdout, result.stdout
