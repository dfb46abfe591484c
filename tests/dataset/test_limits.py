"""Datasets that somebody else has made: what is not a file is not read, and what is too large is not unpacked."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.cli import main
from pytest_ood.dataset import limits, tables
from pytest_ood.dataset.columns import as_list, batches
from pytest_ood.dataset.folder import DatasetError, opened, parquet_files, scan
from pytest_ood.dataset.pages import NotParquet, unpacked_sizes
from pytest_ood.dataset.read import load_failures
from pytest_ood.dataset.summaries import summaries
from pytest_ood.dataset.validate import faults
from pytest_ood.evidence.trace import FIELDS
from tests.dataset.making import export, rows, some, summary

MIB = 2**20
posix = pytest.mark.skipif(os.name != "posix", reason="there are no such files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small dataset."""
    export(tmp_path / "out", some(), summary())
    return tmp_path / "out"


def traces_of(folder: Path) -> Path:
    """Its file of traces."""
    (path,) = parquet_files(folder, "traces")
    return path


def bomb(path: Path, count: int, length: int, **options: Any) -> None:
    """Replace a file of traces by one with so many answers of so many characters, all alike."""
    (first,) = parquet.read_table(path).slice(0, 1).to_pylist()
    table = pyarrow.Table.from_pylist(
        [{**first, "id": f"{n:032x}", "draw": n, "response": "x" * length} for n in range(count)],
        schema=tables.arrow_schema(),
    )
    parquet.write_table(table, path, compression="zstd", **options)


# Files.


@posix
@pytest.mark.parametrize("name", ["data/traces/run-1.parquet", "runs/run-1.json", "README.md"])
@pytest.mark.parametrize("target", ["fifo", "/dev/zero", "/etc/hostname", "nowhere", "outside"])
def test_only_regular_files_of_the_folder_are_read(folder: Path, name: str, target: str) -> None:
    """Nothing hangs, and nothing is read that lies elsewhere: it is a fault, and an error where it is needed."""
    file = folder / name
    if target == "fifo":
        file.unlink()
        os.mkfifo(file)
    else:
        outside = folder.parent / "outside"
        shutil.move(file, outside)
        file.symlink_to({"outside": outside}.get(target, Path(target)))
    (fault, *_) = faults(folder)
    # A card that is no file is none.
    wanted = "not a pytest-ood dataset|not a regular file|link out of the folder|cannot be read"
    assert re.search(wanted, fault.what)
    read = summaries if name.startswith("runs") else lambda where: list(load_failures(where, config="traces"))
    with pytest.raises(DatasetError, match=wanted):
        read(folder)


@posix
def test_links_within_the_folder_are_followed(folder: Path) -> None:
    """As in the cache of the Hub, where they lead to blobs beside the snapshots of the same dataset."""
    cache = folder.parent / "datasets--org--name"
    snapshot = cache / "snapshots" / "abc"
    (cache / "blobs").mkdir(parents=True)
    for number, path in enumerate(path for path in folder.rglob("*") if path.is_file()):
        blob, link = cache / "blobs" / str(number), snapshot / path.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, blob)
        link.symlink_to(os.path.relpath(blob, link.parent))
    assert list(faults(snapshot)) == []
    shutil.rmtree(cache / "blobs")
    with pytest.raises(DatasetError):
        parquet_files(snapshot, "traces")


# Sizes.


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_small_file_that_unpacks_to_gigabytes(folder: Path, dictionary: bool) -> None:
    """Plain it is refused before anything is unpacked; as a dictionary it is read, a bounded part at a time."""
    path = traces_of(folder)
    bomb(path, 33, 8 * MIB, use_dictionary=dictionary)
    assert path.stat().st_size < 200_000
    if not dictionary:
        with pytest.raises(DatasetError, match=r"row group of 26\d MiB unpacked, more than 256; .*--limits N"):
            list(scan(path, ["draw"]))
        with limits.raised(2):
            assert [draw for batch in scan(path, ["draw"]) for draw in batch["draw"]] == list(range(33))
    sizes = []
    with limits.raised(2):
        for batch in scan(path, FIELDS):
            sizes.append(sum(map(len, batch["response"])))
            assert len(set(map(id, batch["response"]))) <= 8
    assert sum(sizes) == 33 * 8 * MIB
    assert max(sizes) <= 64 * MIB


