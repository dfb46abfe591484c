"""Other wordings of the bundled tasks state the same things, at about the same length."""

import re

import pytest

from pytest_ood.families import tasks

WORDED = [task for task in tasks() if task.wordings > 1]
# How much longer the longest wording may be than the shortest.
LONGER = 1.5


def asked(task, control, draw, **way):
    """A case of one arm, asked in some way."""
    return task.draw({**(task.control if control else {}), **way}, 11, draw)


@pytest.mark.parametrize("task", WORDED, ids=lambda task: task.name)
def test_each_wording_states_the_same_material(task):
    """Each line of it, and every number; the words around it may differ."""
    for control in (True, False):
        for draw in range(10):
            first, *others = [asked(task, control, draw, wording=number) for number in range(task.wordings)]
            numbers = set(re.findall(r"\d+", first.prompt))
            for case in others:
                assert set(re.findall(r"\d+", case.prompt)) == numbers
                # Classic puzzles are themselves told in other words, and solved from them in their own tests.
                if case.input == first.input:
                    assert set(re.findall(r"\w+", first.input)) <= set(re.findall(r"\w+", case.prompt))
            lengths = [len(case.prompt) for case in (first, *others)]
            assert max(lengths) <= LONGER * min(lengths)


@pytest.mark.parametrize("task", [task for task in tasks() if "spaced" in task.parameters], ids=lambda task: task.name)
def test_letters_set_apart_are_the_same_letters(task):
    """In the order in which they stand otherwise, with a space between any two."""
    for draw in range(10):
        together, apart = asked(task, False, draw), asked(task, False, draw, spaced=True)
        # What is copied is not stated as the material.
        for line in (together.input or together.answer).split():
            assert line in together.prompt
            assert " ".join(line) in apart.prompt
