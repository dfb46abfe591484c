"""The wordings of the two questions about a rule: which it is, and what it makes of a new row."""

from typing import NamedTuple


class Wording(NamedTuple):
    """The words of a dialogue.

    Attributes:
        first: the first message, with the rows, the part in which the rule is given, and the neighbourhoods.
        given: the part of it in which the rule is given.
        second: the message about a new row.
    """

    first: str
    given: str
    second: str


WORDINGS = (
    Wording(
        """\
A row of eight cells, each 0 or 1, is updated all at once. The new value of a cell depends on the old values of its \
left neighbour, itself and its right neighbour, and the rule is the same for every cell. The row is a ring: the first \
cell and the last cell are neighbours.

Each of these rows was updated once:
{rows}

{given}State the rule. Give the new values for the neighbourhoods {neighbourhoods}, in this order, as eight \
characters without anything between them. Write 0 or 1 for a new value that these rows show, and ? for one that they \
do not show.""",
        """\
This is the rule, with ? for each new value that these rows do not show:
{table}

""",
        """\
The same rule holds for this new row:
{start}

Give the row after one update, as eight digits 0 or 1 without anything between them.""",
    ),
    Wording(
        """\
State the rule by which rows of eight cells are updated. Every cell is 0 or 1, and all cells of a row change at the \
same time. What a cell becomes depends on what three cells were before: its left neighbour, the cell itself and its \
right neighbour. The rule is one and the same for all cells, and the last cell has the first one as a neighbour, as in \
a ring.

Here are rows, each with the row that one update made of it:
{rows}

{given}Write the new values for the neighbourhoods {neighbourhoods}, in this order: eight characters with nothing \
between them, of which 0 or 1 stands for a new value that can be seen in these rows, and ? for one that cannot.""",
        """\
The rule is as follows, where ? stands for each new value that cannot be seen in these rows:
{table}

""",
        """\
Update this new row once, by the same rule:
{start}

Write the row that comes out as eight digits, each 0 or 1, with nothing between them.""",
    ),
    Wording(
        """\
These rows were each updated once:
{rows}

A row has eight cells of 0 or 1, and forms a ring, so that its first cell and its last cell are neighbours. In an \
update, all cells get their new values together. They all follow the same rule, which looks at three old values: that \
of the left neighbour, that of the cell and that of the right neighbour.

{given}Which rule is it? Answer with the new values for the neighbourhoods {neighbourhoods}, in this order and with \
nothing between them: eight characters, each 0 or 1 where the rows above show the new value, and ? where they \
do not.""",
        """\
In this table of the rule, ? marks each new value that the rows above do not show:
{table}

""",
        """\
{start}

What does this new row become in one update by the same rule? Answer with eight digits, each 0 or 1, and with nothing \
between them.""",
    ),
)
