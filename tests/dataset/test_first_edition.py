"""A dataset that the first edition wrote is read, checked, replayed, merged, added to and published."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from pytest_ood.dataset.folder import CONFIGS, TRACE_CONFIGS, VERSION_KEY
from pytest_ood.dataset.read import load_failures
from pytest_ood.dataset.tables import COLUMNS, is_current
from pytest_ood.dataset.validate import faults, leaks
from pytest_ood.dataset.write import Exported, check_target
from pytest_ood.evidence.trace import FIELDS, TRACE_VERSION
from pytest_ood.plugin.reporting import SUMMARY_VERSION
from tests.client import NAME, Client
from tests.dataset.making import contents, export, merge, rows, run_python, some, summary
from tests.hub import File, Hub

HERE = Path(__file__).parent / "first_edition"
ROOT = Path(__file__).parents[2]
TRACES, FAILURES = 67, 15
NEW = (*FIELDS[FIELDS.index("pytest_ood_version") + 1 :],)
LOAD = """
import json, os
from datasets import disable_progress_bars, load_dataset
disable_progress_bars()
names = ("failures", "traces", "cases")
loaded = {name: load_dataset(os.getcwd(), name, split="test") for name in names}
unknown = loaded["traces"].filter(lambda row: not row["question"])
print(json.dumps([loaded["traces"].column_names, *(rows.num_rows for rows in (*loaded.values(), unknown))]))
"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A copy of the dataset."""
    return Path(shutil.copytree(HERE / "dataset", tmp_path / "first"))


def by_id(folder: Path, config: str) -> dict[str, dict[str, Any]]:
    """The rows of a config, as they are in the files."""
    return {row["id"]: row for row in rows(folder, config)}


def versions(folder: Path) -> set[bytes]:
    """The trace versions of the files."""
    files = [path for config in CONFIGS for path in (folder / "data" / config).glob("*.parquet")]
    return {parquet.read_schema(path).metadata[VERSION_KEY] for path in files}


def test_it_is_of_the_first_edition(first: Path) -> None:
    """It stays what it is for."""
    assert versions(first) == {b"1"}
    assert {name for row in rows(first, "traces") for name in row} == set(FIELDS) - set(NEW)


# Reading.


def test_its_rows_are_read_in_todays_form(first: Path) -> None:
    """The question is read from the messages, without the strategy's sentence; the rest of what is new is not known."""
    before = contents(first)
    found = list(load_failures(first))
    old = by_id(first, "failures")
    assert len(found) == FAILURES
    for one in found:
        assert {name: getattr(one, name) for name in old[one.id]} == old[one.id]
        assert [getattr(one, name) for name in NEW if name != "question"] == [None, None, 0, *[None] * 6]
        assert one.messages[-1]["content"].rpartition("\n\n")[0] == one.question
    assert {one.question.partition(" ")[0] for one in found} == {"Spell", "Now", "In"}
    assert len(list(load_failures(first, config="traces"))) == TRACES
    assert before == contents(first)


def test_it_has_no_fault_and_no_key(first: Path) -> None:
    """It had no config of cases, and needs none."""
    assert list(faults(first)) == list(leaks(first)) == []
    check_target(first)


def test_a_fault_in_it_is_found(first: Path) -> None:
    """Also where it would stand in the way of reading the question."""
    (path, *_) = sorted((first / "data" / "traces").iterdir())
    table = parquet.read_table(path)
    messages = table["messages"].to_pylist()
    messages[3] = None
    place = table.column_names.index("messages")
    kind = table.schema.field("messages").type
    import pyarrow

    parquet.write_table(table.set_column(place, "messages", pyarrow.array(messages, kind)), path)
    assert [(fault.row, fault.field) for fault in faults(first)] == [(3, "messages")]


# Adding to it.


def check_grown(folder: Path, added: int, old: Path) -> None:
    """A dataset of today that has all rows of an old one and more, and that plain datasets loads."""
    assert list(faults(folder)) == []
    assert versions(folder) == {str(TRACE_VERSION).encode()}
    for config in TRACE_CONFIGS:
        before, after = by_id(old, config), by_id(folder, config)
        for name, row in before.items():
            assert {field: after[name][field] for field in row} == row
    assert len(rows(folder, "traces")) == TRACES + added
    columns, _, count, cases, without_question = json.loads(run_python(LOAD, folder))
    assert (columns, count, without_question) == (list(COLUMNS), TRACES + added, 0)
    assert cases == len(rows(folder, "cases")) > 0


def test_an_export_brings_it_to_todays_form(first: Path) -> None:
    """Every old file under its own name, and the cases of old and new rows; then it grows as any other."""
    names = {path.relative_to(first) for path in first.rglob("*.parquet")}
    assert export(first, some(10), summary()) == Exported(10, 4, 0)
    check_grown(first, 10, HERE / "dataset")
    assert names < {path.relative_to(first) for path in first.rglob("*.parquet")}
    before = contents(first)
    assert export(first, some(10), summary()) == Exported(0, 0, 10)
    assert before == contents(first)


