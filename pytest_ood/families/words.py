"""Grid scaling: squares of letters whose rows and columns are words, and the list of the words that count."""

import functools
from collections.abc import Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import DATA, data_lines, expect_whole, wrong_ones
from pytest_ood.verify import Check

LONGEST_WORD = 5
BLANK = "_"
TRIES = 1000
# Descents without backtracking from one first row before another is taken.
DESCENTS = 30
# Steps of the search for a symmetric square; where it takes longer there is rarely one.
SYMMETRIC_STEPS = 40
# More than any grid with white space between its letters.
LONGEST_ANSWER = 1000

RULES = """\
every row, read from left to right, and every column, read from top to bottom, is a common English word of {size} \
letters. The {words} words must all be different, so that no word stands both in a row and in a column. A word counts \
if it is in the public word list SCOWL up to size 50, in American spelling; names, abbreviations and \
vulgar words do not count."""
FORM = (
    "Give the {size} rows from top to bottom, one row a line, in lower case and without anything between the letters."
)

GRID_PROMPT = f"""\
Make a grid of {{size}} by {{size}} letters in which {RULES}

The first {{line}} of the grid must be this word: {{word}}

{FORM}"""

FILL_PROMPT = f"""\
Fill in the blanks of this grid of {{size}} by {{size}} letters. A blank is shown as {BLANK} and stands for one \
letter; the letters that are given must stay. In the filled grid {RULES}

The grid is:
{{grid}}

{FORM}"""

Rows = Sequence[str]


@task(control={"size": 3}, family="grid scaling", declared=("answer",))
def word_grid(rng: np.random.Generator, *, size: int = 4) -> Case:
    """A square of letters whose rows and columns are all words, the first row or the first column being stated.

    Moves: the size of the square, 3 in the control arm.
    Matched: the words all come from the same list, whether the row is stated or the column is the same in both arms
    (one in two each), and prompts are of the same length but for the letters of one word. Declared: the answer grows
    with the square.
    Rejected: grids in which a word occurs twice, the symmetric ones among them, which are right by half the work.
    Several grids are right; what is stated keeps an answer to one draw from being right in the others. It is taken from
    a known grid of common words (SCOWL up to size 35), so that every case can be solved; any word of the larger list
    that the prompt names (up to size 50) counts in an answer. Grids of 3 and 4 are searched at random, those of 5 are
    drawn from all that there are (2,622 and their mirror images). There are about 900 prompts of 3 x 3, so that a long
    run meets some of them again.
    Lures: `rows_only`, the rows are words and the columns are not (every case has it); `symmetric`, a square that meets
    the statement and repeats every word in the column of the same number, where one was found; `repeated_word`, the
    stated word in every row, or column.
    Scores: "rows" and "columns", the share of each that are words.
    Chance: below 0.5 %.
    Source: word squares, a puzzle of the nineteenth century; asked of language models in Yao et al. 2023 (2305.10601)
    as crosswords of 5 x 5 letters.

    size: rows and columns, 3 to 5.

    Raises:
        ValueError: the parameter is not one of these.
    """
    expect_whole("size", size, 3, LONGEST_WORD)
    line = "row" if rng.random() < 0.5 else "column"
    rows, rejected = grid(rng, size)
    word = rows[0]
    pattern, again = [word, *[BLANK * size] * (size - 1)], [word] * size
    if line == "column":
        rows, pattern, again = columns_of(rows), columns_of(pattern), columns_of(again)
    shortcuts = {"rows_only": rows_only(rng, pattern), "symmetric": symmetric(rng, word), "repeated_word": again}
    answer = "\n".join(rows)
    return Case(
        GRID_PROMPT.format(size=size, words=2 * size, line=line, word=word),
        answer=answer,
        lures=wrong_ones(answer, {name: "\n".join(given) for name, given in shortcuts.items() if given}),
        verify=functools.partial(check_grid, pattern=pattern),
        input=word,
        unique=False,
        rejected=rejected,
    )


