"""The game of guesses, played and marked again by counting letters, from what prompts and replies say."""

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.families.chains.wordle import FEWEST, MOST, check_play, check_round, wordle
from pytest_ood.families.chains.wordle_feedback import agreeing_words, marks
from pytest_ood.families.english import accepted, frequent_words

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (wordle, {"mode": "play"}, "5528596334b98148579edf9998264554c5ccdc729ff4855918556a55b7c1066f"),
]
FREQUENT = frequent_words()
ACCEPTED = sorted(word for word in accepted() if len(word) == 5)
FIVE = st.one_of(st.sampled_from(ACCEPTED), st.text("abe", min_size=5, max_size=5))


def counted(guess, secret):
    """The marks by counting: of each letter as many are not gray as the secret word has, green ones before others."""
    found = []
    for place, letter in enumerate(guess):
        if secret[place] == letter:
            found.append("green")
            continue
        greens = sum(a == b == letter for a, b in zip(guess, secret, strict=True))
        before = sum(guess[i] == letter != secret[i] for i in range(place))
        found.append("yellow" if before < secret.count(letter) - greens else "gray")
    return found


def understood(text):
    """The guess and its marks as a prompt or a reply tells them."""
    (guess, marks), *more = re.findall(r"^([a-z]{5}): ((?:[a-z] (?:green|yellow|gray)(?:, |$)){5})", text, re.MULTILINE)
    assert not more
    letters, found = zip(*(mark.split() for mark in marks.split(", ")), strict=True)
    assert guess == "".join(letters)
    return guess, list(found)


def drawn(mode, seed, draw):
    """A case of a mode."""
    return wordle.draw({"mode": mode}, seed, draw)


@settings(max_examples=1000, deadline=None)
@given(FIVE, FIVE)
def test_marks_by_counting(guess, secret):
    """Marks are those that counting letters gives, also where letters repeat."""
    assert counted(guess, secret) == list(marks(guess, secret))


@pytest.mark.parametrize(
    ("guess", "secret", "expected"),
    [
        ("speed", "abide", "gray gray yellow gray yellow"),
        ("speed", "erase", "yellow gray yellow yellow gray"),
        ("speed", "steal", "green gray green gray gray"),
        ("speed", "crepe", "gray yellow green yellow gray"),
        ("allee", "apple", "green yellow gray gray green"),
        ("llama", "label", "green yellow yellow gray gray"),
        ("eerie", "there", "yellow gray yellow gray green"),
    ],
)
def test_marks_of_repeated_letters(guess, secret, expected):
    """Known feedback of the game for guesses in which a letter repeats."""
    assert expected.split() == list(marks(guess, secret))


def test_agreeing_words_by_trying_all():
    """The words that feedback leaves are those that would get it, tried one by one."""
    rng = random.Random(3)
    for _ in range(15):
        guess, secret = rng.choice(ACCEPTED), rng.choice(FREQUENT)
        expected = [word for word in FREQUENT if counted(guess, word) == counted(guess, secret)]
        assert expected == agreeing_words(guess, marks(guess, secret))


def test_one_round_takes_every_agreeing_word_and_no_other():
    """Of all words exactly those are right that would have got the first guess the feedback that the prompt tells."""
    for draw in range(6):
        case = drawn("one_round", 1, draw)
        guess, marks = understood(case.prompt)
        assert guess == case.input
        right = {word for word in ACCEPTED if counted(guess, word) == marks}
        assert case.answer in right
        assert right == {word for word in ACCEPTED if case.check(word).correct}
        assert FEWEST <= len(right.intersection(FREQUENT)) <= MOST
        assert case.check(f" {case.answer.upper()}\n").correct


