"""The page: findings, matrix, figures and tables as plain values, for the template to write down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from pytest_ood.report.blocks import Block, condition_labels
from pytest_ood.report.changes import Change, changes, comparisons, matched_conditions
from pytest_ood.report.comparison_sentences import comparison_sentence, odds
from pytest_ood.report.figures.figure import Point, draw, published_lines, score
from pytest_ood.report.html.first_sentences import headline, remarks
from pytest_ood.report.html.packing import PackedCell, cell_key
from pytest_ood.report.html.replays import replay_headline, replay_row, replayed_cell
from pytest_ood.report.html.scale import ScaleFigure, scale_figures
from pytest_ood.report.sentences import WORDS, WORST_FIRST, gap_text, gaps_shown, word
from pytest_ood.report.source import Row, Source, SourceBlock, SourceCell
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import counted, short_line

#: So many findings are on the first screen; the others are one click away.
MOST_FINDINGS = 6


@dataclass(frozen=True)
class Square:
    """A cell as one letter of a strip, or as a row of the table of numbers."""

    label: str
    verdict: str
    word: str
    control: str
    shift: str
    gap: str
    pairs: str
    evidence: str
    link: str

    @property
    def letter(self) -> str:
        """The first letter of the verdict."""
        return self.verdict[0].upper()


@dataclass(frozen=True)
class Curve:
    """The cells of one probe under one condition: a figure, its sentences and its numbers."""

    anchor: str
    probe: str
    title: str
    family: str
    condition: str
    column: int
    verdict: str
    word: str
    parameter: str
    sentences: Sequence[str]
    gaps: str
    picture: Markup
    # With the other axis: the linear one if this is logarithmic.
    other_picture: Markup | None
    is_logarithmic: bool
    published: Sequence[str]
    squares: Sequence[Square]


@dataclass(frozen=True)
class ChangedCell:
    """What changed in a cell of a later run, and where the cell is shown."""

    change: Change
    curve: Curve
    square: Square


@dataclass(frozen=True)
class MatrixRow:
    """A probe, with its curves under each condition."""

    title: str
    probe: str
    columns: Sequence[Sequence[Curve]]


@dataclass(frozen=True)
class Page:
    """All that the template writes, but for the traces."""

    title: str
    headlines: Sequence[str]
    remarks: Sequence[str]
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    matrix: Sequence[tuple[str, Sequence[MatrixRow]]]
    curves: Sequence[Curve]
    changed: Sequence[ChangedCell]
    comparisons: Sequence[str]
    scales: Sequence[ScaleFigure]
    replays: Sequence[Mapping[str, str]]
    packed: Sequence[PackedCell] = field(repr=False)
    names: Mapping[str, Sequence[str]] = field(repr=False)
    # For each source the conditions that it is compared by, with those of the first.
    matched: Sequence[Mapping[str, str]] = field(repr=False)

    @property
    def findings(self) -> Sequence[Curve]:
        """The curves on which something is shown against the model, the worst first."""
        worse = [curve for curve in self.curves if curve.verdict in WORST_FIRST[:3]]
        return sorted(worse, key=lambda curve: WORST_FIRST.index(curve.verdict))

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The words of the verdicts that occur, the worst first."""
        there = {square.verdict for curve in self.curves for square in curve.squares}
        return {verdict: WORDS[verdict] for verdict in WORST_FIRST if verdict in there}


