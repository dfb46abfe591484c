"""The wordings of the question which line comes before or after another."""

PROMPTS = (
    """\
In {title} by {author}, which {unit} comes right {direction} this one?

{shown}

Give the {unit} only, word for word.""",
    """\
This is a {unit} from {title} by {author}:

{shown}

What is the {unit} immediately {direction} it? Write that {unit} word for word, and nothing else.""",
    """\
{shown}

Quote the {unit} that stands directly {direction} the {unit} above in {title} by {author}. Answer with that {unit} \
alone, word for word.""",
)
