"""`pairs_task`: somebody's paired questions as a task, and what is wrong with them in words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import Check, Task, pairs_task
from pytest_ood.errors import TaskError
from pytest_ood.rows import RowsError, RowsTask

ROWS: list[dict[str, Any]] = [
    {"plain": f"What is {n} + 1?", "noop": f"A dog is {n} years old. What is {n} + 1?", "answer": n + 1, "age": n}
    for n in range(30)
]
COLUMNS: dict[str, Any] = {"control": "plain", "shift": "noop", "answer": "answer", "name": "sums"}
CONTROL, SHIFT = {"question": "control"}, {"question": "shift"}


def make(rows: Any = ROWS, **more: Any) -> RowsTask:
    """The usual task."""
    return pairs_task(rows, **{**COLUMNS, **more})


def refused(rows: Any, **more: Any) -> RowsError:
    """The error of rows that cannot be asked."""
    with pytest.raises(RowsError) as caught:
        make(rows, **more)
    return caught.value


# What it makes.


def test_it_is_a_task_with_one_parameter() -> None:
    """The shifted question by default, the familiar one in the control arm."""
    made = make(family="shortcuts", license="CC0-1.0", source="by hand")
    assert isinstance(made, Task)
    assert (made.name, made.family, made.cases) == ("sums", "shortcuts", 30)
    assert made.control == CONTROL
    assert made.signature == "sums(rng, question='shift')"
    assert (made.license, made.source) == ("CC0-1.0", "by hand")
    assert made.draw({}, 0, 0).prompt == made.draw(SHIFT, 0, 0).prompt
    assert made.place.startswith(f"{__file__}:")


def test_each_row_is_asked_once_in_both_forms() -> None:
    """The same draw of both arms is the same row."""
    made = make()
    drawn = [(made.draw(CONTROL, 7, n).prompt, made.draw({}, 7, n).prompt) for n in range(30)]
    assert sorted(drawn) == sorted((row["plain"], row["noop"]) for row in ROWS)
    with pytest.raises(TaskError, match="there is no draw 30; it has 30 rows, each asked once"):
        made.draw({}, 7, 30)
    with pytest.raises(TaskError, match="no draw -1"):
        made.draw({}, 7, -1)


def test_the_order_is_the_seeds() -> None:
    """Another seed, another order; the same seed, the same order."""
    made, again = make(), make(iter(ROWS))
    orders = [[task.draw({}, seed, n).prompt for n in range(30)] for task, seed in ((made, 0), (again, 0), (made, 1))]
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != [row["noop"] for row in ROWS]


def test_the_version_is_the_rows() -> None:
    """One changed answer is another version; the name of a column is not."""
    changed = [{**ROWS[0], "answer": 7}, *ROWS[1:]]
    renamed = [{**row, "plain text": row["plain"]} for row in ROWS]
    assert make().version == make(renamed, control="plain text").version >= 1
    assert make().version != make(changed).version
    assert make().version == int(make().digest[:8], 16)


def test_called_like_a_function_it_draws_any_row() -> None:
    """As every task can be."""
    prompts = {make()(np.random.default_rng(seed)).prompt for seed in range(20)}
    assert prompts <= {row["noop"] for row in ROWS}
    assert len(prompts) > 5


def test_another_parameter_is_an_error() -> None:
    """And so is another question."""
    with pytest.raises(TypeError, match="size"):
        make().draw({"size": 3}, 0, 0)
    with pytest.raises(ValueError, match="question='plain': choose from control, shift"):
        make().draw({"question": "plain"}, 0, 0)


# Columns, functions, pairs.


def first(**more: Any) -> dict[str, Any]:
    """A row with these columns besides."""
    return {**ROWS[0], **more}


def test_an_answer_is_compared_without_the_space_around_it() -> None:
    """Nothing else is forgiven."""
    case = make([first(answer=" 1 ")]).draw({}, 0, 0)
    assert (case.answer, case.unique) == ("1", True)
    assert [case.check(given).correct for given in ("1", " 1\n", "1.0", "one", "")] == [True, True, False, False, False]


def test_a_function_may_read_the_row() -> None:
    """For a question, an answer, a lure."""
    made = make(
        control=lambda row: row["plain"] + " Digits only.",
        shift=lambda row: row["noop"] + " Digits only.",
        answer=lambda row: row["age"] + 1,
        lures={"age": lambda row: row["age"] * 2 + 1},
    )
    case = made.draw({}, 0, 0)
    assert case.prompt.endswith("? Digits only.")
    assert int(case.lures["age"]) == 2 * int(case.answer) - 1


def test_control_and_shift_may_have_different_answers() -> None:
    """A pair of columns."""
    made = make([first(other=5)], answer=("answer", "other"))
    assert (made.draw(CONTROL, 0, 0).answer, made.draw({}, 0, 0).answer) == ("1", "5")


def test_lures_are_of_the_shifted_question() -> None:
    """Left out where the cell is empty or the lure is the answer."""
    made = make([first(used=3, half=None, same=1)], lures={"used": "used", "half": "half", "same": "same"})
    assert made.draw({}, 0, 0).lures == {"used": "3"}
    assert made.draw(CONTROL, 0, 0).lures == {}


def test_a_verifier_judges_by_the_row() -> None:
    """With a bool or a `Check`; then the answer is not held to be the only right one."""

    def near(given: str, row: Mapping[str, Any]) -> bool | Check:
        return Check(abs(int(given) - row["answer"]) <= row["slack"], {"slack": row["slack"]})

    case = make([first(slack=2)], verify=near).draw({}, 0, 0)
    assert not case.unique
    assert case.check("3").correct
    assert case.check("4") == Check(False, {"slack": 2})


def test_a_verifier_cannot_change_the_row() -> None:
    """Or the next answer would be judged by another."""

    def spoil(given: str, row: Any) -> bool:
        row["answer"] = given
        return True

    with pytest.raises(TypeError):
        make([first()], verify=spoil).draw({}, 0, 0).check("9")


def test_info_goes_with_a_wrong_answer() -> None:
    """Next to what the verifier found."""
    made = make([first(id="a-1", tags=["x"])], info=("id", "tags"))
    assert made.draw({}, 0, 0).check("9") == Check(False, {"info": {"id": "a-1", "tags": ["x"]}})
    assert made.draw({}, 0, 0).check("1").correct


# Files.


def test_a_file_lies_next_to_the_file_that_names_it(tmp_path: Path) -> None:
    """Whatever the current directory is; its name is the source."""
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    (tmp_path / "tasks_of_rows.py").write_text(
        "from pytest_ood import pairs_task\n"
        "sums = pairs_task('rows.jsonl', control='plain', shift='noop', answer='answer', name='sums')\n"
    )
    names: dict[str, Any] = {"__file__": str(tmp_path / "tasks_of_rows.py"), "__name__": "tasks_of_rows"}
    exec(compile((tmp_path / "tasks_of_rows.py").read_text(), names["__file__"], "exec"), names)
    made = names["sums"]
    assert (made.cases, made.source, made.version) == (30, "rows.jsonl", make().version)
    assert made.place == f"{tmp_path / 'tasks_of_rows.py'}:2"
    assert made.function.__module__ == "tasks_of_rows"


def test_all_formats_make_the_same_task(tmp_path: Path) -> None:
    """In CSV the numbers are text already."""
    frame = pandas.DataFrame(ROWS)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    versions = {make(tmp_path / f"a.{suffix}").version for suffix in ("csv", "parquet", "jsonl")}
    assert versions == {make().version} == {make(frame.to_dict("records")).version}


# What is wrong with rows.


@pytest.mark.parametrize(
    ("row", "more", "column", "what", "fix"),
    [
        ({"plain": None}, {}, "control ('plain')", "is empty", "leave the row out"),
        ({"noop": "  "}, {}, "shift ('noop')", "is empty", "leave the row out"),
        ({"noop": 5}, {}, "shift ('noop')", "is an int instead of text", "lambda row: str(row[...])"),
        ({"answer": float("nan")}, {}, "answer", "is NaN", "leave the row out"),
        ({"answer": ["1"]}, {}, "answer", "is a list", "a function of the row"),
        ({"noop": ROWS[0]["plain"]}, {}, "shift", "the same question as control", "leave the row out"),
        ({}, {"answer": "anwser"}, "answer", "no column 'anwser'", "did you mean 'answer'?"),
        ({}, {"control": "xyz"}, "control", "no column 'xyz'", "choose from 'plain', 'noop', 'answer', 'age'"),
        ({}, {"answer": lambda row: row["none"]}, "answer", "raises KeyError: 'none'", "make it work for every row"),
        ({}, {"lures": {"used": "usde"}}, "lures['used']", "no column 'usde'", "choose from"),
        ({"used": True}, {"lures": {"used": "used"}}, "lures['used'] ('used')", "is True", "yes or no"),
        ({}, {"info": ("id",)}, "info", "no column 'id'", "choose from"),
        ({"id": {1}}, {"info": ("id",)}, "'id'", "cannot be written as JSON", "leave the column out"),
        ({"id": "\ud800"}, {"info": ("id",)}, "'id'", "cannot be written as JSON", "leave the column out"),
        ({"at": 1j}, {"verify": lambda *_: True}, "'at'", "cannot be written as JSON", "leave the column out"),
    ],
)
def test_a_bad_cell_is_named_with_its_fix(row: Any, more: Any, column: str, what: str, fix: str) -> None:
    """The row, the column, the value."""
    error = refused([ROWS[1], {**ROWS[0], **row}], **more)
    fault = error.faults[-1]
    assert (fault.row, fault.column) == ("row 1", column)
    assert what in fault.what
    assert fix in fault.fix
    assert str(fault) in str(error)


def test_a_question_asked_twice_is_an_error_that_names_both_rows() -> None:
    """Two answers to one question are not two pieces of evidence."""
    (fault,) = refused([*ROWS, {**ROWS[3], "noop": "Another?"}]).faults
    assert (fault.row, fault.column, fault.what) == ("row 30", "control", "repeats the question of row 3")
    both = refused([*ROWS, ROWS[3]]).faults
    assert [fault.column for fault in both] == ["control", "shift"]


def test_every_bad_row_is_counted_and_the_first_are_listed(tmp_path: Path) -> None:
    """One run is enough to learn of all."""
    rows = [{**row, "answer": None} if row["age"] % 3 else row for row in ROWS]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    error = refused(tmp_path / "a.jsonl")
    assert len(error.faults) == 20
    lines = str(error).splitlines()
    assert lines[0] == f"{tmp_path / 'a.jsonl'}: 20 faults"
    assert lines[1].startswith("  line 2, answer: is empty; ")
    assert (len(lines), lines[-1]) == (7, "  and 15 more")


def test_without_rows_there_is_no_task() -> None:
    """An empty file was hardly meant."""
    assert "no rows" in str(refused([]))


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"name": None},
        {"control": 3},
        {"answer": ("answer",)},
        {"answer": ["answer", "answer"]},
        {"lures": {"used": 3}},
        {"info": "id"},
        {"chance": 1.5},
        {"chance": True},
        {"declared": "prompt"},
        {"declared": ("colour",)},
    ],
    ids=str,
)
def test_a_wrong_argument_is_a_type_error_that_names_it(more: dict[str, Any]) -> None:
    """As typed."""
    ((name, value),) = more.items()
    with pytest.raises(TypeError, match=name) as caught:
        make(**more)
    assert repr(value["used"] if isinstance(value, dict) else value) in str(caught.value)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers())


@given(st.lists(st.dictionaries(st.sampled_from(["plain", "noop", "answer"]), VALUES), max_size=4))
def test_any_rows_make_a_sound_task_or_are_refused(rows: list[dict[str, Any]]) -> None:
    """Sound: both questions can be sent, differ, and their answers are right."""
    try:
        made = make(rows)
    except RowsError:
        return
    assert made.cases == len(rows)
    for draw in range(len(rows)):
        control, shift = made.draw(CONTROL, 0, draw), made.draw({}, 0, draw)
        assert control.prompt.encode() != shift.prompt.encode()
        assert control.check(control.answer).correct
        assert shift.check(shift.answer).correct
