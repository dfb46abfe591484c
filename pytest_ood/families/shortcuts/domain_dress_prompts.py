"""The wordings of the question what a decision table prescribes."""

PROMPTS = (
    """\
{topic} Go through these rules from top to bottom. The first rule whose two conditions both hold decides, and the \
rules after it do not matter.
{rules}

In this case {situation}.

Give the {action_noun}: one word, the one that stands after the arrow of the deciding rule.""",
    """\
This is a case in which {situation}. {topic}

Of the following rules, read from top to bottom, it is the first whose two conditions are both true that decides. All \
rules below that one are ignored.
{rules}

Write the {action_noun}, which is the one word after the arrow of the rule that decides.""",
    """\
These rules have two conditions each. They are to be read from the top down, as far as the first rule of which both \
conditions hold; that rule decides, whatever the later ones say.
{rules}

{topic} As for the conditions in this case, {situation}. Answer with the {action_noun}, in the one word that follows \
the arrow of the rule that decides.""",
)
