"""The prompt of `state_tracking` in three wordings, and its two questions in each."""

PROMPTS = (
    """\
Each box holds one thing.
{boxes}

Then these steps are carried out in order:
{updates}

{question}""",
    """\
There are some boxes with one thing in each of them:
{boxes}

Carry out the following steps, one after the other:
{updates}

{question}""",
    """\
{question}

What the boxes hold at the start, one thing each:
{boxes}

The steps, in the order in which they are taken:
{updates}""",
)

# By what is to be reported.
QUESTIONS = {
    "final": (
        "Give what boxes A to {last} hold at the end, in this order, separated by spaces.",
        "Once all steps are done, write down the contents of boxes A to {last} in this order, with spaces in between.",
        "What do boxes A to {last} hold after all the steps below? Answer in this order, with spaces in between.",
    ),
    "every": (
        "Give what boxes A to {last} hold after each step, one line per step, in this order, separated by spaces.",
        "After each step, write a line with the contents of boxes A to {last} in this order, with spaces in between.",
        """\
What do boxes A to {last} hold after each of the steps below? Answer with one line for each step, in this order, with \
spaces in between.""",
    ),
}
