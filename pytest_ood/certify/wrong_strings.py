"""Strings that are not right answers, by the hundred thousand: a reader of many forms must not take one for right."""

import random
from collections.abc import Callable, Iterator, Sequence

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.dresses import DRESSES, OF_KIND, Dress
from pytest_ood.certify.mutants import last_turn, same, with_last

NOISE = (
    " \n\t,.;:|/[](){}<>\"'`*_$\\+-0123456789abcxyzABC#"
    "\N{MINUS SIGN}\N{FULLWIDTH DIGIT ONE}\N{SUPERSCRIPT TWO}\N{NO-BREAK SPACE}\N{LEFT DOUBLE QUOTATION MARK}"
)
MOST_NOISE = 30
Random = random.Random


def dressed_cases(cases: Sequence[Case]) -> Iterator[tuple[Case, str, str]]:
    """Yield each case with the name of each dress, and its right answer in it."""
    for case in cases:
        for name, dress in dresses(case).items():
            yield case, name, in_dress(case, case.answer, dress)


def wrong_strings(cases: Sequence[Case], count: int, seed: int = 0) -> Iterator[tuple[Case, str]]:
    """Yield this many strings, each with the case whose answer it is not.

    Each is a right answer with something changed, left out, doubled, swapped or added, the answer to another case, or
    noise, in a dress. Where several answers are right, a changed one may be right, too, so such cases are left out.
    """
    rng = random.Random(seed)
    asked = [case for case in cases if case.unique and case.among is None]
    while count:
        case, other = rng.choice(asked), rng.choice(asked)
        before, last = last_turn(case)
        given = with_last(case, before, rng.choice(CHANGES)(last, last_turn(other)[1], rng).strip())
        if any(same(reading, case.answer) or same_words(reading, case.answer) for reading in case.readings(given)):
            continue
        count -= 1
        yield case, in_dress(case, given, rng.choice(list(dresses(case).values())))


def same_words(given: str, answer: str) -> bool:
    """Return whether two texts of several words have the same words, signs between them and ``'d`` for ``ed`` aside."""
    one, other = ("".join(filter(str.isalpha, text.casefold().replace("'d", "ed"))) for text in (given, answer))
    return " " in answer and one == other and not any(map(str.isdigit, given + answer)) and "#" not in answer


def dresses(case: Case) -> dict[str, Dress]:
    """Return the dresses that an answer to a case may have."""
    return {**DRESSES, **OF_KIND.get(case.kind or "text", {})}


def in_dress(case: Case, text: str, dress: Dress) -> str:
    """Return an answer in a dress, of a dialogue each of its answers; as it stands if the dress does not fit it."""
    if not text:  # a leading zero alone is a number
        return text
    try:
        if case.reply is None:
            return dress(text)
        return answers.join([dress(turn) for turn in answers.split(text)])
    except ValueError:  # int() of what is not a number
        return text


def _changed(right: str, _: str, rng: Random) -> str:
    place = rng.randrange(len(right))
    return right[:place] + rng.choice(NOISE) + right[place + 1 :]


def _left_out(right: str, _: str, rng: Random) -> str:
    place = rng.randrange(len(right))
    return right[:place] + right[place + 1 :]


def _doubled(right: str, _: str, rng: Random) -> str:
    place = rng.randrange(len(right))
    return right[: place + 1] + right[place:]


def _swapped(right: str, _: str, rng: Random) -> str:
    place = rng.randrange(len(right))
    return right[:place] + right[place + 1 : place + 2] + right[place] + right[place + 2 :]


def _inserted(right: str, _: str, rng: Random) -> str:
    place = rng.randrange(len(right) + 1)
    return right[:place] + rng.choice(NOISE) + right[place:]


def _hedged(right: str, other: str, rng: Random) -> str:
    between = rng.choice((" or ", " and ", ", ", "\n", " ", "; ", " / ", " not "))
    return between.join(rng.sample((right, other), 2))


def _doubted(right: str, _: str, rng: Random) -> str:
    return rng.choice(("not {}", "{} or so", "about {}", "{} - 1", "0 {}", "{} x", "{}?", "1{}", "{}%")).format(right)


def _noise(_: str, __: str, rng: Random) -> str:
    return "".join(rng.choices(NOISE, k=rng.randint(1, MOST_NOISE)))


def _another(_: str, other: str, __: Random) -> str:
    return other


CHANGES: Sequence[Callable[[str, str, Random], str]] = (
    _changed,
    _left_out,
    _doubled,
    _swapped,
    _inserted,
    _hedged,
    _doubted,
    _noise,
    _another,
)
