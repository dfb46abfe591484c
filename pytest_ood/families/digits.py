"""Grid scaling of rows: what is done to each letter or digit stays, the row grows."""

import functools
import operator

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check, integer

# ---------------------------------------------------------------------------------------------------------------------
# Copying.
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Common English words of one length, for each letter but x some that begin with it.
WORDS = (
    "able", "also", "away", "back", "been", "book", "call", "come", "city", "does", "down", "dear", "each", "even",
    "else", "find", "from", "four", "give", "good", "girl", "have", "here", "hold", "idea", "into", "item", "join",
    "just", "jump", "keep", "kind", "know", "last", "life", "long", "make", "more", "must", "name", "need", "next",
    "only", "over", "open", "part", "play", "plus", "quit", "quiz", "rain", "read", "road", "said", "some", "such",
    "take", "that", "time", "unit", "upon", "used", "very", "view", "vote", "want", "what", "word", "year",
    "your", "yard", "zero", "zone", "zoom",
)  # fmt: skip
WORD_LENGTH = 4
WORDS_BY_INITIAL = {letter: [word for word in WORDS if word[0] == letter] for letter in LETTERS if letter != "x"}

COPY_PROMPT = """\
This is a string of letters:
{letters}

Copy it exactly. Give the string only, in lower case and without spaces."""


@task(control={"length": 4}, family="grid scaling", declared=("prompt", "answer"))
def copy_string(rng: np.random.Generator, *, length: int = 16) -> Case:
    """A string of letters, to be copied: the easiest thing there is, so that what fails here fails by length alone.

    Moves: the length of the string, 4 in the control arm.
    Matched: the words of the prompt, and how the letters are drawn: each of the 26 with equal chance, the string of the
    control arm being the beginning of the shifted one. Declared: prompt and answer grow by the letters that are added.
    Rejected: nothing; a string that may be copied is an answer in plain sight whatever it is.
    Lures: `one_dropped`, a letter left out: the first that follows its like, where the eye slips, otherwise the middle
    one; `one_doubled`, the same letter written once more; `common_word`, the first four letters read as the common word
    that is nearest to them. Every case of two or more letters has the first two, every one of four or more all three
    (but where its first four letters are a word).
    Chance: 26^-length.
    Source: copying as a test of length generalisation, as in Zhou et al. 2023, "What Algorithms can Transformers
    Learn?" (2310.16028).

    length: letters in the string, 1 to 1,000.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("length", length, 1, 1000)
    answer = "".join([LETTERS[int(26 * part)] for part in rng.random(length).tolist()])
    at = slip(answer)
    shortcuts = {"one_dropped": answer[:at] + answer[at + 1 :]} if length > 1 else {}
    shortcuts["one_doubled"] = answer[:at] + answer[at] + answer[at:]
    if length >= WORD_LENGTH:
        shortcuts["common_word"] = nearest_word(answer) + answer[WORD_LENGTH:]
    return Case(
        COPY_PROMPT.format(letters=answer),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_copy, answer=answer),
        chance=26.0**-length,
    )


def check_copy(given: str, answer: str) -> Check:
    """Whether the string is copied to the letter; neither upper case nor spaces are.

    The detail of a wrong copy: `first_wrong`, the first place that differs, counted from 0, and both lengths; `slip`,
    where a single one explains it: "dropped", "added" or "changed", one letter, or "swapped", two neighbours.
    Scores: `letters`, the share of letters that are right in their place.
    """
    if given == answer:
        return Check(True, scores={"letters": 1.0})
    same = list(map(operator.eq, given, answer))
    first = same.index(False) if False in same else len(same)
    detail: dict[str, int | str] = {"first_wrong": first, "given_length": len(given), "expected_length": len(answer)}
    if abs(len(given) - len(answer)) <= 1:
        kind = single_slip(given[first:], answer[first:])
        if kind:
            detail["slip"] = kind
    return Check(False, detail, {"letters": sum(same) / len(answer)})


def single_slip(given: str, answer: str) -> str:
    """The one slip that makes `given` of `answer`, which differ in their first letter; empty if one is not enough."""
    if given == answer[1:]:
        return "dropped"
    if given[1:] == answer:
        return "added"
    if given[1:] == answer[1:]:
        return "changed"
    return "swapped" if given[:2] == answer[1::-1] and given[2:] == answer[2:] else ""


def slip(letters: str) -> int:
    """The place where a copy most likely slips: the first letter that follows its like, otherwise the middle."""
    like = list(map(operator.eq, letters, letters[1:]))
    return like.index(True) + 1 if True in like else len(letters) // 2


def nearest_word(letters: str) -> str:
    """The common word that shares the most letters, in their places, with the beginning; the first too if any does."""
    return max(WORDS_BY_INITIAL.get(letters[0], WORDS), key=lambda word: sum(map(operator.eq, word, letters)))


# ---------------------------------------------------------------------------------------------------------------------
# Long arithmetic.
SIGNS = {"product": "*", "sum": "+"}
QUESTIONS = {"product": "Multiply these two numbers:", "sum": "Add these two numbers:"}
ENDS = "23456789"
TRIES = 1000
# Decimal places that hold any column of a product: 40 digits of 9 make 40 * 81.
COLUMN = 4
# How often the commonest answer is right; with any other number of digits less than 1 % of the time.
COMMONEST = {("product", 1): 4 / 58, ("sum", 1): 8 / 43, ("sum", 2): 64 / 3655}

ARITHMETIC_PROMPT = """\
{question}
{numbers}

