"""--ood-bar: a bar that no model could clear is refused before anything is asked."""

import re

import pytest

from tests.plugin.conftest import PROBE, STRICT, Suite

MODEL = "--ood-model=fake/oracle"


def test_a_bar_that_nobody_could_clear_is_a_usage_error(suite: Suite) -> None:
    """The error says how many draws would do, and with these the model clears it."""
    result = suite.run(MODEL, "--ood-bar=0.99")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.startswith("ERROR: --ood-bar 0.99: ")]
    (allow,) = re.findall(r"--ood-max-samples \d+", line)
    assert not suite.store.exists()
    result = suite.run(MODEL, "--ood-bar=0.99", allow.replace(" ", "="))
    assert result.parseoutcomes() == {"passed": 2}


def test_in_the_ini_file(suite: Suite) -> None:
    """Also without a model, as soon as there is a probe."""
    suite.write(f"{STRICT}ood_bar = 0.99\n", "pytest.ini")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ood_bar 0.99: " in result.stderr.str()


def test_a_probe_with_such_a_bar_is_a_collection_error(suite: Suite) -> None:
    """Named with its test; other files are collected."""
    suite.write(PROBE.replace("@probe(spell)", "@probe(spell, bar=0.99)"))
    suite.write(PROBE.replace("@probe(spell)", "@probe(spell, bar=0.99, max_samples=400)"), "test_enough.py")
    result = suite.run(MODEL, "--continue-on-collection-errors")
    assert result.parseoutcomes() == {"errors": 1, "passed": 2}
    result.stdout.fnmatch_lines(["test_probe.py::test_spell?2?: @probe bar=0.99: *; use max_samples=384 or more"])
    assert suite.run(MODEL, "--ood-max-samples=384").parseoutcomes() == {"passed": 4}


def test_a_fixed_number_of_draws_is_only_warned_of(suite: Suite) -> None:
    """Above the tests and at the end; what is asked for is asked."""
    result = suite.run(MODEL, "--ood-bar=0.99", "--ood-samples=40", "--ood-json=out.json")
    assert [line.removeprefix("ood: ") for line in result.outlines if "cannot be shown robust" in line] == [
        "--ood-samples 40: cannot be shown robust; a bar of 0.99 takes 384 draws"
    ] * 2
    assert {cell["verdict"] for cell in suite.summary()["cells"]} == {"undecided"}
    assert {cell["shift"]["n"] for cell in suite.summary()["cells"]} == {40}


def test_a_dry_run_warns_too(suite: Suite) -> None:
    """It is there to find out."""
    result = suite.run(MODEL, "--ood-samples=7", "--ood-dry-run")
    result.stdout.fnmatch_lines(["ood: --ood-samples 7: *"])


def test_a_stricter_level_takes_more_draws(suite: Suite) -> None:
    """--ood-alpha is part of what makes a bar too high, and of the summary; the gap gets a fifth of it."""
    result = suite.run(MODEL, "--ood-alpha=0.000001")
    assert result.ret == pytest.ExitCode.OK
    result = suite.run(MODEL, "--ood-alpha=0.01", "--ood-max-samples=20")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "cannot show a bar of 0.8 cleared" in result.stderr.str()
    suite.run(MODEL, "--ood-alpha=0.01", "--ood-json=out.json")
    summary = suite.summary()
    assert (summary["alpha"], summary["gap_alpha"]) == (0.01, 0.002)
    assert {cell["sampling"]["alpha"] for cell in summary["cells"]} == {0.01}
