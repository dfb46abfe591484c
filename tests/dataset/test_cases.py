"""The config `cases`: the questions alone, each distinct case once, whatever is exported, merged or published."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from pytest_ood.dataset import schema
from pytest_ood.dataset.cases import key
from pytest_ood.dataset.tables import COLUMNS
from pytest_ood.dataset.validate import faults
from pytest_ood.dataset.write import Exported
from pytest_ood.evidence.questions import conversation
from pytest_ood.evidence.trace import trace_id
from pytest_ood.text.canonical import digest
from tests.client import NAME, Client
from tests.dataset.making import SENTENCE, contents, export, merge, rows, run_python, some, summary, trace
from tests.dataset.test_card import dialogue
from tests.hub import Hub


def questions(folder: Path) -> list[str]:
    """The questions of a dataset, sorted."""
    return sorted(row["question"] for row in rows(folder, "cases"))


def asked_of(model: str, count: int = 10, run_id: str = "run-1", **fields: Any) -> list[Any]:
    """Traces of one model."""
    return some(count, run_id, model=model, **fields)


def test_a_case_says_what_it_is(tmp_path: Path) -> None:
    """Question and answer as text, the rest as JSON; every row follows its schema."""
    export(tmp_path, [trace(1, lures='{"copied":"1"}')], summary())
    (row,) = rows(tmp_path, "cases")
    schema.check(row, "case")
    assert {name: row[name] for name in ("question", "answer", "unique")} == {
        "question": "Spell 1 backward.",
        "answer": "1",
        "unique": True,
    }
    assert json.loads(row["info"]) == {
        "task": "toys.spell_backward",
        "task_version": 1,
        "family": "toys",
        "params": {"length": 6},
        "control_params": {"length": 3},
        "arm": "shift",
        "seed": 7,
        "draw": 1,
        "prompt_sha256": digest("Spell 1 backward."),
        "lures": {"copied": "1"},
        "dialogue": False,
    }


def test_plain_datasets_loads_it(tmp_path: Path) -> None:
    """By its name."""
    export(tmp_path / "out", some(), summary())
    code = (
        "import os, datasets\ncases = datasets.load_dataset(os.getcwd(), 'cases', split='test')\n"
        "print(cases.num_rows, cases.column_names, cases[3]['answer'])"
    )
    assert run_python(code, tmp_path / "out") == "10 ['question', 'answer', 'unique', 'info'] 3\n"


def test_a_case_has_a_key_whatever_its_answer_is() -> None:
    """Half of a surrogate pair has no UTF-8 form, and names a case all the same."""
    broken, other = (key("toys.spell", 1, "0" * 64, answer) for answer in ("\ud800", "\ud801"))
    assert broken != other


def test_each_distinct_case_comes_once(tmp_path: Path) -> None:
    """Whoever was asked, and in however many runs and draws; another answer makes another case."""
    export(tmp_path, [*asked_of("one"), *asked_of("two")], summary())
    export(tmp_path, asked_of("three", 12, "run-2"), summary())
    assert questions(tmp_path) == sorted(f"Spell {draw} backward." for draw in range(12))
    again = dataclasses.replace(trace(3, "run-3"), id=trace_id(["again"]), draw=300)
    other = dataclasses.replace(trace(3, "run-3"), id=trace_id(["other"]), draw=301, answer_expected="drei")
    export(tmp_path, [again, other], summary())
    assert [row["answer"] for row in rows(tmp_path, "cases") if row["question"] == "Spell 3 backward."] == ["3", "drei"]
    assert list(faults(tmp_path)) == []


def test_a_run_without_a_new_case_adds_no_file(tmp_path: Path) -> None:
    """A second model on the same questions."""
    export(tmp_path, asked_of("one"), summary())
    assert export(tmp_path, asked_of("two", 10, "run-2"), summary()) == Exported(10, 4, 0)
    assert [path.name for path in (tmp_path / "data" / "cases").iterdir()] == ["run-1.parquet"]
    assert list(faults(tmp_path)) == []


def test_where_nothing_was_asked_its_columns_are_there(tmp_path: Path) -> None:
    """And the first question comes next to them."""
    export(tmp_path / "out", [], summary())
    (path,) = (tmp_path / "out" / "data" / "cases").iterdir()
    assert parquet.read_table(path).column_names == ["question", "answer", "unique", "info"]
    export(tmp_path / "out", some(3), summary())
    assert len(questions(tmp_path / "out")) == 3
    code = "import os, datasets\nprint(datasets.load_dataset(os.getcwd(), 'cases', split='test').num_rows)"
    assert run_python(code, tmp_path / "out") == "3\n"


def test_a_merge_has_the_cases_of_all(tmp_path: Path) -> None:
    """Whatever the runs are called, and in whichever order they were exported: no case is lost or there twice."""
    export(tmp_path / "a", asked_of("one", 10, "z-first"), summary())
    export(tmp_path / "a", asked_of("two", 12, "a-second"), summary(probe="b"))
    export(tmp_path / "b", asked_of("three", 14, "m"), summary(probe="c"))
    for number, sources in enumerate((["a", "b"], ["b", "a"])):
        out = tmp_path / f"out-{number}"
        merge([tmp_path / name for name in sources], out)
        assert questions(out) == sorted(f"Spell {draw} backward." for draw in range(14))
        assert list(faults(out)) == []


def test_it_is_published(client: Client, hub: Hub, tmp_path: Path) -> None:
    """What is new of it goes up."""
    client.published()
    export(client.folder, asked_of("other", 12, "run-2"), summary(probe="test_other"))
    client.published()
    files = hub.repos[NAME].head.files
    there = [path for path in files if path.startswith("data/cases/")]
    assert there == ["data/cases/run-1.parquet", "data/cases/run-2.parquet"]
    assert [parquet.read_table(pyarrow.BufferReader(files[path].content)).num_rows for path in there] == [10, 2]
    del tmp_path


def test_a_column_that_is_not_known_here_is_left_behind_by_a_merge(tmp_path: Path) -> None:
    """The folder that has it is left as it is; what it is merged into has the columns that plain datasets can load."""
    export(tmp_path / "a", some(), summary())
    for config in ("traces", "failures"):
        (path,) = (tmp_path / "a" / "data" / config).iterdir()
        table = parquet.read_table(path)
        parquet.write_table(table.append_column("mood", pyarrow.array(["good"] * table.num_rows)), path)
    before = contents(tmp_path / "a")
    export(tmp_path / "b", asked_of("other", 10, "run-2"), summary())
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert before == contents(tmp_path / "a")
    assert {tuple(row) for row in rows(tmp_path / "out", "traces")} == {COLUMNS}
    assert len(rows(tmp_path / "out", "traces")) == 20


# The question.


def test_of_a_dialogue_the_first_question_is_the_case(tmp_path: Path) -> None:
    """What comes after it depends on the model; that it is a dialogue is said, also where it broke off at once."""
    short = dialogue()
    short["messages"] = short["messages"][:3]
    traces = [trace(1, **dialogue()), dataclasses.replace(trace(1, **short), id=trace_id(["short"]))]
    for number, one in enumerate(traces):
        export(tmp_path / f"{number}", [one], summary())
        (row,) = rows(tmp_path / f"{number}", "cases")
        assert (row["question"], row["answer"]) == ("Spell 1 backward.", "1\n\n21")
        assert json.loads(row["info"])["dialogue"] is True


def conversations(content: str, **fields: Any) -> list[tuple[str, str]]:
    """The conversation of a case whose question is "What?\n\nReally?", asked in these words."""
    row = {"messages": [{"role": "user", "content": content}], "prompt_sha256": digest("What?\n\nReally?"), **fields}
    return conversation({"question": "", **row})


def test_a_question_is_found_whatever_a_strategy_adds() -> None:
    """One paragraph, several or none; by its digest and not by its form."""
    for added in ("", f"\n\n{SENTENCE}", f"\n\nThink.\n\nThen:\n\n{SENTENCE}"):
        assert conversations(f"What?\n\nReally?{added}") == [("user", "What?\n\nReally?")]


def test_a_question_that_is_not_found_is_taken_from_the_row() -> None:
    """Or from the messages, where the row has none: as the first edition wrote it."""
    assert conversations(f"Else?\n\n{SENTENCE}", question="Else?!") == [("user", "Else?!")]
    assert conversations(f"Else?\n\n{SENTENCE}") == [("user", "Else?")]


def test_parameters_that_are_not_json_stay_text(tmp_path: Path) -> None:
    """A file that was changed by hand does not end a merge."""
    export(tmp_path / "a", [trace(1)], summary())
    path = tmp_path / "a" / "data" / "traces" / "run-1.parquet"
    table = parquet.read_table(path)
    for broken in ('{"a": NaN}', "{]}", "{" * 50_000 + "}"):
        column = table.column_names.index("params")
        parquet.write_table(table.set_column(column, "params", pyarrow.array([broken])), path)
        merge([tmp_path / "a"], tmp_path / broken[:3])
        (row,) = rows(tmp_path / broken[:3], "cases")
        assert json.loads(row["info"])["params"] in (broken, {"length": 6})
