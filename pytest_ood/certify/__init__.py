"""Certification: are tasks and verifiers what they claim to be? No model is asked: cases are drawn, answers judged.

Each check is a function from the cases of both arms to what it found; `CHECKS` has them by the name under which a table
shows them. What a check can't do because the task or the verifier raises is a finding too.
"""

import importlib
import importlib.util
import itertools
import json
import math
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from statistics import fmean
from types import ModuleType
from typing import Any, NamedTuple

from pytest_ood import answers
from pytest_ood.case import Case, Params, Task
from pytest_ood.text.canonical import canonical, digest
from pytest_ood.verify import Check

# Cases of each arm that are drawn, and how many of them the dearer checks look at.
DRAWS, SOME, AGAIN, ELSEWHERE = 200, 50, 25, 10
MUTANTS_OF_A_CASE = 20
# Of answers that may be right, because several are, at most this share is, give or take two standard errors.
MAY_BE_RIGHT = 0.1
# Findings of one check that are told apart by their words; more are no news.
MOST_FINDINGS = 3
HOSTILE_SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Far from what grows with the length, long before what grows with its square ends.
HOSTILE_SECONDS = 3.0
# Also what a verifier's int(), regular expression or encoder may trip over.
HOSTILE_UNITS = ("0", "9", "-", "1,", "((", "a ", "a\n\n", "\x00", "\x1b[31m", "\ud800", "\N{SUPERSCRIPT TWO}")
ODD = ("\x00", "\ud800", "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT ONE}", "-", "1e5", "NaN", ",", "\u0130", "\\")
# Means may differ by this share of the control's, or by this much.
SHARE, CHARACTERS, DIGITS, LABELS = 0.1, 2.0, 0.5, 0.15
MOST_LABELS = 10
CHANCE_FLOOR = 0.05
STANDARD_ERRORS = 4
LURED = 0.9
# A seed so far from any other that it can share nothing with its neighbours by design.
FAR = 1_000_003
PUNCTUATION = ".,;:!?'\"()\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
PUNCTUATION += "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
DASHES = "-\N{EN DASH}\N{EM DASH}"
ANOTHER = "another draw's answer"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case, and where it comes from."""

    arm: str
    draw: int
    case: Case


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a task.

    check: the name of the check that found it.
    what: one line for a person.
    drawn: a case that shows it, where one does; given: the answer to it.
    """

    check: str
    what: str
    drawn: Drawn | None = None
    given: str | None = None


class Subject(NamedTuple):
    """What is certified: a task with the parameters of both arms."""

    task: Task
    params: Params
    control_params: Params

    def arm(self, name: str) -> Params:
        """The parameters of one arm."""
        return self.control_params if name == "control" else self.params


@dataclass(frozen=True, slots=True)
class Certificate:
    """The faults of a subject; `unchecked` says why it could not be drawn in another process, where it could not."""

    faults: tuple[Fault, ...]
    unchecked: str = ""


class Finding(NamedTuple):
    """A fault before it has the name of its check."""

    what: str
    drawn: Drawn | None = None
    given: str | None = None


class Arms(NamedTuple):
    """The cases that the checks look at."""

    subject: Subject
    seed: int
    control: Sequence[Drawn]
    shift: Sequence[Drawn]

    @property
    def both(self) -> Iterator[Drawn]:
        """All cases."""
        return itertools.chain(self.control, self.shift)

    def some(self, count: int = SOME) -> Iterator[Drawn]:
        """The first cases of each arm."""
        return itertools.chain(self.control[:count], self.shift[:count])


Found = Iterator[Finding]
# Arms that were drawn, by task and parameters: cells of one task often share their control arm.
Kept = dict[tuple[int, str, int], list[Drawn]]


def certify_all(
    subjects: Sequence[Subject], seed: int = 0, progress: Callable[[int], None] = lambda _: None
) -> list[Certificate]:
    """A certificate for each subject, in their order; `progress` is told how many are done."""
    kept: Kept = {}
    faults = []
    for done, subject in enumerate(subjects):
        progress(done)
        faults.append(certify(*subject, seed, kept))
    # A task that draws something else each time does so in another process too.
    drawn = [not {"draws", "repeatable"} & {fault.check for fault in found} for found in faults]
    others = iter(elsewhere(list(itertools.compress(subjects, drawn)), seed))
    found_elsewhere = [next(others) if draws else Certificate(()) for draws in drawn]
    progress(len(subjects))
    return [
        Certificate((*here, *there.faults), there.unchecked)
        for here, there in zip(faults, found_elsewhere, strict=True)
    ]


