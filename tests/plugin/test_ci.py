"""Results where a continuous integration shows them: JUnit XML, the summary of a job, annotations."""

import json
from xml.etree import ElementTree

import pytest

from tests.plugin.conftest import TASK, Suite

BRITTLE = f"""{TASK}
@probe(spell)
@pytest.mark.parametrize("size", [2, 3])
def test_spell(ood, size):
    assert not ood.brittle

def test_fine():
    pass

def test_other():
    assert False
"""


def properties(element: ElementTree.Element) -> dict[str, str]:
    """The properties of a suite or of a test case."""
    found = element.find("properties")
    return {} if found is None else {one.get("name") or "": one.get("value") or "" for one in found}


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_each_cell_has_properties_in_junit_xml(suite: Suite, workers: tuple[str, ...]) -> None:
    """Those of its row; the suite has those of the run, and other tests have none."""
    suite.write(BRITTLE)
    suite.run("--ood-model=fake/lured", "--junit-xml=junit.xml", "--ood-json=out.json", *workers)
    root = ElementTree.parse(suite.path / "junit.xml").getroot()
    cases = {case.get("name"): properties(case) for case in root.iter("testcase")}
    summary = json.loads((suite.path / "out.json").read_text(encoding="utf-8"))
    (cell,) = [cell for cell in summary["cells"] if cell["params"]["size"] == 3]
    found = cases["test_spell[3]"]
    control, shift, gap = cell["control"], cell["shift"], cell["gap"]
    assert found == {
        **{"ood.verdict": "brittle", "ood.reason_code": cell["reason_code"], "ood.model": "fake/lured"},
        **{"ood.control": f"{control['n']}/{control['n']}", "ood.shift": f"0/{shift['n']}"},
        **{f"ood.control_{end}": f"{control[end]:.4f}" for end in ("low", "high")},
        **{f"ood.shift_{end}": f"{shift[end]:.4f}" for end in ("low", "high")},
        **{"ood.gap": f"{gap['estimate']:.4f}"},
        **{f"ood.gap_{end}": f"{gap[end]:.4f}" for end in ("low", "high")},
        **{"ood.answers": str(control["n"] + shift["n"]), "ood.cost_usd": "0.000000"},
    }
    assert cases["test_fine"] == {}
    suite_found = [properties(one) for one in root.iter("testsuite")]
    assert [one["ood.calls"] for one in suite_found] == [str(summary["totals"]["calls"])]
    assert [one["ood.run_id"] for one in suite_found] == [summary["run_id"]]


def test_a_job_gets_a_table_and_annotations(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each red probe at its line, once for all its sizes; the summary of earlier steps stays."""
    path = suite.path / "summary.md"
    path.write_text("# Before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(suite.path.parent))
    file = suite.write(BRITTLE)
    line = file.read_text(encoding="utf-8").splitlines().index("@probe(spell)") + 1
    result = suite.run("--ood-model=fake/lured")
    (command,) = [text for text in result.outlines if text.startswith("::")]
    place = f"file={suite.path.name}/test_probe.py,line={line},title=test_spell%2C fake/lured"
    assert command.startswith(f"::error {place}::brittle at size=2 (gap +")
    assert "; brittle at size=3 (gap +" in command
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Before\n## pytest-ood\n\nOf 2 cells asked of fake/lured, 2 are brittle.")
    assert "| test\\_spell | fake/lured | 2\\: B 3\\: B |" in text


def test_elsewhere_there_is_neither(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where nothing failed; a summary that cannot be written does no harm."""
    assert "::error" not in suite.run("--ood-model=fake/lured").stdout.str()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(suite.path / "none" / "summary.md"))
    result = suite.run("--ood-model=fake/oracle")
    assert "::error" not in result.stdout.str()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["$GITHUB_STEP_SUMMARY: *"])
