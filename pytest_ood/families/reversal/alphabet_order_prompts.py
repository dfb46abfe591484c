"""The wordings of the question which items come some places before or after others."""

# How distances are counted in a list, and the question about its items in each wording.
QUESTIONS = {
    "alphabet": (
        "place",
        "For each of these letters, which letter comes {distance} {direction} it in the alphabet?",
        "Which letter stands {distance} {direction} each of these letters in the alphabet?",
        "Name, for every letter listed here, the letter {distance} {direction} it in the alphabet",
    ),
    "months": (
        "month",
        "For each of these months, which month comes {distance} {direction} it?",
        "Which month is it {distance} {direction} each of these months?",
        "Name, for every month listed here, the month {distance} {direction} it",
    ),
    "weekdays": (
        "day",
        "For each of these days, which day of the week comes {distance} {direction} it?",
        "Which day of the week is it {distance} {direction} each of these days?",
        "Name, for every day listed here, the day of the week {distance} {direction} it",
    ),
    "elements": (
        "place",
        "For each of these chemical elements, which element comes {distance} {direction} it in order of atomic number?",
        "Which chemical element stands {distance} {direction} each of these elements in order of atomic number?",
        "Name, for every element listed here, the chemical element {distance} {direction} it in order of atomic number",
    ),
}
PROMPTS = (
    """\
{question}

{shown}

Give the {items} {what}, in the same order, separated by commas.""",
    """\
{shown}

{question} Write the {items} {what} in the same order, with commas between them.""",
    """\
{question}: {shown}.

Answer with the {items} {what} in the order of the list, and separate them by commas.""",
)
