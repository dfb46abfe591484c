"""A task of rows is a value: equal, hashable, and pickled as the file of its rows and their digest."""

import copy
import hashlib
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import pairs_task
from pytest_ood.errors import TaskError
from pytest_ood.rows import RowsError, RowsTask
from pytest_ood.rows.task import Pair
from tests.rows.row_tasks import ROWS, sums

COLUMNS = {"control": "plain", "shift": "noop", "answer": "answer"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def same(one: RowsTask, other: RowsTask) -> bool:
    """Whether all draws of both arms are the same, and judged alike."""
    for draw in range(len(ROWS)):
        for params in ({}, {"question": "control"}):
            mine, theirs = (task.draw(params, 3, draw) for task in (one, other))
            facts = [(case.prompt, case.answer, case.lures, case.chance, case.unique) for case in (mine, theirs)]
            checks = [case.check(given) for case in (mine, theirs) for given in ("1", "77", "x")]
            if facts[0] != facts[1] or checks[:3] != checks[3:]:
                return False
    return True


def test_it_comes_back_whole(here: Path) -> None:
    """With all that it declares; nothing of it lies in the pickle but where its rows are."""
    pickled = pickle.dumps(sums)
    back = pickle.loads(pickled)
    assert back == sums
    assert hash(back) == hash(sums)
    assert same(back, sums)
    for name in ("name", "version", "family", "control", "declared", "cases", "license", "source", "place", "digest"):
        assert getattr(back, name) == getattr(sums, name), name
    assert (back.signature, back.__module__) == (sums.signature, "tests.rows.row_tasks")
    assert b"What is" not in pickled
    file = here / ".ood" / "rows" / f"{sums.digest}.jsonl"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sums.digest
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "*" in (here / ".ood" / ".gitignore").read_text().splitlines()


def test_another_process_draws_the_same_cases(here: Path) -> None:
    """With other hashes of texts, and from another directory."""
    (here / "task.pickle").write_bytes(pickle.dumps(sums))
    (here / "there").mkdir()
    code = (
        "import pickle, sys; task = pickle.load(open('../task.pickle', 'rb'))\n"
        "print([task.draw({}, 3, draw).prompt for draw in range(task.cases)] == eval(sys.argv[1]))"
    )
    expected = repr([sums.draw({}, 3, draw).prompt for draw in range(len(ROWS))])
    done = subprocess.run(
        [sys.executable, "-c", code, expected],
        cwd=here / "there",
        env=os.environ | {"PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "True\n", done.stderr


def test_what_is_equal_is_made_of_the_same_rows() -> None:
    """And declared in the same place; another name, answer or licence makes another task."""
    tasks = [pairs_task(rows, name=name, license=license, **COLUMNS) for rows, name, license in (
        (ROWS, "a", None), (list(ROWS), "a", None), (ROWS, "b", None), (ROWS, "a", "MIT"), (ROWS[1:], "a", None)
    )]  # fmt: skip
    assert [task == tasks[0] for task in tasks] == [True, True, False, False, False]
    assert len({tasks[0], tasks[1]}) == 1
    assert tasks[0] != "a"


def test_a_copy_is_the_task_itself(here: Path) -> None:
    """It is never written for that."""
    assert copy.copy(sums) is copy.deepcopy([sums])[0] is sums
    assert not (here / ".ood").exists()


def test_many_may_write_it_at_once(here: Path) -> None:
    """Nobody reads half a file, nothing else is left."""
    with ThreadPoolExecutor(8) as pool:
        backs = list(pool.map(lambda _: pickle.loads(pickle.dumps(sums)), range(40)))
    assert set(backs) == {sums}
    assert len(list((here / ".ood" / "rows").iterdir())) == 1


def test_rows_are_written_once(here: Path) -> None:
    """And a .gitignore of the user's own stays what it is."""
    (here / ".ood").mkdir()
    (here / ".ood" / ".gitignore").touch()
    pickle.dumps(sums)
    (file,) = (here / ".ood" / "rows").iterdir()
    before = file.stat()
    pickle.dumps(sums)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert (here / ".ood" / ".gitignore").read_text() == ""


def test_other_rows_in_the_file_are_noticed(here: Path) -> None:
    """By their digest."""
    pickled = pickle.dumps(sums)
    (file,) = (here / ".ood" / "rows").iterdir()
    file.write_text(file.read_text().replace("dog", "cat"))
    with pytest.raises(RowsError) as caught:
        pickle.loads(pickled)
    assert caught.value.source == str(file)
    assert "delete the file" in caught.value.faults[0].fix


def test_a_file_that_is_gone_is_named(here: Path) -> None:
    """And whose rows it had."""
    pickled = pickle.dumps(sums)
    (file,) = (here / ".ood" / "rows").iterdir()
    file.unlink()
    with pytest.raises(RowsError, match=r"row_tasks\.sums cannot be read \(No such file") as caught:
        pickle.loads(pickled)
    assert caught.value.source == str(file)


def test_where_nothing_can_be_written_it_says_so(here: Path) -> None:
    """Here a file stands where the folder should."""
    (here / ".ood").write_text("not a folder")
    with pytest.raises(RowsError, match=r"row_tasks\.sums cannot be stored there") as caught:
        pickle.dumps(sums)
    assert "run where .ood/ is writable" in caught.value.faults[0].fix


def test_a_verifier_without_an_address_stays_here() -> None:
    """A lambda cannot be sent; the task can be asked all the same."""
    task = pairs_task(ROWS, name="a", verify=lambda given, row: given == str(row["answer"]), **COLUMNS)
    assert task.draw({}, 0, 0).check(task.draw({}, 0, 0).answer).correct
    with pytest.raises(TaskError, match=r"verify=.* cannot be sent to another process") as caught:
        pickle.dumps(task)
    assert (caught.value.task, caught.value.fix) == ("a", "define it with def at the top level of a module")


def test_functions_as_columns_need_no_address() -> None:
    """What they gave is what is kept."""
    task = pairs_task(
        ROWS,
        name="a",
        control=lambda row: row["plain"],
        shift=lambda row: row["noop"],
        answer=lambda row: row["answer"],
    )
    assert same(pickle.loads(pickle.dumps(task)), task)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3))
PAIRS = st.builds(
    Pair,
    control=TEXTS,
    shift=TEXTS,
    answers=st.tuples(TEXTS, TEXTS),
    lures=st.dictionaries(TEXTS, TEXTS, max_size=3),
    info=st.dictionaries(TEXTS, JSON, max_size=3),
    row=st.none() | st.dictionaries(TEXTS, JSON, max_size=3),
)


@given(PAIRS)
def test_a_pair_comes_back_from_its_line(pair: Pair) -> None:
    """One line, whatever is in it; its lures keep their order."""
    line = pair.line()
    assert "\n" not in line
    assert Pair.from_line(line) == pair
    assert list(Pair.from_line(line).lures) == list(pair.lures)
