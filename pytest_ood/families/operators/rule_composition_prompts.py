"""The wordings of the question what a word becomes under several rules."""

PROMPTS = (
    """\
There are three rules, f, g and h. Each rule turns any word into another word, always in the same way. These examples \
show how:
{examples}

When several rules are applied, each is applied to the result of the one before it.

Take the word {word}. Apply {applied}. Give the resulting word.""",
    """\
What becomes of the word {word} when you apply {applied}?

Each of f, g and h is a rule that turns any word into another one, and does so in the same way every time. Here is \
what the three rules do to some words:
{examples}

If there are several rules to apply, the next rule gets the result of the one before it. Write the word that comes \
out at the end.""",
    """\
The three rules f, g and h are shown by these examples:
{examples}

A rule changes every word in the same way, and so turns it into another word. Where rules are applied one after \
another, each takes the word that the one before it has made.

Begin with the word {word} and apply {applied}. Answer with the word that results.""",
)
SPACED = """\
 The letters of every word are set apart by spaces here; leave the spaces out."""
