"""Rows of tokens: how they are written, the rules for neighbours, and what shortcuts make of a row."""

# A row is a string with one letter for each token, upper case facing right and lower case facing left.
LETTERS = {"A#": "A", "B#": "B", "#A": "a", "#B": "b"}
TOKENS = {letter: token for token, letter in LETTERS.items()}
RULES = {"Aa": "", "Bb": "", "Ab": "bA", "Ba": "aB"}
# The same as the solver gets them.
STATED_RULES = [[[TOKENS[letter] for letter in letters] for letters in rule] for rule in RULES.items()]


def written(row: str) -> str:
    """Write a row in the tokens of the prompt."""
    return " ".join([TOKENS[letter] for letter in row])


def shortcuts(row: str) -> dict[str, str]:
    """Return the rows that shortcuts end in."""
    return {
        "input": row,
        "one_pass": one_pass(row),
        "one_pass_back": turned_round(one_pass(turned_round(row))),
        "wrong_order": "".join([row[place] for place in sorted(places_that_remain(row))]),
    }


def one_pass(row: str) -> str:
    """Return the row after going over it once, from left to right, rewriting whatever comes up."""
    done, held = "", ""
    for letter in row:
        if held + letter in RULES:
            rewritten = RULES[held + letter]
            # After a swap the token goes on to meet the next one; after two have vanished, none is held.
            done += rewritten[:1]
            held = rewritten[1:]
        else:
            done += held
            held = letter
    return done + held


def turned_round(row: str) -> str:
    """Return the row as it looks from the other side: in reverse, each token facing the other way."""
    return row[::-1].swapcase()


def places_that_remain(row: str) -> list[int]:
    """Return the places of the tokens that do not vanish, in the order of the normal form.

    A token that faces left travels to the left, past every token of the other kind that faces it. It vanishes with the
    first of its own kind.
    """
    facing_left: list[int] = []
    facing_right: list[int] = []
    for place, letter in enumerate(row):
        if letter.isupper():
            facing_right.append(place)
            continue
        partners = [other for other in facing_right if row[other] == letter.upper()]
        if partners:
            facing_right.remove(partners[-1])
        else:
            facing_left.append(place)
    return facing_left + facing_right
