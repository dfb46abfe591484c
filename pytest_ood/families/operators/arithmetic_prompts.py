"""The wordings of the question what an expression is worth, and the question what a sign means."""

PROMPTS = (
    """\
In the expression below, the signs have these meanings:
+ means {plus}
- means {minus}
* means {star}
Multiplications come first, whichever sign stands for them; then additions and subtractions, from left to right.

{expression}

Give the value of the expression as a whole number in decimal digits.""",
    """\
What is the value of this expression?

{expression}

In it, the sign + stands for {plus}, the sign - for {minus} and the sign * for {star}. All multiplications are done \
first, whatever sign they have; the additions and subtractions follow, from left to right. Write the value as a whole \
number in decimal digits.""",
    """\
{expression}

Work out this expression by the following table of its signs:
+: {plus}
-: {minus}
*: {star}
Carry out every multiplication before anything else, no matter which sign denotes it, and then the additions and \
subtractions from left to right. Answer with the value, a whole number, in decimal digits.""",
)
MEANING_PROMPT = """\
In an expression, the signs have these meanings:
+ means {}
- means {}
* means {}

Which operation does the sign {} stand for here? Give one word: addition, subtraction or multiplication."""