def test_a_footer_that_lies_is_found_out(folder: Path) -> None:
    """The pages say themselves how large they are, and a reader would believe them."""
    path = traces_of(folder)
    bomb(path, 33, 8 * MIB, use_dictionary=False)
    metadata = parquet.read_metadata(path)
    group = metadata.row_group(0)
    names = [group.column(number).path_in_schema for number in range(group.num_columns)]
    chunk = group.column(names.index("response"))
    with path.open("rb") as file:
        pages = list(unpacked_sizes(file, chunk, path.stat().st_size))
    assert sum(pages) >= 33 * 8 * MIB

    class Honest:
        """The metadata of the file, except for the sizes of its chunks."""

        num_rows = metadata.num_rows
        num_row_groups = 1

        def row_group(self, number: int) -> Any:
            return Small(metadata.row_group(number))

    class Small:
        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            return 100 if name == "total_uncompressed_size" else getattr(self._real, name)

        def column(self, number: int) -> Any:
            return Small(self._real.column(number))

    with pytest.raises(limits.LimitError, match="MiB unpacked"):
        limits.check_parquet(path, Honest())


def test_pages_are_where_the_footer_says_or_the_file_is_refused(folder: Path) -> None:
    """Whatever byte of a file is changed: it is read as ever, or refused in words, and nothing else happens."""
    path = traces_of(folder)
    content = path.read_bytes()
    refused = 0
    for number in range(120):
        changed = bytearray(content)
        changed[(number * 7919) % len(content)] ^= 1 << number % 8
        path.write_bytes(changed)
        try:
            list(scan(path, FIELDS))
        except DatasetError:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize(
    "data", [b"", b"\x15", b"\x00", b"\x15\x00" * 40, b"\x1c" * 300, b"\x18\xff\xff\xff\x7f", b"\xff" * 64]
)
def test_what_is_no_header_is_refused(tmp_path: Path, data: bytes) -> None:
    """Cut off, without sizes, too deep, or of no known type."""
    path = tmp_path / "file"
    path.write_bytes(data)

    class Chunk:
        data_page_offset = 0
        dictionary_page_offset = None
        total_compressed_size = max(1, len(data))

    with path.open("rb") as file, pytest.raises(NotParquet):
        list(unpacked_sizes(file, Chunk(), max(1, len(data))))


def test_too_many_rows_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file can say that it has very many at hardly any cost."""
    monkeypatch.setattr(limits, "_CURRENT", limits.ContextVar("small", default=limits.Limits(rows=9)))
    with pytest.raises(DatasetError, match=r"10 rows, more than 9"):
        list(scan(traces_of(folder), ["id"]))


def test_a_summary_that_is_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is known before."""
    monkeypatch.setattr(limits, "_CURRENT", limits.ContextVar("small", default=limits.Limits(json_bytes=20_000)))
    file = folder / "runs" / "run-1.json"
    file.write_text(file.read_text() + " " * 30_000)
    (fault, *_) = faults(folder)
    assert (fault.file, "MiB, more than" in fault.what) == ("runs/run-1.json", True)


# Reading.


def test_columns_are_read_as_pyarrow_reads_them(folder: Path) -> None:
    """Nested or not, with nulls and without, whole or sliced."""
    path = traces_of(folder)
    with opened(path) as file:
        (ours,) = batches(file, FIELDS)
    assert ours == parquet.read_table(path).to_pydict()
    assert rows(folder, "traces")
    nested = pyarrow.array([[{"a": "x", "b": None}], [], None, [{"a": "y", "b": 1}, None]])
    for array in (nested, nested.slice(1), nested.slice(3), pyarrow.array([None, "a", "a"]).dictionary_encode()):
        assert as_list(array) == array.to_pylist()


@posix
def test_the_option_raises_the_limits(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever has a large dataset and trusts it."""
    for config in ("traces", "failures"):
        bomb(parquet_files(folder, config)[0], 33, 8 * MIB, use_dictionary=False)
    assert main(["validate", str(folder)]) == 1
    assert "--limits" in capsys.readouterr().out
    main(["validate", "--limits", "4", str(folder)])
    assert "--limits" not in capsys.readouterr().out


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing says how much memory a process had")
def test_a_hostile_dataset_takes_little_memory(folder: Path) -> None:
    """Measured in a process of its own, since this one has made the file."""
    bomb(traces_of(folder), 50, 8 * MIB)
    code = (
        "import pathlib, re, sys; from pytest_ood.cli import main; main(['validate', sys.argv[1]])\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)], env=environment, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout.splitlines()[-1]) / 1024 < 350