@task(control={"size": 3}, family="grid scaling", declared=("answer",))
def crossword_fill(rng: np.random.Generator, *, size: int = 4, givens: int = 40) -> Case:
    """A square of letters whose rows and columns are all words, some of its letters given.

    Moves: the size of the square, 3 in the control arm.
    Matched: the words all come from the same list, the share of letters given is the same, and prompts differ by the
    letters of the grid only. Declared: the answer grows with the square.
    Rejected: grids in which a word occurs twice, the symmetric ones among them.
    The letters are given from a known grid (made as for `word_grid`), so that every case can be solved. Several
    fillings may be right, and each is taken.
    Lures: `givens_overwritten`, a grid that would be right but for the letters given (every case has it); `rows_only`,
    the rows are words that keep the letters given and the columns are not words.
    Scores: "rows" and "columns", the share of each that are words.
    Chance: a grid given blindly is right in 2 % of cases of 3 x 3 letters with 30 % given, elsewhere in 1 % or fewer.
    Source: the mini crosswords of Yao et al. 2023 (2305.10601), with letters given in place of clues.

    size: rows and columns, 3 to 5.
    givens: letters given, in percent of all, 30 to 80.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("size", size, 3, LONGEST_WORD)
    expect_whole("givens", givens, 30, 80)
    rows, rejected = grid(rng, size)
    order = sorted(range(size * size), key=rng.random(size * size).tolist().__getitem__)
    kept = set(order[: (size * size * givens + 50) // 100])
    letters = [letter if place in kept else BLANK for place, letter in enumerate("".join(rows))]
    pattern = ["".join(letters[start : start + size]) for start in range(0, size * size, size)]
    shortcuts = {"givens_overwritten": overwritten(rng, pattern), "rows_only": rows_only(rng, pattern)}
    answer, shown = "\n".join(rows), "\n".join(pattern)
    return Case(
        FILL_PROMPT.format(size=size, words=2 * size, grid=shown),
        answer=answer,
        lures=wrong_ones(answer, {name: "\n".join(given) for name, given in shortcuts.items() if given}),
        verify=functools.partial(check_grid, pattern=pattern),
        input=shown,
        unique=False,
        rejected=rejected,
    )


def check_grid(given: str, pattern: Rows) -> Check:
    """Whether all rows and columns are words, all different, and the letters of the pattern are kept.

    Upper and lower case, empty lines and white space within a row do not count. The detail of a wrong grid, rows and
    columns by their number from 1: `rows_not_words` and `columns_not_words`, what stands there; `repeated`, the words
    that occur more than once; `givens_changed`, the row and column of each given letter that was changed. Of anything
    that is no grid of this size only `row_lengths`, those of its first lines.
    """
    size = len(pattern)
    if len(given) > LONGEST_ANSWER:
        return Check(False, {"answer_length": len(given)}, {"rows": 0.0, "columns": 0.0})
    rows = ["".join(line.split()) for line in given.lower().splitlines() if line and not line.isspace()]
    if [len(row) for row in rows] != [size] * size:
        lengths = [len(row) for row in rows[: 2 * size]]
        return Check(False, {"row_lengths": lengths}, {"rows": 0.0, "columns": 0.0})
    columns = ["".join(letters) for letters in zip(*rows, strict=True)]
    found = {
        "rows_not_words": not_words(rows),
        "columns_not_words": not_words(columns),
        "repeated": repeated([*rows, *columns]),
        "givens_changed": changed(rows, pattern),
    }
    scores = {
        "rows": 1 - len(found["rows_not_words"]) / size,
        "columns": 1 - len(found["columns_not_words"]) / size,
    }
    wrong = {name: what for name, what in found.items() if what}
    return Check(not wrong, wrong, scores)


def not_words(lines: Rows) -> dict[str, str]:
    """What is no word, by its number from 1."""
    known = accepted()
    return {str(number): line for number, line in enumerate(lines, 1) if line not in known}


def repeated(lines: Rows) -> list[str]:
    """What occurs more than once, in the order of the alphabet."""
    return [] if len(set(lines)) == len(lines) else sorted({line for line in lines if lines.count(line) > 1})


def changed(rows: Rows, pattern: Rows) -> list[list[int]]:
    """Row and column, from 1, of each letter that the pattern gives and the rows do not keep."""
    return [
        [row, column]
        for row, (mine, theirs) in enumerate(zip(rows, pattern, strict=True), 1)
        if mine != theirs
        for column, (letter, given) in enumerate(zip(mine, theirs, strict=True), 1)
        if given not in (BLANK, letter)
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The words. A set of words of one length is an integer, with a bit for each word by its place in the list.


@functools.cache
def word_list(length: int) -> tuple[str, ...]:
    """The common words of a length (3 to 5) in the order of the alphabet: those that tasks are made of."""
    return tuple([word for word in _sections()[0] if len(word) == length])


@functools.cache
def accepted() -> frozenset[str]:
    """All words that count in an answer: the common ones and further ones."""
    common, further = _sections()
    return frozenset(common + further)


def is_word(text: str) -> bool:
    """Whether a text is a word that counts in an answer; words are in lower case."""
    return text in accepted()


def _sections() -> tuple[list[str], list[str]]:
    """The common and the further words of the file."""
    common, further = (DATA / "words.txt").read_text("utf-8").split("\n# common\n")[1].split("\n# further\n")
    return common.split(), further.split()


@functools.cache
def having(length: int) -> list[dict[str, int]]:
    """For each place in a word, from a letter to the words that have it there."""
    places = []
    for place in range(length):
        # The last word first, so that the word at place n of the list is bit n.
        column = "".join([word[place] for word in reversed(word_list(length))])
        zeros = dict.fromkeys(map(ord, column), "0")
        places.append({letter: int(column.translate({**zeros, ord(letter): "1"}), 2) for letter in sorted(set(column))})
    return places


@functools.cache
def continuations(length: int) -> dict[str, str]:
    """From the beginning of a word to the letters that may come next, a letter for each word."""
    after: dict[str, list[str]] = {}
    for word in word_list(length):
        for place, letter in enumerate(word):
            after.setdefault(word[:place], []).append(letter)
    return {beginning: "".join(letters) for beginning, letters in after.items()}


@functools.cache
def extending(length: int, column: int, beginning: str) -> int:
    """The words whose letter in this column continues the beginning of a word that stands above it."""
    words = 0
    for letter in sorted(set(continuations(length).get(beginning, ""))):
        words |= having(length)[column].get(letter, 0)
    return words


def one_of(words: int, where: float) -> int:
    """The place in the list of one of a set of words, each as likely as the others if `where` is random in [0, 1)."""
    wanted, at, width = int(where * words.bit_count()), 0, words.bit_length()
    while width > 1:
        half = width >> 1
        low = words & (1 << half) - 1
        below = low.bit_count()
        if wanted < below:
            words, width = low, half
        else:
            words, width, wanted, at = words >> half, width - half, wanted - below, at + half
    return at


# ---------------------------------------------------------------------------------------------------------------------
# Grids of common words.


def grid(rng: np.random.Generator, size: int) -> tuple[list[str], int]:
    """The rows of a grid without repeated words, and how many grids with some were rejected.

    The first row is any word that some grid begins with, about as likely as the others: a grid chosen with equal chance
    of all would begin with one of few words.
    """
    if size == LONGEST_WORD:
        first, which = rng.random(2).tolist()
        begun = bank()[int(first * len(bank()))]
        return begun[int(which * len(begun))], 0
    rejected = 0
    for _ in range(TRIES):
        first = word_list(size)[int(rng.random() * len(word_list(size)))]
        for choices in rng.random((DESCENTS, size - 1)).tolist():
            rows = descent(first, choices)
            if rows and not repeated([*rows, *columns_of(rows)]):
                return rows, rejected
            rejected += bool(rows)
    raise AssertionError(f"no grid of size {size} in {TRIES} tries")


@functools.cache
def bank() -> list[list[list[str]]]:
    """All grids of 5 by 5 common words without repeated words, those that begin with the same word together."""
    grids = [line.split() for line in data_lines("words_grids.txt")]
    begun: dict[str, list[list[str]]] = {}
    for rows in sorted(grids + [columns_of(rows) for rows in grids]):
        begun.setdefault(rows[0], []).append(rows)
    return list(begun.values())


def descent(first: str, choices: Sequence[float]) -> list[str]:
    """Rows below the first chosen one by one so that all columns can go on; empty where at some row none fits."""
    size, rows = len(first), [first]
    for choice in choices:
        fits = -1
        for column, above in enumerate(columns_of(rows)):
            fits &= extending(size, column, above)
        if not fits:
            return []
        rows.append(word_list(size)[one_of(fits, choice)])
    return rows


def columns_of(rows: Rows) -> list[str]:
    """The columns of a grid from left to right."""
    return ["".join(letters) for letters in zip(*rows, strict=True)]


# ---------------------------------------------------------------------------------------------------------------------
# Lures.


def rows_only(rng: np.random.Generator, pattern: Rows) -> list[str]:
    """Words that keep what the pattern gives in rows that make some column no word; empty where chance made none."""
    size = len(pattern)
    for _ in range(10):
        rows = [
            word_list(size)[one_of(fitting(given), where)]
            for given, where in zip(pattern, rng.random(size).tolist(), strict=True)
        ]
        if not_words(columns_of(rows)) and not repeated(rows):
            return rows
    return []


def fitting(given: str) -> int:
    """The words with the letters of a pattern's row."""
    words = (1 << len(word_list(len(given)))) - 1
    for place, letter in zip(having(len(given)), given, strict=True):
        if letter != BLANK:
            words &= place.get(letter, 0)
    return words


