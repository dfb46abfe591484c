"""What changed from one run to another, as lines for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_ood.report.changes import BROKEN, FIXED, Change, changes, comparisons, is_worse
from pytest_ood.report.comparison_sentences import comparison_sentence
from pytest_ood.report.source import Source
from pytest_ood.report.terminal.lines import Line, Span, Style
from pytest_ood.text.columns import aligned, wrapped
from pytest_ood.text.words import counted, short_line

_STYLES: dict[str, Style] = {FIXED: "good", BROKEN: "bad", "": ""}
_HEADINGS = ("cell", "verdict", "fixed", "broken", "of", "evidence")
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class Comparison:
    """The later run against the earlier one.

    Attributes:
        sentences: whether the later run is shown to be better or worse, for each condition.
        changes: the cells in which something changed, what is shown first, each with its probe and a label.
        is_worse: whether the later run is shown to be worse in anything.
    """

    sentences: Sequence[str]
    changes: Sequence[tuple[str, str, Change]]
    is_worse: bool

    @classmethod
    def of(cls, before: Source, after: Source) -> "Comparison":
        """Compare two runs on the draws that both were asked."""
        names = short_line(before.name), short_line(after.name)
        earlier, later = before.cells(), after.cells()
        compared = list(comparisons(names, earlier, later))
        labels = dict(_labels(after))
        changed = changes(earlier, later)
        return cls(
            [comparison_sentence(row) for row in compared]
            or [f"{names[0]} and {names[1]} have no draws in common, or different seeds."],
            [(*labels[change.place], change) for change in changed],
            any(map(is_worse, compared)) or any(change.shown == BROKEN for change in changed),
        )

    def lines(self, width: int, shows_all: bool = False) -> Iterator[Line]:
        """Yield the sentences and a table of the changes.

        Args:
            width: the width of the terminal.
            shows_all: whether cells in which nothing is shown are listed as well.
        """
        for sentence in self.sentences:
            yield from (Line.of(text, "heading") for text in wrapped(sentence, width))
        listed = [one for one in self.changes if shows_all or one[2].shown]
        rest = len(self.changes) - len(listed)
        if listed:
            yield Line()
            yield from _table(listed, width)
            yield Line()
            explained = "fixed: draws of the shift that were wrong before and are right now; broken: the other way"
            yield from (Line.of(text, "label") for text in wrapped(f"{explained} round", width))
        shown = [sum(change.shown == kind for *_, change in self.changes) for kind in (BROKEN, FIXED)]
        told = f"{counted(shown[0], 'cell')} {BROKEN}, {shown[1]} {FIXED}"
        more = f"; {rest:,} changed without enough evidence (--all lists them)" if rest else ""
        yield from map(Line.of, wrapped(told + more, width))


def _labels(source: Source) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the probe and a label of each cell, by its number."""
    for found in source.blocks():
        block = found.block
        for place, label in zip(found.places, block.labels, strict=True):
            named = f"{block.parameter}={label}" if block.parameter else label
            probe = block.probe.rpartition("::")[2] or block.probe
            told = short_line(", ".join(filter(None, [named, block.label])), _LONGEST_LABEL)
            yield place, (short_line(probe), told)


def _table(listed: Sequence[tuple[str, str, Change]], width: int) -> Iterator[Line]:
    kind = max(len(BROKEN), len(FIXED)) + 2
    rows = [_row(label, change) for _, label, change in listed]
    header, *texts = aligned([_HEADINGS, *rows], width - kind, numbers=4)
    yield Line.of(" " * kind + header, "label")
    of_probes: dict[str, list[Line]] = {}
    for (probe, _, change), text in zip(listed, texts, strict=True):
        spans = Span(f"{change.shown:{kind}}", _STYLES[change.shown]), Span(text)
        of_probes.setdefault(probe, []).append(Line(spans))
    for probe, lines in of_probes.items():
        yield Line.of(probe[:width], "heading")
        yield from lines


def _row(label: str, change: Change) -> list[str]:
    verdict = change.after if change.before == change.after else f"{change.before} > {change.after}"
    evidence = change.odds.removesuffix(" to 1").replace("more than ", ">").replace("less than ", "<")
    return [label, verdict, *map(str, (change.fixed, change.broken, change.pairs)), f"{evidence} : 1"]
