"""Rows of symbols in which neighbours that are one of some pairs vanish."""

from collections.abc import Mapping

# The puzzle is drawn as places in an alphabet, whatever the symbols there are.
Row = list[int]
# The pairs that vanish: from the first symbol to the second.
Partners = Mapping[int, int]


def remains(row: Row, partners: Partners) -> Row:
    """Return what is left of the row when every pair has vanished."""
    left: Row = []
    for symbol in row:
        if left and partners.get(left[-1]) == symbol:
            left.pop()
        else:
            left.append(symbol)
    return left


def one_pass(row: Row, partners: Partners) -> Row:
    """Return what is left of the row when only neighbours of the start vanish, looked for from left to right."""
    left: Row = []
    place = 0
    while place < len(row):
        if place + 1 < len(row) and partners.get(row[place]) == row[place + 1]:
            place += 2
        else:
            left.append(row[place])
            place += 1
    return left