def overwritten(rng: np.random.Generator, pattern: Rows) -> list[str]:
    """A grid without repeated words that does not keep what the pattern gives."""
    for _ in range(TRIES):
        rows, _ = grid(rng, len(pattern))
        if changed(rows, pattern):
            return rows
    raise AssertionError(f"every grid in {TRIES} tries keeps {pattern}")


def symmetric(rng: np.random.Generator, word: str) -> list[str]:
    """A square that begins with the word and whose rows are also its columns; empty where none was found."""
    rows = [word]
    # For the first row only the word; for each further one the words that are still to be tried there.
    to_try = [0, fits_square(rows)]
    for choice in rng.random(SYMMETRIC_STEPS).tolist():
        if not to_try[-1]:
            to_try.pop()
            if len(to_try) == 1:
                return []
            rows.pop()
            continue
        number = one_of(to_try[-1], choice)
        to_try[-1] ^= 1 << number
        rows.append(word_list(len(word))[number])
        if len(rows) == len(word):
            return rows
        to_try.append(fits_square(rows))
    return []


def fits_square(rows: Rows) -> int:
    """The words that may follow these rows of a symmetric square."""
    size, row = len(rows[0]), len(rows)
    return fitting("".join([above[row] for above in rows]) + BLANK * (size - row))