def certify(task: Task, params: Params, control_params: Params, seed: int = 0, kept: Kept | None = None) -> list[Fault]:
    """What is wrong with a task at these parameters of its shift and its control arm; nothing, if all is well.

    kept: arms drawn before, to which those drawn here are added.
    """
    subject = Subject(task, params, control_params)
    kept = {} if kept is None else kept
    try:
        arms = Arms(subject, seed, _drawn(subject, "control", seed, kept), _drawn(subject, "shift", seed, kept))
    except _Raises as error:
        return [Fault("draws", *error.finding)]
    return [Fault(name, *finding) for name, check in CHECKS.items() for finding in _findings(check, arms)]


class _Raises(Exception):
    """Something of the task's raises, or gives what it must not."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def _findings(check: Callable[[Arms], Found], arms: Arms) -> list[Finding]:
    """The first of what a check finds; one of each kind."""
    found: dict[str, Finding] = {}
    try:
        for finding in check(arms):
            found.setdefault(finding.what, finding)
            if len(found) == MOST_FINDINGS:
                break
    except _Raises as error:
        found.setdefault(error.finding.what, error.finding)
    except Exception as error:
        found.setdefault("", Finding(f"could not be checked: {_named(error)}"))
    return list(found.values())


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


# ---------------------------------------------------------------------------------------------------------------------
# Draws.


def _drawn(subject: Subject, arm: str, seed: int, kept: Kept) -> list[Drawn]:
    params = subject.arm(arm)
    key = (id(subject.task), canonical(dict(params)), seed)
    if key not in kept:
        kept[key] = [Drawn(arm, draw, _draw(subject, arm, seed, draw)) for draw in range(DRAWS)]
    return kept[key]


def _draw(subject: Subject, arm: str, seed: int, draw: int) -> Case:
    where = f"{arm} arm, seed {seed}, draw {draw}"
    try:
        case = subject.task.draw(subject.arm(arm), seed, draw)
    except Exception as error:
        raise _Raises(Finding(f"can't be drawn: {_named(error)} ({where})")) from error
    wrong = _mistyped(case)
    if wrong:
        raise _Raises(Finding(f"{wrong} ({where})"))
    return case


def _mistyped(case: Case) -> str:
    """Which part of a case is not what `Case` says, if any."""
    for name in ("prompt", "answer", "input"):
        if not isinstance(getattr(case, name), str):
            return f"the {name} of the case is {type(getattr(case, name)).__name__}, not text"
    if not isinstance(case.lures, Mapping) or not all(isinstance(text, str) for text in _flat(case.lures.items())):
        return "the lures of the case are no mapping from names to texts"
    for name in ("rejected", "turns", "choices"):
        value = getattr(case, name)
        if type(value) is not int or value < (name == "turns"):
            return f"{name}={value!r} ({type(value).__name__}): must be a whole number from {int(name == 'turns')} on"
    if not isinstance(case.chance, (int, float)) or not 0 <= case.chance <= 1:
        return f"chance={case.chance!r}: must be a number from 0 to 1"
    return _mistyped(case.comprehension) if case.comprehension is not None else ""


def _flat(pairs: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
    return itertools.chain.from_iterable(pairs)


def _said(case: Case) -> list[Any]:
    """What a dialogue says to each of the oracle's answers."""
    assert case.reply is not None
    turns = answers.split(case.answer)
    try:
        return [case.reply(turns[: count + 1]) for count in range(len(turns))]
    except Exception as error:  # the check of dialogues says so; here it is one more thing that must not change
        return [_named(error)]


def _fingerprint(case: Case) -> dict[str, Any]:
    """All of a case that is data, by name."""
    return {
        "prompt": case.prompt,
        "answer": case.answer,
        "lures": [list(pair) for pair in case.lures.items()],
        "input": case.input,
        "unique": case.unique,
        "rejected": case.rejected,
        "chance": case.chance,
        "comprehension": None if case.comprehension is None else _fingerprint(case.comprehension),
        "reply": None if case.reply is None else _said(case),
        "turns": case.turns,
        "choices": case.choices,
    }