def page(sources: Sequence[Source]) -> Page:
    """Put a page together.

    Args:
        sources: one run, or several to be read side by side.
    """
    of_sources = [source.cells() for source in sources]
    columns, column_of = _columns(sources, of_sources)
    probes: dict[str, int] = {}
    packed: list[PackedCell] = []
    curves: list[Curve] = []
    # Where each cell of each source is shown.
    shown: dict[tuple[int, int], tuple[Curve, Square]] = {}
    for number, source in enumerate(sources):
        for block in source.blocks():
            column = column_of[number, canonical(_axes(block.members[0].row))]
            curve = _curve(f"curve-{len(curves) + 1}", block, column, columns[column], source.has_traces)
            curves.append(curve)
            squares = zip(block.places, curve.squares, strict=True)
            shown.update({(number, place): (curve, square) for place, square in squares})
            for member, square in zip(block.members, curve.squares, strict=True):
                entry = _entry(member, square, curve, probes.setdefault(member.row["probe"], len(probes)))
                packed.append(PackedCell(len(packed), cell_key(number, member.row), entry))
    conditions = list(columns)
    for number, source in enumerate(sources):
        for group in source.replayed():
            name = f"{short_line(group['model'])}, {short_line(group['strategy'])}"
            conditions += [name] * (name not in conditions)
            probe = probes.setdefault(group["probe"], len(probes))
            packed.append(replayed_cell(len(packed), number, group, probe, conditions.index(name)))
    rows_of = [[cell.row for cell in cells] for cells in of_sources]
    later = list(enumerate(of_sources))[1:]
    return Page(
        title=" \N{RIGHTWARDS ARROW} ".join(source.name for source in sources),
        headlines=[
            (f"{short_line(source.name)}: " if later else "") + text
            for source, rows in zip(sources, rows_of, strict=True)
            for text in _headlines(rows, source.replayed())
        ],
        remarks=[
            *([] if later else remarks(rows_of[0])),
            *(text for n, cells in later for text in _told(sources[0], sources[n], of_sources[0], cells)),
        ],
        facts=list(_facts(sources)),
        columns=columns,
        matrix=_matrix(curves, len(columns)),
        curves=curves,
        changed=[
            ChangedCell(change, *shown[number, change.place])
            for number, cells in later
            for change in changes(of_sources[0], cells)
        ],
        comparisons=_comparisons(sources),
        scales=[figure for source in sources for summary in source.summaries for figure in scale_figures(summary)],
        replays=[replay_row(group) for source in sources for group in source.replayed()],
        packed=packed,
        names={"probes": [short_line(probe) for probe in probes], "conditions": conditions},
        matched=[matched_conditions(rows_of[0], rows) for rows in rows_of[1:]],
    )


def _headlines(rows: Sequence[Row], replayed: Sequence[Row]) -> Iterator[str]:
    if replayed:
        yield replay_headline(replayed)
    if rows or not replayed:
        yield headline(rows)


def _told(first: Source, later: Source, before: Sequence[SourceCell], after: Sequence[SourceCell]) -> Iterator[str]:
    """Yield what is shown about a later run, or why nothing is; nothing about a replay."""
    if not before or not after:
        return
    compared = comparisons((short_line(first.name), short_line(later.name)), before, after)
    told = list(map(comparison_sentence, compared))
    yield from told or [f"{short_line(first.name)} and {short_line(later.name)} have no draws in common."]


def _axes(row: Row) -> Row:
    return {"condition": row["condition"], "model": row["model"], "strategy": row["strategy"]}


def _columns(
    sources: Sequence[Source], of_sources: Sequence[Sequence[SourceCell]]
) -> tuple[list[str], dict[tuple[int, str], int]]:
    """Return a label for each condition of each source, and the number of the column by source and condition."""
    rows = [(number, cell.row) for number, cells in enumerate(of_sources) for cell in cells]
    # The bar is no matter of the condition here.
    labels = condition_labels([{**row, "sampling": None, "condition": row["condition"] or {}} for _, row in rows])
    columns: list[str] = []
    places: dict[tuple[int, str], int] = {}
    for (number, row), label in zip(rows, labels, strict=True):
        key = number, canonical(_axes(row))
        if key not in places:
            places[key] = len(columns)
            own = short_line(label or row["model"])
            columns.append(f"{short_line(sources[number].name)}: {own}" if len(sources) > 1 else own)
    return columns, places