def test_a_merge_joins_it_with_rows_of_today(first: Path, tmp_path: Path) -> None:
    """Into a new folder, whichever comes first, and into either; what is left as it is stays of its edition."""
    export(tmp_path / "today", some(10), summary())
    for number, sources in enumerate(([first, tmp_path / "today"], [tmp_path / "today", first])):
        out = tmp_path / f"out-{number}"
        merge(sources, out)
        check_grown(out, 10, first)
    assert versions(first) == {b"1"}
    merge([first], tmp_path / "today")
    check_grown(tmp_path / "today", 10, first)


def test_merged_into_itself_it_is_of_today(first: Path) -> None:
    """The way to bring a dataset to today's form when there is nothing to add."""
    assert merge([first], first).rows == 0
    check_grown(first, 0, HERE / "dataset")


def test_the_same_trace_in_both_forms_is_not_a_conflict(first: Path, tmp_path: Path) -> None:
    """Version 2 says more of it, and nothing else; so does a later pytest-ood that takes the answer from its store."""
    later = [
        one.__class__(**{**{name: getattr(one, name) for name in FIELDS}, "pair_id": "0" * 32, "shots": 0,
                         "control_params": "{}", "stopping": "{}", "pytest_ood_version": "9", "run_id": "later"})
        for one in load_failures(first, config="traces")
    ]  # fmt: skip
    export(tmp_path / "today", later, summary())
    assert merge([first, tmp_path / "today"], tmp_path / "out").known == TRACES
    check_grown(tmp_path / "out", 0, first)


@pytest.mark.parametrize("moved", range(0, 12, 3))
def test_killed_while_old_files_are_replaced(first: Path, monkeypatch: pytest.MonkeyPatch, moved: int) -> None:
    """The next export finishes it; no row is lost, and none is there twice."""
    replace, left = os.replace, moved

    def dies(source: Path, target: Path) -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            export(first, some(10), summary())
    assert export(first, some(12, "run-2"), summary()) == Exported(2, 0, 10)
    assert list(faults(first)) == []
    assert len(by_id(first, "traces")) == len(rows(first, "traces")) == TRACES + 12


# Replay.


def test_it_is_replayed(first: Path) -> None:
    """Its cases are drawn again where the tasks are, from outside the package too."""
    for name, as_ in (("spelling.py", "spelling.py"), ("probes.py", "test_spelling.py")):
        shutil.copy(HERE / name, first.parent / as_)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--tb=no", "--ood-model=fake/oracle"]
    args = [f"--ood-replay={first}", "--ood-json=out.json", "test_spelling.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": str(first.parent / "home")}
    subprocess.run([*command, *args], cwd=first.parent, env=env, capture_output=True, text=True, check=False)
    replayed = json.loads((first.parent / "out.json").read_text())["replay"]
    assert sum(group["fixed"] for group in replayed) == FAILURES
    assert {group["note"] for group in replayed if group["task"].startswith("spelling.")} == {""}
    assert {group["siblings"]["wrong"] for group in replayed if group["siblings"]} == {0}


# The Hub.


def test_it_is_published_in_todays_form(client: Client, hub: Hub, first: Path) -> None:
    """The folder itself is left as it is."""
    client.folder = first
    client.published()
    assert versions(first) == {b"1"}
    files = hub.repos[NAME].head.files
    assert {path.split("/")[1] for path in files if path.startswith("data/")} == set(CONFIGS)


def test_rows_of_today_are_added_to_it_on_the_hub(client: Client, hub: Hub, first: Path) -> None:
    """In one commit, which brings the files there to today's form; plain datasets loads old and new rows together."""
    repo = hub.create(NAME, private=True)
    old = contents(first)
    repo.add({path: File(content, path.endswith(".parquet")) for path, content in old.items()})
    client.published()
    assert len(repo.commits) == 3
    there = client.path / "there"
    for path, file in repo.head.files.items():
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        (there / path).write_bytes(file.content)
    check_grown(there, 10, first)
    code = LOAD.replace("os.getcwd()", repr(NAME))
    columns, *counts = json.loads(client.python(code).stdout)
    assert (columns, counts) == (list(COLUMNS), [FAILURES + 4, TRACES + 10, len(rows(there, "cases")), 0])
    assert "nothing was sent" in client.published()
    # The same in the old form once more: every row is known.
    client.folder = first
    assert "nothing was sent" in client.published()


def test_what_is_published_of_it_and_has_nothing_new_stays(client: Client, hub: Hub, first: Path) -> None:
    """Nothing is sent only to change its form."""
    repo = hub.create(NAME, private=True)
    repo.add({path: File(content, path.endswith(".parquet")) for path, content in contents(first).items()})
    client.folder = first
    assert "nothing was sent" in client.published()
    assert len(repo.commits) == 2


def test_summaries_of_every_version_are_read(first: Path) -> None:
    """Those that this pytest-ood writes, and those of the first edition."""
    from pytest_ood.dataset.summaries import summaries, today

    assert today() == SUMMARY_VERSION
    assert [len(run["cells"]) for run in summaries(first)] == [4, 1, 0]
    assert not any(is_current(path) for path in (first / "data" / "traces").iterdir())