Give the {operation} as a whole number in decimal digits."""


@task(control={"digits": 2}, family="grid scaling", declared=("prompt", "answer"))
def long_arithmetic(rng: np.random.Generator, *, operation: str = "product", digits: int = 3) -> Case:
    """The product or the sum of two numbers of equally many digits.

    Moves: the number of digits of both operands, 2 in the control arm.
    Matched: the words of the prompt, and how operands are drawn: first and last digit 2 to 9, those between 0 to 9,
    each with equal chance, so that nineteen in twenty products of k-digit numbers have 2k digits; the operands of both
    arms begin alike. Declared: prompt and answer grow by the digits that are added.
    Rejected: products and sums without any carry, which are right by taking each column for itself.
    Lures: `right_ends`, the first and the last digit right and those between taken column by column, without carries;
    `one_carry_lost`, one of the carries from a column to the next forgotten, of several the middle one. Every case has
    one, and products of two or more digits nearly always both.
    Chance: of one digit the commonest product is right in 7 % of cases and the commonest sum in 19 %, of two digits the
    commonest sum in 2 %; otherwise below 1 %.
    Source: Dziri et al. 2023, "Faith and Fate" (2305.18654).

    operation: "product" or "sum".
    digits: of each operand, 1 to 40.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("operation", operation, list(SIGNS))
    expect_whole("digits", digits, 1, 40)
    one, other, columns, rejected = operands(rng, operation, digits)
    result = int(one) * int(other) if operation == "product" else int(one) + int(other)
    answer, numbers = str(result), f"{one} {SIGNS[operation]} {other}"
    shortcuts = {
        "right_ends": right_ends(answer, columns),
        "one_carry_lost": str(result - middle_carry(columns)),
    }
    return Case(
        ARITHMETIC_PROMPT.format(question=QUESTIONS[operation], numbers=numbers, operation=operation),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_digits, answer=answer),
        input=numbers,
        rejected=rejected,
        chance=COMMONEST.get((operation, digits), 0.0),
    )


def check_digits(given: str, answer: str) -> Check:
    """Whether it is the same number; ``1,234`` is read too.

    The detail of a wrong number: `wrong_places`, the powers of ten whose digits are wrong (0 is the units), or both
    lengths, in digits; of anything else `not_an_integer`.
    Scores: `digits`, the share of digits that are right in their place, 0 for a number of another length.
    """
    check = integer(given, int(answer))
    if check.correct:
        return Check(True, scores={"digits": 1.0})
    if "not_an_integer" in check.detail:
        return Check(False, check.detail, {"digits": 0.0})
    mine = given.replace(",", "")
    if len(mine) != len(answer):
        return Check(False, {"given_length": len(mine), "expected_length": len(answer)}, {"digits": 0.0})
    wrong = [len(answer) - 1 - i for i, (m, a) in enumerate(zip(mine, answer, strict=True)) if m != a]
    return Check(False, {"wrong_places": wrong}, {"digits": 1 - len(wrong) / len(answer)})


def operands(rng: np.random.Generator, operation: str, digits: int) -> tuple[str, str, list[int], int]:
    """Two numbers, the columns of their product or sum, and how many such pairs were rejected."""
    for rejected in range(TRIES):
        # The digits of both by turns, so that the numbers of a pair of cases begin alike.
        parts = rng.random(2 * digits).tolist()
        one, other = number(parts[::2]), number(parts[1::2])
        columns = columns_of(operation, one, other)
        if max(columns) > 9:
            return one, other, columns, rejected
    raise AssertionError(f"no {operation} of {digits} digits with a carry in {TRIES} tries")


def number(parts: list[float]) -> str:
    """A number with a digit for each part in [0, 1), the first and the last of them from 2 to 9."""
    first, inner, last = parts[:1], parts[1:-1], parts[1:][-1:]
    return "".join(
        [ENDS[int(8 * x)] for x in first] + [str(int(10 * x)) for x in inner] + [ENDS[int(8 * x)] for x in last]
    )


def columns_of(operation: str, one: str, other: str) -> list[int]:
    """What each column adds up to before anything is carried, units first."""
    if operation == "sum":
        return [int(x) + int(y) for x, y in zip(reversed(one), reversed(other), strict=True)]
    # A product of digits that stand so far apart that no column reaches the next.
    apart = "0" * (COLUMN - 1)
    spread = str(int(apart.join(one)) * int(apart.join(other)))
    return [int(spread[max(0, end - COLUMN) : end]) for end in range(len(spread), 0, -COLUMN)]


def right_ends(answer: str, columns: list[int]) -> str:
    """The answer with its middle digits taken from the columns as they stand."""
    middle = [str(column % 10) for column in columns[len(answer) - 2 : 0 : -1]]
    return answer[0] + "".join(middle) + answer[-1] if len(answer) > 2 else answer


def middle_carry(columns: list[int]) -> int:
    """What is missing when the middle one of the carries is lost."""
    carried: list[int] = []
    carry = 0
    for place, column in enumerate(columns, 1):
        carry = (column + carry) // 10
        if carry:
            carried.append(carry * int(10**place))
    return carried[len(carried) // 2]
