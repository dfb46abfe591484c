"""What is wrong with rows, as data and in words."""

from dataclasses import dataclass

from pytest_ood.errors import OodError

# More faults than this are counted, not listed.
MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong with one row.

    Attributes:
        what: What is wrong.
        fix: How to fix it.
        row: Where the row is: ``line 3`` of a text file, ``row 2`` (from 0) of anything else; empty for a fault of the
            whole source.
        column: The column, or the argument of `pairs_task` that reads it; empty for a fault of the whole row.
    """

    what: str
    fix: str
    row: str = ""
    column: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.row, self.column)))
        return (f"{where}: " if where else "") + f"{self.what}; {self.fix}"


class RowsError(OodError, ValueError):
    """Rows cannot be read, asked or stored.

    Attributes:
        source: The file, Hub dataset or argument that the rows come from.
        faults: Everything that is wrong with them, in the order of the rows.
    """

    def __init__(self, source: str, *faults: RowFault) -> None:
        self.source, self.faults = source, faults
        if len(faults) == 1:
            where = faults[0].row or faults[0].column
            super().__init__(f"{source}{', ' if where else ': '}{faults[0]}")
            return
        lines = [f"{source}: {len(faults)} faults", *(f"  {fault}" for fault in faults[:MOST_LISTED])]
        more = len(faults) - MOST_LISTED
        super().__init__("\n".join(lines + ([f"  and {more} more"] if more > 0 else [])))


class BadCell(OodError):
    """One value of a row cannot be used.

    Attributes:
        what: What is wrong with it.
        column: Its column, if known.
    """

    def __init__(self, what: str, fix: str, column: str = "") -> None:
        super().__init__(what, fix=fix)
        self.what, self.column = what, column
