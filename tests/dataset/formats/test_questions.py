"""Questions are asked anew by other tools; answers are judged by the case itself, drawn again without trust."""

import dataclasses
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.answers import split, wrap
from pytest_ood.asking.conversation import EXCHANGES
from pytest_ood.dataset import elsewhere, redraw
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.formats import Written, convert
from pytest_ood.dataset.formats.lines import read_lines
from pytest_ood.dataset.formats.questions import begun, judged, questions, score
from pytest_ood.dataset.formats.reasoning_gym import Config, Questions
from pytest_ood.dataset.formats.trl import reward
from pytest_ood.dataset.redraw import CaseKey, case_of
from pytest_ood.evidence.trace import Trace
from pytest_ood.families import chains, grids, operators, shortcuts
from pytest_ood.models.request import Answer
from tests.dataset.formats.making import QUESTIONS, answered, asked
from tests.distribution import MODULE, install


def rows_of(traces: list[Trace]) -> tuple[list[dict[str, Any]], Written]:
    """Return the questions of traces, and what was left out."""
    written = Written("question")
    return list(questions(traces, written)), written


def row_of(trace: Trace) -> dict[str, Any]:
    """Return the one question of a trace."""
    (row,), _ = rows_of([trace])
    return row


def test_each_question_is_written_once() -> None:
    """However many were asked it; in another condition it is another."""
    traces = answered(3)
    rows, written = rows_of(traces)
    assert len(rows) == 3 * len(QUESTIONS)
    assert not written.left_out
    assert len({row["id"] for row in rows}) == len(rows)
    again = dataclasses.replace(traces[0], messages=[{"role": "system", "content": "Think."}, *traces[0].messages])
    assert len(rows_of([*traces, again])[0]) == len(rows) + 1


def test_scores_are_the_outcomes_of_the_run() -> None:
    """For every answer: what was judged then is judged again from the row alone, as JSON has it."""
    for trace in answered(3):
        row = json.loads(json.dumps(row_of(trace)))
        assert judged(row, Answer(trace.response, finish_reason=trace.finish_reason)).outcome == trace.outcome
        if trace.finish_reason == "stop":
            assert score(row, trace.response) == float(trace.outcome == "correct")


def test_any_right_answer_is_right() -> None:
    """Not only the one in the dataset, and in whatever dress."""
    trace = asked(operators.arithmetic, {}, 0)
    assert score(row_of(trace), f"So: <answer>**{trace.answer_expected}.0**</answer>") == 1.0
    assert score(row_of(trace), trace.answer_expected) == 0.0


def test_what_cannot_be_verified_alone_is_left_out() -> None:
    """And counted, by the reason."""
    dialogue = asked(chains.goal_drift, {"turns": 2}, 0, "x")
    together = asked(shortcuts.sibling_discovery, {}, 0, "x")
    tool = asked(operators.arithmetic, {}, 0, strategy="solver")
    rows, written = rows_of([dialogue, together, tool, tool])
    assert rows == []
    assert [(why.split(",")[0], count) for why, count in written.left_out.items()] == [
        ("dialogues", 1),
        ("judged together with the answers to other draws", 1),
        ("asked with the strategy solver", 2),
    ]


def held(strategy: str = "direct") -> Trace:
    """Return the trace of a dialogue of two turns, the first of which is answered rightly."""
    trace = asked(chains.goal_drift, {"turns": 2}, 0, "<answer>none</answer>", strategy=strategy)
    case = chains.goal_drift.draw({"turns": 2}, 7, 0)
    first, _ = split(case.answer)
    second = {"role": "user", "content": f"{case.reply([first])}\n\nAnswer in the form <answer>...</answer>."}
    turns = [*EXCHANGES[False][0], *trace.messages, {"role": "assistant", "content": wrap(first)}, second]
    return dataclasses.replace(trace, messages=turns)


