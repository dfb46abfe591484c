"""The wordings of the question who was a parent or a child of somebody."""

# For each direction, the question in each wording.
PROMPTS = {
    "parent": (
        "Who was the {role} of {child} (died {child_died})? Give the name only.",
        "Name the {role} of {child} (died {child_died}). Write nothing but the name.",
        "Take {child} (died {child_died}): what was the name of this person's {role}? Answer with the name alone.",
    ),
    "child": (
        "Name a child of {parent} (died {parent_died}). Give one child's name only.",
        "Who was a child of {parent} (died {parent_died})? Write nothing but the name of one child.",
        "Take {parent} (died {parent_died}): what was the name of a child of this person? Answer with one name alone.",
    ),
}
