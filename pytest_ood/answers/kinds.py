"""Read a number, a list of items or a grid, however it is written.

Each of these functions returns what was read, or None for a text that is not of its kind: no part of a text is read,
and nothing is guessed.
"""

import json
import re
from typing import Any, Literal, get_args

from pytest_ood.answers.dress import layers, peel
from pytest_ood.answers.tags import join, split

#: What an answer consists of. Only of "verbatim" answers every character counts: they are compared as they stand.
Kind = Literal["number", "items", "grid", "text", "verbatim"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Longer than any number, list or grid that a task asks for.
_LONGEST_NUMBER, _LONGEST = 1000, 50_000
_WHOLE = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+")
# The minus sign, and full-width digits and signs.
_PLAIN_SIGNS = {ord("\N{MINUS SIGN}"): "-", **{code + 0xFEE0: chr(code) for code in map(ord, "0123456789+-,.")}}
_PLAIN_WHOLE = re.compile("-?[1-9][0-9]*|0")

_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_COMMA, _COMMA_OR_BLANK = re.compile(r"[,;\n]"), re.compile(r"[,;\s]")
_LAST_AND = re.compile(r"(?<=\s)and\s+")
_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "`",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
}
# A line that separates the rows of a table, such as |---|:-:| or ---+---.
_RULE = re.compile("[-|+:= \t\N{BOX DRAWINGS LIGHT HORIZONTAL}-\N{BOX DRAWINGS DOUBLE VERTICAL AND HORIZONTAL}]{2,}")
_BETWEEN_CELLS = "|,;[]\N{BOX DRAWINGS LIGHT VERTICAL}"


def number(text: str) -> str | None:
    """Return a number in plain decimal digits: 23 for ``23``, ``23.0``, ``+23``, ``023`` or full-width digits.

    Thousands may be separated by commas, in threes, and a minus sign may be U+2212. A number that is not whole is
    returned as it stands.
    """
    plain = text.translate(_PLAIN_SIGNS) if len(text) <= _LONGEST_NUMBER else ""
    whole = _WHOLE.fullmatch(plain)
    if whole is None:
        return plain if _DECIMAL.fullmatch(plain) else None
    digits = whole[2].replace(",", "").lstrip("0") or "0"
    return f"-{digits}" if whole[1] == "-" and digits != "0" else digits


def items(text: str, like: str = "") -> list[str] | None:
    """Return the items of a list: separated by white space, commas, semicolons or "and", or a list in JSON.

    Args:
        text: the list.
        like: the list as it is expected. If there are commas in both, an item may have blanks.
    """
    if len(text) > _LONGEST or not (text := text.strip()):
        return None
    listed = _json(text)
    if isinstance(listed, list):
        return listed if listed and all(isinstance(item, str) for item in listed) else None
    # A bracket that is an item itself stands apart from the others.
    if _BRACKETS.get(text[0]) == text[-1] and _COMMA.search(text) and not _COMMA_OR_BLANK.search(text[1] + text[-2]):
        text = text[1:-1]
    between = _COMMA if _COMMA.search(like) and _COMMA.search(text) else _COMMA_OR_BLANK
    parts = [part.strip() for part in between.split(_LAST_AND.sub(",", text))]
    return [_unquoted(part) for part in parts if part] or None


