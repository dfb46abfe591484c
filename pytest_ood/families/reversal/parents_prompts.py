"""The wordings of the question who was a parent or a child of somebody."""

# For each direction, the question in each wording.
PROMPTS = {
    "parent": (
        "Who was the {role} of {child} (died {child_died})? Give the name only.",
        "Name the {role} of {child} (died {child_died}). Write nothing but the name.",
        "What was the name of {child}'s {role}? ({child} died {child_died}.) Give the name alone.",
    ),
    "child": (
        "Name a child of {parent} (died {parent_died}). Give one child's name only.",
        "Who was a child of {parent} (died {parent_died})? Write nothing but the name of one child.",
        "What was the name of a child of {parent}? ({parent} died {parent_died}.) Give one name alone.",
    ),
}
