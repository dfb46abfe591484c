"""Published traces come back checked; groups and ids of a replay."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import Table, parquet

import pytest_ood
from pytest_ood.asking.cell import Condition
from pytest_ood.case import Case
from pytest_ood.dataset.folder import VERSION_KEY, DatasetError
from pytest_ood.dataset.read import load_failures
from pytest_ood.dataset.tables import arrow_schema
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import Trace
from pytest_ood.replay import groups as replay
from pytest_ood.replay.names import unique
from pytest_ood.replay.published import Published
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import canonical, digest
from tests.dataset.making import export, summary
from tests.dataset.making import trace as make_trace

Row = dict[str, Any]


def some(count: int) -> Iterator[Trace]:
    """Traces of which the odd draws are wrong."""
    return (make_trace(draw, outcome="wrong" if draw % 2 else "correct") for draw in range(count))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of six traces, three of them failures."""
    export(tmp_path / "set", some(6), summary())
    return tmp_path / "set"


def rewrite(folder: Path, edit: Callable[[list[Row]], object], names: list[str] | None = None) -> Path:
    """Write the failures anew, their rows edited in place."""
    (path,) = (folder / "data" / "failures").glob("*.parquet")
    rows = parquet.read_table(path).to_pylist()
    edit(rows)
    parquet.write_table(Table.from_pylist(rows, arrow_schema() if names is None else None), path)
    return path


def described(folder: Path) -> str:
    """What is said about a folder that cannot be loaded."""
    with pytest.raises(DatasetError) as caught:
        list(load_failures(folder))
    message = str(caught.value)
    assert len(message) < 1000
    return message


# Loading.


def test_failures_come_back_as_the_traces_they_were(folder: Path) -> None:
    """Typed and equal; by default the failures, else every answer."""
    assert list(load_failures(folder)) == [one for one in some(6) if one.outcome == "wrong"]
    assert list(load_failures(str(folder), config="traces")) == list(some(6))
    assert pytest_ood.load_failures is load_failures


def test_rows_come_one_by_one(folder: Path) -> None:
    """A file is not looked at before it is reached."""
    (path,) = (folder / "data" / "failures").glob("*.parquet")
    path.with_name("zzz.parquet").write_bytes(b"no Parquet")
    found = load_failures(folder)
    assert next(found).draw == 1
    with pytest.raises(DatasetError, match="zzz"):
        list(found)


def test_a_config_that_there_is_not(folder: Path) -> None:
    """Said at once, with those there are."""
    with pytest.raises(ValueError, match=r"config='failure': choose from 'failures', 'traces'"):
        load_failures(folder, config="failure")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("messages", [], "messages: [] should be non-empty"),
        ("messages", [{"role": "user", "content": None}], "messages[0].content: None is not of type 'string'"),
        ("messages", None, "messages: None is not of type 'array'"),
        ("response", None, "response: None is not of type 'string'"),
        ("params", "[]", "params: '[]' does not match"),
        ("arm", "left", "arm: 'left' is not one of"),
        ("outcome", "correct", "outcome: 'correct' is not a failure"),
        ("draw", -1, "draw: -1 is less than the minimum of 0"),
        ("cost_usd", float("nan"), "cost_usd: nan is not a plain JSON value"),
        ("prompt_sha256", "\x1b[2J" * 10**6, "prompt_sha256: "),
    ],
)
def test_a_row_that_is_not_what_it_should_be(folder: Path, field: str, value: Any, message: str) -> None:
    """The file, the row and the field; nothing that a terminal obeys."""
    path = rewrite(folder, lambda rows: rows[1].update({field: value}))
    text = described(folder)
    assert text.startswith(f"{path}: row 1: {message}")
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda rows: [row.pop("lure") for row in rows], "lure: is missing"),
        (lambda rows: [row.update(seed="one") for row in rows], "row 0: seed: 'one' is not of type 'integer'"),
        (lambda rows: [row.update(messages="hello") for row in rows], "row 0: messages: 'hello' is not of type"),
    ],
)
def test_other_columns_and_other_types(folder: Path, edit: Callable[[list[Row]], object], message: str) -> None:
    """Named, where Parquet itself would let them by."""
    path = rewrite(folder, edit, names=[])
    assert described(folder).startswith(f"{path}: {message}")


