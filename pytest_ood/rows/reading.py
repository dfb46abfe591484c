"""Where rows come from: an iterable, a JSONL, CSV or Parquet file, or a dataset on the Hugging Face Hub."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from pytest_ood.rows.faults import RowFault, RowsError
from pytest_ood.text.printable import clipped

Row = Mapping[str, Any]
# The place of a row in its source, and the row.
Placed = tuple[str, Row]
RowSource = Iterable[Row] | str | os.PathLike[str]

HUB = "hub:"
HUB_FORM = "hub:ORG/NAME[@REVISION][:CONFIG][/SPLIT]"
_HUB = re.compile(
    r"hub:(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w.-]+))?(?::(?P<config>[\w.+-]+))?(?:/(?P<split>[\w.\[\]:%+-]+))?"
)
_LONGEST_CAUSE = 300


def describe(rows: RowSource) -> str:
    """Name a source of rows, for error messages."""
    return os.fspath(rows) if isinstance(rows, str | os.PathLike) else "rows"


def read_rows(rows: RowSource, folder: Path) -> Iterator[Placed]:
    """Read rows one by one, each with its place in the source.

    Args:
        rows: A path, a Hub dataset as ``hub:ORG/NAME[@REVISION][:CONFIG][/SPLIT]``, or an iterable of mappings from
            columns to values.
        folder: Where a relative path is looked up first, before the current directory.

    Raises:
        RowsError: The source cannot be read, or holds something that is not a row.
    """
    source = describe(rows)
    if not isinstance(rows, str | os.PathLike):
        yield from _of_iterable(rows)
    elif source.startswith(HUB):
        yield from _numbered(source, _load_from_hub(source))
    else:
        yield from _of_file(source, folder)


# In memory.


def _of_iterable(rows: Any) -> Iterator[Placed]:
    source = describe(rows)
    if isinstance(rows, Mapping):
        what = f"a mapping ({', '.join(map(str, list(rows)[:5]))}) instead of a sequence of rows"
        raise RowsError(
            source, RowFault(what, "pass one split of a DatasetDict, as in rows['test'], or a list of dicts")
        )
    try:
        iterator = iter(rows)
    except TypeError as error:
        fault = RowFault(f"{rows!r} is not iterable", "pass a list of dicts, a path or a Hub dataset")
        raise RowsError(source, fault) from error
    yield from _numbered(source, iterator)


def _numbered(source: str, rows: Iterable[Any]) -> Iterator[Placed]:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            what = f"{type(row).__name__} instead of a mapping from columns to values"
            fix = "pass dicts; the rows of a DataFrame are df.to_dict('records')"
            raise RowsError(source, RowFault(what, fix, f"row {number}"))
        yield f"row {number}", row


# Files.


def _of_file(source: str, folder: Path) -> Iterator[Placed]:
    path = _find(source, folder)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        fault = RowFault(f"the suffix {path.suffix!r} names no known format", f"choose from {', '.join(_READERS)}")
        raise RowsError(source, fault)
    try:
        yield from reader(source, path)
    except UnicodeDecodeError as error:
        raise RowsError(source, RowFault("not UTF-8", "save the file as UTF-8")) from error
    except OSError as error:
        fault = RowFault(f"cannot be read ({error.strerror or error})", "name a file that can be read")
        raise RowsError(source, fault) from error


def _find(source: str, folder: Path) -> Path:
    relative = Path(source).expanduser()
    for path in (folder / relative, relative):
        if path.is_file():
            return path
    folders = dict.fromkeys(str(path) for path in (folder.absolute(), Path.cwd()))
    where = "" if relative.is_absolute() else f" in {' or '.join(folders)}"
    hint = f", or write hub:{source} for a dataset on the Hub" if re.fullmatch(r"[\w.-]+/[\w.-]+", source) else ""
    raise RowsError(source, RowFault(f"no such file{where}", f"name a file that exists{hint}"))


def _jsonl(source: str, path: Path) -> Iterator[Placed]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
            except (ValueError, RecursionError) as error:
                why = str(error).partition(": line 1")[0]
                fault = RowFault(f"not JSON ({why})", "write one JSON object on each line", f"line {number}")
                raise RowsError(source, fault) from error
            if not isinstance(row, dict):
                what = f"JSON of type {type(row).__name__} instead of an object"
                raise RowsError(source, RowFault(what, "write one JSON object on each line", f"line {number}"))
            yield f"line {number}", row


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError(f"the key {_repeated(key for key, _ in pairs)!r} appears twice")
    return row


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def _repeated(names: Iterable[str]) -> str:
    return Counter(names).most_common(1)[0][0]


def _csv(source: str, path: Path) -> Iterator[Placed]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if not header:
                fix = "begin the file with a line that names the columns"
                raise RowsError(source, RowFault("the first line is empty", fix))
            _check_columns(source, header)
            line = reader.line_num
            for cells in reader:
                place, line = f"line {line + 1}", reader.line_num
                if cells and len(cells) != len(header):
                    what = f"{len(cells)} cells under {len(header)} columns"
                    fix = "quote cells that hold commas, quotes or line breaks"
                    raise RowsError(source, RowFault(what, fix, place))
                if cells:
                    yield place, dict(zip(header, cells, strict=True))
        except csv.Error as error:
            fix = "fix the quotes, or save the rows as JSONL"
            raise RowsError(source, RowFault(f"not CSV ({error})", fix, f"line {reader.line_num}")) from error


def _check_columns(source: str, names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise RowsError(source, RowFault(f"the column {_repeated(names)!r} appears twice", "rename one"))


def _parquet(source: str, path: Path) -> Iterator[Placed]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _check_columns(source, file.schema_arrow.names)
            yield from _numbered(source, (row for batch in file.iter_batches() for row in batch.to_pylist()))
    except pyarrow.ArrowException as error:
        fault = RowFault(f"not Parquet ({clipped(str(error), _LONGEST_CAUSE)})", "name a Parquet file")
        raise RowsError(source, fault) from error


_READERS: dict[str, Callable[[str, Path], Iterator[Placed]]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}


# The Hub.


def _load_from_hub(source: str) -> Iterable[Any]:
    match = _HUB.fullmatch(source)
    if match is None:
        raise RowsError(source, RowFault("not the name of a Hub dataset", f"write {HUB_FORM}"))
    parts = match.groupdict()
    import datasets

    try:
        rows = datasets.load_dataset(parts["name"], parts["config"], revision=parts["revision"], split=parts["split"])
    except Exception as error:  # of the network, the Hub or its files: many kinds, each with a message of its own
        why = f"cannot be loaded ({type(error).__name__}: {clipped(str(error), _LONGEST_CAUSE)})"
        fix = "check the name, the revision, the config, the split and your token"
        raise RowsError(source, RowFault(why, fix)) from error
    if not isinstance(rows, Mapping):
        return rows  # type: ignore[no-any-return]
    if len(rows) != 1:
        splits = ", ".join(map(str, rows))
        fix = f"add one of them, as in {source}/{next(iter(rows), 'test')}"
        raise RowsError(source, RowFault(f"has the splits {splits}", fix))
    return next(iter(rows.values()))
