"""Word squares, checked again by looking up every row and column in the file of words."""

import re
from collections.abc import Mapping, Sequence

from tests.families.raw_data import DATA

# Row and column.
Place = tuple[int, int]


def listed() -> tuple[list[str], list[str]]:
    """The common and the further words, read line by line."""
    sections: dict[str, list[str]] = {"common": [], "further": []}
    section = None
    for line in (DATA / "data" / "words.txt").read_text("utf-8").splitlines():
        if line in ("# common", "# further"):
            section = line[2:]
        elif section is not None:
            sections[section].append(line)
    return sections["common"], sections["further"]


COMMON, FURTHER = listed()
KNOWN = {*COMMON, *FURTHER}


def lines_of(rows: Sequence[str]) -> list[str]:
    """Rows and columns of a grid, the columns letter by letter."""
    return [*rows, *("".join([row[place] for row in rows]) for place in range(len(rows[0])))]


def is_right(text: str, size: int, fixed: Mapping[Place, str]) -> bool:
    """Whether rows and columns are known words, all different, with the fixed letters (by row and column)."""
    rows = text.split("\n")
    if len(rows) != size or any(len(row) != size for row in rows):
        return False
    lines = lines_of(rows)
    known = all(line in KNOWN for line in lines)
    return known and len(set(lines)) == 2 * size and all(rows[r][c] == letter for (r, c), letter in fixed.items())


def asked(prompt: str) -> tuple[int, dict[Place, str]]:
    """The size of the grid and its fixed letters, from the words of a prompt of either task."""
    square = re.search(r"(\d) by \1 letters", prompt)
    assert square is not None
    size = int(square[1])
    assert f"an English word of {size} letters" in prompt.replace("a common", "an")
    assert f"The {2 * size} words must all be different" in prompt
    if stated := re.search(r"The first (row|column) of the grid must be this word: ([a-z]+)\n", prompt):
        places = [(0, i) if stated[1] == "row" else (i, 0) for i in range(size)]
        return size, dict(zip(places, stated[2], strict=True))
    grid = re.search(r"The grid is:\n([a-z_\n]+)\n\n", prompt)
    assert grid is not None
    shown = grid[1].split("\n")
    assert [size] * size == [len(row) for row in shown]
    letters = {(r, c): letter for r, row in enumerate(shown) for c, letter in enumerate(row)}
    return size, {place: letter for place, letter in letters.items() if letter != "_"}