def test_further_columns_are_ignored_and_later_ones_filled_in(folder: Path) -> None:
    """Version 2 stays open until the first release: a file may be from before or after this pytest-ood."""

    def edit(rows: list[Row]) -> None:
        for row in rows:
            row["bonus"] = 1
            for name in ("shots", "served_model", "condition"):
                del row[name]

    path = rewrite(folder, edit, names=[])
    table = parquet.read_table(path)
    parquet.write_table(table.replace_schema_metadata({VERSION_KEY: b"2"}), path)
    expected = [dataclasses.replace(one, condition=None) for one in some(6) if one.outcome == "wrong"]
    assert list(load_failures(folder)) == expected


def test_a_file_that_is_not_parquet(folder: Path) -> None:
    """Named as it is."""
    (path,) = (folder / "data" / "failures").glob("*.parquet")
    path.write_bytes(b"PAR1 and then something else")
    assert described(folder).startswith(f"{path}: not a file of a pytest-ood dataset")


def test_an_answer_of_ten_million_characters_is_an_answer(folder: Path) -> None:
    """Models say such things."""
    rewrite(folder, lambda rows: rows[0].update(response="a" * 10**7, answer_given="a" * 10**7))
    assert len(next(load_failures(folder)).response) == 10**7
    (group,) = replay.read_groups(folder)
    assert max(len(given) for case in group.cases.values() for given in case.given.values()) < 5000


def test_a_newer_version_is_refused(folder: Path) -> None:
    """With what to upgrade."""
    (path,) = (folder / "data" / "failures").glob("*.parquet")
    parquet.write_table(parquet.read_table(path).replace_schema_metadata({VERSION_KEY: b"7"}), path)
    assert "written by a newer pytest-ood (trace version 7); upgrade pytest-ood" in described(folder)


@pytest.mark.parametrize(
    "source", ["", "x" * 5000, "a\0b", "/no/where", "~no_such_user/at/all", "nowhere", Path("a/b")]
)
def test_a_source_that_can_be_neither_folder_nor_dataset(source: str | Path) -> None:
    """An error of ours, whatever it is."""
    with pytest.raises(DatasetError):
        load_failures(source)


# Groups.


def spell(rng: Any, length: int) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word}.", word[::-1])


SPELL = Task(spell, "toys.spell", "toys", {"length": 3}, 1)


def published(seed: int = 7, draw: int = 0, **fields: Any) -> Trace:
    """A trace as a run of the task leaves it."""
    params = {"length": 6}
    case = SPELL.draw(params, seed, draw)
    made = make_trace(draw, outcome="wrong", task=SPELL.name, params=canonical(params), seed=seed, arm="shift")
    digests = {"prompt_sha256": digest(case.prompt), "answer_expected": case.answer}
    asked = {"messages": [{"role": "user", "content": f"{case.prompt}\n\nAnswer in the form ..."}]}
    return dataclasses.replace(made, **{**digests, **asked, **fields})


def group_of(*traces: Trace) -> replay.Group:
    """The group that these make."""
    first = traces[0]
    group = replay.Group("probe", "toys", first.task, 1, json.loads(first.params), "shift", first.strategy)
    group.cases = {(one.seed, one.draw): Published(one) for one in traces}
    return group


def test_groups_have_what_they_share(tmp_path: Path) -> None:
    """Task, version, parameters, arm and strategy; a case that two models failed is one."""
    traces = [make_trace(draw, outcome="wrong", model=model) for draw in range(4) for model in ("one", "two")]
    export(tmp_path / "set", traces, summary())
    groups = replay.read_groups(tmp_path / "set")
    assert [(group.arm, [case.place for case in group.cases.values()]) for group in groups] == [
        ("control", [(7, 0), (7, 2)]),
        ("shift", [(7, 1), (7, 3)]),
    ]
    assert [dict(case.given) for case in groups[0].cases.values()] == [
        {"one": "0", "two": "0"},
        {"one": "2", "two": "2"},
    ]


@pytest.mark.parametrize("params", ["{]}", '{"a": NaN}', "{" * 50_000 + "}", '{"a": 1e999}'])
def test_parameters_that_are_not_json(folder: Path, params: str) -> None:
    """The file, the row and the field."""
    path = rewrite(folder, lambda rows: rows[2].update(params=params))
    with pytest.raises(DatasetError, match=rf"^{path}: row 2: params: not a JSON object"):
        replay.read_groups(folder)


