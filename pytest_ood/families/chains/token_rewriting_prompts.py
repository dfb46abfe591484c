"""The prompt of `token_rewriting` in three wordings."""

PROMPTS = (
    """\
A row of tokens is rewritten. There are four tokens: A# and B# face right, #A and #B face left. Where two neighbours \
face each other, one of these rules applies:
A# #A -> nothing, both vanish
B# #B -> nothing, both vanish
A# #B -> #B A#
B# #A -> #A B#
Apply the rules anywhere in the row, in any order, until none of them applies.

The row is:
{row}

Give the final row, its tokens separated by spaces.""",
    """\
Rewrite this row of tokens until no rule applies to it any more:
{row}

There are four tokens. A# and B# face right, and #A and #B face left. Each of these rules is for two neighbours that \
face each other:
A# #A -> nothing, both vanish
B# #B -> nothing, both vanish
A# #B -> #B A#
B# #A -> #A B#
It does not matter where in the row the rules are applied, nor in which order.

Write the row that is left, with spaces between its tokens.""",
    """\
Which row is left when the row of tokens below has been rewritten until no rule applies? Answer with its tokens, \
separated by spaces.

The row:
{row}

Of the four tokens, A# and B# face right, and #A and #B face left. One of these rules applies to any two neighbours \
that face each other, wherever they are and in any order:
A# #A -> nothing, both vanish
B# #B -> nothing, both vanish
A# #B -> #B A#
B# #A -> #A B#""",
)
