"""The headers of the pages of a Parquet file, which say how large each page is once it is unpacked.

A reader trusts them: it sets so much memory aside. They are in the compact protocol of Thrift:
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from pytest_ood.errors import OodError

# Statistics may make a header long.
_USUAL_HEADER, _LONGEST_HEADER = 2**9, 2**16
_DEEPEST = 8
# Types of the compact protocol.
_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(13)
# Fields of a page's header.
_UNPACKED, _PACKED = 2, 3


class NotParquet(OodError):
    """The bytes are not a page's header."""


def unpacked_sizes(file: BinaryIO, chunk: Any, end: int) -> Iterator[int]:
    """Yield the unpacked size of each page of a column chunk, in bytes.

    Args:
        file: the Parquet file.
        chunk: the chunk's metadata.
        end: the size of the file.

    Raises:
        NotParquet: a page is not where it should be, or has no size.
    """
    starts = [chunk.data_page_offset, chunk.dictionary_page_offset or chunk.data_page_offset]
    place, stop = min(starts), min(starts) + chunk.total_compressed_size
    if place < 0 or stop > end:
        raise NotParquet("they lie outside the file")
    while place < stop:
        fields, length = _header(file, place, stop)
        unpacked, packed = fields.get(_UNPACKED, -1), fields.get(_PACKED, -1)
        if unpacked < 0 or packed < 0:
            raise NotParquet("one has no size")
        yield unpacked
        place += length + packed
    if place != stop:
        raise NotParquet("they end in the middle of one")


def _header(file: BinaryIO, place: int, stop: int) -> tuple[dict[int, int], int]:
    """Read the header of a page: its numbers, and its length in bytes."""
    for most in (_USUAL_HEADER, _LONGEST_HEADER):
        file.seek(place)
        reader = _Reader(file.read(min(most, stop - place)))
        try:
            return reader.numbers(), reader.place
        except NotParquet:
            if most == _LONGEST_HEADER or most >= stop - place:
                raise
    raise AssertionError("unreachable")


class _Reader:
    """Reads a struct of the compact protocol.

    Attributes:
        place: how many bytes were read.
    """

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    @property
    def place(self) -> int:
        return self._data.tell()

    def numbers(self) -> dict[int, int]:
        """Return the whole numbers in a struct by the ids of their fields."""
        found: dict[int, int] = {}
        for field, kind in self._fields():
            if kind in (_I16, _I32, _I64):
                found[field] = self._zigzag()
            else:
                self._skip(kind, 0)
        return found

    def _fields(self) -> Iterator[tuple[int, int]]:
        field = 0
        while (head := self._byte()) != _STOP:
            # The id is that of the field before and a difference, or follows in full.
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            yield field, head & 15

    def _skip(self, kind: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise NotParquet("a header is too deep")
        if kind in (_I16, _I32, _I64):
            self._zigzag()
        elif kind in (_BYTE, _DOUBLE, _BINARY):
            self._pass({_BYTE: 1, _DOUBLE: 8}.get(kind) or self._varint())
        elif kind in (_LIST, _SET):
            head = self._byte()
            for _ in range(head >> 4 if head >> 4 < 15 else self._varint()):
                self._skip(_BYTE if head & 15 in (_TRUE, _FALSE) else head & 15, depth + 1)
        elif kind == _STRUCT:
            for _, inner in self._fields():
                self._skip(inner, depth + 1)
        elif kind not in (_TRUE, _FALSE):
            raise NotParquet("a header has a field of an unknown type")

    def _pass(self, count: int) -> None:
        if len(self._data.read(count)) != count:
            raise NotParquet("a header is cut off")

    def _byte(self) -> int:
        data = self._data.read(1)
        if not data:
            raise NotParquet("a header is cut off")
        return data[0]

    def _varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise NotParquet("a number is too long")

    def _zigzag(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