def test_the_task_that_draws_the_same_is_found_among_several() -> None:
    """By its name, version and prompts, whatever else has the name."""
    newer, other = dataclasses.replace(SPELL, version=2), dataclasses.replace(SPELL, name="toys.other")
    lookalike = dataclasses.replace(SPELL, function=lambda rng, length: Case(f"Spell it {length} {rng}.", "x"))
    group = group_of(published(), published(draw=1))
    group.find_task([newer, other, lookalike, SPELL])
    assert (group.task, group.no_siblings) == (SPELL, "")
    group.find_task([newer])
    assert group.no_siblings == "the task toys.spell is installed in version 2, the cases are of version 1"
    unknown = group_of(published(strategy="forgotten"))
    unknown.find_task([SPELL])
    assert unknown.no_siblings == "the strategy forgotten is not known here"


def test_a_stored_case_is_judged_up_to_white_space() -> None:
    """And asked with the very messages that were published."""
    asked = published(answer_expected="a b")
    group = group_of(asked)
    group.find_task([])
    assert group.task is not None
    case = group.task.draw({}, *group.cases[7, 0].place)
    assert case.prompt == SPELL.draw({"length": 6}, 7, 0).prompt
    assert [case.check(given).correct for given in ("a  b\n", "ab", "")] == [True, False, False]
    cell = group.published_cell("id", Condition("model"), list(group.cases.values()), Sampling())
    assert cell is not None
    assert cell.control.draws.at(0) == (7, 0)
    assert [json.loads(begun) for begun in cell.control.draws.begun] == [asked.messages]
    assert (cell.control.sampling.limit, cell.shift) == (1, None)
    group.find_siblings(8, ())
    assert group.siblings_cell("id", Condition("model"), Sampling()) is None


def test_the_cells_of_a_group_ask_each_draw_once() -> None:
    """Whatever the options say of the number; the bar and the levels are theirs."""
    group = group_of(published(), published(draw=1))
    group.find_task([SPELL])
    group.find_siblings(8, {published(draw=0).prompt_sha256})
    sampling = Sampling(0.9, samples=3, max_samples=5, alpha=0.02, gap_alpha=0.001)
    cases = group.published_cell("id", Condition("model"), list(group.cases.values()), sampling)
    siblings = group.siblings_cell("id", Condition("model"), sampling)
    assert cases is not None
    assert siblings is not None
    assert [cell.control.sampling for cell in (cases, siblings)] == [
        dataclasses.replace(sampling, samples=count) for count in (2, 21)
    ]
    assert (cases.shift, siblings.shift) == (None, None)
    assert [siblings.control.draws.at(index)[0] for index in range(21)] == [8] * 21


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"answer_unique": False}, "its expected answer is not the only right one"),
        ({"messages": [{"role": "assistant", "content": "?"}]}, "its messages do not end in a question"),
        ({"messages": [{"role": "root", "content": "!"}, {"role": "user", "content": "?"}]}, "its messages do not"),
        ({"messages": [{"role": "user", "content": "Something else.\n\nAnswer."}]}, "it is not a single question"),
        ({"answer_expected": "one\n\ntwo"}, "it is not a single question"),
    ],
)
def test_a_stored_case_that_is_not_enough(fields: Row, why: str) -> None:
    """The reason is named; a prompt that is not the published one is not asked."""
    group = group_of(published(**fields))
    group.find_task([])
    assert f"the task toys.spell is not installed, and {why}" in group.cases[7, 0].why_not
    assert group.published_cell("id", Condition("model"), list(group.cases.values()), Sampling()) is None


def test_a_label_is_printable_and_short() -> None:
    """Whatever the names and values are."""
    group = group_of(published())
    assert group.label == "toys.spell[length:6,shift"
    hostile = "\x1b[2J::../\u202e\n" * 100
    bad = dataclasses.replace(group, name=hostile, params={hostile: [hostile], "b": {"c": 1}})
    assert bad.label.isprintable()
    assert not set(bad.label) & set("/\\ \n]")
    assert "::" not in bad.label
    assert len(bad.label) < 250
    assert list(unique(["a", "b", "a", "a~2", "a"])) == ["a", "b", "a~2", "a~2~2", "a~3"]