def _curve(anchor: str, found: SourceBlock, column: int, condition: str, has_traces: bool) -> Curve:
    block = found.block
    title = block.probe.rpartition("::")[2] or block.probe
    labels, parameter = list(map(short_line, block.labels)), short_line(block.parameter)
    links = [_link(block.probe, condition, label, parameter) if has_traces else "" for label in labels]
    points = [Point(*three) for three in zip(labels, block.cells, links, strict=True)]
    squares = [_square(point) for point in points]
    figure = draw(block, points, found.curve, found.bar)
    axis = figure.axis
    other = draw(block, points, found.curve, found.bar, not axis.is_logarithmic) if axis.can_be_logarithmic else None
    return Curve(
        anchor=anchor,
        probe=short_line(block.probe),
        title=short_line(title),
        family=short_line(block.family),
        condition=_named(condition, block.label),
        column=column,
        verdict=found.verdict,
        word=WORDS[found.verdict],
        parameter=parameter,
        sentences=[text for text in found.sentences if text],
        gaps=gaps_shown(block.cells),
        picture=figure.svg(),
        other_picture=None if other is None else other.svg(),
        is_logarithmic=axis.is_logarithmic,
        published=list(_published(block)),
        squares=squares,
    )


def _named(condition: str, label: str) -> str:
    """Return the condition, and what else tells the block from others of its probe."""
    parts = [part for part in label.split(", ") if "=" in part and part not in condition]
    return short_line(", ".join([condition, *parts]))


def _published(block: Block) -> Iterator[str]:
    for source, figures in published_lines(block).items():
        shown = (
            f"{short_line(block.labels[place])}: {one.shift:.2f}"
            + ("" if one.control is None else f" (control {one.control:.2f})")
            for place, one in figures
        )
        yield f"{source}: {', '.join(shown)}"


def _link(probe: str, condition: str, label: str, parameter: str) -> str:
    size = f"{parameter}={label}" if parameter else label
    return "#traces?" + urlencode({"probe": short_line(probe), "condition": condition, "size": size})


def _square(point: Point) -> Square:
    cell = point.cell
    gap = cell["gap"] or {}
    evidence = gap.get("evidence")
    return Square(
        label=point.label,
        verdict=cell["verdict"],
        word=word(cell),
        control=score(cell["control"]),
        shift=score(cell["shift"]),
        gap=gap_text(cell, " "),
        pairs="" if gap.get("pairs") is None else str(gap["pairs"]),
        evidence="" if evidence is None else odds(evidence).removesuffix(" to 1"),
        link=point.link,
    )


def _entry(member: SourceCell, square: Square, curve: Curve, probe: int) -> dict[str, Any]:
    return {
        "probe": probe,
        "condition": curve.column,
        "size": f"{curve.parameter}={square.label}" if curve.parameter else square.label,
        "verdict": square.verdict,
        "word": square.word,
        "arms": 1 if member.row["shift"] is None else 2,
        "curve": curve.anchor,
        "command": member.command,
    }


def _matrix(curves: Sequence[Curve], columns: int) -> list[tuple[str, list[MatrixRow]]]:
    """Return the rows of each family, in the order of the run."""
    rows: dict[tuple[str, str], list[list[Curve]]] = {}
    titles: dict[tuple[str, str], str] = {}
    for curve in curves:
        key = curve.family, curve.probe
        titles[key] = curve.title
        rows.setdefault(key, [[] for _ in range(columns)])[curve.column].append(curve)
    families: dict[str, list[MatrixRow]] = {}
    for (family, probe), found in rows.items():
        families.setdefault(family, []).append(MatrixRow(titles[family, probe], probe, found))
    return list(families.items())


def _facts(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    for source in sources:
        for summary in source.summaries:
            totals = summary["totals"]
            cost = "cost unknown" if totals["cost_usd"] is None else f"${totals['cost_usd']:.2f}"
            told = [
                *([short_line(summary["started_at"])] if summary["started_at"] else []),
                f"seed {summary['seed']}",
                f"bar {summary['bar']:g}",
                f"{counted(totals['calls'], 'call')}, {totals['from_store']:,} answers from the store",
                cost,
                f"pytest-ood {short_line(summary['pytest_ood_version'])}",
            ]
            yield (
                short_line(source.name if len(source.summaries) == 1 else summary["run_id"] or source.name),
                "; ".join(told),
            )


def _comparisons(sources: Sequence[Source]) -> list[str]:
    rows = [row for source in sources for summary in source.summaries for row in summary["comparisons"]]
    return list(dict.fromkeys(map(comparison_sentence, rows)))
