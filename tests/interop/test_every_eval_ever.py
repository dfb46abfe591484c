"""Every Eval Ever accepts the files."""

import json
from pathlib import Path

import pytest
from every_eval_ever.validator.validate import main as validate

from pytest_ood.evidence.trace import Trace
from tests.interop.conftest import Convert
from tests.interop.rewards import DIALOGUES


@pytest.fixture(scope="module")
def files(converted: Convert) -> list[Path]:
    """The files of the dataset."""
    return sorted(path for path in converted("every-eval-ever").rglob("*") if path.is_file())


def test_its_validator_has_nothing_to_say(
    files: list[Path], converted: Convert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither errors nor warnings, also about how the files belong together."""
    folder = converted("every-eval-ever")
    monkeypatch.chdir(folder)
    assert len(files) == 2 * 4
    assert validate(["--format", "json", *(str(path.relative_to(folder)) for path in files)]) == 0


def test_every_trace_is_there(files: list[Path], traces: list[Trace]) -> None:
    """A right answer has the score 1, a wrong one 0, and any other -1 and its outcome as the error."""
    lines = [line for path in files if path.suffix == ".jsonl" for line in path.read_text().splitlines()]
    rows = {row["sample_id"]: row for row in map(json.loads, lines)}
    assert len(rows) == len(traces)
    assert {row["metadata"]["task"] for row in rows.values() if row["interaction_type"] == "multi_turn"} == DIALOGUES
    for trace in traces:
        row = rows[trace.id]
        assert row["evaluation"]["score"] == {"correct": 1.0, "wrong": 0.0}.get(trace.outcome, -1.0)
        assert row["error"] == (None if trace.outcome in ("correct", "wrong") else trace.outcome)
        assert row["input"]["reference"] == [trace.answer_expected]
