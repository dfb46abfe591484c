"""-p no:ood: a suite with probes and with our hooks lives without the plugin."""

import sys

import pytest

from tests.plugin.conftest import PROBE, Suite

HOOK = """
import pytest

@pytest.hookimpl(optionalhook=True)
def pytest_ood_model(name):
    return None
"""
OTHER = "\n\ndef test_other():\n    pass\n"


@pytest.fixture
def suite(suite: Suite) -> Suite:
    """Strict markers and warnings as errors, a hook of ours, and a test that is not a probe."""
    suite.write(HOOK, "conftest.py")
    suite.write(PROBE + OTHER)
    return suite


def test_probes_are_skipped_and_the_rest_runs(suite: Suite) -> None:
    """The reason says what is missing; the fixture `ood`, which is missing too, is not an error."""
    result = suite.run("-p", "no:ood", "-rs")
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes() == {"passed": 1, "skipped": 2}
    result.stdout.fnmatch_lines(["SKIPPED * a probe needs the plugin pytest-ood, which is not loaded *"])


def test_a_suite_may_register_the_marker_itself(suite: Suite) -> None:
    """Then the probes carry it: they can be selected, and are skipped all the same."""
    suite.write("[pytest]\nstrict = true\nmarkers = ood: a probe\nfilterwarnings = error\n", "pytest.ini")
    result = suite.run("-p", "no:ood", "-m", "ood")
    assert result.parseoutcomes() == {"skipped": 2, "deselected": 1}
    assert suite.run("-m", "ood", "--ood-model=fake/oracle").parseoutcomes() == {"passed": 2, "deselected": 1}


def test_without_optionalhook_pytest_refuses_the_hook(suite: Suite) -> None:
    """Which is why the documentation shows it: this is what happens otherwise."""
    suite.write(HOOK.replace("@pytest.hookimpl(optionalhook=True)", ""), "conftest.py")
    assert suite.run("-p", "no:ood").ret != pytest.ExitCode.OK


def test_where_the_package_is_missing_importorskip_does(suite: Suite) -> None:
    """A machine without pytest-ood: the module of the probes is skipped as a whole, the hook is not called."""
    suite.write("def test_other():\n    pass\n", "test_other.py")
    suite.write(f'import pytest\npytest.importorskip("pytest_ood")\n{PROBE}')
    hidden = "import sys; sys.modules['pytest_ood'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    result = suite.pytester.run(sys.executable, "-c", hidden, "-p", "no:ood", "-rs")
    assert result.parseoutcomes() == {"passed": 1, "skipped": 1}
