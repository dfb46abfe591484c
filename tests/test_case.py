"""Cases and tasks: what a user writes."""

import dataclasses

import pytest

from pytest_ood.case import Case, Task, task
from pytest_ood.verify import Check


@task(control={"length": 3})
def spell_backward(rng, length=5, *, capital=False):
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word.upper() if capital else word} backward.", answer=word[::-1], lures={"copied": word})


def test_a_task_knows_what_it_is():
    """Name, family, version, control and parameters come from the function and the decorator."""
    assert isinstance(spell_backward, Task)
    assert spell_backward.name == "test_case.spell_backward"
    assert spell_backward.family == "test case"
    assert spell_backward.version == 1
    assert spell_backward.control == {"length": 3}
    assert list(spell_backward.parameters) == ["length", "capital"]
    assert spell_backward.signature == "spell_backward(rng, length=5, *, capital=False)"


def test_a_task_reads_like_its_function():
    """Documentation and introspection see the function."""
    assert spell_backward.__doc__ == "Spell a word backward."
    assert spell_backward.__name__ == "spell_backward"
    assert spell_backward.__module__ == __name__


def test_family_and_version_can_be_given():
    """They are the decorator's keywords."""
    made = task(control={}, family="spelling", version=3)(spell_backward.function)
    assert (made.family, made.version) == ("spelling", 3)


def test_a_name_can_be_pinned():
    """It takes the place of module and function, and cases depend on it and not on them."""
    names = ("spelling.backward", "spelling.forward", None)
    pinned, other, unpinned = (task(control={}, name=name)(spell_backward.function) for name in names)
    assert (pinned.name, pinned.family) == ("spelling.backward", "test case")
    assert unpinned.name == spell_backward.name
    assert unpinned.draw({"length": 20}, 0, 0).prompt == spell_backward.draw({"length": 20}, 0, 0).prompt
    assert len({made.draw({"length": 20}, 0, 0).prompt for made in (pinned, other, unpinned)}) == 3


def test_control_must_name_parameters():
    """A typo fails where it is written, and the message has the signature."""
    with pytest.raises(TypeError, match=r"control names lenght, which spell_backward\(rng, length=5.* does not take"):
        task(control={"lenght": 3})(spell_backward.function)


def test_draw_is_fixed_by_its_names():
    """Version, seed and draw change a case; asking twice does not."""
    later = task(control={}, version=2)(spell_backward.function)
    drawn = [
        spell_backward.draw({"length": 20}, 0, 0),
        spell_backward.draw({"length": 20}, 0, 1),
        spell_backward.draw({"length": 20}, 1, 0),
        later.draw({"length": 20}, 0, 0),
    ]
    assert len({case.prompt for case in drawn}) == 4
    assert drawn[0] == spell_backward.draw({"length": 20}, 0, 0)


def test_both_arms_are_drawn_from_the_same_numbers():
    """The parameters do not enter the key."""
    small, capital = spell_backward.draw({}, 0, 0), spell_backward.draw({"capital": True}, 0, 0)
    assert small.prompt != capital.prompt
    assert small.answer == capital.answer


def test_a_task_must_return_a_case():
    """Anything else is an error that names the task."""

    @task(control={})
    def forgetful(rng):
        return str(rng.random())

    with pytest.raises(TypeError, match=r"test_case.forgetful returned str, not a pytest_ood.Case"):
        forgetful.draw({}, 0, 0)


def test_without_a_verifier_the_answer_is_the_only_right_one():
    """Exactly the answer, nothing like it."""
    case = Case("?", answer="yes")
    assert [case.check(given).correct for given in ("yes", "Yes", "yes ")] == [True, False, False]


@pytest.mark.parametrize(
    ("found", "expected"),
    [(True, Check(True)), (False, Check(False)), (Check(False, {"at": 1}), Check(False, {"at": 1}))],
)
def test_a_verifier_may_return_a_bool_or_a_check(found, expected):
    """Both become a `Check`."""
    assert expected == Case("?", answer="", verify=lambda _: found).check("x")


def test_lure_by_name():
    """Case, white space and a last full stop don't count; the first of equal lures names it; others have none."""
    case = Case("?", answer="1", lures={"copied": "a b", "also": "a  b", "other": "c"})
    assert case.lure(" a\nb ") == "copied"
    assert case.lure("C.") == "other"
    assert case.lure("d") is None
    assert case.lure("c c") is None


def test_a_case_is_frozen():
    """What was drawn is not changed."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Case("?", answer="1").answer = "2"
