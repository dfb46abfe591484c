"""The table of verdicts: a block for each probe, model and condition, with the sizes as columns."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_ood.plugin.layout import Line, Mark, Row
from pytest_ood.plugin.sparks import BLOCKS, spark
from pytest_ood.report.blocks import Block, blocks
from pytest_ood.report.sentences import WORDS, gap_text, gaps_shown, sentences, word
from pytest_ood.text.columns import NARROWEST, fitted, wrapped
from pytest_ood.text.words import counted, one_line, percent

COLORS = {"robust": "green", "brittle": "red", "degraded": "yellow", "incapable": "purple", "undecided": "cyan"}
_INDENT = _SPACE = "  "


class _Column(NamedTuple):
    """The texts of one column, from top to bottom, and how wide they are."""

    label: str
    control: str
    shift: str
    gap: str
    verdict: str
    width: int
    cell: Row


def verdict_table(rows: Sequence[Row], width: int, curves: Sequence[Row] = (), signs: str = BLOCKS) -> Iterator[Line]:
    """Show the cells, probe by probe.

    Sizes that do not fit side by side go on below in a further band of columns: none is ever cut off. Cells of a model
    that could not be asked anything are counted, not drawn.

    Args:
        rows: the cells of a summary.
        width: the width of the terminal.
        curves: the curves of the summary.
        signs: the characters of spark lines.
    """
    unasked = [row for row in rows if _is_unasked(row)]
    if len(unasked) > 1:
        rows = [row for row in rows if not _is_unasked(row)]
    if rows:
        yield from (Line(text) for text in wrapped(_legend(rows), width))
    told = {point["id"]: str(curve["sentence"]) for curve in curves for point in curve["points"] if curve["sentence"]}
    shown: tuple[str, str] | None = None
    for block in blocks(rows):
        probe = block.family, block.probe
        yield Line("")
        summed_up = gaps_shown(block.cells)
        if probe != shown:
            heading = one_line(" - ".join(probe))[:width]
            yield from _with_sum(heading, "" if block.label else summed_up, width)
            shown = probe
        if block.label:
            yield from _with_sum(fitted(_INDENT + block.label, width).rstrip(), summed_up, width)
        yield from _drawn(block, width, signs)
        for text in filter(None, sentences(block, told)):
            yield from _with_verdict(block, wrapped(text, width, _INDENT))
    if len(unasked) > 1:
        if rows:
            yield Line("")
        for model, count in Counter(str(row["model"]) for row in unasked).items():
            yield from (Line(text) for text in wrapped(f"{counted(count, 'cell')} of {model} not asked", width))


def _is_unasked(row: Row) -> bool:
    """Whether nothing was asked because the model cannot be; the end of the run says why."""
    arms = [arm for arm in (row["control"], row["shift"]) if arm is not None]
    return row.get("reason_code") == "provider" and not any(arm["n"] for arm in arms)


def _legend(rows: Sequence[Row]) -> str:
    levels = sorted({row["gap"]["alpha"] for row in rows if row["gap"] is not None and row["gap"]["alpha"]})
    bounds = f", each [bound] holds in {percent(1 - levels[-1])} of runs" if levels else ""
    return "right/asked" + (f"; gap: control less shift{bounds}" if levels else "")


def _with_sum(heading: str, summed_up: str, width: int) -> Iterator[Line]:
    """Put how many gaps are shown at the right of a heading, or below it if there is no room."""
    room = width - len(heading) - len(_SPACE)
    if not summed_up or len(summed_up) <= room:
        yield Line(f"{heading}{_SPACE}{summed_up:>{room}}".rstrip() if summed_up else heading)
    else:
        yield Line(heading)
        yield from (Line(text) for text in wrapped(summed_up, width, _INDENT))


def _with_verdict(block: Block, lines: Iterable[str]) -> Iterator[Line]:
    """Colour the verdict with which the sentence about cells of one verdict begins."""
    first = block.cells[0]
    begin = _INDENT + WORDS[first["verdict"]]
    for text in lines:
        is_verdict = block.shared_verdict and text.startswith(begin)
        yield Line(text, marks=(Mark(len(_INDENT), len(begin), COLORS[first["verdict"]]),) if is_verdict else ())


def _drawn(block: Block, width: int, signs: str) -> Iterator[Line]:
    """Draw the columns of a block, in as many bands as the width needs."""
    names = max(map(len, ("control", block.parameter)))
    # Name, spark line and columns are two spaces apart.
    room = width - len(_INDENT) - names - 2 * len(_SPACE)
    columns = [_column(label, cell, room - 1) for label, cell in zip(block.labels, block.cells, strict=True)]
    for band in _bands(columns, room):
        accuracies = [[_accuracy(one.cell[arm]) for one in band] for arm in ("control", "shift")]
        control, shift = (spark(of_arm, signs) for of_arm in accuracies)

        def line(name: str, sparks: str, texts: Iterable[str], band: Sequence[_Column] = band) -> str:
            cells = _SPACE.join(fitted(text, one.width) for text, one in zip(texts, band, strict=True))
            return f"{_INDENT}{name:{names}}{_SPACE}{sparks:{len(band)}}{_SPACE}{cells}".rstrip()

        # A probe without parameters has nothing to say here.
        if block.parameter or any(one.label for one in band):
            yield Line(line(block.parameter, "", (one.label for one in band)))
        yield Line(line("control", control, (one.control for one in band)))
        yield Line(line("shift", shift, (one.shift for one in band)))
        # The sentence under a single column says the rest.
        if len(columns) > 1:
            if any(cell["gap"] is not None for cell in block.cells):
                yield Line(line("gap", "", (one.gap for one in band)))
            if not block.shared_verdict:
                yield _verdicts(line("", "", (one.verdict for one in band)), band)


def _column(label: str, cell: Row, room: int) -> _Column:
    label = label if len(label) <= room else fitted(label, max(room, NARROWEST))
    texts = label, _score(cell["control"]), _score(cell["shift"]), gap_text(cell), word(cell)
    return _Column(*texts, max(map(len, texts)), cell)


def _bands(columns: Sequence[_Column], room: int) -> list[Sequence[_Column]]:
    """Split columns into the fewest bands that fit, of about the same number of columns."""

    def fits(band: Sequence[_Column]) -> bool:
        # A column takes its width, the space before the next, and its character of the spark line.
        return sum(one.width + len(_SPACE) + 1 for one in band) - len(_SPACE) <= room

    for size in range(len(columns), 0, -1):
        bands = [columns[first : first + size] for first in range(0, len(columns), size)]
        if all(map(fits, bands)):
            break
    else:
        return [[one] for one in columns]
    even = -(-len(columns) // len(bands))
    evenly = [columns[first : first + even] for first in range(0, len(columns), even)]
    return evenly if all(map(fits, evenly)) else bands


def _verdicts(text: str, band: Sequence[_Column]) -> Line:
    """Return the line of verdicts with each word in its colour."""
    marks = []
    place = text.index(band[0].verdict)
    for one in band:
        marks.append(Mark(place, place + len(one.verdict), COLORS[one.cell["verdict"]]))
        place += one.width + len(_SPACE)
    return Line(text, marks=tuple(marks))


def _score(arm: Row | None) -> str:
    """Return right/asked."""
    if arm is None:
        return "-"
    return f"{arm['correct']}/{arm['n']}" if arm["n"] else "not asked"


def _accuracy(arm: Row | None) -> float | None:
    """Return the unbiased estimate; before version 3 of the summary there is only the raw accuracy."""
    if arm is None:
        return None
    estimate: float | None = arm["accuracy"] if arm.get("estimate") is None else arm["estimate"]
    return estimate