def repeatable(arms: Arms) -> Found:
    """The same draw is the same case, also in another order and with other draws in between."""
    for drawn in _flat(zip(reversed(arms.shift[:AGAIN]), arms.control[:AGAIN], strict=True)):
        before, after = (
            _fingerprint(case) for case in (drawn.case, _draw(arms.subject, drawn.arm, arms.seed, drawn.draw))
        )
        differs = [name for name, value in before.items() if after[name] != value]
        if differs:
            yield Finding(
                f"drawn again, the same draw has another {differs[0]}: everything must come from `rng`", drawn
            )


# ---------------------------------------------------------------------------------------------------------------------
# Cases and their right answers.


def form(arms: Arms) -> Found:
    """The texts can be asked and read back."""
    for drawn in arms.both:
        yield from _form(drawn)


def _form(drawn: Drawn) -> Found:
    case = drawn.case
    if answers.OPEN in case.prompt or answers.CLOSE in case.prompt:
        yield Finding("the prompt mentions the answer tags, which a strategy adds", drawn)
    if not case.prompt.strip():
        yield Finding("the prompt is empty", drawn)
    turns = answers.split(case.answer) if case.reply is not None else [case.answer]
    if not all(turns):
        yield Finding("the answer is empty", drawn)
    elif [answers.read(answers.wrap(turn)) for turn in turns] != turns:
        yield Finding("the answer does not survive being read from between answer tags: strip it, keep tags out", drawn)
    elif case.reply is not None and answers.join(turns) != case.answer:
        yield Finding("the answers of the dialogue's turns are not put together by answers.join", drawn)
    if not (case.input in case.prompt or all(word in case.prompt for word in case.input.split())):
        yield Finding("the input is not in the prompt", drawn, case.input)
    try:
        f"{case.prompt}{case.answer}{case.input}{''.join(case.lures.values())}".encode()
    except UnicodeEncodeError:
        yield Finding("a text of the case is no Unicode: it has half a surrogate pair", drawn)


def oracle(arms: Arms) -> Found:
    """The answer of a case passes its own verifier and is no lure."""
    for drawn in arms.both:
        yield from _oracle(drawn)


def _oracle(drawn: Drawn) -> Found:
    case = drawn.case
    if not _judged(drawn, case.answer).correct:
        yield Finding("the case's own answer is wrong", drawn, case.answer)
    elif (name := case.lure(case.answer)) is not None:
        yield Finding(f"the case's own answer is counted as the lure {name!r}", drawn, case.answer)


def _judged(drawn: Drawn, given: str, earlier: Sequence[str] = ()) -> Check:
    try:
        return drawn.case.check(given, earlier)
    except Exception as error:
        raise _Raises(Finding(f"the verifier raises {_named(error)}", drawn, given)) from error


# ---------------------------------------------------------------------------------------------------------------------
# Wrong answers.


def lures(arms: Arms) -> Found:
    """Each is wrong, known by its name, unlike the others; nearly every case of the shift arm has one."""
    for drawn in arms.both:
        yield from _lures(drawn)
    lured = sum(bool(drawn.case.lures) for drawn in arms.shift)
    if lured < LURED * len(arms.shift):
        bare = next(drawn for drawn in arms.shift if not drawn.case.lures)
        yield Finding(f"only {lured} of {len(arms.shift)} cases of the shift arm have a lure", bare)


def _lures(drawn: Drawn) -> Found:
    case = drawn.case
    for name, given in case.lures.items():
        if _judged(drawn, given).correct:
            yield Finding(f"the lure {name!r} is right: leave it out where it is the answer", drawn, given)
        elif case.lure(given) != name:
            yield Finding(f"the lure {name!r} is the same as the lure {case.lure(given)!r}", drawn, given)


