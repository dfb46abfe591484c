"""What the prompts of `word_grid` and `crossword_fill` have in common: the rules and the form, in three wordings."""

RULES = (
    """\
every row, read from left to right, and every column, read from top to bottom, is an English word of {size} letters. \
The {words} words must all be different: none may be both a row and a column. A word counts if it is in the public \
word list SCOWL up to size 70, in American spelling; names, abbreviations and vulgar words do not count.""",
    """\
each row, from left to right, and each column, from top to bottom, spells an English word of {size} letters. Among the \
{words} words, none may occur twice, not even once as a row and once as a column. Words are those that the public word \
list SCOWL has up to size 70, in American spelling, except names, abbreviations and vulgar words.""",
    """\
{words} different English words of {size} letters are to be read: the rows from left to right, and the columns from \
top to bottom. No word may serve both as a row and as a column. Whether something is a word is decided by the public \
word list SCOWL up to size 70, in American spelling; names, abbreviations and vulgar words are not accepted.""",
)
FORMS = (
    "Give the {size} rows from top to bottom, one row a line, in lower case, with nothing between the letters.",
    "Write down the {size} rows from top to bottom, a line for each, in lower case with nothing between the letters.",
    "Answer with its {size} rows, top to bottom, one on each line, in lower case, with nothing between the letters.",
)
