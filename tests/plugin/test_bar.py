"""--ood-bar: a bar that no model could clear is refused before anything is asked."""

import re

import pytest

from tests.plugin.conftest import PROBE, STRICT, Suite

MODEL = "--ood-model=fake/oracle"


def test_a_bar_that_nobody_could_clear_is_a_usage_error(suite: Suite) -> None:
    """The error says how many draws would do, and with these the model clears it."""
    result = suite.run(MODEL, "--ood-bar=0.9")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.startswith("ERROR: --ood-bar 0.9: ")]
    (allow,) = re.findall(r"--ood-max-samples \d+", line)
    assert not suite.store.exists()
    result = suite.run(MODEL, "--ood-bar=0.9", allow.replace(" ", "="))
    assert result.parseoutcomes() == {"passed": 2}


def test_in_the_ini_file(suite: Suite) -> None:
    """Also without a model, as soon as there is a probe."""
    suite.write(f"{STRICT}ood_bar = 0.9\n", "pytest.ini")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ood_bar 0.9: " in result.stderr.str()


def test_a_probe_with_such_a_bar_is_a_collection_error(suite: Suite) -> None:
    """Named with its test; other files are collected."""
    suite.write(PROBE.replace("@probe(spell)", "@probe(spell, bar=0.9)"))
    suite.write(PROBE.replace("@probe(spell)", "@probe(spell, bar=0.9, max_samples=50)"), "test_enough.py")
    result = suite.run(MODEL, "--continue-on-collection-errors")
    assert result.parseoutcomes() == {"errors": 1, "passed": 2}
    result.stdout.fnmatch_lines(["test_probe.py::test_spell?2?: @probe bar=0.9: *; use max_samples=43 or more"])
    assert suite.run(MODEL, "--ood-max-samples=43").parseoutcomes() == {"passed": 4}


def test_a_fixed_number_of_draws_is_only_warned_of(suite: Suite) -> None:
    """Above the tests and at the end; what is asked for is asked."""
    result = suite.run(MODEL, "--ood-bar=0.9", "--ood-samples=40", "--ood-json=out.json")
    assert [line.removeprefix("ood: ") for line in result.outlines if "cannot be shown robust" in line] == [
        "--ood-samples 40: cannot be shown robust; a bar of 0.9 takes 43 draws"
    ] * 2
    assert {cell["verdict"] for cell in suite.summary()["cells"]} == {"undecided"}
    assert {cell["shift"]["n"] for cell in suite.summary()["cells"]} == {40}


def test_a_dry_run_warns_too(suite: Suite) -> None:
    """It is there to find out."""
    result = suite.run(MODEL, "--ood-samples=7", "--ood-dry-run")
    result.stdout.fnmatch_lines(["ood: --ood-samples 7: *"])
