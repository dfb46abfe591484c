"""The dataset folder: it loads everywhere, grows without harm, and no text of a model breaks out of it."""

import dataclasses
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyarrow import parquet

from pytest_ood import families
from pytest_ood.dataset import card, schema
from pytest_ood.dataset import write as export_module
from pytest_ood.dataset.folder import CANARY, DatasetError
from pytest_ood.dataset.write import Exported, check_target, export
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import FIELDS, Trace, trace_id
from pytest_ood.text.canonical import canonical, digest

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 <script>alert(1)</script> | </td> \x00\r\u202e\u2028\n```\n````text\n# Not a title\n"
    "---\n[click](javascript:alert(1)) ![x](http://127.0.0.1/x.png) <!-- `` -->"
)


def trace(draw: int, run_id: str = "run-1", outcome: Any = "correct", **fields: Any) -> Trace:
    """A trace of its own for every draw and arm."""
    prompt = f"Spell {draw} backward."
    values = {
        "arm": "shift" if draw % 2 else "control",
        "lure": "copied" if outcome == "wrong" else None,
        "response": f"<answer>{draw}</answer>",
        "answer_given": str(draw),
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}],
        **fields,
    }
    return Trace(
        id=trace_id([draw, fields.get("model")]),
        run_id=run_id,
        draw=draw,
        outcome=outcome,
        prompt_sha256=digest(prompt),
        **{
            "probe": "test_spelling",
            "task": "toys.spell_backward",
            "task_version": 1,
            "family": "toys",
            "params": '{"length":6}',
            "strategy": "direct",
            "model": "gpt-4o",
            "model_args": '{"temperature":0}',
            "seed": 7,
            "reasoning": None,
            "finish_reason": "stop",
            "answer_expected": str(draw)[::-1],
            "answer_unique": True,
            "lures": "{}",
            "detail": "{}",
            "input_tokens": 20,
            "output_tokens": None,
            "cost_usd": None,
            "latency_s": 0.25,
            "created_at": 1.75e9 + draw,
            "pytest_ood_version": "0.1.0",
            **values,
        },
    )


def some(count: int = 10, run_id: str = "run-1", **fields: Any) -> list[Trace]:
    """Traces of which every third is a failure."""
    return [trace(draw, run_id, "correct" if draw % 3 else "wrong", **fields) for draw in range(count)]


def summary(**cell: Any) -> dict[str, Any]:
    """The summary of a run with one cell."""
    control, shift = Arm(Sampling()), Arm(Sampling())
    for _ in range(20):
        control.add(ScoredDraw("correct"))
        shift.add(ScoredDraw("wrong", "copied"))
    return {
        "schema_version": 2,
        "pytest_ood_version": "0.1.0",
        "seed": 7,
        "bar": 0.8,
        "alpha": 0.05,
        "models": ["gpt-4o"],
        "totals": {
            "cells": 1,
            "calls": 40,
            "from_store": 0,
            "input_tokens": 20,
            "output_tokens": 20,
            "cost_usd": None,
            "wall_s": 1.5,
            "verdicts": {"robust": 0, "brittle": 1, "incapable": 0, "undecided": 0},
        },
        "cells": [
            {
                "id": "probes/test_toys.py::test_spelling[6]",
                "probe": "test_spelling",
                "task": "toys.spell_backward",
                "task_version": 1,
                "family": "toys",
                "params": {"length": 6},
                "control_params": {"length": 3},
                "model": "gpt-4o",
                "strategy": "direct",
                "condition": {"model": "gpt-4o"},
                "verdict": "brittle",
                "reason_code": "shift_misses",
                "reason": "the control arm clears the bar 0.8, the shift arm misses it",
                "reason_arm": None,
                "control": control.row(),
                "shift": shift.row(),
                "gap": 1.0,
                "gap_low": 0.5,
                "gap_high": 1.0,
                "gap_understood": None,
                "lures": {"copied": 20},
                "cost_usd": None,
                **cell,
            }
        ],
    }


def rows(folder: Path, config: str) -> list[dict[str, Any]]:
    """All rows of a config, as plain Python."""
    found = sorted((folder / "data" / config).glob("*.parquet"))
    return [row for path in found for row in parquet.read_table(path).to_pylist()]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def snippets(folder: Path) -> list[str]:
    """The Python of a card."""
    return re.findall(r"^```python\n(.*?)^```$", (folder / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def run_python(code: str, folder: Path, path: str = "") -> str:
    """Run Python elsewhere, in a folder, offline; what it prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder.parent / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


LOAD = """
import json, os, sys
from datasets import load_dataset
failures, traces = load_dataset(os.getcwd(), split="test"), load_dataset(os.getcwd(), "traces", split="test")
assert "pytest_ood" not in sys.modules
print(json.dumps([failures.num_rows, traces.num_rows, traces.column_names, traces.to_list()[:3]]))
"""


def test_plain_datasets_loads_both_configs(tmp_path: Path) -> None:
    """`datasets` alone loads failures by default and all traces by name, with every field as it was."""
    traces = some(10)
    assert Exported(10, 4, 0) == export(tmp_path / "out", iter(traces), summary())
    failures, count, names, first = json.loads(run_python(LOAD, tmp_path / "out"))
    assert (failures, count, names) == (4, 10, list(FIELDS))
    assert first == [json.loads(json.dumps(dataclasses.asdict(one))) for one in traces[:3]]


def test_a_run_without_failures_loads_too(tmp_path: Path) -> None:
    """Datasets can't build a split without rows: then the traces are the default, and the card says how to read it."""
    export(tmp_path / "out", [trace(0), trace(1)], summary())
    code = (
        "from datasets import load_dataset\nimport os\nprint(load_dataset(os.getcwd(), split='test').num_rows)\n"
        "stream = load_dataset(os.getcwd(), 'failures', split='test', streaming=True)\n"
        "print(list(stream), len(stream.features))"
    )
    assert run_python(code, tmp_path / "out") == f"2\n[] {len(FIELDS)}\n"
    card = (tmp_path / "out" / "README.md").read_text()
    assert "None: every answer that could be scored was right." in card
    assert "There are no failures so far" in card
    assert (
        run_python(snippets(tmp_path / "out")[0] + "print(list(failures), len(traces))", tmp_path / "out") == "[] 2\n"
    )
    assert Exported(1, 1, 0) == export(tmp_path / "out", [trace(3, "run-2", "wrong")], summary())
    assert json.loads(run_python(LOAD, tmp_path / "out"))[:2] == [1, 3]


def test_a_run_without_traces_has_its_columns(tmp_path: Path) -> None:
    """Nothing was asked: the files are there, empty and with every column."""
    assert Exported(0, 0, 0) == export(tmp_path / "out", [], summary())
    (name,) = (tmp_path / "out" / "data" / "failures").iterdir()
    assert parquet.read_table(name).column_names == list(FIELDS)
    assert "Nothing was asked." in (tmp_path / "out" / "README.md").read_text()


def test_pandas_alone_reads_it(tmp_path: Path) -> None:
    """pandas reads the Parquet folder with neither datasets nor pytest-ood imported."""
    export(tmp_path / "out", some(), summary())
    code = (
        "import sys, pandas\nframe = pandas.read_parquet('data/failures')\n"
        "assert not {'datasets', 'pytest_ood', 'huggingface_hub'} & set(sys.modules)\n"
        "print(len(frame), list(frame.draw), frame.messages[0][1]['content'])"
    )
    assert run_python(code, tmp_path / "out") == "4 [0, 3, 6, 9] Spell 0 backward.\n"


def test_rows_and_summaries_follow_their_schemas(tmp_path: Path) -> None:
    """Every row read back is valid against the trace schema, every file of runs/ against the summary's."""
    export(tmp_path, some(), summary())
    for config in ("failures", "traces"):
        for row in rows(tmp_path, config):
            schema.check(row, "trace")
    assert summary() == json.loads((tmp_path / "runs" / "run-1.json").read_text())
    schema.check(summary(), "summary")


def test_the_layout(tmp_path: Path) -> None:
    """The folder holds what its documentation says and nothing else, hidden or not; pages can be found by index."""
    export(tmp_path, some(), summary())
    ours = {"data/failures/run-1.parquet", "data/traces/run-1.parquet", "runs/run-1.json"}
    expected = {"README.md", "curves.svg", *ours}
    assert expected == set(contents(tmp_path))
    with parquet.ParquetFile(tmp_path / "data" / "traces" / "run-1.parquet") as file:
        column = file.metadata.row_group(0).column(0)
        assert column.compression == "ZSTD"
        assert column.has_offset_index
        assert file.schema_arrow.metadata[b"pytest_ood.trace_version"] == b"1"


# A second run.


def test_what_datasets_has_cached_is_not_taken_for_a_dataset_that_has_grown(tmp_path: Path) -> None:
    """Loaded, grown, loaded again: the new rows are there; so are those of another folder of the same name."""
    folder = tmp_path / "out"
    export(folder, some(10), summary())
    assert json.loads(run_python(LOAD, folder))[:2] == [4, 10]
    export(folder, some(13, "run-2"), summary())
    assert json.loads(run_python(LOAD, folder))[:2] == [5, 13]
    folder.rename(tmp_path / "old")
    export(folder, some(10, model="other"), summary())
    assert {row["model"] for row in json.loads(run_python(LOAD, folder))[3]} == {"other"}


def test_a_second_run_adds_its_new_traces_and_touches_nothing_else(tmp_path: Path) -> None:
    """Traces that are there are skipped, old files keep every byte, the card tells of both runs."""
    export(tmp_path, some(10), summary())
    before = contents(tmp_path)
    assert Exported(5, 1, 10) == export(tmp_path, some(15, "run-2"), summary(probe="test_another"))
    after = contents(tmp_path)
    new = {"data/failures/run-2.parquet", "data/traces/run-2.parquet", "runs/run-2.json"}
    assert new == after.keys() - before.keys()
    assert {name for name, content in before.items() if after[name] != content} == {"README.md", "curves.svg"}
    assert list(range(15)) == [row["draw"] for row in rows(tmp_path, "traces")]
    card = (tmp_path / "README.md").read_text()
    assert "`test_spelling`" in card
    assert "`test_another`" in card
    assert "5 wrong answers" in card


def test_the_same_run_again_changes_nothing(tmp_path: Path) -> None:
    """Exporting what is there, under the same name, leaves every byte as it was."""
    export(tmp_path, some(), summary())
    before = contents(tmp_path)
    assert Exported(0, 0, 10) == export(tmp_path, some(), summary())
    assert before == contents(tmp_path)


def test_a_run_of_nothing_new_leaves_its_summary(tmp_path: Path) -> None:
    """A run answered wholly from the store adds its verdicts and no rows; a line that is there is not said twice."""
    export(tmp_path, some(), summary())
    assert Exported(0, 0, 10) == export(tmp_path, some(run_id="run-2"), summary())
    assert {"run-1.json", "run-2.json"} == {path.name for path in (tmp_path / "runs").iterdir()}
    assert [path.name for path in (tmp_path / "data" / "traces").iterdir()] == ["run-1.parquet"]
    assert (tmp_path / "README.md").read_text().count("| brittle |") == 1


def test_a_run_that_went_on_gets_a_name_of_its_own(tmp_path: Path) -> None:
    """More traces under the name of a run that is there go beside its file, not into it."""
    export(tmp_path, some(10), summary())
    assert Exported(2, 0, 10) == export(tmp_path, some(12), summary())
    assert {"run-1.parquet", "run-1-2.parquet"} == {path.name for path in (tmp_path / "data" / "traces").iterdir()}


def test_two_exports_at_once_both_arrive(tmp_path: Path) -> None:
    """Exports into one folder wait for each other."""
    jobs: list[tuple[str, list[Trace]]] = [(f"run-{n}", some(run_id=f"run-{n}", model=f"m{n}")) for n in range(4)]
    threads = [threading.Thread(target=export, args=(tmp_path, traces, summary())) for _, traces in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(tmp_path, "traces")) == 40
    assert "4 runs" in (tmp_path / "README.md").read_text()


# Interruptions.


def broken_after(count: int) -> Iterator[Trace]:
    """Traces, and then the end of the world."""
    yield from some(count, "run-2", model="other")
    raise KeyboardInterrupt


def test_an_interrupted_export_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of the traces: the folder is as before, byte for byte, and takes the next export."""
    monkeypatch.setattr(export_module, "_BATCH_ROWS", 3)
    export(tmp_path, some(), summary())
    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, broken_after(8), summary())
    assert before == contents(tmp_path)
    assert Exported(8, 3, 0) == export(tmp_path, some(8, "run-2", model="other"), summary())


def test_a_first_export_that_was_interrupted_can_be_repeated(tmp_path: Path) -> None:
    """What a broken first export leaves is no reason to refuse the next."""
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, broken_after(8), summary())
    (tmp_path / ".ood-part" / "data").mkdir(parents=True)
    assert Exported(10, 4, 0) == export(tmp_path, some(), summary())
    assert not (tmp_path / ".ood-part").exists()


@pytest.mark.parametrize("moved", range(4))
@pytest.mark.parametrize("old", [0, 10], ids=["new folder", "good folder"])
def test_killed_while_files_are_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int, old: int
) -> None:
    """Whatever had been put in place when it died, the next export finishes it first, and nothing is there twice."""
    folder = tmp_path / "out"
    if old:
        export(folder, some(old), summary())
    replace, moves = os.replace, 0

    def dies(source: Path, target: Path) -> None:
        nonlocal moves
        if moves == moved:
            raise KeyboardInterrupt
        moves += 1
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            export(folder, some(12, "run-2"), summary())
    check_target(folder)
    assert Exported(3, 1, 12) == export(folder, some(15, "run-3"), summary())
    assert list(range(15)) == sorted(row["draw"] for row in rows(folder, "traces"))
    assert sorted(row["draw"] for row in rows(folder, "failures")) == [0, 3, 6, 9, 12]
    assert not [name for name in contents(folder) if name.startswith(".")]


def test_a_full_disk_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An OSError while writing names the option and the folder; what was there stays."""
    export(tmp_path, some(), summary())
    before = contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_module, "_write_json", full)
    with pytest.raises(DatasetError, match=rf"--ood-export={re.escape(str(tmp_path))}: .*No space left") as caught:
        export(tmp_path, some(3, "run-2"), summary())
    assert isinstance(caught.value.__cause__, OSError)
    assert before == contents(tmp_path)


# Folders that are not ours.


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda folder: folder.write_text("x"), "is a file; name a folder"),
        (
            lambda folder: (folder.mkdir(), (folder / "thesis.txt").write_text("x")),
            "holds thesis.txt and is no dataset",
        ),
        (
            lambda folder: (folder.mkdir(), (folder / "README.md").write_text(f"We quote the canary {CANARY}.")),
            "holds README.md and is no dataset",
        ),
        (lambda folder: (folder / ".git").mkdir(parents=True), "holds .git and is no dataset"),
    ],
    ids=["file", "other files", "only a readme", "repository"],
)
def test_what_is_not_ours_is_refused_before_anything_is_asked(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    """The message names the option, the value, the reason and the fix; nothing is written."""
    folder = tmp_path / "out"
    make(folder)
    before = contents(tmp_path)
    for refuse in (check_target, lambda path: export(path, some(), summary())):
        with pytest.raises(DatasetError, match=re.escape(why)) as caught:
            refuse(folder)
        assert str(caught.value).startswith(f"--ood-export={folder}: ")
        assert "; name " in str(caught.value)
    assert before == contents(tmp_path)


def test_a_path_below_a_file_and_one_that_can_not_be_written_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that can't be made is found out before anything is asked."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="file is a file; name a folder"):
        check_target(tmp_path / "file" / "deep" / "out")

    def denied(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(DatasetError, match=r"can't be written .*Permission denied.*; name a folder that can"):
        check_target(tmp_path / "out")


@pytest.mark.parametrize("name", ["new", "new/deeper/still", "empty", "ours"])
def test_good_targets_pass_and_are_left_alone(tmp_path: Path, name: str) -> None:
    """A new folder, an empty one and one of ours are fine, and looking at them makes nothing."""
    (tmp_path / "empty").mkdir()
    export(tmp_path / "ours", some(), summary())
    before = contents(tmp_path)
    check_target(tmp_path / name)
    assert before == contents(tmp_path)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("runs/run-1.json", "{", r"run-1\.json: not the summary of a run"),
        ("runs/run-1.json", '{"cells": []}', r"run-1\.json: not the summary of a run \(.*required property"),
        ("data/traces/run-1.parquet", "x", r"run-1\.parquet: not traces of pytest-ood"),
        ("data/failures/run-1.parquet", "x", r"run-1\.parquet: not traces of pytest-ood"),
    ],
)
def test_a_damaged_dataset_is_named_and_left_alone(tmp_path: Path, file: str, content: str, why: str) -> None:
    """A file of ours that can't be read is named; nothing is added and nothing is rewritten."""
    export(tmp_path, some(), summary())
    (tmp_path / file).write_text(content)
    before = contents(tmp_path)
    with pytest.raises(DatasetError, match=why):
        export(tmp_path, some(3, "run-2", model="other"), summary())
    assert before == contents(tmp_path)


def test_a_dataset_of_a_newer_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces of a version to come are not mixed with ours; the message says to upgrade."""
    with monkeypatch.context() as patch:
        patch.setattr(export_module, "TRACE_VERSION", 2)
        patch.setattr("pytest_ood.dataset.folder.TRACE_VERSION", 2)
        export(tmp_path, some(), summary())
    with pytest.raises(DatasetError, match=r"newer pytest-ood \(trace version 2\); upgrade"):
        export(tmp_path, some(run_id="run-2"), summary())


# Rows that are not right.


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"outcome": "maybe"}, "row 1: outcome: 'maybe' is not one of"),
        ({"params": "length=6"}, "row 1: params: 'length=6' does not match"),
        ({"run_id": "../../evil"}, "run_id"),
        ({"cost_usd": float("nan")}, "row 1: cost_usd"),
        ({"seed": 2**63}, "row 1: seed"),
        ({"response": "\udc80"}, "a text is no Unicode"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["", "after a good one"])
def test_every_row_is_checked(tmp_path: Path, fields: dict[str, Any], why: str, first: bool) -> None:
    """A row that breaks the schema is named with its field, and nothing is written."""
    good, bad = trace(0), dataclasses.replace(trace(1), **fields)
    with pytest.raises(DatasetError, match=why.replace("row 1", "row 0") if first else why):
        export(tmp_path, [bad] if first else [good, bad], summary())
    assert contents(tmp_path) == {}


def test_a_summary_that_breaks_its_schema_is_refused(tmp_path: Path) -> None:
    """The contract of the summary is checked before it is written."""
    with pytest.raises(DatasetError, match=r"cells\[0\].verdict: 'fine' is not one of"):
        export(tmp_path, some(), summary(verdict="fine"))
    assert contents(tmp_path) == {}


# Hostile text.


def test_hostile_text_is_kept_in_the_rows_and_tamed_in_the_card(tmp_path: Path) -> None:
    """To the letter in Parquet; in the card no control character, and nothing outside a code fence or a code span."""
    hostile = dict.fromkeys(("probe", "task", "family", "strategy", "model", "lure", "answer_given"), HOSTILE)
    messages = [{"role": "user", "content": HOSTILE}]
    one = trace(1, outcome="wrong", **hostile, answer_expected=HOSTILE, response=HOSTILE, messages=messages)
    cell = dict.fromkeys(("id", "probe", "task", "family", "model", "strategy", "reason"), HOSTILE)
    export(tmp_path / "out", [one], summary(**cell, params={HOSTILE: HOSTILE}))
    (row,) = rows(tmp_path / "out", "failures")
    assert dataclasses.asdict(one) == row
    card = (tmp_path / "out" / "README.md").read_text()
    assert not re.search(r"[^\n\x20-\x7e]", card)
    _, front, body = card.split("---\n", 2)
    assert yaml.safe_load(front)["license"] == "cc0-1.0"
    bare = outside_code(body)
    for bad in ("script", "click", "127.0.0.1", "Not a title", "<", "![x"):
        assert bad not in bare
    table = [line for line in bare.splitlines() if line.startswith("|")]
    assert {9, 7} == {line.count("|") - 1 for line in table}
    assert len(json.loads(run_python(LOAD, tmp_path / "out"))[3]) == 1


def outside_code(markdown: str) -> str:
    """What is left of Markdown without its fences and spans, as CommonMark finds them."""
    left, fence = [], ""
    for line in markdown.splitlines():
        ticks = re.match("`{3,}", line)
        if fence:
            fence = "" if line.strip("`") == "" and len(line) >= len(fence) else fence
        elif ticks:
            fence = ticks.group()
        else:
            left.append(re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(left)


@pytest.mark.parametrize("text", ["", " ", "`", "``", "a`b``c", "`a", "a`", "|", "x" * 500, "\n", "a\nb"])
def test_spans_and_blocks_hold_any_text(text: str) -> None:
    """Backticks, pipes, nothing at all: a span stays a span on one line, a block a block."""
    span, block = card._inline(text), card._block(text)
    assert outside_code(f"<{span}>\n{block}") == "<>"
    assert "\n" not in span
    assert "|" not in span
    assert len(span) < 150


def test_a_huge_answer_is_kept_and_cut_in_the_card(tmp_path: Path) -> None:
    """Ten million characters go into the row; the card stays short."""
    huge = "0123456789" * 1_000_000
    one = trace(1, outcome="wrong", response=huge, answer_given=huge)
    export(tmp_path, [one, *(dataclasses.replace(one, id=trace_id([n])) for n in range(3))], summary())
    assert [huge] * 4 == [row["response"] for row in rows(tmp_path, "traces")]
    assert "(9,998,000 more characters.)" in (tmp_path / "README.md").read_text()
    assert (tmp_path / "README.md").stat().st_size < 10_000


# The card.


def test_the_card_says_what_a_stranger_needs(tmp_path: Path) -> None:
    """Configs, verdicts with their numbers, the commonest lure with its example, seeds, versions, models, dates."""
    export(tmp_path, some(), summary())
    card = (tmp_path / "README.md").read_text()
    front = yaml.safe_load(card.split("---\n", 2)[1])
    assert [(c["config_name"], c.get("default")) for c in front["configs"]] == [("failures", True), ("traces", None)]
    assert front["size_categories"] == "n<1K"
    for said in (
        "4 wrong answers (config\n`failures`) among 10 questions",
        '| brittle | `test_spelling` | `{"length":6}` | `{"length":3}` | `gpt-4o` | `direct` | 1.00 [',
        "], n=20 | 0.00 [0.00, ",
        "4 wrong answers by the shortcut `copied`",
        "```text\nSpell 0 backward.\n```",
        '| `gpt-4o` | `{"temperature":0}` | 7 | `0.1.0` | 10 | 2025-06-15 | 2025-06-15 |',
        CANARY,
        "CC0 1.0",
    ):
        assert said in card


def test_many_cells_and_lures_do_not_swell_the_card(tmp_path: Path) -> None:
    """Of thousands of cells and lures the card shows the first, and says that there are more."""
    many = summary()
    many["cells"] = [{**many["cells"][0], "probe": f"test_{number}"} for number in range(500)]
    traces = [trace(n, outcome="wrong", lure=f"lure {n}", task=f"toys.task{n}") for n in range(100)]
    export(tmp_path, traces, many)
    card = (tmp_path / "README.md").read_text()
    assert card.count("| brittle |") == 200
    assert "300 more are under `runs/`." in card
    assert "92 more tasks" in card
    assert card.count("by the shortcut") == 8


def test_an_arm_that_was_not_asked_or_not_scored_says_so(tmp_path: Path) -> None:
    """No number is made up where there is none."""
    unread = Arm(Sampling())
    for _ in range(6):
        unread.add(ScoredDraw("unparsed"))
    cell = {"control": unread.row(), "shift": Arm(Sampling()).row(), "gap": None, "gap_low": None, "gap_high": None}
    export(tmp_path, [], summary(**cell, verdict="undecided"))
    assert "| unknown [0.00, 1.00], n=6, 6 unscored | not asked |" in (tmp_path / "README.md").read_text()


def test_the_loading_snippets_run(tmp_path: Path) -> None:
    """What the card tells people to type works as it stands, in the folder."""
    export(tmp_path / "out", some(), summary())
    loading, pandas, _ = snippets(tmp_path / "out")
    assert run_python(loading + "print(len(failures), len(traces))", tmp_path / "out") == "4 10\n"
    assert run_python(pandas + "print(len(failures))", tmp_path / "out") == "4\n"


def test_the_drawing_snippet_runs(tmp_path: Path) -> None:
    """A published case of a bundled task is drawn again from its row, and its digest proves it."""
    task = families.find("symbols.shift_cipher")
    assert task is not None
    prompt = task.draw({"shift": 12}, 7, 1).prompt
    one = dataclasses.replace(trace(1), task=task.name, prompt_sha256=digest(prompt), params=canonical({"shift": 12}))
    export(tmp_path / "out", [one], summary())
    *_, drawing = snippets(tmp_path / "out")
    root = str(Path(__file__).parents[2])
    assert run_python(drawing + "print(case.prompt)", tmp_path / "out", root) == f"{prompt}\n"


READERS = """
import duckdb, pandas, polars

(counted,) = duckdb.sql("SELECT count(DISTINCT id), min(outcome) FROM 'data/failures/*.parquet'").fetchall()
assert counted == (4, "wrong"), counted
assert polars.read_parquet("data/failures/*.parquet")["lure"].to_list() == ["copied"] * 4
assert pandas.read_parquet("data/failures")["messages"].str.len().tolist() == [2] * 4
print("read")
"""


def test_other_programs_read_the_files(tmp_path: Path) -> None:
    """DuckDB, polars and pandas, each straight from the Parquet."""
    export(tmp_path, some(), summary())
    assert run_python(READERS, tmp_path) == "read\n"
