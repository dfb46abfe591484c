"""Rows as Arrow tables and Parquet files."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import VERSION_KEY, described, scan
from pytest_ood.evidence.trace import FIELDS, TRACE_VERSION

Row = Literal["trace", "case"]
# What a person looks for in a viewer of tables comes first; the other fields follow in their order.
_FIRST = (
    "question",
    "answer_expected",
    "answer_given",
    "outcome",
    "lure",
    "arm",
    "task",
    "params",
    "model",
    "response",
)
#: The columns of a file of traces, in their order.
COLUMNS = (*_FIRST, *(name for name in FIELDS if name not in _FIRST))


def is_current(path: Path) -> bool:
    """Return whether a file of traces has exactly the columns of the current version, in their order."""
    version, names, _ = described(path)
    return version == TRACE_VERSION and names == list(COLUMNS)


def unknown_columns(path: Path) -> list[str]:
    """Return the columns of a file of traces that the current version does not know."""
    _, names, _ = described(path)
    return [name for name in names if name not in FIELDS]


def arrow_schema(row: Row = "trace") -> Any:
    """Return the columns of the Parquet files: the fields of the row's JSON Schema, those first that people read."""
    import pyarrow

    def kind(spec: Mapping[str, Any]) -> Any:
        (name,) = {spec["type"]} if isinstance(spec["type"], str) else set(spec["type"]) - {"null"}
        if name == "array":
            return pyarrow.list_(kind(spec["items"]))
        if name == "object":
            return pyarrow.struct([(inner, kind(value)) for inner, value in spec["properties"].items()])
        plain = {
            "string": pyarrow.string,
            "integer": pyarrow.int64,
            "number": pyarrow.float64,
            "boolean": pyarrow.bool_,
        }
        return plain[name]()

    fields = schema.load(row)["properties"]
    columns = [(name, kind(fields[name])) for name in (COLUMNS if row == "trace" else fields)]
    return pyarrow.schema(columns, {VERSION_KEY: str(TRACE_VERSION)})


def writer(path: Path, row: Row = "trace") -> Any:
    """Open a Parquet file of the dataset to write tables to."""
    from pyarrow import parquet

    return parquet.ParquetWriter(
        path,
        arrow_schema(row),
        compression="zstd",
        # Publishing a dataset that has grown then uploads only what is new.
        use_content_defined_chunking=True,
        write_page_index=True,
    )


def table(columns: Mapping[str, Sequence[Any]], row: Row = "trace") -> Any:
    """Return an Arrow table of rows, each checked against its schema.

    Raises:
        SchemaError: a row breaks it.
    """
    schema.check_columns(columns, row)
    return unchecked(columns, row)


def unchecked(columns: Mapping[str, Sequence[Any]], row: Row = "trace") -> Any:
    """Return an Arrow table of rows that are known to follow their schema."""
    import pyarrow

    arrow = arrow_schema(row)
    return pyarrow.table([_array(field.type, columns[field.name]) for field in arrow], schema=arrow)


def _array(kind: Any, values: Sequence[Any]) -> Any:
    import pyarrow

    if not pyarrow.types.is_list(kind):
        return pyarrow.array(values, kind)
    # Taking the turns apart here is about ten times as fast as letting Arrow look into every dict.
    ends = pyarrow.array(itertools.accumulate(map(len, values), initial=0), pyarrow.int32())
    turns = list(itertools.chain.from_iterable(values))
    names = [inner.name for inner in kind.value_type]
    parts = [_array(kind.value_type.field(name).type, [turn[name] for turn in turns]) for name in names]
    return pyarrow.ListArray.from_arrays(ends, pyarrow.StructArray.from_arrays(parts, names=names), type=kind)


def copy_rows(source: Path, target: Path, is_wanted: Callable[[str], bool] | None = None) -> None:
    """Write the traces whose id is wanted, or all of them, to another file in the form of the current version."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with writer(target) as copied:
        for batch in scan(source, FIELDS):
            rows = [row for row, name in enumerate(batch["id"]) if is_wanted is None or is_wanted(name)]
            if rows:
                copied.write_table(table({name: [values[row] for row in rows] for name, values in batch.items()}))
