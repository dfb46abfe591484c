"""Sudokus solved by exact cover."""


class ExactCover:
    """Knuth's Algorithm X on dictionaries: each row of a sudoku's exact cover is a digit in a cell."""

    def __init__(self, size):
        box = {4: 2, 9: 3}[size]
        self.size = size
        self.constraints = {
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

    def solutions(self, grid, most=2):
        """At most so many solutions of a grid of digits and full stops, each as one string."""
        columns = {}
        for choice, covered in self.constraints.items():
            for column in covered:
                columns.setdefault(column, set()).add(choice)
        chosen = []
        for place, digit in enumerate(grid):
            if digit != ".":
                choice = (*divmod(place, self.size), digit)
                if any(column not in columns for column in self.constraints[choice]):
                    return []
                self._select(columns, choice)
                chosen.append(choice)
        found = []
        self._search(columns, chosen, found, most)
        return found

    def _search(self, columns, chosen, found, most):
        if not columns:
            found.append("".join(digit for _, _, digit in sorted(chosen)))
            return
        least = min(columns, key=lambda column: len(columns[column]))
        for choice in list(columns[least]):
            chosen.append(choice)
            removed = self._select(columns, choice)
            self._search(columns, chosen, found, most)
            self._deselect(columns, choice, removed)
            chosen.pop()
            if len(found) >= most:
                return

    def _select(self, columns, choice):
        removed = []
        for column in self.constraints[choice]:
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].remove(other)
            removed.append(columns.pop(column))
        return removed

    def _deselect(self, columns, choice, removed):
        for column in reversed(self.constraints[choice]):
            columns[column] = removed.pop()
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].add(other)


COVER = {size: ExactCover(size) for size in (4, 9)}
