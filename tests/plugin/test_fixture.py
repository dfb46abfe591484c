"""The fixture `ood`: everything that a probe may look at."""

import pytest

from tests.plugin.conftest import PROBE, Suite

LOOKS = {
    "fake/oracle": """
    assert ood.robust and not ood.brittle
    assert ood.verdict == "robust" and ood.verdict.value == "robust"
    assert ood.reason == "the shift arm clears the bar 0.8"
    assert ood.gap == 0.0 and ood.gap.low < 0 < ood.gap.high and not ood.gap.shown
    assert not ood.lures and ood.failures == []
    for arm in (ood.control, ood.shift):
        assert (arm.n, arm.correct, arm.wrong, arm.unscored, arm.accuracy) == (19, 19, 0, 0, 1.0)
        assert 0.8 < arm.low < 1.0 == arm.high
        assert [trace.draw for trace in arm.traces] == list(range(19))
    assert repr(ood).startswith("<robust") and "19/19" in repr(ood) and "\\n" not in repr(ood)
    assert ood.explain().startswith("robust: the shift arm clears the bar 0.8")
    assert ood.cell.params == {"size": size} and ood.cell.control.params == {"size": 1}
    assert ood.cost_usd == 0.0
""",
    "fake/lured": """
    assert ood.brittle and not ood.robust
    assert ood.verdict == "brittle"
    assert ood.gap == 1.0
    assert ood.gap.shown and 0 < ood.gap.low < ood.gap.high and ood.gap.pairs == 9
    assert ood.lures == {"copied": 11}
    assert (ood.control.n, ood.shift.n, ood.shift.wrong, ood.shift.accuracy) == (11, 11, 11, 0.0)
    assert [(trace.arm, trace.outcome, trace.lure) for trace in ood.failures] == [("shift", "wrong", "copied")] * 11
    trace = ood.failures[0]
    assert trace.answer_given == trace.answer_expected[::-1] and trace.answer_unique
    assert trace.messages[-1]["content"].startswith("Spell")
    assert trace.model == "fake/lured" and trace.strategy == "direct"
    assert "copied x11" in repr(ood) and "copied x11" in ood.explain()
""",
    "fake/copy": """
    assert ood.verdict == "incapable" and not ood.robust and not ood.brittle
    assert ood.shift.n == 0 and ood.shift.accuracy is None and ood.gap is None
    assert (ood.shift.low, ood.shift.high) == (0.0, 1.0)
    assert ood.shift.traces == [] and "not asked" in repr(ood)
""",
    "fake/empty": """
    assert ood.verdict == "undecided"
    assert (ood.control.n, ood.control.unscored, ood.control.accuracy) == (6, 6, None)
    assert "first 6: 6 unparsed" in ood.reason
    assert ood.explain().count("without an answer to read") == 1
""",
}


@pytest.mark.parametrize("model", LOOKS)
def test_what_the_fixture_shows(suite: Suite, model: str) -> None:
    """Each verdict, looked at from inside a probe."""
    # An assertion that fails on an undecided cell fails no test, so each look leaves a mark behind.
    suite.write(PROBE.replace("    assert ood.robust\n", f"{LOOKS[model]}    open(f'looked{{size}}', 'x').close()\n"))
    result = suite.run(f"--ood-model={model}")
    assert result.parseoutcomes() == {"undecided" if model == "fake/empty" else "passed": 2}
    assert len(list(suite.path.glob("looked*"))) == 2


def test_a_fixture_may_build_on_it(suite: Suite) -> None:
    """A project's own fixture asks for `ood` and the probe for both."""
    suite.write(
        PROBE.replace("@probe", "@pytest.fixture\ndef gap(ood):\n    return ood.gap\n\n@probe")
        .replace("ood, size", "ood, gap, size")
        .replace("assert ood.robust", "assert gap == 0.0")
    )
    assert suite.run("--ood-model=fake/oracle").parseoutcomes() == {"passed": 2}
