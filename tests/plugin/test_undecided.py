"""--ood-undecided: an undecided cell is neither passed nor failed, and everything else stays what it is."""

import xml.etree.ElementTree as ET

import pytest

from tests.plugin.conftest import PROBE, Suite

# Right in four draws of five, in both arms: nothing can be shown in twenty draws.
UNDECIDED = ("--ood-model=fake/noisy-0.8", "--ood-max-samples=20")


def body(text: str, mark: str = "") -> str:
    """The usual probe with another body, and a mark."""
    return PROBE.replace("    assert ood.robust\n", text).replace("@probe", f"{mark}\n@probe")


@pytest.mark.parametrize("assertion", ["assert ood.robust", "assert not ood.brittle", "assert 1 == 2", "pass"])
def test_whether_the_body_passes_or_asserts_makes_no_difference(suite: Suite, assertion: str) -> None:
    """A gate that passes on an undecided cell has shown nothing either."""
    suite.write(body(f"    {assertion}\n"))
    result = suite.run(*UNDECIDED)
    assert result.parseoutcomes() == {"undecided": 2}
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["test_probe.py UU*"])


def test_the_word_and_the_reason_are_shown(suite: Suite) -> None:
    """One line an item with -v, as pytest does for skipped tests."""
    result = suite.run(*UNDECIDED, "-v")
    result.stdout.fnmatch_lines(["test_probe.py::test_spell[[]2] UNDECIDED (undecided: too few draws to tell *"])


def test_they_are_counted_next_to_others(suite: Suite) -> None:
    """The last line has every category, and a failure still fails the session."""
    result = suite.run(*UNDECIDED, "--ood-model=fake/oracle", "--ood-model=fake/lured")
    assert result.parseoutcomes() == {"passed": 2, "undecided": 2, "failed": 2}
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("text", "mark", "outcomes"),
    [
        ("    raise ValueError('mine')\n", "", {"failed": 2}),
        ("    pytest.fail('mine')\n", "", {"failed": 2}),
        ("    pytest.skip('mine')\n", "", {"skipped": 2}),
        ("    pytest.xfail('mine')\n", "", {"xfailed": 2}),
        ("    assert ood.robust\n", "@pytest.mark.xfail(reason='known')", {"xfailed": 2}),
        ("    pass\n", "@pytest.mark.xfail(reason='known')", {"xpassed": 2}),
        ("    pass\n", "@pytest.mark.xfail(reason='known', strict=True)", {"failed": 2}),
        ("    assert ood.robust\n", "@pytest.mark.xfail(False, reason='not here')", {"undecided": 2}),
    ],
)
def test_other_results_stay(suite: Suite, text: str, mark: str, outcomes: dict[str, int]) -> None:
    """Other exceptions, skips and expected failures are the author's, not ours."""
    suite.write(body(text, mark))
    suite.write("[pytest]\naddopts = -p no:hypothesispytest -p no:anyio\n", "pytest.ini")
    result = suite.run(*UNDECIDED)
    assert result.parseoutcomes() == outcomes
    assert "UNDECIDED" not in result.stdout.str()


def test_an_error_of_a_fixture_stays(suite: Suite) -> None:
    """Before the test as after it."""
    suite.write(
        PROBE.replace("@probe", "@pytest.fixture\ndef late():\n    yield\n    raise OSError('late')\n\n@probe").replace(
            "ood, size", "ood, late, size"
        )
    )
    assert suite.run(*UNDECIDED).parseoutcomes() == {"undecided": 2, "errors": 2}


def test_a_decided_cell_is_left_alone(suite: Suite) -> None:
    """Passed is passed, failed is failed."""
    assert suite.run("--ood-model=fake/oracle").parseoutcomes() == {"passed": 2}
    assert suite.run("--ood-model=fake/lured").parseoutcomes() == {"failed": 2}


@pytest.mark.parametrize("assertion", ["assert ood.robust", "assert not ood.brittle"])
def test_they_can_count_as_failures(suite: Suite, assertion: str) -> None:
    """Also where the body passes: --ood-undecided=fail says what an undecided probe is."""
    suite.write(PROBE.replace("assert ood.robust", assertion))
    result = suite.run(*UNDECIDED, "--ood-undecided=fail")
    assert result.parseoutcomes() == {"failed": 2}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["test_probe.py UU*", "UNDECIDED test_probe.py::test_spell[[]2] - *"])