def test_detail_of_one_round():
    """The first mark that would be another, or that it is no word, and how the share of agreeing guesses comes out."""
    check = check_round("crate", first="trace", marked=marks("trace", "react"))
    assert not check.correct
    assert dict(check.detail) == {"first_wrong": 1, "got": "yellow", "would_get": "green"}
    assert dict(check.scores) == {"consistent": 0.0}
    assert dict(check_round("react", "trace", marks("trace", "react")).scores) == {"consistent": 1.0}
    for text in ("", "cat", "xxxxx", "two words", "a" * 50, "reacts"):
        check = check_round(text, "trace", marks("trace", "react"))
        assert dict(check.detail) == {"not_a_word": text[:20]}


def test_a_game_played_from_its_messages():
    """A player who sees only prompts and replies, and keeps to all feedback, ends the game as the verifier sees it."""
    found = 0
    for draw in range(40):
        case = drawn("play", 4, draw)
        rng = random.Random(draw)
        learnt, guesses, told = [], [], case.prompt
        while told is not None:
            learnt.append(understood(told))
            if guesses:
                assert learnt[-1][0] == guesses[-1]
                assert f"You have {5 - len(guesses)} more guess" in told
            left = [word for word in FREQUENT if all(counted(old, word) == marks for old, marks in learnt)]
            guesses.append(rng.choice(left))
            told = case.reply(guesses)
            assert told == case.reply(tuple(guesses))
        check = case.check(answers.join(guesses))
        assert check.correct == (len(left) == 1 or case.reply([guesses[-1]]) is None)
        assert dict(check.detail) == {"guesses": len(guesses), "not_words": [], "inconsistent": []}
        assert dict(check.scores) == {"consistent": 1.0}
        found += check.correct
    assert found > 30


def test_the_oracle_plays_honestly():
    """Two or three guesses of frequent words, each agreeing with all feedback before it, the last the secret word."""
    lengths = set()
    for draw in range(200):
        case = drawn("play", 0, draw)
        guesses = answers.split(case.answer)
        lengths.add(len(guesses))
        secret = guesses[-1]
        assert understood(case.prompt) == (case.input, counted(case.input, secret))
        learnt = [case.input]
        for guess in guesses:
            assert guess in FREQUENT
            assert all(counted(old, guess) == counted(old, secret) for old in learnt)
            learnt.append(guess)
        assert case.check(case.answer).correct
        assert drawn("one_round", 0, draw).answer == secret
        assert drawn("one_round", 0, draw).input == case.input
    assert lengths == {2, 3}


def test_lures_contradict_feedback():
    """Every guess of the lures contradicts the first feedback, and they last for the whole game."""
    for draw in range(100):
        case = drawn("play", 0, draw)
        first, marks = understood(case.prompt)
        assert list(case.lures) == ["ignores_feedback", "repeated_guess"]
        for name, lure in case.lures.items():
            guesses = answers.split(lure)
            assert len(guesses) == 5 == case.turns
            assert (set(guesses) == {first}) if name == "repeated_guess" else (len(set(guesses)) == 5)
            assert all(guess in FREQUENT and counted(first, guess) != marks for guess in guesses)
            assert [bool(case.reply(guesses[:turn])) for turn in range(1, 6)] == [True] * 4 + [False]
            check = case.check(lure)
            assert not check.correct
            assert check.detail["inconsistent"] == [[guess, 1] for guess in guesses]
            assert dict(check.scores) == {"consistent": 0.0}
        for lure in drawn("one_round", 0, draw).lures.values():
            assert counted(first, lure) != marks


def play(*guesses, first="trace", secret="crane"):
    """What the verifier says to these guesses."""
    return check_play(guesses, first=first, secret=secret)


def test_right_is_who_finds_the_word_in_time():
    """The secret word must come last, once, and among five guesses."""
    others = ["grace", "brace", "peach", "zzzzz"]
    assert play("crane").correct
    assert play(" CRANE ").correct
    assert play(*others, "crane").correct
    for wrong in (others, [*others, "great", "crane"], ["crane", "grace"], ["crane", "crane"], ["cranes"], ["crane x"]):
        assert not play(*wrong).correct
    assert dict(play(*others, "great", "crane").detail) == {"guesses": 6}
    assert dict(play("crane" * 3000).detail) == {"answer_length": 15_000}