def test_a_dialogue_is_held_anew() -> None:
    """Where a tool can do that: from its first question, which is all that the row has."""
    trace, written = held(), Written("question")
    (row,) = questions([trace], written, dialogues=True)
    assert row["prompt"] == [dict(turn) for turn in trace.messages[:3]]
    answers = split(row["answer"])
    conversation = begun(row)
    assert conversation.messages[-1]["content"] == trace.messages[2]["content"]
    conversation.add(Answer(wrap(answers[0])))
    assert conversation.messages[-1]["content"] == trace.messages[-1]["content"]
    conversation.add(Answer(wrap(answers[1])))
    assert not conversation.open
    assert judged(row, *(Answer(wrap(text)) for text in answers)).outcome == "correct"
    assert judged(row, Answer(wrap(answers[0])), Answer("Well.")).outcome == "unparsed"
    assert judged(row, Answer(wrap(answers[0]))).outcome != "correct"


@pytest.mark.parametrize("strategy", ["os:system", "program", None, 1])
def test_a_strategy_in_a_file_imports_nothing(strategy: Any) -> None:
    """It is one of those in which questions are written."""
    (row,) = questions([held()], Written("question"), dialogues=True)
    with pytest.raises(DatasetError, match="strategy="):
        begun({**row, "strategy": strategy})


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"task": "grids.none"}, "the task grids.none is not installed"),
        ({"task": "os.system"}, "the task os.system is not installed"),
        ({"task_version": 99}, "is installed in version"),
        ({"params": '{"width":1000000000}'}, "width=1000000000: must be a whole number from 3 to 1000"),
        ({"params": '{"width":[[[[9e99]]]]}'}, "must be a whole number from 3 to 1000"),
        ({"params": '{"nonsense":1}'}, "fails on parameters of a dataset: TypeError"),
        ({"params": "[8]"}, "they are not a JSON object"),
        ({"params": "{"}, "JSONDecodeError"),
        ({"params": "[" * 100_000}, "RecursionError"),
        ({"prompt_sha256": "0" * 64}, "draws another prompt"),
        ({"draw": 5}, "draws another prompt"),
    ],
)
def test_a_row_is_not_trusted(fields: dict[str, Any], why: str, tmp_path: Path) -> None:
    """It is left out of what is converted, and an error where a file with it comes from elsewhere."""
    trace = asked(grids.elementary_ca, {}, 0)
    with pytest.raises(DatasetError, match="nothing to write") as raised:
        convert([dataclasses.replace(trace, **fields)], "trl", tmp_path / "out")
    assert why in str(raised.value)
    row = {**row_of(trace), **fields}
    with pytest.raises(DatasetError) as raised:
        reward([""], [trace.response], **{name: [value] for name, value in row.items()})
    assert why in str(raised.value)


@pytest.mark.parametrize("fields", [{"seed": "7"}, {"draw": True}, {"task": None}, {"params": {"width": 8}}])
def test_a_row_has_the_right_types(fields: dict[str, Any]) -> None:
    """What JSON or another tool makes of them."""
    row = {**row_of(asked(grids.elementary_ca, {}, 0)), **fields}
    with pytest.raises(DatasetError, match=f"{next(iter(fields))}=.*: expected (int|str)"):
        case_of(row)
    del row["prompt_sha256"]
    with pytest.raises(DatasetError):
        CaseKey.of(row)


LIMITED = MODULE.replace('family="spelling"', 'family="spelling", limits={"size": (1, 9)}')


