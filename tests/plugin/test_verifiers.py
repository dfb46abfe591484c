"""A verifier that goes wrong in the middle of a run: an error of that draw, never a wrong answer or a crash."""

import json

import pytest

from tests.plugin.conftest import PROBE, Suite


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        ("None", "returned None (NoneType)"),
        ("'yes'", "returned 'yes' (str)"),
        ("Check(None)", "returned None (NoneType) as the `correct` of a Check"),
    ],
)
def test_what_is_neither_a_bool_nor_a_check_is_an_error(suite: Suite, returned: str, shown: str) -> None:
    """The detail of the draw names the task and what was returned."""
    verify = f"lambda given: given == word[::-1] or {returned}"
    suite.write(PROBE.replace("input=word)", f"input=word, verify={verify})").replace("Case,", "Case, Check,"))
    result = suite.run("--ood-model=fake/lured", "--ood-samples=3", "--ood-json=out.json")
    assert result.parseoutcomes() == {"undecided": 2}
    cell = suite.summary()["cells"][0]
    assert (cell["control"]["correct"], cell["shift"]["error"], cell["shift"]["wrong"]) == (3, 3, 0)
    rows = [json.loads(row) for (row,) in suite.rows("SELECT row FROM traces WHERE outcome = 'error'")]
    details = [json.loads(row["detail"])["verifier"] for row in rows]
    assert len(details) == 6
    for detail in details:
        assert "task test_probe.spell(size=" in detail
        assert shown in detail
