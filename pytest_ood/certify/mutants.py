"""Wrong answers: nearly right ones, and ones that take no thought. A verifier must reject them all."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.arms import SOME, Arms, Drawn, Finding, Findings, judged

MUTANTS_OF_A_CASE = 20
# If a case has several right answers, at most this share of mutants may be right, plus two standard errors.
MAY_BE_RIGHT = 0.1
PUNCTUATION = ".,;:!?'\"()\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
PUNCTUATION += "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
DASHES = "-\N{EN DASH}\N{EM DASH}"
ANOTHER = "another draw's answer"


def mutants(arms: Arms) -> Findings:
    """Check that nearly right answers are wrong."""
    tries = (
        (f"an answer with {kind}", drawn, mutant) for drawn in arms.first(SOME // 2) for kind, mutant in mutated(drawn)
    )
    return report_right(tries, lambda _: True)


def report_right(tries: Iterable[tuple[str, Drawn, str]], lenient: Callable[[str], bool]) -> Findings:
    """Report the kinds of wrong answers that are accepted as right.

    Args:
        tries: the kind of each answer, the case, and the answer.
        lenient: whether answers of a kind may occasionally be right if a case has several right answers.
    """
    tried: Counter[str] = Counter()
    right: dict[str, list[tuple[Drawn, str]]] = {}
    for kind, drawn, given in tries:
        tried[kind] += 1
        # Where draws are judged together, an earlier answer is not right again, not even in other words.
        earlier = [drawn.case.answer, *([given] if kind == ANOTHER else [])]
        if judged(drawn, given, earlier).correct:
            right.setdefault(kind, []).append((drawn, given))
    for kind, pairs in right.items():
        strict = [pair for pair in pairs if _is_unique(pair[0].case) or not lenient(kind)]
        expected = MAY_BE_RIGHT * tried[kind]
        if strict or len(pairs) > expected + 2 * math.sqrt(expected * (1 - MAY_BE_RIGHT)):
            yield Finding(f"{kind} is right in {len(pairs)} of {tried[kind]} cases", *(strict or pairs)[0])


def _is_unique(case: Case) -> bool:
    return case.unique and case.among is None


def mutated(drawn: Drawn) -> Iterator[tuple[str, str]]:
    """Yield answers that differ a little from the right one, each with the kind of change.

    In a dialogue with several right answers only the last turn is changed: the others may not be judged at all.
    """
    case, rng = drawn.case, random.Random(drawn.draw)
    before, last = last_turn(case) if not case.unique else ([], case.answer)
    if not last.strip():
        return
    alphabet = sorted({*last.lower(), *"01x"} - {" ", "\n", "\t"})
    for number in range(MUTANTS_OF_A_CASE):
        kind, mutate = MUTATIONS[number % len(MUTATIONS)]
        mutant = with_last(case, before, mutate(last, rng, alphabet))
        if not same(mutant, case.answer):
            yield kind, mutant


def _changed(text: str, rng: random.Random, alphabet: Sequence[str]) -> str:
    place = _visible(text, rng)
    return text[:place] + rng.choice(alphabet) + text[place + 1 :]


def _dropped(text: str, rng: random.Random, _: Sequence[str]) -> str:
    place = _visible(text, rng)
    return text[:place] + text[place + 1 :]


def _doubled(text: str, rng: random.Random, _: Sequence[str]) -> str:
    place = _visible(text, rng)
    return text[: place + 1] + text[place:]


def _swapped(text: str, rng: random.Random, _: Sequence[str]) -> str:
    place = _visible(text, rng)
    return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]


def _words_swapped(text: str, rng: random.Random, _: Sequence[str]) -> str:
    lines = text.split("\n")
    row = rng.randrange(len(lines))
    lines[row] = " ".join(_exchanged(lines[row].split(), rng))
    return "\n".join(lines)


def _lines_swapped(text: str, rng: random.Random, _: Sequence[str]) -> str:
    return "\n".join(_exchanged(text.split("\n"), rng))


MUTATIONS = (
    ("one character changed", _changed),
    ("one character left out", _dropped),
    ("one character doubled", _doubled),
    ("two neighbouring characters swapped", _swapped),
    ("one character changed", _changed),
    ("two words swapped", _words_swapped),
    ("two lines swapped", _lines_swapped),
)


def _visible(text: str, rng: random.Random) -> int:
    """A place with a character other than white space."""
    while text[place := rng.randrange(len(text))].isspace():
        pass
    return place


def _exchanged(items: list[str], rng: random.Random) -> list[str]:
    """Exchange two of the items, if there are two."""
    if len(items) > 1:
        one, two = rng.sample(range(len(items)), 2)
        items[one], items[two] = items[two], items[one]
    return items


def without_thought(case: Case, other: Case) -> Iterator[tuple[str, str]]:
    """Yield answers to a case that take no thought, each with its kind. Some may happen to be right.

    In a dialogue the last turn is varied and the others stay right. `other` is another case of the arm.
    """
    before, last = last_turn(case)
    _, other_last = last_turn(other)
    yield "an empty answer", ""
    yield "0", "0"
    yield "a row of zeros", "0" * len(case.answer)
    yield "the prompt", case.prompt
    if case.input:
        yield "the input", case.input
    varied = {
        "an empty last turn": "" if before else last,
        "the answer twice": f"{last} {last}",
        "the answer twice without a space": last + last,
        "'not' and the answer": f"not {last}",
        "0 and the answer": f"0 {last}",
        "the answer and an x": f"{last} x",
    }
    if not same(other.answer, case.answer):
        yield ANOTHER, other.answer
        varied["the answer or another draw's"] = f"{last} or {other_last}"
        varied["another draw's answer or the answer"] = f"{other_last} or {last}"
    for name, given in varied.items():
        yield name, with_last(case, before, given)


def same(given: str, answer: str) -> bool:
    """Return whether two answers differ only in what a verifier may ignore.

    That is case, white space and punctuation; in a number, anything that leaves its value unchanged.
    """
    ignored = PUNCTUATION + (DASHES if any(map(str.isalpha, answer)) else "")
    if _plain(given, ignored) == _plain(answer, ignored):
        return True
    try:
        return float(given) == float(answer)
    except ValueError:
        return False


def _plain(text: str, ignored: str) -> str:
    return "".join(text.casefold().split()).translate(dict.fromkeys(map(ord, ignored)))


def last_turn(case: Case) -> tuple[list[str], str]:
    """Return the right answers to all turns but the last, and that to the last; a single question has only the last."""
    *before, last = answers.split(case.answer) if case.reply is not None else [case.answer]
    return before, last


def with_last(case: Case, before: Sequence[str], last: str) -> str:
    """Return the whole answer with another last turn; for a single question, that turn alone."""
    return answers.join([*before, last]) if case.reply is not None else last
