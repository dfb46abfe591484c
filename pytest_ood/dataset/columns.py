"""Columns of a Parquet file as lists, a bounded number of bytes at a time.

A long text that is stored once may occur in every row, so texts are read as Arrow's dictionaries, and a batch that
would be too large is divided.
"""

from collections.abc import Iterator, Sequence
from typing import Any

_SCAN_ROWS = 8192
_SCAN_BYTES = 64 * 2**20


def stored_once(schema: Any) -> list[str]:
    """Return the paths of the columns of text in a Parquet schema, to be read as dictionaries."""
    columns = [schema.column(number) for number in range(len(schema))]
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def batches(file: Any, names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """Yield some columns of an open Parquet file, batch by batch, as they were written."""
    # A batch holds rows of one row group: a group of huge answers has few rows.
    for group in range(file.num_row_groups):
        for batch in file.iter_batches(_SCAN_ROWS, row_groups=[group], columns=list(names)):
            for piece in _pieces(batch):
                yield {name: as_list(piece[name]) for name in names}


def _pieces(batch: Any) -> Iterator[Any]:
    if batch.num_rows > 1 and sum(map(_size, batch.columns)) > _SCAN_BYTES:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half))
        yield from _pieces(batch.slice(half))
    else:
        yield batch


def _size(array: Any) -> int:
    """Return the size of an array in bytes, with every text as often as it occurs."""
    from pyarrow import compute, types

    if types.is_dictionary(array.type):
        lengths = compute.binary_length(array.dictionary).take(array.indices)
        return compute.sum(lengths).as_py() or 0
    if types.is_list(array.type):
        return _size(array.flatten())
    if types.is_struct(array.type):
        return sum(map(_size, array.flatten()))
    return int(array.nbytes)


def as_list(array: Any) -> list[Any]:
    """Return the values of an array; equal texts are one object."""
    from pyarrow import types

    if types.is_dictionary(array.type):
        texts = array.dictionary.to_pylist()
        return [None if place is None else texts[place] for place in array.indices.to_pylist()]
    if types.is_struct(array.type) and not array.null_count:
        names = [field.name for field in array.type]
        return [dict(zip(names, values, strict=True)) for values in zip(*map(as_list, array.flatten()), strict=True)]
    if types.is_list(array.type) and not array.null_count:
        inner, ends = as_list(array.flatten()), array.value_lengths().to_pylist()
        return list(_divided(inner, ends))
    return array.to_pylist()  # type: ignore[no-any-return]


def _divided(values: list[Any], lengths: Sequence[int]) -> Iterator[list[Any]]:
    start = 0
    for length in lengths:
        yield values[start : start + length]
        start += length
