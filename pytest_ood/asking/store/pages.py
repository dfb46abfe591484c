"""The rows on the pages of an SQLite file, read without SQLite, which gives a table up where one page makes no sense.

What is not a row is left out, and what is a row by accident can be one of any kind: whoever reads rows here must be
able to tell. The format is that of https://www.sqlite.org/fileformat2.html.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Value = int | float | str | bytes | None

# The size of a page where the file does not say it.
_USUAL_SIZE = 4096
_LEAF = 0x0D
_WAL_HEADER, _FRAME_HEADER = 32, 24
# By their serial types: whole numbers of so many bytes.
_WHOLE = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}
_REAL = 7


class Pages:
    """The pages of a file, each as the write-ahead log beside it has it last; a context manager that closes both."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            OSError: it cannot be read.
        """
        self._file = path.open("rb")
        log = path.with_name(path.name + "-wal")
        self._log = log.open("rb") if log.exists() else None
        header = self._file.read(100).ljust(100, b"\0")
        size: int = struct.unpack(">H", header[16:18])[0]
        size = 65536 if size == 1 else size
        self.size = size if size >= 512 and size & (size - 1) == 0 else _USUAL_SIZE
        # What a page has for content.
        self._usable = self.size - header[20] if header[20] <= 32 else self.size
        self._in_log = dict(self._frames(self._log)) if self._log else {}
        self._count = max([path.stat().st_size // self.size, *self._in_log])
        self._free = set(self._freed(struct.unpack(">I", header[32:36])[0]))

    def __enter__(self) -> "Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._log:
            self._log.close()

    def rows(self) -> Iterator[list[Value]]:
        """Yield the rows of all tables, page by page; not those that were deleted, as far as that can be told."""
        for number in range(1, self._count + 1):
            if number not in self._free:
                yield from self._rows_on(number)

    def _page(self, number: int) -> bytes:
        """Return a page; pages are numbered from 1."""
        if number in self._in_log and self._log:
            self._log.seek(self._in_log[number])
            return self._log.read(self.size)
        self._file.seek((number - 1) * self.size)
        return self._file.read(self.size)

    def _frames(self, log: BinaryIO) -> Iterator[tuple[int, int]]:
        """Yield the number of each page in the log, and where it begins."""
        salts = log.read(_WAL_HEADER)[16:24]
        place = _WAL_HEADER
        while len(header := log.read(_FRAME_HEADER)) == _FRAME_HEADER:
            # What follows the frames of this log are those of an earlier one.
            if header[8:16] != salts:
                return
            yield struct.unpack(">I", header[:4])[0], place + _FRAME_HEADER
            place += _FRAME_HEADER + self.size
            log.seek(place)

    def _freed(self, trunk: int) -> Iterator[int]:
        """Yield the numbers of the pages that are not in use: a chain of lists."""
        seen = set[int]()
        while 0 < trunk <= self._count and trunk not in seen:
            seen.add(trunk)
            yield trunk
            page = self._page(trunk)
            trunk, count = struct.unpack(">II", page[:8])
            if count > self.size // 4 - 2:
                return
            yield from struct.unpack(f">{count}I", page[8 : 8 + 4 * count])

    def _rows_on(self, number: int) -> Iterator[list[Value]]:
        page = self._page(number)
        start = 100 if number == 1 else 0
        if len(page) < self.size or page[start] != _LEAF:
            return
        (count,) = struct.unpack(">H", page[start + 3 : start + 5])
        for index in range(min(count, self.size // 4)):
            pointer = start + 8 + 2 * index
            try:
                yield self._row(page, *struct.unpack(">H", page[pointer : pointer + 2]))
            except (IndexError, ValueError, struct.error):
                continue

    def _row(self, page: bytes, place: int) -> list[Value]:
        """Return the row that begins at this place of a page."""
        length, place = _varint(page, place)
        _, place = _varint(page, place)
        payload = self._payload(page, place, length)
        end, place = _varint(payload, 0)
        kinds = []
        while place < end:
            kind, place = _varint(payload, place)
            kinds.append(kind)
        values = []
        for kind in kinds:
            value, place = _value(payload, place, kind)
            values.append(value)
        return values

    def _payload(self, page: bytes, place: int, length: int) -> bytes:
        """Return the bytes of a row, most of which may lie on pages of their own.

        Raises:
            ValueError: they are not where they should be.
        """
        if length > self._count * self.size:
            raise ValueError("longer than the file")
        local = length
        if length > self._usable - 35:
            least = (self._usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (self._usable - 4)
            local = local if local <= self._usable - 35 else least
        parts = [page[place : place + local]]
        (following,) = struct.unpack(">I", page[place + local : place + local + 4]) if local < length else (0,)
        missing = length - local
        while missing > 0:
            if not 0 < following <= self._count:
                raise ValueError("the rest is missing")
            further = self._page(following)
            (following,) = struct.unpack(">I", further[:4])
            parts.append(further[4 : 4 + min(missing, self._usable - 4)])
            missing -= self._usable - 4
        return b"".join(parts)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at this place, and where it ends: seven bits a byte, the ninth byte has eight."""
    number = 0
    for index in range(8):
        byte = data[place + index]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + index + 1
    return number << 8 | data[place + 8], place + 9


def _value(data: bytes, place: int, kind: int) -> tuple[Value, int]:
    """Return the value of a kind that begins at this place, and where it ends.

    Raises:
        ValueError: there is no such kind, or it ends beyond the data.
    """
    size = _WHOLE[kind] if kind in _WHOLE else 8 if kind == _REAL else (kind - 12) // 2
    if kind in (10, 11) or place + size > len(data):
        raise ValueError("not a value")
    raw = data[place : place + size]
    value: Value
    if kind == 0:
        value = None
    elif kind in (8, 9):
        value = kind - 8
    elif kind in _WHOLE:
        value = int.from_bytes(raw, "big", signed=True)
    elif kind == _REAL:
        (value,) = struct.unpack(">d", raw)
    else:
        # As the store reads text: what is damaged is text that its digest does not match.
        value = raw.decode(errors="surrogateescape") if kind % 2 else raw
    return value, place + size