def grid(text: str, like: str = "") -> list[list[str]] | None:
    """Return the rows of a grid, cell by cell.

    A row is a line; its cells may be separated by blanks, commas, semicolons or bars. Lines that separate rows are left
    out. A grid may also be JSON: a list of rows, each a list of cells or a string.

    Args:
        text: the grid.
        like: the grid as it is expected. A character that is one of its cells separates nothing, a single line is no
            grid if it has several, and a grid of digits has no letters.
    """
    if len(text) > _LONGEST:
        return None
    several = "\n" in like
    listed = _json(text.strip())
    if isinstance(listed, list):
        flat = all(isinstance(part, str) for part in listed)
        rows = [" ".join(_flat(listed))] if flat and not several else [" ".join(_flat([row])) for row in listed]
    else:
        is_rule = "-" not in like and "=" not in like
        lines = [line.strip() for line in text.splitlines()]
        rows = [line for line in lines if line and not (is_rule and _RULE.fullmatch(line))]
    between = re.compile(rf"[\s{re.escape(''.join(set(_BETWEEN_CELLS) - set(like)))}]+")
    cells = [[_unquoted(cell) for cell in between.split(row) if cell] for row in rows]
    cells = [row for row in cells if row]
    if not cells or (several and len(cells) == 1):
        return None
    only_digits = bool(like) and "".join(like.split()).isdigit()
    if only_digits and any(map(str.isalpha, "".join(map("".join, cells)))):
        return None
    return cells


def kind_of(answer: str) -> Kind:
    """Return the kind of an answer for which none is declared: a number in plain digits is one, the rest is text."""
    return "number" if len(answer) <= _LONGEST_NUMBER and _PLAIN_WHOLE.fullmatch(answer) else "text"


def flat(text: str) -> str:
    """Return a text as lures are compared: case, white space and a closing full stop do not count."""
    return " ".join(text.split()).rstrip(".").casefold()


def settled(text: str, kind: Kind, like: str) -> str | None:
    """Return an answer as a task itself would write it; None if it is not in the form asked.

    Args:
        text: the answer, without its dress.
        kind: what it consists of.
        like: the right answer, whose way of writing is followed.
    """
    if kind == "number":
        return number(text)
    if kind == "items":
        listed = items(text, like)
        return None if listed is None else (", " if "," in like else " ").join(listed)
    if kind == "grid":
        rows = grid(text, like)
        return None if rows is None else _written(rows, like)
    return text


def is_in_form(text: str, kind: Kind, like: str, dialogue: bool = False) -> bool:
    """Return whether an answer is of a kind, or the last answer of a dialogue, which decides."""
    *_, last = split(text) if dialogue else [text]
    return settled(peel(last), kind, like) is not None


def readings(text: str, kind: Kind, like: str, dialogue: bool = False) -> list[str]:
    """Return what an answer may be meant to be.

    That is the answer as it stands, then without one layer of its dress after the other, and then as the task itself
    would write it, if it is in the form asked. The answers of a dialogue are read together.
    """
    if kind == "verbatim":
        return [text]
    if dialogue:
        first, *_ = split(like)
        turns = [readings(turn, kind, first)[-1] for turn in split(text)]
        return list(dict.fromkeys([text, join(turns)]))
    *outer, plain = layers(text)
    written = settled(plain, kind, like)
    return [*outer, plain] if written in (None, plain) else [*outer, plain, written]


def _written(rows: list[list[str]], like: str) -> str:
    """Write a grid as the expected one: without anything between its cells, or with blanks."""
    if all(len(line.split()) <= 1 for line in like.split("\n")):
        return "\n".join(["".join(cells) for cells in rows])
    # Where every cell is one character, cells that are not set apart are told apart all the same.
    single = all(len(cell) == 1 for cell in like.split())
    return "\n".join([" ".join("".join(cells) if single else cells) for cells in rows])


def _unquoted(item: str) -> str:
    return item[1:-1] if len(item) > 2 and _QUOTES.get(item[0]) == item[-1] else item


def _json(text: str) -> Any:
    """Return a list from JSON, its numbers as they are written; None if it is anything else."""
    if not text.startswith("["):
        return None
    try:
        listed = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return listed if isinstance(listed, list) and listed and all(map(_is_row, listed)) else None


def _is_row(part: object) -> bool:
    return isinstance(part, str) or (isinstance(part, list) and all(isinstance(cell, str) for cell in part))


def _flat(parts: list[Any]) -> list[str]:
    return [cell for part in parts for cell in (part if isinstance(part, list) else [part])]
