"""The wordings of the question whether moves are legal, and the question what stands on a square."""

START = """\
At the start of a game of chess, White's pieces stand on the first rank and Black's on the eighth, both in this order \
from the a-file to the h-file: {order}. The pawns stand in front of them. The pieces move as usual."""
PROMPTS = (
    """\
{start}

White begins. Each move is written as the square that a piece leaves and the square that it goes to, with a capture or \
without. The moves are:

{moves}

Are all of these moves legal? Give yes or no.""",
    """\
Is every one of these moves legal?

{moves}

A move gives the square that a piece leaves and then the square that it goes to, whether or not there is a capture. \
The first move is White's. {start} Write yes or no.""",
    """\
{start}

These moves follow, the first of them by White:

{moves}

The first square of a move is the one that a piece leaves, and the second is the one that it goes to, captures \
included. Is each of them a legal move? Answer yes or no.""",
)
COMPREHENSION = """\
{start}

Which piece does White have on {file}1 at the start? Give its name only."""
