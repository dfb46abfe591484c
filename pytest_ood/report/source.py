"""What a report is made from: runs, each with the rows of its cells, its curves and its traces."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.blocks import Block, blocks
from pytest_ood.report.commands import reconstructed
from pytest_ood.report.sentences import WORST_FIRST, sentences
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]


def no_traces() -> Iterable[Trace]:
    """Return the traces of a source that has only its summaries."""
    return ()


@dataclass(frozen=True)
class Source:
    """A run, or the runs of a dataset, as one side of a report.

    Attributes:
        name: what readers call it, such as the name of its file.
        summaries: the summaries of its runs, oldest first, migrated to the current version.
        traces: returns the traces; it may be called again.
        command: returns the command that asks a cell again, from its node id; by default it is put together from
            the summaries.
    """

    name: str
    summaries: Sequence[Row] = field(repr=False)
    traces: Callable[[], Iterable[Trace]] = field(default=no_traces, repr=False)
    command: Callable[[str], str] | None = field(default=None, repr=False)

    @property
    def has_traces(self) -> bool:
        """Whether there can be traces."""
        return self.traces is not no_traces

    def replayed(self) -> list[Row]:
        """Return the groups of published failures that were asked again."""
        return [group for summary in self.summaries for group in summary.get("replay", ())]

    def cells(self) -> list["SourceCell"]:
        """Return the cells in the order of the runs; one that several runs asked counts as in the last of them."""
        cells: dict[str, SourceCell] = {}
        for summary in self.summaries:
            command = self.command or reconstructed(summary)
            curves = dict(_curves(summary))
            for row in summary["cells"]:
                curve = curves.get((row["id"], canonical(row["condition"])))
                cells[_identity(row)] = SourceCell(row, curve, summary["bar"], summary["seed"], command(row["id"]))
        return list(cells.values())

    def blocks(self) -> Iterator["SourceBlock"]:
        """Yield the blocks of these cells, as they are shown side by side."""
        cells = self.cells()
        # Unlike a node id, its place names a cell also where several runs are read together.
        # Summaries of version 1 have no conditions.
        rows = [
            {**cell.row, "id": str(place), "condition": cell.row["condition"] or {}} for place, cell in enumerate(cells)
        ]
        told = {str(place): str(cell.curve["sentence"]) for place, cell in enumerate(cells) if cell.curve}
        for block in blocks(rows):
            places = [int(row["id"]) for row in block.cells]
            yield SourceBlock(block, places, [cells[place] for place in places], tuple(sentences(block, told)))


@dataclass(frozen=True)
class SourceCell:
    """A cell and what belongs to it.

    Attributes:
        row: the row of the summary.
        curve: the curve that it is a point of, if it is.
        bar: the accuracy that a model must clear.
        seed: the seed of its draws.
        command: what asks it again; empty if that would show a key.
    """

    row: Row
    curve: Row | None
    bar: float
    seed: int
    command: str


@dataclass(frozen=True)
class SourceBlock:
    """Cells of a source that are shown side by side.

    Attributes:
        block: the block that they form.
        places: the numbers of the cells among those of the source.
        members: the cells.
        sentences: what they show.
    """

    block: Block
    places: Sequence[int]
    members: Sequence[SourceCell]
    sentences: Sequence[str]

    @property
    def curve(self) -> Row | None:
        """The curve that the cells form; None if they belong to several curves, or to none."""
        first = self.members[0].curve
        return first if all(member.curve is first for member in self.members) else None

    @property
    def bar(self) -> float:
        """The accuracy that a model must clear."""
        return self.members[0].bar

    @property
    def verdict(self) -> str:
        """The worst verdict of the cells."""
        return min((str(member.row["verdict"]) for member in self.members), key=WORST_FIRST.index)


def _curves(summary: Row) -> Iterator[tuple[tuple[str, str], Row]]:
    for curve in summary["curves"]:
        for point in curve["points"]:
            yield (point["id"], canonical(curve["condition"])), curve


def _identity(row: Row) -> str:
    names = ("id", "task", "params", "control_params", "model", "strategy", "condition")
    return canonical([row[name] for name in names])
