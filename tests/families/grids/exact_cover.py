"""Sudokus solved by exact cover."""

# A digit in a cell: its row, its column, the digit.
Choice = tuple[int, int, str]
# What has to be met exactly once: that a cell is filled, or that a row, a column or a box has a digit.
Constraint = tuple[str, int, int | str] | tuple[str, int, int, str]
# The choices that would meet each constraint that is still open.
OpenConstraints = dict[Constraint, set[Choice]]


class ExactCover:
    """Knuth's Algorithm X on dictionaries: each row of a sudoku's exact cover is a digit in a cell."""

    def __init__(self, size: int) -> None:
        box = {4: 2, 9: 3}[size]
        self.size = size
        self.constraints: dict[Choice, list[Constraint]] = {
            (row, column, digit): [
                ("cell", row, column),
                ("row", row, digit),
                ("column", column, digit),
                ("box", row // box, column // box, digit),
            ]
            for row in range(size)
            for column in range(size)
            for digit in "123456789"[:size]
        }

    def solutions(self, grid: str, most: int = 2) -> list[str]:
        """Return at most so many solutions of a grid of digits and full stops, each as one string."""
        columns: OpenConstraints = {}
        for choice, covered in self.constraints.items():
            for column in covered:
                columns.setdefault(column, set()).add(choice)
        chosen: list[Choice] = []
        for place, digit in enumerate(grid):
            if digit != ".":
                choice = (place // self.size, place % self.size, digit)
                if any(column not in columns for column in self.constraints[choice]):
                    return []
                self._select(columns, choice)
                chosen.append(choice)
        solved: list[str] = []
        self._search(columns, chosen, solved, most)
        return solved

    def _search(self, columns: OpenConstraints, chosen: list[Choice], solved: list[str], most: int) -> None:
        if not columns:
            solved.append("".join(digit for _, _, digit in sorted(chosen)))
            return
        least = min(columns, key=lambda column: len(columns[column]))
        for choice in list(columns[least]):
            chosen.append(choice)
            removed = self._select(columns, choice)
            self._search(columns, chosen, solved, most)
            self._deselect(columns, choice, removed)
            chosen.pop()
            if len(solved) >= most:
                return

    def _select(self, columns: OpenConstraints, choice: Choice) -> list[set[Choice]]:
        removed = []
        for column in self.constraints[choice]:
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].remove(other)
            removed.append(columns.pop(column))
        return removed

    def _deselect(self, columns: OpenConstraints, choice: Choice, removed: list[set[Choice]]) -> None:
        for column in reversed(self.constraints[choice]):
            columns[column] = removed.pop()
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].add(other)


COVER = {size: ExactCover(size) for size in (4, 9)}
