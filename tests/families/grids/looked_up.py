"""Word squares, checked again by looking up every row and column in the file of words."""

import re
from collections.abc import Mapping, Sequence

from tests.families.raw_data import DATA

# A row and a column, counted from 0.
Cell = tuple[int, int]


def read_word_lists() -> tuple[list[str], list[str]]:
    """Return the common and the further words, read line by line."""
    sections: dict[str, list[str]] = {"common": [], "further": [], "frequent": []}
    section = None
    for line in (DATA / "data" / "words.txt").read_text("utf-8").splitlines():
        if line.removeprefix("# ") in sections:
            section = line.removeprefix("# ")
        elif section is not None:
            sections[section].append(line)
    return sections["common"], sections["further"]


COMMON, FURTHER = read_word_lists()
KNOWN = {*COMMON, *FURTHER}


def lines_of(rows: Sequence[str]) -> list[str]:
    """Return the rows and columns of a grid, the columns letter by letter."""
    return [*rows, *("".join([row[place] for row in rows]) for place in range(len(rows[0])))]


def is_right(text: str, size: int, fixed: Mapping[Cell, str]) -> bool:
    """Return whether rows and columns are known words, all different, with the fixed letters."""
    rows = text.split("\n")
    if len(rows) != size or any(len(row) != size for row in rows):
        return False
    lines = lines_of(rows)
    known = all(line in KNOWN for line in lines)
    return known and len(set(lines)) == 2 * size and all(rows[r][c] == letter for (r, c), letter in fixed.items())


def grid_asked_for(prompt: str) -> tuple[int, dict[Cell, str]]:
    """Return the size of the grid and its fixed letters, from the words of a prompt of either task."""
    size_stated = re.search(r"(\d) by \1 letters", prompt)
    assert size_stated is not None
    size = int(size_stated[1])
    assert f"an English word of {size} letters" in prompt.replace("a common", "an")
    assert f"The {2 * size} words must all be different" in prompt
    if stated := re.search(r"The first (row|column) of the grid must be this word: ([a-z]+)\n", prompt):
        places = [(0, i) if stated[1] == "row" else (i, 0) for i in range(size)]
        return size, dict(zip(places, stated[2], strict=True))
    grid_shown = re.search(r"The grid is:\n([a-z_\n]+)\n\n", prompt)
    assert grid_shown is not None
    rows = grid_shown[1].split("\n")
    assert [size] * size == [len(row) for row in rows]
    letters = {(r, c): letter for r, row in enumerate(rows) for c, letter in enumerate(row)}
    return size, {place: letter for place, letter in letters.items() if letter != "_"}