def test_detail_of_a_game():
    """Guesses that are no words, guesses that contradict feedback and whose, and the share that does neither."""
    # Of crane, trace has told that its c is elsewhere; grace and brace leave it where it was.
    check = play("grace", "zzzzz", "brace", "crane")
    assert check.correct
    assert dict(check.detail) == {"guesses": 4, "not_words": ["zzzzz"], "inconsistent": [["grace", 1], ["brace", 1]]}
    assert dict(check.scores) == {"consistent": 0.25}
    # Of crane, proud has told the r only; crank tells that there is an n, and crate that the e comes last.
    check = play("crank", "crate", "crane", first="proud")
    assert check.correct
    assert dict(check.detail) == {"guesses": 3, "not_words": [], "inconsistent": [["crate", 2]]}
    assert dict(check.scores) == {"consistent": pytest.approx(2 / 3)}
    assert play("crate", "grave", first="proud").detail["inconsistent"] == [["grave", 2]]
    assert play("zzzzz", "crate", "grave", first="proud").detail["inconsistent"] == [["grave", 3]]
    assert dict(play("x" * 99).detail)["not_words"] == ["x" * 20]
    json.dumps(dict(check.detail))


def test_replies():
    """Feedback and the guesses that are left; a guess that is no word counts; nothing once it is found or over."""
    case = drawn("play", 0, 0)
    secret = answers.split(case.answer)[-1]
    unknown = "Your guess is not a five-letter word on the list."
    for odd in ("xxxxx", "", "cat", "two words", "<answer>", "a" * 10_000):
        assert case.reply([odd]) == f"{unknown}\n\nYou have 4 more guesses. Give your next guess, the word only."
    said = case.reply(["xxxxx", case.input, "", case.input.upper()])
    assert understood(said) == understood(case.prompt)
    assert said.endswith("You have 1 more guess. Give your next guess, the word only.")
    assert case.reply([secret.upper()]) is None
    assert case.reply(["xxxxx"] * 5) is None
    assert case.reply(["xxxxx"] * 7) is None


def test_a_hostile_answer_is_refused():
    """Ten million letters, lines or turns are no play."""
    case = drawn("play", 0, 0)
    for unit in ("a", "\n", "\n\n", case.answer + "\n\n", "\x00"):
        assert not case.check(unit * (10_000_000 // len(unit))).correct


def test_pairs_match():
    """Same first guess and feedback, prompts of nearly the same length, answers that grow by whole guesses."""
    for draw in range(1000):
        control, shift = drawn("one_round", 0, draw), drawn("play", 0, draw)
        assert control.input == shift.input
        assert control.rejected == shift.rejected
        assert understood(control.prompt) == understood(shift.prompt)
        assert len(shift.prompt) == pytest.approx(len(control.prompt), rel=0.05)
        assert len(control.answer) == 5
        assert len(shift.answer) in (12, 19)


def test_blind_guesses():
    """No word given blindly agrees with the first feedback more often than the chance that is stated, but for noise."""
    cases = [drawn("one_round", 2, draw) for draw in range(1000)]
    assert {0.02} == {case.chance for case in cases}
    blind = max(sum(case.check(word).correct for case in cases) for word in random.Random(0).sample(FREQUENT, 100))
    assert blind < 35
    assert drawn("play", 0, 0).chance == 0


def test_secrets_are_words_that_people_know():
    """Neither the secret word nor the first guess is one of the rare ones; those count as guesses all the same."""
    rare = {"haler", "uteri", "celli", "hajji", "qualm"}
    assert rare <= set(ACCEPTED)
    for draw in range(500):
        case = drawn("one_round", 3, draw)
        assert {case.answer, case.input} <= set(FREQUENT)
        assert not {case.answer, case.input} & rare


def test_bad_parameters():
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match="mode='rounds': must be one of 'one_round', 'play'"):
        drawn("rounds", 0, 0)
