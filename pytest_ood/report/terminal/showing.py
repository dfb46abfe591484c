"""One pair of questions and answers as lines: the control twin beside its shift, part by part."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_ood import answers
from pytest_ood.evidence.trace import Trace
from pytest_ood.report.exchange import Exchange, params_text
from pytest_ood.report.terminal.lines import Line, Style, beside, columns, wrapped
from pytest_ood.report.terminal.marking import differences, marked
from pytest_ood.report.twins import Twins
from pytest_ood.text.printable import clipped, printable
from pytest_ood.text.words import counted, short_line

#: Narrower columns than this are put below each other.
_NARROWEST = 34
_BETWEEN = " | "
_STYLES: Mapping[str, Style] = {"correct": "good", "wrong": "bad"}
_NAMES = {"user": "question", "assistant": "answer"}
_FIRST_WRONG = "  <- first wrong step"
_LONGEST_PARAMS = 400


class Part(NamedTuple):
    """What stands under one label."""

    label: Line
    lines: Sequence[Line]

    @classmethod
    def of(cls, label: str, lines: Iterator[Line]) -> "Part":
        """Return a part with a plain label."""
        return cls(Line.of(f"-- {label}", "label"), list(lines))


def shown_pairs(pairs: Sequence[Twins], width: int, most: int, is_whole: bool = False) -> Iterator[Line]:
    """Show pairs one after the other.

    Args:
        pairs: the twins.
        width: the width of the terminal.
        most: at most so many are shown; how many there are is said.
        is_whole: see `pair_lines`.
    """
    for number, pair in enumerate(pairs[:most], start=1):
        if number > 1:
            yield from (Line(), Line.of("-" * width, "label"))
        yield from pair_lines(pair, width, f"[{number}/{len(pairs)}]", is_whole)
    if len(pairs) > most:
        yield from (Line(), Line.of(f"{counted(len(pairs) - most, 'more pair')}: -n shows more, filters show fewer"))


def pair_lines(pair: Twins, width: int, heading: str = "", is_whole: bool = False) -> Iterator[Line]:
    """Show a pair.

    Args:
        pair: the twins.
        width: the width of the terminal.
        heading: what the heading begins with, such as a number.
        is_whole: whether long texts, whole responses, thoughts and system messages are shown, too.
    """
    yield from _heading(pair, width, heading)
    width_beside = (width - len(_BETWEEN)) // 2
    fits = all(_fits(trace, width_beside) for trace in pair.both)
    is_beside = len(pair.both) > 1 and width_beside >= _NARROWEST and fits
    twins = [list(_Twin(trace, width_beside if is_beside else width, is_whole).parts()) for trace in pair.both]
    if is_beside:
        for part in itertools.zip_longest(*twins, fillvalue=Part(Line(), [])):
            left, right = ([one.label, *one.lines] for one in part)
            yield from beside(left, right, width_beside, _BETWEEN)
        return
    for number, parts in enumerate(twins):
        if number:
            yield Line()
        for label, lines in parts:
            yield from (label, *lines)


def _heading(pair: Twins, width: int, heading: str) -> Iterator[Line]:
    last = pair.last
    probe = short_line(last.probe.rpartition("::")[2] or last.probe)
    told = ", ".join(f"{trace.arm} {_outcome(trace)}" for trace in pair.both)
    text = f"{probe}, draw {last.draw}, {_asked_of(last)}: {told}"
    yield from wrapped(" ".join(filter(None, [heading, text])), width, "heading")
    yield Line.of(f"id {last.id}", "label")


def _asked_of(trace: Trace) -> str:
    strategy = "" if trace.strategy == "direct" else f", {short_line(trace.strategy)}"
    shots = f", {counted(trace.shots, 'shot')}" if trace.shots else ""
    return f"{short_line(trace.model)}{strategy}{shots}"


def _outcome(trace: Trace) -> str:
    return trace.outcome + (f" ({short_line(trace.lure)})" if trace.lure else "")


def _fits(trace: Trace, width: int) -> bool:
    """Whether rows of cells fit into a column: broken, they could not be read."""
    rows = trace.answer_expected.split("\n")
    return len(rows) == 1 or all(columns(printable(row)) <= width for row in rows)


class _Twin:
    """The parts of one trace in a column of its own."""

    def __init__(self, trace: Trace, width: int, is_whole: bool) -> None:
        self._trace, self._width, self._is_whole = trace, width, is_whole
        self._exchange = Exchange.of(trace)
        self._is_wrong = trace.outcome != "correct"

    def parts(self) -> Iterator[Part]:
        """Yield the parts in the order in which they are shown."""
        trace, exchange = self._trace, self._exchange
        params = clipped(params_text(trace.params), _LONGEST_PARAMS).replace("\n", " ")
        style = _STYLES.get(trace.outcome, "doubtful")
        first, *more = wrapped(f"{trace.arm.upper()} {params}: {_outcome(trace)}", self._width, style)
        yield Part(first, more)
        if exchange.is_dialogue:
            yield from self._dialogue()
        else:
            yield self._part("asked", exchange.turns[0][1])
            yield from self._answer()
        if self._is_whole:
            said = trace.answer_given if not exchange.is_dialogue else trace.response
            if said is not None and trace.response != said:
                yield self._part("whole response", trace.response)
            for label, text in (("thoughts", trace.reasoning), ("system message", exchange.system)):
                if text:
                    yield self._part(label, text)
        if exchange.detail and self._is_wrong:
            yield self._part("detail", json.dumps(exchange.detail, ensure_ascii=False))

    def _part(self, label: str, text: str) -> Part:
        return Part.of(label, wrapped(self._shown(text) or "(empty)", self._width))

    def _shown(self, text: str) -> str:
        return (printable(text) if self._is_whole else clipped(text)).strip("\n")

    def _answer(self) -> Iterator[Part]:
        trace, width = self._trace, self._width
        if trace.answer_given is None:
            yield self._part("response, without an answer to read", trace.response)
            yield self._part("expected", trace.answer_expected)
            return
        given, expected = self._shown(trace.answer_given), self._shown(trace.answer_expected)
        if not self._is_wrong or not trace.answer_unique:
            yield self._part("answered", given)
            if self._is_wrong:
                yield self._part("expected, one right answer of several", expected)
            return
        stretches = differences(given, expected)
        if stretches is not None:
            count = counted(sum(map(len, stretches)), "difference")
            yield Part.of(f"answered, {count}", marked(given, stretches, width, "mark"))
            due = differences(expected, given) or stretches
            yield Part.of("expected", marked(expected, due, width, "good", is_signed=False))
        else:
            yield Part.of("answered", self._steps(given.split("\n"), expected.split("\n")))
            yield self._part("expected", expected)

    def _steps(self, rows: Sequence[str], expected: Sequence[str]) -> Iterator[Line]:
        """The rows of an answer, with a mark at the first that is not as expected."""
        pairs = itertools.zip_longest(rows, expected)
        first = next((place for place, (row, due) in enumerate(pairs) if row != due), None)
        for place, row in enumerate(rows):
            is_marked = place == first and len(rows) > 1
            yield from wrapped(f"{row}{_FIRST_WRONG if is_marked else ''}", self._width, "mark" if is_marked else "")

    def _dialogue(self) -> Iterator[Part]:
        trace, exchange = self._trace, self._exchange
        given = answers.split(trace.answer_given or "")
        expected = answers.split(trace.answer_expected)
        is_compared = self._is_wrong and trace.answer_given is not None
        flagged = exchange.wrong_turn
        number = Counter[str]()
        for role, text in (*exchange.turns, ("assistant", trace.response)):
            number[role] += 1
            place = number[role]
            yield self._part(f"{_NAMES.get(role, short_line(role))} {place}", text)
            if role != "assistant" or not is_compared or place > min(len(given), len(expected)):
                continue
            if given[place - 1] == expected[place - 1]:
                continue
            # Where several answers are right, only the task knows which turn is wrong.
            if flagged is None and trace.answer_unique:
                flagged = place
            due = "expected here" if trace.answer_unique else "one right answer here"
            yield self._part(f"{'first wrong turn; ' if flagged == place else ''}{due}", expected[place - 1])
