"""Lay out one failing pair in a few lines: both questions, both answers, and what is right."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_ood.asking.failing_pair import FailingPair, Twin, marks, paired_rows
from pytest_ood.text.columns import fitted
from pytest_ood.text.words import one_line

# The width of the column with the labels.
GUTTER = 10
_CUT = " ..."


class Block(NamedTuple):
    """Lines under one label, in the order in which they give way if there is no room.

    Attributes:
        lines: the lines, each with its rank: those of the highest rank give way first.
        fewest: how many of them have to be shown.
    """

    label: str
    lines: Sequence[tuple[int, str]]
    fewest: int = 1


def pair_lines(pair: FailingPair, verdict: str, width: int, room: int) -> Iterator[str]:
    """Show a pair in at most `room` lines of `width` columns, or in as few as possible.

    Args:
        pair: the pair.
        verdict: the verdict of its cell.
        width: the width of the terminal.
        room: how many lines there may be.
    """
    yield fitted(_title(pair, verdict), width).rstrip()
    blocks = list(_blocks(pair, width - GUTTER))
    rooms = share([len(block.lines) for block in blocks], [block.fewest for block in blocks], room - 1)
    for block, lines in zip(blocks, rooms, strict=True):
        for number, text in enumerate(_shortened(block, lines, width - GUTTER)):
            yield f"{block.label if number == 0 else '':{GUTTER}}{text}".rstrip()


def share(wanted: Sequence[int], fewest: Sequence[int], room: int) -> list[int]:
    """Share lines out among blocks: first what each needs, then one line at a time to each that wants more.

    Args:
        wanted: how many lines each block has.
        fewest: how many it needs.
        room: how many there are for all.
    """
    shares = [min(pair) for pair in zip(wanted, fewest, strict=True)]
    left = room - sum(shares)
    while left > 0 and shares != list(wanted):
        for place, most in enumerate(wanted):
            if left > 0 and shares[place] < most:
                shares[place] += 1
                left -= 1
    return shares


def _title(pair: FailingPair, verdict: str) -> str:
    """Return ``brittle at size=2 (control: size=1), draw 0: wrong (copied)``."""
    twin, where = pair.failing, ""
    if twin is pair.control:
        where = " (the control)"
    elif pair.control is not None:
        where = f" (control: {pair.control.params})"
    lure = f" ({one_line(twin.lure)})" if twin.lure else ""
    at = f" at {twin.params}" if twin.params else ""
    return f"{verdict}{at}{where}, draw {twin.draw}: {twin.outcome}{lure}"


def _blocks(pair: FailingPair, width: int) -> Iterator[Block]:
    questions = {twin.arm: _wrapped(twin.question, width) for twin in pair.twins}
    for twin in pair.twins:
        others = {line for arm, lines in questions.items() if arm != twin.arm for line in lines}
        # The lines that make the difference stay longest.
        yield Block(twin.arm, [(int(line in others), line) for line in questions[twin.arm]])
        yield from _answer_blocks(twin, twin is pair.failing, width)


def _answer_blocks(twin: Twin, is_failing: bool, width: int) -> Iterator[Block]:
    label = "answered" if twin.is_read else "response"
    rows = _chunks(paired_rows(twin.answer, twin.right), width) if twin.is_read else []
    if is_failing and rows:
        first = next(place for place, (row, expected) in enumerate(rows) if row != expected)
        # The first row that differs stays longest, then what comes after it.
        ranks = [0 if place == first else 1 if place > first else 2 for place in range(len(rows))]
        answer = [
            (rank, line)
            for rank, (row, expected) in zip(ranks, rows, strict=True)
            for line in ([row, marks(row, expected)] if row != expected else [row])
        ]
        yield Block(label, answer, 2)
        yield Block("right", [(rank, expected) for rank, (_, expected) in zip(ranks, rows, strict=True)])
        return
    answer = [(0, line) for line in _wrapped(twin.answer, width)] or [(0, "(empty)")]
    yield Block(label, answer)
    if is_failing:
        right = [(0, line) for line in _wrapped(twin.right, width)] or [(0, "(empty)")]
        yield Block("right" if twin.is_unique else "one right", right)


def _wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text that are not blank, each broken to the width."""
    return [part for line in text.split("\n") if line.strip() for part in textwrap.wrap(line, width)]


def _chunks(rows: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """Break rows and the expected ones at the same columns."""
    return [
        (row[start : start + width], expected[start : start + width])
        for row, expected in rows
        for start in range(0, max(len(row), 1), width)
    ]


def _shortened(block: Block, room: int, width: int) -> Iterator[str]:
    """Yield as many lines as there is room for, in their order; dots follow a line after which some are left out."""
    by_rank = sorted(range(len(block.lines)), key=lambda place: (block.lines[place][0], place))
    chosen = sorted(by_rank[:room])
    for place, following in zip(chosen, [*chosen[1:], len(block.lines)], strict=True):
        text = block.lines[place][1]
        yield text if following == place + 1 else text[: width - len(_CUT)] + _CUT
