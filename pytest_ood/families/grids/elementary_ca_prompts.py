"""The prompt of `elementary_ca` in three wordings."""

# What the prompt says about the ends of the row.
BOUNDARIES = {
    "periodic": "The row is a ring: the first cell and the last cell are neighbours.",
    "zeros": "Beyond both ends of the row every cell is always 0.",
}

PROMPTS = (
    """\
A row of cells, each 0 or 1, is updated all at once. The new value of a cell depends on the old values of its left \
neighbour, itself and its right neighbour:
{rule}
{boundary}

The row is:
{row}

Give the row after {steps} as {width} digits 0 or 1, without anything between them.""",
    """\
Work out what this row of cells, each 0 or 1, becomes after {steps}:
{row}

In a step all cells change at once. What a cell becomes is decided by what its left neighbour, the cell itself and its \
right neighbour were before:
{rule}
{boundary}

Write the row that results as {width} digits 0 or 1, with nothing between them.""",
    """\
{rule}

Each line of this table gives the new value of a cell for the old values of its left neighbour, of itself and of its \
right neighbour. In a step all cells of a row, each 0 or 1, get their new values at the same time. {boundary}

What does the following row look like after {steps}? Answer with {width} digits 0 or 1 and nothing between them.
{row}""",
)