@pytest.mark.parametrize(("module", "size", "why"), [(MODULE, 8, ""), (LIMITED, 8, ""), (LIMITED, 10, "is not within")])
def test_a_task_of_another_package(
    module: str, size: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is found by its entry point, and run within its limits; without any it is first tried in another process."""
    install(tmp_path, "my-clocks", {"all": "clocks_of_mine"}, clocks_of_mine=module)
    monkeypatch.syspath_prepend(tmp_path)
    redraw._packaged.cache_clear()
    redraw.drawn.cache_clear()
    redraw._why_not_run.cache_clear()
    tried, really = [], elsewhere.try_out
    monkeypatch.setattr(elsewhere, "try_out", lambda *given: tried.append(given[1]) or really(*given))
    spell = importlib.import_module("clocks_of_mine").spell
    rows, written = rows_of([asked(spell, {"size": size}, draw) for draw in range(3)])
    assert [score(row, wrap(row["answer"])) for row in rows] == ([] if why else [1.0] * 3)
    assert all(why in reason for reason in written.left_out)
    assert written.left_out.total() == (3 if why else 0)
    assert tried == ([{"size": 8}] if module is MODULE else [])
    del sys.modules["clocks_of_mine"]
    redraw._packaged.cache_clear()


def test_bundled_tasks_need_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their parameters are bounded."""
    monkeypatch.setattr(elsewhere.subprocess, "run", None)
    assert score(row_of(asked(grids.life, {"size": 5}, 3)), "x") == 0.0


# The formats.


def test_rewards_of_trl(tmp_path: Path) -> None:
    """Texts and conversations, with whatever other columns there are."""
    traces = [trace for trace in answered() if trace.finish_reason == "stop"]
    convert(traces, "trl", tmp_path / "out")
    rows = {row["question"]: row for row in read_lines(tmp_path / "out" / "prompts.jsonl")}
    columns = {name: [rows[trace.question][name] for trace in traces] for name in next(iter(rows.values()))}
    prompts = columns.pop("prompt")
    expected = [float(trace.outcome == "correct") for trace in traces]
    assert 0 < sum(expected) < len(expected)
    for completions in (
        [trace.response for trace in traces],
        [[{"role": "assistant", "content": trace.response}] for trace in traces],
    ):
        assert reward(prompts, completions, completion_ids=[], trainer_state=None, **columns) == expected
    assert reward(
        prompts[:1], [[{"role": "assistant", "content": None}]], **{k: v[:1] for k, v in columns.items()}
    ) == [0]
    with pytest.raises(KeyError, match="task"):
        reward(prompts, ["x"])


def test_the_dataset_of_reasoning_gym(tmp_path: Path) -> None:
    """Indexed, iterated, with answers in or out of tags."""
    convert(answered(), "reasoning-gym", tmp_path / "out")
    dataset = Questions(Config(str(tmp_path / "out")))
    assert len(dataset) == dataset.size == len(list(dataset)) == 12
    for place, entry in enumerate(dataset):
        assert dataset[place] == entry
        assert set(entry) == {"question", "answer", "metadata"}
        assert entry["question"].endswith("Answer in the form <answer>...</answer>.")
        assert dataset.score_answer(entry["answer"], entry) == 1.0
        assert dataset.score_answer(f"Well, {wrap(entry['answer'])}", entry) == 1.0
        assert dataset.score_answer("99999999", entry) == dataset.score_answer(None, entry) == 0.0
    with pytest.raises(FileNotFoundError, match="has no entries"):
        Questions(Config(str(tmp_path)))


def test_the_package_for_verifiers(tmp_path: Path) -> None:
    """A module of a fixed name with the questions next to it."""
    convert(answered(), "verifiers", tmp_path / "out")
    module = tmp_path / "out" / "ood_questions" / "__init__.py"
    assert len(list(read_lines(module.with_name("questions.jsonl")))) == 12
    compile(module.read_text(), module, "exec")
    assert (tmp_path / "out" / "pyproject.toml").read_text().count("ood-questions") == 1


@pytest.mark.parametrize("line", ["[]", "{", "1", "[" * 100_000])
def test_a_line_that_is_not_a_row(tmp_path: Path, line: str) -> None:
    """With its number."""
    path = tmp_path / "file.jsonl"
    path.write_text(f"{{}}\n{line}\n")
    with pytest.raises(DatasetError) as raised:
        list(read_lines(path))
    assert (raised.value.path, raised.value.row) == (path, 1)
