"""The prompt of `life` in three wordings."""

# What the prompt says about the edges of the board.
BORDERS = {
    "torus": "The board is a torus: its first and last row are neighbours, and so are its first and last column.",
    "dead": "Beyond the edges of the board every cell is always dead.",
}

PROMPTS = (
    """\
A board of {size} by {size} cells, each 0 (dead) or 1 (alive), is updated all at once. The new value of a cell depends \
on the old values of itself and its eight neighbours, those beside, above, below and diagonal to it:
A dead cell with exactly 3 live neighbours becomes alive.
A live cell with 2 or 3 live neighbours stays alive.
Every other cell is dead afterwards.
{border}

The board is:
{board}

Give the board after {steps} as {size} lines of {size} digits 0 or 1, without anything between them.""",
    """\
Work out what this board of {size} by {size} cells becomes after {steps}. A 0 is a dead cell and a 1 is a live one:
{board}

In a step all cells change at once. What a cell becomes follows from its own old value and from those of its eight \
neighbours, the cells beside, above, below and diagonal to it:
A dead cell becomes alive if exactly 3 of its neighbours are alive.
A live cell stays alive if 2 or 3 of its neighbours are alive.
All other cells are dead after the step.
{border}

Write the board as {size} lines of {size} digits 0 or 1, with nothing between the digits.""",
    """\
What does the board below look like after {steps}? Answer with {size} lines of {size} digits 0 or 1 and nothing \
between them.

The board has {size} by {size} cells, each either dead, which is written 0, or alive, which is written 1. In a \
step all of them are updated at the same time, by the old values of each cell and of its eight neighbours: the cells \
beside, above, below and diagonal to it. If a dead cell has exactly 3 live neighbours, it comes to life. If a live \
cell has 2 or 3 live neighbours, it lives on. Any other cell is dead afterwards. {border}

The board:
{board}""",
)