def test_the_ini_file_may_say_so(suite: Suite) -> None:
    """As for every option; the command line takes precedence."""
    ini = (suite.path / "pytest.ini").read_text(encoding="utf-8")
    suite.write(f"{ini}ood_undecided = fail\n", "pytest.ini")
    assert suite.run(*UNDECIDED).parseoutcomes() == {"failed": 2}
    assert suite.run(*UNDECIDED, "--ood-undecided=skip").parseoutcomes() == {"undecided": 2}


def test_other_values_are_refused(suite: Suite) -> None:
    """With those that there are."""
    result = suite.run(*UNDECIDED, "--ood-undecided=fial")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "choose from skip, fail; did you mean fail?" in result.stderr.str()


def test_they_stop_neither_x_nor_maxfail(suite: Suite) -> None:
    """Nothing has failed."""
    assert suite.run(*UNDECIDED, "-x").parseoutcomes() == {"undecided": 2}
    assert suite.run(*UNDECIDED, "-x", "--ood-undecided=fail").parseoutcomes() == {"failed": 1}


@pytest.mark.parametrize(("text", "stops"), [("    assert ood.robust\n", 0), ("    raise ValueError('mine')\n", 2)])
def test_pdb_stops_only_at_what_failed(suite: Suite, text: str, stops: int) -> None:
    """pytest looks at the exception for that, not at the report."""
    suite.write(body(text))
    suite.write(
        "stopped = []\n\n"
        "def pytest_exception_interact(node):\n    stopped.append(node.name)\n\n"
        "def pytest_terminal_summary(terminalreporter):\n    terminalreporter.write_line(f'stops: {len(stopped)}')\n",
        "conftest.py",
    )
    suite.run(*UNDECIDED).stdout.fnmatch_lines([f"stops: {stops}"])


def test_junit_has_them_as_skipped_with_the_reason(suite: Suite) -> None:
    """A CI server shows neither a failure nor a success."""
    suite.run(*UNDECIDED, "--junitxml=junit.xml")
    (run,) = ET.parse(suite.path / "junit.xml").getroot()
    assert (run.get("failures"), run.get("errors"), run.get("skipped"), run.get("tests")) == ("0", "0", "2", "2")
    skipped = run.find("testcase/skipped")
    assert skipped is not None
    assert str(skipped.get("message")).startswith("undecided: too few draws to tell")
    assert "test_probe.py:" in str(skipped.text)


def test_the_last_failed_are_those_that_failed(suite: Suite) -> None:
    """What was shown to fail and is undecided now is no longer among them."""
    assert suite.run("--ood-model=fake/lured").parseoutcomes() == {"failed": 2}
    assert suite.run(*UNDECIDED, "--lf", "-k", "2").parseoutcomes() == {"undecided": 1, "deselected": 1}
    # --ff puts the one that failed in front.
    result = suite.run(*UNDECIDED, "--ff", "-v")
    result.stdout.re_match_lines([r".*\[3\] UNDECIDED.*", r".*\[2\] UNDECIDED.*"])
    result = suite.run(*UNDECIDED, "--lf")
    result.stdout.fnmatch_lines(["run-last-failure: no previously failed tests, not deselecting items."])


def test_a_hostile_reason_is_shown_safely(suite: Suite) -> None:
    """The word of the verdict comes with text that the model may influence."""
    suite.write("def pytest_ood_model(name, args):\n    return lambda messages: '\\x1b[2J'\n", "conftest.py")
    result = suite.run("--ood-model=hostile", "-v")
    assert result.parseoutcomes() == {"undecided": 2}
    assert "\x1b" not in result.stdout.str()


@pytest.mark.slow
def test_workers_report_them_too(suite: Suite) -> None:
    """The report crosses from one process to another."""
    result = suite.run_apart(*UNDECIDED, "-n2", "--junitxml=junit.xml", "-x")
    assert result.returncode == 0
    assert "2 undecided" in result.stdout
    (run,) = ET.parse(suite.path / "junit.xml").getroot()
    assert run.get("skipped") == "2"
