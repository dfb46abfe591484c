"""A folder of batches belongs to one run, and one process uses it at a time."""

import json
from pathlib import Path

import pytest

from pytest_ood.asking.batching import in_use, run_of
from pytest_ood.asking.store import Store, StoreError


def test_one_process_at_a_time(tmp_path: Path) -> None:
    """The other one is told so, and may go on afterwards, also after a failure."""
    folder = tmp_path / "a" / "batch"
    with (
        in_use(folder, "run-1"),
        pytest.raises(StoreError, match="another run uses this folder"),
        in_use(folder, "run-1"),
    ):
        pass
    with pytest.raises(OSError, match="of the run"), in_use(folder, "run-1"):
        raise OSError("of the run")
    with in_use(folder, "run-1"):
        pass


def test_the_first_run_keeps_the_folder(tmp_path: Path) -> None:
    """Whoever comes later goes on with it."""
    with Store(tmp_path / "store.db") as store:
        assert run_of(tmp_path / "batch", store) is None
        for run in ("run-1", "run-2"):
            with in_use(tmp_path / "batch", run):
                pass
            assert run_of(tmp_path / "batch", store) == "run-1"


@pytest.mark.parametrize("said", [[], {}, {"run_id": 3}, {"run_id": ""}, {"run_id": "../run"}, {"run_id": "x" * 65}])
def test_a_file_of_something_else(tmp_path: Path, said: object) -> None:
    """A name that no run has is not taken for one."""
    (tmp_path / "run.json").write_text(json.dumps(said))
    with Store(tmp_path / "store.db") as store, pytest.raises(StoreError, match="which run the folder belongs to"):
        run_of(tmp_path, store)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Its name is that of a file."""
    (tmp_path / "batch").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"), in_use(tmp_path / "batch", "run-1"):
        pass
