"""Formats that carry the answers of a run: plain JSON lines and Every Eval Ever."""

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.answers import join
from pytest_ood.dataset.formats import convert
from pytest_ood.dataset.formats.lines import read_lines
from pytest_ood.evidence.trace import FIELDS
from pytest_ood.families import chains, operators
from tests.dataset.formats.making import answered, asked


def test_lines_have_every_field(tmp_path: Path) -> None:
    """Those that hold JSON are opened; the question comes first."""
    traces = answered()
    convert(traces, "jsonl", tmp_path / "out")
    rows = list(read_lines(tmp_path / "out"))
    assert [row["id"] for row in rows] == [trace.id for trace in traces]
    assert set(rows[0]) == set(FIELDS)
    assert next(iter(rows[0])) == "question"
    assert (rows[0]["params"], rows[0]["control_params"], rows[0]["lures"]) == ({}, {"length": 3}, {})
    assert rows[0]["messages"] == list(traces[0].messages)


@pytest.mark.parametrize("text", ["{", '{"a":NaN}', "[" * 100_000])
def test_what_is_not_json_stays_a_text(tmp_path: Path, text: str) -> None:
    """In a file that was edited by hand."""
    convert([dataclasses.replace(answered(1)[0], params=text)], "jsonl", tmp_path / "out")
    (row,) = read_lines(tmp_path / "out")
    assert row["params"] == text


# Every Eval Ever.


def results(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the aggregates and the instances of all models."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    aggregates = [json.loads(path.read_text()) for path in files if path.suffix == ".json"]
    return aggregates, [row for path in files if path.suffix == ".jsonl" for row in read_lines(path)]


def test_accuracies_leave_out_what_is_not_scored(tmp_path: Path) -> None:
    """Their bounds count it as wrong and as right. Without anything scored there is no accuracy."""
    answers = ["", "", "<answer>99999999</answer>", "I give up."]
    traces = [asked(operators.arithmetic, {}, draw, answer, arm="shift") for draw, answer in enumerate(answers)]
    traces.append(asked(operators.arithmetic, {"operands": 5}, 0, "I give up.", arm="shift"))
    convert(traces, "every-eval-ever", tmp_path / "out")
    (aggregate,), instances = results(tmp_path / "out")
    (result,) = aggregate["evaluation_results"]
    details = result["score_details"]
    assert details["score"] == pytest.approx(2 / 3)
    assert details["details"] == {"correct": "2", "wrong": "1", "unparsed": "1"}
    interval = details["uncertainty"]["confidence_interval"]
    assert (interval["lower"], interval["upper"]) == (0.5, 0.75)
    assert Counter(row["evaluation"]["score"] for row in instances) == {1.0: 2, 0.0: 1, -1.0: 2}
    assert [row["error"] for row in instances] == [None, None, None, "unparsed", "unparsed"]
    ids = [row.get("evaluation_result_id") for row in instances]
    assert ids == [*[result["evaluation_result_id"]] * 4, None]
    assert aggregate["detailed_evaluation_results"]["total_rows"] == 5


def test_a_dialogue_is_a_transcript(tmp_path: Path) -> None:
    """Without what the strategy added to its messages."""
    case = chains.goal_drift.draw({"turns": 2}, 7, 0)
    trace = asked(chains.goal_drift, {"turns": 2}, 0, "<answer>b</answer>")
    turns = [
        *trace.messages,
        {"role": "assistant", "content": "<answer>a</answer>"},
        {"role": "user", "content": "And now?\n\nAnswer in the form <answer>...</answer>."},
    ]
    whole = dataclasses.replace(trace, messages=turns, question="And now?", answer_given=join(["a", "b"]))
    convert([whole], "every-eval-ever", tmp_path / "o")
    _, (row,) = results(tmp_path / "o")
    assert [turn["content"] for turn in row["messages"]] == [
        case.prompt,
        "<answer>a</answer>",
        "And now?",
        "<answer>b</answer>",
    ]
    assert row["interaction_type"] == "multi_turn"
    assert row["evaluation"]["num_turns"] == 2
    assert "output" not in row
    assert row["answer_attribution"][0]["source"] == "messages[3].content"


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("gpt-4o", "unspecified/gpt-4o"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("azure/eu/gpt-4o", "azure/eu_gpt-4o"),
        ("../../evil", "_/_.._evil"),
        ("a/../../..", "a/_.._.._"),
        ("/etc/passwd", "_/etc_passwd"),
        ("..\\..\\x", "unspecified/_.._.._x"),
        ("python:my.module:f", "unspecified/python_my.module_f"),
        ("CON/nul.x", "_CON/_nul.x"),
        ("data/x\0y\n", "_data/x_y_"),
        ("x/" + "y" * 5000, "x/" + "y" * 100),
    ],
)
def test_the_name_of_a_model_names_two_folders(model: str, folder: str, tmp_path: Path) -> None:
    """None of them outside; the name itself is in the file."""
    convert([dataclasses.replace(answered(1)[0], model=model)], "every-eval-ever", tmp_path / "out")
    (found,) = tmp_path.rglob("*.jsonl")
    place = found.parent.relative_to(tmp_path / "out" / "data" / "pytest-ood").as_posix()
    (aggregate,), _ = results(tmp_path / "out")
    assert aggregate["model_info"]["name"] == model
    assert aggregate["model_info"]["id"] == place
    assert place == folder
