"""The wordings of the question what is left of a row of symbols."""

PROMPTS = (
    """\
A row of symbols is reduced. Wherever two neighbouring symbols are one of these pairs, in this order, both are \
removed, and the symbols to their left and right become neighbours:
{rules}
No other symbols are removed. This goes on anywhere in the row, in any order, until no such pair is left.

The row is:
{row}

Give the row that is left, with spaces between the symbols.""",
    """\
What is left of this row of symbols when it is reduced as described below?

{row}

Two symbols that are next to each other are removed if they are one of the following pairs, with the first symbol of \
the pair on the left. The symbols on either side of the gap are neighbours then.
{rules}
Nothing else is removed. Pairs are removed anywhere in the row and in any order, as long as there are any. Write the \
row that is left at the end, with spaces between the symbols.""",
    """\
These are pairs of symbols:
{rules}

Where the two symbols of a pair are neighbours in a row, in the same order as here, take both away, so that the \
symbols before and after them become neighbours. Take away no others. Repeat this wherever you like in the row, in any \
order, until it has no such pair any more.

Do so with the following row, and answer with what remains of it, putting spaces between the symbols:
{row}""",
)
