"""What a store knows of batches: a question waits in one file, whatever dies in the middle."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.asking.batches.records import Batches, Waiting, run_in
from pytest_ood.asking.store import Store
from pytest_ood.models.request import Answer

RUN, FILE = "run-1", "1-m.jsonl"
MESSAGES: Any = [{"role": "user", "content": "What is 2 + 2?"}]


def question(key: str, file: str = FILE, most_usd: float | None = 1.0, attempts: int = 1) -> Waiting:
    """A question in a file."""
    return Waiting(key, "m", {"temperature": 0}, MESSAGES, ("seed",), True, most_usd, attempts, file)


def written(store: Store, *keys: str) -> Batches:
    """A published file with these questions."""
    batches = Batches(store, RUN, "batch")
    batches.add(1, [question(key) for key in keys])
    batches.publish()
    return batches


def test_a_question_comes_back_as_it_was(tmp_path: Path) -> None:
    """All of it; of another run it is not known."""
    with Store(tmp_path / "store.db") as store:
        batches = written(store, "a", "b")
        assert batches.find(["b", "nobody"]) == {"b": question("b")}
        assert Batches(store, "run-2", "batch").find(["a"]) == {}
        (file,) = batches.files()
        assert (file.file, file.model, file.wave, file.state) == (FILE, "m", 1, "written")
        assert (file.questions, file.left, file.most_usd) == (2, 2, 2.0)
        assert (batches.committed(), batches.last_wave()) == (2.0, 1)


def test_its_answer_ends_the_wait(tmp_path: Path) -> None:
    """Both at once; what was reserved is free, what it cost is charged."""
    with Store(tmp_path / "store.db") as store:
        batches = written(store, "a", "b")
        store.save([(question("a"), Answer("4", run_id=RUN), 0.25)])
        assert batches.find(["a", "b"]).keys() == {"b"}
        assert batches.files()[0].left == 1
        assert batches.committed() == 1.25


def test_an_answer_of_another_run_does_not(tmp_path: Path) -> None:
    """It may have been asked at the same time, and the batch is paid for."""
    with Store(tmp_path / "store.db") as store:
        batches = written(store, "a")
        store.save([(question("a"), Answer("4", run_id="run-2"), 0.25)])
        assert batches.find(["a"]).keys() == {"a"}


def test_a_process_that_died_before_its_files_were_there(tmp_path: Path) -> None:
    """Nothing of it waits, and what was to be written once more still is."""
    with Store(tmp_path / "store.db") as store:
        batches = written(store, "a", "b", "c")
        batches.again([("a", True), ("b", False)])
        again = batches.find(["a", "b"])
        assert {key: (one.file, one.attempts) for key, one in again.items()} == {"a": (None, 1), "b": (None, 0)}
        more = [replace(one, file="2-m.jsonl", attempts=one.attempts + 1) for one in again.values()]
        batches.add(2, [*more, question("d", "2-m.jsonl")])
        later = Batches(store, RUN, "batch")
        assert [one.file for one in later.files()] == [FILE]
        left = later.find("abcd")
        assert (left["a"].file, left["a"].attempts, left["c"].file) == (None, 1, FILE)
        assert "d" not in left


def test_a_file_that_gets_no_more_answers(tmp_path: Path) -> None:
    """Its questions are written once more, which does not count as an attempt."""
    with Store(tmp_path / "store.db") as store:
        batches = written(store, "a", "b")
        store.save([(question("a"), Answer("4", run_id=RUN), 0.0)])
        batches.over(FILE)
        assert batches.find("ab") == {"b": replace(question("b"), file=None, attempts=0)}
        assert (batches.files()[0].state, batches.files()[0].left, batches.committed()) == ("over", 0, 0.0)


def test_a_folder_is_known_by_its_batches(tmp_path: Path) -> None:
    """As long as a provider has one; the latest run goes first."""
    with Store(tmp_path / "store.db") as store:
        for run in ("run-1", "run-2"):
            batches = Batches(store, run, "batch")
            batches.add(1, [question("a")])
            batches.publish()
            assert run_in(store, "batch") == ("run-1" if run == "run-2" else None)
            batches.uploaded(FILE, "file-1")
            batches.sent(FILE, "batch-1")
        assert run_in(store, "batch") == "run-2"
        assert run_in(store, "other") is None
        (file,) = batches.files()
        assert (file.state, file.input_file, file.handle) == ("sent", "file-1", "batch-1")
        batches.over(FILE)
        assert run_in(store, "batch") == "run-1"


@pytest.mark.parametrize("most_usd", [None, 2.0])
def test_a_cost_that_is_unknown(tmp_path: Path, most_usd: float | None) -> None:
    """One is enough for the cost of the file to be unknown."""
    with Store(tmp_path / "store.db") as store:
        batches = Batches(store, RUN, "batch")
        batches.add(1, [question("a"), question("b", most_usd=most_usd)])
        batches.publish()
        assert batches.files()[0].most_usd == (None if most_usd is None else 3.0)
