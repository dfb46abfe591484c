"""The messages of `edit_one_cell` in three wordings: the first one, the change, and what is to be given."""

from pytest_ood.families.chains.grid_edits import Change

PROMPTS = (
    """\
This is a grid of letters with {size} rows and {size} columns:
{grid}

Rows are counted from the top, columns from the left, both from 1. {edit} All other cells stay as they are.

{give}""",
    """\
The {size} rows of this grid of letters are numbered from top to bottom and its {size} columns from left to right, \
starting with 1 in both cases.

{grid}

{edit} Leave every other cell as it is.

{give}""",
    """\
One cell of a grid of letters changes, and no other cell does. The grid has {size} rows, counted from the top, and \
{size} columns, counted from the left; each count starts at 1. {edit}

{give}

The grid before the change:
{grid}""",
)
EDITS = (
    "Change the cell in row {row}, column {column} to {letter}.",
    "Overwrite the cell in row {row}, column {column} with {letter}.",
    "The cell in row {row}, column {column} becomes {letter}.",
)
GIVES = (
    "Give the whole grid after this, one line a row, the cells separated by spaces.",
    "Write down the whole grid that results, each row on a line of its own, with spaces between the cells.",
    "What does the whole grid look like after this? Answer with one line for each row and spaces between the cells.",
)


def messages_of(changes: list[Change], shown: str, size: int, wording: int) -> list[str]:
    """Return a message for each change; the first one shows the grid.

    Args:
        changes: a cell, counted from 0, and what it becomes, for each turn.
        shown: the grid at the start, as it is written.
        size: rows and columns.
        wording: the wording, 0 to 2.
    """
    first, *further = [
        EDITS[wording].format(row=place // size + 1, column=place % size + 1, letter=letter)
        for place, letter in changes
    ]
    give = GIVES[wording]
    return [
        PROMPTS[wording].format(size=size, grid=shown, edit=first, give=give),
        *[f"{edit}\n\n{give}" for edit in further],
    ]
