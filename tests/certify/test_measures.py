"""What is measured on both arms, for readers."""

import dataclasses

from pytest_ood import Dialogue, Task, task
from pytest_ood.case import Case
from pytest_ood.certify import Subject
from pytest_ood.certify.baselines import baselines
from pytest_ood.certify.measures import Measures, measure
from pytest_ood.families import grids
from tests.certify.spelling import CONTROL, SHIFT, Rng, labelled, multiples, spelled


@task(control=CONTROL)
def longer(rng: Rng, *, size: int) -> Case:
    """The shifted prompt says more; every other shifted case has a lure that is right."""
    word = spelled(rng, size).input * size
    right = word[::-1]
    loud = right if size > 1 and rng.random() < 0.5 else "x"
    return Case(f"Reverse {word}. Give it.", right, lures={"loud": loud}, input=word, chance=0.25)


@task(control=CONTROL)
def mostly_yes(rng: Rng, *, size: int) -> Case:
    """Yes is right in 7 of 10 shifted cases, and in half of the others."""
    return labelled(rng, size, 0.3 + 0.2 * size, 0.5)


@task(control=CONTROL)
def numbers(rng: Rng, *, size: int) -> Case:
    """A number that stands first in the material, with one digit more in the shift arm."""
    number = int(rng.integers(1000, 9999)) * 10 ** (size - 1)
    return Case(f"Which is first, {number} or 7? Give it.", f"{number}", input=f"{number} 7")


@task(control=CONTROL)
def anew(rng: Rng, *, size: int) -> Case:
    """Many answers are right, each of them once in an arm."""
    return multiples(rng, size, distinct=True)


def measured(which: Task) -> list[Measures]:
    """The measures of both arms."""
    return measure(Subject(which, SHIFT, CONTROL), 100, tokenizers={"words": lambda text: len(text.split())})


def test_lengths_are_means() -> None:
    """Of the prompt in characters and tokens, and of the answer."""
    control, shift = measured(longer)
    assert (control.arm, control.cases, shift.arm, shift.cases) == ("control", 100, "shift", 100)
    assert (control.prompt_characters, shift.prompt_characters) == (26, 34)
    assert control.prompt_tokens == shift.prompt_tokens == {"words": 4}
    assert (control.answer_characters, shift.answer_characters) == (8, 16)
    assert control.answer_digits is None
    assert control.chance == 0.25


def test_a_lure_that_is_right_is_counted() -> None:
    """In the arm in which it is."""
    control, shift = measured(longer)
    assert control.lured_right == 0
    assert 0.35 < shift.lured_right < 0.65


def test_the_size_of_numbers() -> None:
    """In digits, where all answers are numbers; the first part of the material is right."""
    control, shift = measured(numbers)
    assert (control.answer_digits, shift.answer_digits) == (4, 5)
    assert (shift.baseline, shift.baseline_right) == ("its first part", 1)


def test_labels_that_are_out_of_balance() -> None:
    """The commonest answer is the best baseline, right as often as it is expected."""
    _, shift = measured(mostly_yes)
    assert 0.6 < shift.commonest < 0.8
    assert (shift.baseline, shift.baseline_right) == ("the commonest answer", shift.commonest)


def test_an_answer_of_this_case_alone_is_no_baseline() -> None:
    """Where all answers differ, the commonest is unknown before it is asked for."""
    control, _ = measured(longer)
    assert control.commonest == 0.01
    assert control.baseline_right == 0


def test_where_answers_must_differ_an_answer_is_right_once() -> None:
    """Draws that are judged together see what the baseline said before."""
    control, _ = measured(anew)
    assert control.baseline == "another draw's answer"
    assert 0.4 < control.baseline_right < 0.8


def test_one_arm_is_measured_once() -> None:
    """Where both have the same parameters."""
    (only,) = measure(Subject(longer, CONTROL, CONTROL), 5)
    assert (only.arm, only.cases, only.prompt_tokens) == ("control", 5, {})


def test_the_baselines() -> None:
    """Parts are words, or lines where there are several; in a dialogue only the last turn is answered so."""
    case = Case("Sort c a b.", "a b c", input="c a b")
    assert baselines(case, "top", "other") == {
        "nothing": "",
        "the input copied": "c a b",
        "its first part": "c",
        "its last part": "b",
        "the commonest answer": "top",
        "another draw's answer": "other",
    }
    grid = dataclasses.replace(case, input="1 2\n3 4")
    assert [baselines(grid, "", "")[name] for name in ("its first part", "its last part")] == ["1 2", "3 4"]
    dialogue = Dialogue("First a b?", reply=lambda _: None, answers=["yes", "no"], verify=lambda _: True, input="a b")
    assert baselines(dialogue, "", "")["its last part"].split() == ["yes", "b"]


def test_a_shortcut_of_a_bundled_task_that_is_right_is_counted() -> None:
    """Counting each group of letters once is right in some short strings, and in no long one."""
    counting, longer_strings = measure(Subject(grids.counting, {"length": 64}, {"length": 8}), 100)
    assert counting.lured_right > 0 == longer_strings.lured_right