def mutants(arms: Arms) -> Found:
    """Answers that are nearly right are wrong."""
    return _all_wrong(
        (
            (f"an answer with {kind}", drawn, mutant)
            for drawn in arms.some(SOME // 2)
            for kind, mutant in mutated(drawn)
        ),
        lambda _: True,
    )


def mutated(drawn: Drawn) -> Iterator[tuple[str, str]]:
    """Answers that differ a little from the right one, each with what was done to it.

    Of a dialogue with several right answers only the last turn is touched: the others need not be held to anything.
    """
    case, rng = drawn.case, random.Random(drawn.draw)
    before, last = _last_turn(case) if not case.unique else ([], case.answer)
    alphabet = sorted({*last.lower(), *"01x"} - {" ", "\n", "\t"})
    for number in range(MUTANTS_OF_A_CASE):
        kind, mutate = MUTATIONS[number % len(MUTATIONS)]
        mutant = _whole(case, before, mutate(last, rng, alphabet))
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
    """A place that holds no white space."""
    while text[place := rng.randrange(len(text))].isspace():
        pass
    return place


def _exchanged(items: list[str], rng: random.Random) -> list[str]:
    """Two of the items have changed places, if there are two."""
    if len(items) > 1:
        one, two = rng.sample(range(len(items)), 2)
        items[one], items[two] = items[two], items[one]
    return items


def same(given: str, answer: str) -> bool:
    """Whether two answers differ in no more than what a verifier may overlook.

    Case, white space, punctuation; in a number anything that leaves its value.
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


def _last_turn(case: Case) -> tuple[list[str], str]:
    """The answers of a dialogue before the last one, and the last; without a dialogue nothing, and the answer."""
    *before, last = answers.split(case.answer) if case.reply is not None else [case.answer]
    return before, last


def _whole(case: Case, before: Sequence[str], last: str) -> str:
    return answers.join([*before, last]) if case.reply is not None else last


def _all_wrong(tries: Iterable[tuple[str, Drawn, str]], lenient: Callable[[str], bool]) -> Found:
    """What should be wrong and is right, by its name.

    lenient: whether answers of this name may now and then be right where a case has several right answers.
    """
    tried: Counter[str] = Counter()
    right: dict[str, list[tuple[Drawn, str]]] = {}
    for name, drawn, given in tries:
        tried[name] += 1
        # Where draws are judged together: what has been answered before, also in other words, is no answer again.
        earlier = [drawn.case.answer, *([given] if name == ANOTHER else [])]
        if _judged(drawn, given, earlier).correct:
            right.setdefault(name, []).append((drawn, given))
    for name, found in right.items():
        strict = [pair for pair in found if _is_unique(pair[0].case) or not lenient(name)]
        expected = MAY_BE_RIGHT * tried[name]
        if strict or len(found) > expected + 2 * math.sqrt(expected * (1 - MAY_BE_RIGHT)):
            yield Finding(f"{name} is right in {len(found)} of {tried[name]} cases", *(strict or found)[0])


def _is_unique(case: Case) -> bool:
    return case.unique and case.among is None


def trivial(arms: Arms) -> Found:
    """Answers that take no thought, or cover more than one, are wrong."""
    return _all_wrong(_trivial([arms.control[: SOME + 1], arms.shift[: SOME + 1]]), lambda name: name == ANOTHER)


def _trivial(rows: Iterable[Sequence[Drawn]]) -> Iterator[tuple[str, Drawn, str]]:
    for row in rows:
        for drawn, other in itertools.pairwise(row):
            for name, given in _without_thought(drawn.case, other.case):
                if not same(given, drawn.case.answer):
                    yield name, drawn, given


def _without_thought(case: Case, other: Case) -> Iterator[tuple[str, str]]:
    """What takes no thought to answer, by name. Of a dialogue the last turn is varied, the others stay right."""
    before, last = _last_turn(case)
    _, other_last = _last_turn(other)
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
        yield name, _whole(case, before, given)


def hostile(arms: Arms) -> Found:
    """A long or strange answer is refused at once, and nothing raises."""
    drawn = arms.shift[0]
    answer = drawn.case.answer
    for odd in ODD:
        for given in (odd, answer[:-1] + odd, odd + answer[1:], f"{answer}\n{odd}"):
            _judged(drawn, given)
    units = (*HOSTILE_UNITS, answer, f"{answer} ", f"{answer}\n", f"{answer}\n\n", f"{answer[:1]} ", answer[-1:])
    for unit in units:
        # From short to long, so that time that grows with the square is told before it lasts for hours.
        for size in HOSTILE_SIZES:
            given = (unit * (size // len(unit) + 1))[:size].strip()
            seconds, check = _timed(drawn, given)
            if check.correct and not same(given, answer):
                yield Finding(f"{size:,} characters of {unit[:20]!r} are right", drawn, given)
            if seconds > HOSTILE_SECONDS:
                yield Finding(f"the verifier takes {seconds:.1f} s for {size:,} characters", drawn, given)
                return


def _timed(drawn: Drawn, given: str) -> tuple[float, Check]:
    """The seconds of processor time that a check takes: a busy machine is no fault of a task's."""
    began = time.thread_time()
    check = _judged(drawn, given)
    return time.thread_time() - began, check


def detail(arms: Arms) -> Found:
    """What a verifier says of an answer is JSON, its scores are shares."""
    for drawn, other in itertools.pairwise(arms.shift[: AGAIN + 1]):
        case = drawn.case
        given_answers = [case.answer, "", "0", f"{case.answer} x", other.case.answer, case.prompt, *case.lures.values()]
        for given in [*given_answers, *(mutant for _, mutant in mutated(drawn))]:
            yield from _detail(drawn, given, _judged(drawn, given))


def _detail(drawn: Drawn, given: str, check: Check) -> Found:
    correct: Any = check.correct
    if not isinstance(correct, bool):
        yield Finding(f"the verifier says {type(correct).__name__}, not True or False", drawn, given)
    try:
        canonical(dict(check.detail))
    except (TypeError, ValueError) as error:
        yield Finding(f"the detail of an answer is not JSON: {_named(error)}", drawn, given)
    for name, score in check.scores.items():
        number = isinstance(score, (int, float)) and not isinstance(score, bool)
        if not isinstance(name, str) or not number or not 0 <= score <= 1:
            yield Finding(f"the score {name!r} of an answer is no number from 0 to 1", drawn, given)


# ---------------------------------------------------------------------------------------------------------------------
# Both arms together.


def matched(arms: Arms) -> Found:
    """The arms differ in nothing that the task does not declare."""
    declared = arms.subject.task.declared
    sides = [[drawn.case for drawn in arm] for arm in (arms.control, arms.shift)]
    if "prompt" not in declared:
        yield from _means("prompts", "characters", CHARACTERS, *([len(case.prompt) for case in arm] for arm in sides))
    texts = [[case.answer for case in arm] for arm in sides]
    if "answer" not in declared:
        yield from _means("answers", "characters", CHARACTERS, *([len(text) for text in arm] for arm in texts))
        if all(_is_whole(text) for text in _flat(zip(*texts, strict=True))):
            yield from _means("answers", "digits", DIGITS, *([len(text.lstrip("+-")) for text in arm] for arm in texts))
    if "labels" not in declared:
        yield from _labels(*map(Counter, texts))


def _is_whole(text: str) -> bool:
    digits = text.lstrip("+-")
    return digits.isascii() and digits.isdigit()


def _means(what: str, unit: str, free: float, control: Sequence[int], shift: Sequence[int]) -> Found:
    familiar, moved = fmean(control), fmean(shift)
    if abs(familiar - moved) > max(SHARE * familiar, free):
        name = what.removesuffix("s")
        yield Finding(
            f"{what} have {familiar:.1f} {unit} on average in the control arm and {moved:.1f} in the shift arm:"
            f" match them, or declare {name!r}"
        )


def _labels(control: Counter[str], shift: Counter[str]) -> Found:
    labels = sorted(control | shift)
    if len(labels) > MOST_LABELS:
        return
    for label in labels:
        familiar, moved = control[label] / control.total(), shift[label] / shift.total()
        if abs(familiar - moved) > LABELS:
            yield Finding(
                f"the answer {label!r} is right in {familiar:.0%} of the control arm and {moved:.0%} of the shift arm:"
                " match them, or declare 'labels'"
            )


def moved(arms: Arms) -> Found:
    """Something differs between the arms."""
    pairs = [
        ((control.case.prompt, control.case.answer), (shift.case.prompt, shift.case.answer))
        for control, shift in zip(arms.control, arms.shift, strict=True)
    ]
    if all(control == shift for control, shift in pairs):
        yield Finding("control and shift have the same prompts and answers: nothing is moved", arms.shift[0])


def chance(arms: Arms) -> Found:
    """Always giving one answer is right no more often than the cases say."""
    for arm in (arms.control, arms.shift):
        stated = fmean(drawn.case.chance for drawn in arm)
        guess = max(stated, CHANCE_FLOOR)
        most = guess + STANDARD_ERRORS * math.sqrt(guess * (1 - guess) / len(arm))
        for answer, _ in Counter(drawn.case.answer for drawn in arm).most_common(2):
            share = fmean(_judged(drawn, answer, [answer][: drawn.draw]).correct for drawn in arm)
            if share > most:
                yield Finding(
                    f"always answering {answer!r} is right in {share:.0%} of cases, the cases state a chance of"
                    f" {stated:.0%}",
                    arm[0],
                    answer,
                )
                return


def seeds(arms: Arms) -> Found:
    """Neighbouring seeds share no more cases than any two, and draws differ."""
    prompts = [drawn.case.prompt for drawn in arms.shift]
    if len(set(prompts)) == 1:
        yield Finding(f"all {len(prompts)} draws have the same prompt", arms.shift[0])
        return
    own = prompts[: DRAWS // 2]
    near, far = (
        _shared(own, [_draw(arms.subject, "shift", arms.seed + away, draw).prompt for draw in range(len(own))])
        for away in (1, FAR)
    )
    if near > far + STANDARD_ERRORS * math.sqrt(far + 1):
        yield Finding(
            f"{near} of {len(own)} draws of seed {arms.seed} come again in seed {arms.seed + 1}, {far} in a far one:"
            " seeds and draws must not be added up"
        )


def _shared(one: Sequence[str], two: Sequence[str]) -> int:
    """How many prompts are the same at the same place, or at the next one on either side; the most of these."""
    return max(sum(map(str.__eq__, one, two)), sum(map(str.__eq__, one[1:], two)), sum(map(str.__eq__, one, two[1:])))


# ---------------------------------------------------------------------------------------------------------------------
# Dialogues and questions on the rule.


def dialogue(arms: Arms) -> Found:
    """The right answers and every lure play through, and whatever is answered the dialogue ends."""
    for drawn in arms.some(AGAIN):
        if drawn.case.reply is not None:
            yield from _played(drawn, "the right answers", drawn.case.answer)
            for name, given in drawn.case.lures.items():
                yield from _played(drawn, f"the answers of the lure {name!r}", given)
            yield from _stubborn(drawn)


def _played(drawn: Drawn, whose: str, given: str) -> Found:
    """Whether the dialogue ends with the last of these answers, and neither before nor after."""
    turns = answers.split(given)
    said = [_reply(drawn, turns[:count]) for count in range(1, len(turns) + 1)]
    if len(turns) > drawn.case.turns:
        yield Finding(f"{whose} take {len(turns)} turns, the case allows {drawn.case.turns}", drawn, given)
    if None in said[:-1]:
        yield Finding(f"the dialogue is over before the last of {whose}", drawn, given)
    elif said[-1] is not None:
        yield Finding(f"the dialogue goes on after the last of {whose}", drawn, given)
    if said != [_reply(drawn, turns[:count]) for count in range(len(turns), 0, -1)][::-1]:
        yield Finding("the same answers get another reply: it must depend on nothing else", drawn, given)
    for text in said:
        if text is not None and (not text.strip() or answers.OPEN in text or answers.CLOSE in text):
            yield Finding("a reply is empty or mentions the answer tags", drawn, given)


def _stubborn(drawn: Drawn) -> Found:
    for odd in ("x", "", "0", *ODD):
        if _reply(drawn, [odd] * drawn.case.turns) is not None:
            yield Finding(f"the dialogue goes on after {drawn.case.turns} answers, the most it can have", drawn, odd)
            return


def _reply(drawn: Drawn, turns: Sequence[str]) -> str | None:
    reply: Any = drawn.case.reply
    try:
        said: Any = reply(list(turns))
    except Exception as error:
        raise _Raises(Finding(f"the reply raises {_named(error)}", drawn, answers.join(turns))) from error
    if not isinstance(said, str | None):
        raise _Raises(Finding(f"the reply is {type(said).__name__}, not text or None", drawn, answers.join(turns)))
    return said


def comprehension(arms: Arms) -> Found:
    """The question on the rule is a sound case too."""
    rows = [
        [
            Drawn(f"comprehension question of the {drawn.arm}", drawn.draw, drawn.case.comprehension)
            for drawn in arm[:AGAIN]
            if drawn.case.comprehension is not None
        ]
        for arm in (arms.control, arms.shift)
    ]
    for drawn in itertools.chain(*rows):
        yield from _form(drawn)
        yield from _oracle(drawn)
        yield from _lures(drawn)
    yield from _all_wrong(_trivial(rows), lambda name: name == ANOTHER)


CHECKS: dict[str, Callable[[Arms], Found]] = {
    "repeatable": repeatable,
    "form": form,
    "oracle": oracle,
    "lures": lures,
    "mutants": mutants,
    "trivial": trivial,
    "hostile": hostile,
    "detail": detail,
    "matched": matched,
    "moved": moved,
    "chance": chance,
    "seeds": seeds,
    "dialogue": dialogue,
    "comprehension": comprehension,
}


# ---------------------------------------------------------------------------------------------------------------------
# In another process.


def elsewhere(subjects: Sequence[Subject], seed: int) -> list[Certificate]:
    """Whether another process, with other hashes, draws the same cases: all in one, as each costs its imports."""
    if not subjects:
        return []
    asked = {"path": sys.path, "seed": seed, "subjects": [_address(subject) for subject in subjects]}
    path = os.pathsep.join(map(str, filter(None, sys.path)))
    # Any but the one that this process has, should it have one.
    hash_seed = "4242" if os.environ.get("PYTHONHASHSEED") != "4242" else "4243"
    ran = subprocess.run(
        [sys.executable, "-c", "from pytest_ood.certify import main; main()"],
        input=json.dumps(asked, default=str),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
    )
    try:
        answered = json.loads(ran.stdout.rpartition("\n")[2])
    except ValueError:
        last = ran.stderr.strip().rpartition("\n")[2]
        return [Certificate((), f"the other process ended early: {last}")] * len(subjects)
    return [_compared(subject, seed, there) for subject, there in zip(subjects, answered, strict=True)]


def _address(subject: Subject) -> dict[str, Any]:
    module = subject.task.function.__module__
    file = getattr(sys.modules.get(module), "__file__", None)
    return {
        "module": module,
        "name": subject.task.function.__qualname__,
        "file": file,
        "params": dict(subject.params),
        "control_params": dict(subject.control_params),
    }


def _compared(subject: Subject, seed: int, there: Any) -> Certificate:
    if isinstance(there, str):
        return Certificate((), there)
    here = _digests(subject, seed)
    for arm, draw in itertools.product(("control", "shift"), range(ELSEWHERE)):
        if here[arm][draw] != there[arm][draw]:
            raised = f": there it raises {there['raised']}" if there["raised"] else ""
            drawn = Drawn(arm, draw, _draw(subject, arm, seed, draw))
            what = f"in another process, with other hashes of texts, the same draw is another case{raised}"
            return Certificate((Fault("process", what, drawn),))
    return Certificate(())


def _digests(subject: Subject, seed: int) -> dict[str, Any]:
    """The digests of the first cases of both arms; empty ones from where on the task raises."""
    found: dict[str, Any] = {"control": [""] * ELSEWHERE, "shift": [""] * ELSEWHERE, "raised": ""}
    try:
        for arm, draw in itertools.product(("control", "shift"), range(ELSEWHERE)):
            found[arm][draw] = digest(canonical(_fingerprint(subject.task.draw(subject.arm(arm), seed, draw))))
    except Exception as error:
        found["raised"] = _named(error)
    return found


def main() -> None:
    """The other process: reads addresses of tasks, writes the digests of their cases, or why there are none."""
    asked = json.load(sys.stdin)
    sys.path[:] = asked["path"]
    # What the tasks' modules print is not the answer.
    answer, sys.stdout = sys.stdout, sys.stderr
    found: list[Any] = []
    for address in asked["subjects"]:
        try:
            task = _imported(address)
        except Exception as error:
            found.append(f"{address['module']}.{address['name']} can't be imported: {_named(error)}")
            continue
        found.append(_digests(Subject(task, address["params"], address["control_params"]), asked["seed"]))
    answer.write("\n" + json.dumps(found))


def _imported(address: Mapping[str, Any]) -> Task:
    """The task of this name, from a module that is found by its name or else by its file."""
    found: Any = _module(address["module"], address["file"])
    for part in address["name"].split("."):
        found = getattr(found, part)
    if not isinstance(found, Task):
        raise ImportError(f"{address['name']} is {type(found).__name__} there")
    return found


def _module(name: str, file: str | None) -> ModuleType:
    """The module of this name; where that is nowhere to be found, or elsewhere than in this file, from the file."""
    module = sys.modules.get(name)
    if module is not None and module.__file__ == file:
        return module
    spec = _spec(name) if module is None else None
    if file is None or (spec is not None and spec.origin == file):
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no module")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except ImportError:  # a package that it would be in is nowhere to be found
        return None
