"""Cases and tasks: what a user writes."""

import dataclasses

import numpy as np
import pytest

from pytest_ood.case import Case
from pytest_ood.errors import CaseError, TaskError
from pytest_ood.tasks import Task, task
from pytest_ood.verify import Check


@task(control={"length": 3})
def spell_backward(rng, length=5, *, capital=False):
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word.upper() if capital else word} backward.", answer=word[::-1], lures={"copied": word})


def renamed(rng, length=5, *, capital=False):
    """Do the same under another name."""
    return spell_backward(rng, length=length, capital=capital)


def made_inside():
    """Return a function that looks like any other that is made here."""

    def inside(rng):
        return spell_backward(rng)

    return inside


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
    """The function and its file may then move without changing a seed."""
    made = task(control={}, name="words.spell")(spell_backward.function)
    assert made.name == "words.spell"
    assert made.draw({}, 0, 0) == task(control={}, name="words.spell")(renamed).draw({}, 0, 0)
    assert made.draw({}, 0, 0) != spell_backward.draw({}, 0, 0)


def test_a_task_says_what_it_is_about():
    """For the card and for readers; nothing has to be said."""
    made = task(control={}, moves="length", matched="letters", source="our own", chance=0.5)(renamed)
    assert (made.moves, made.matched, made.source, made.chance) == ("length", "letters", "our own", 0.5)
    assert (spell_backward.moves, spell_backward.chance) == ("", None)


def test_tasks_are_equal_by_what_they_are():
    """A second load of the same function is; another version, name or function is not."""
    again = task(control={"length": 3})(spell_backward.function)
    assert again == spell_backward
    assert len({again, spell_backward}) == 1
    others = [
        task(control={"length": 3}, version=2)(spell_backward.function),
        task(control={"length": 4})(spell_backward.function),
        task(control={"length": 3}, name="test_case.spell_backward")(renamed),
        *(task(control={}, name="test_case.spell_backward")(made_inside()) for _ in range(2)),
    ]
    assert len({spell_backward, *others}) == 6
    assert spell_backward != "test_case.spell_backward"


@pytest.mark.parametrize("given", [{"name": ""}, {"name": " "}, {"name": 5}, {"chance": 2}, {"declared": "answer"}])
def test_an_argument_of_task_that_cannot_be_is_an_error(given):
    """Where it is written, by its name."""
    with pytest.raises(TypeError, match=f"{next(iter(given))}="):
        task(control={}, **given)


def test_control_must_name_parameters():
    """A typo fails where it is written, and the message has the signature."""
    with pytest.raises(TypeError, match=r"control names lenght, which spell_backward\(rng, length=5.* does not take"):
        task(control={"lenght": 3})(spell_backward.function)


def test_a_size_must_name_a_parameter():
    """Over which a curve can be drawn; a task without one has none."""
    with pytest.raises(TypeError, match=r"size names lenght, which spell_backward\(rng, length=5.* does not take"):
        task(control={}, size="lenght")(spell_backward.function)
    assert task(control={}, size="length")(spell_backward.function).size == "length"
    assert spell_backward.size is None


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

    with pytest.raises(TaskError, match="the function returned str, not") as caught:
        forgetful.draw({}, 0, 0)
    assert caught.value.task == "test_case.forgetful"


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


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", 5),
        ("prompt", ""),
        ("prompt", " \n"),
        ("answer", 5),
        ("answer", None),
        ("answer", ["a"]),
        ("input", None),
        ("lures", ["a"]),
        ("lures", None),
        ("lures", {"copied": 5}),
        ("lures", {5: "copied"}),
        ("rejected", -1),
        ("rejected", np.int64(3)),
        ("choices", 1.0),
        ("chance", 1.5),
        ("chance", "0.5"),
        ("verify", True),
        ("comprehension", "What does + mean?"),
    ],
)
def test_a_mistake_in_a_case_is_an_error_where_it_is_made(field, value):
    """The argument is named, and an instance of NumPy's types is not an exception."""
    with pytest.raises(CaseError) as caught:
        Case(**{"prompt": "?", "answer": "yes", field: value})
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}=")


def test_a_task_names_itself_in_the_errors_of_its_cases():
    """With the parameters and the draw; its author's line is in the traceback."""

    @task(control={})
    def counting(rng, size):
        del rng
        return Case("?", size)

    with pytest.raises(CaseError) as caught:
        counting.draw({"size": 7}, 1, 2)
    assert str(caught.value) == (
        "task test_case.counting(size=7), seed 1, draw 2: answer=7: expected a string, got int; write str(...)"
    )
    assert caught.value.origin == ("test_case.counting", {"size": 7}, 1, 2)
    assert (caught.value.task, caught.value.field, caught.value.fix) == (
        "test_case.counting",
        "answer",
        "write str(...)",
    )
    assert "counting" in [frame.name for frame in caught.traceback]


@pytest.mark.parametrize("found", [None, 1, "yes", np.bool_(True), Check(None), Check(np.bool_(True))])
def test_a_verifier_must_return_a_bool_or_a_check(found):
    """NumPy's bool is neither; the error names the task."""

    @task(control={})
    def silent(rng):
        return Case(f"{rng.random()}?", "yes", verify=lambda given: given == "yes" or found)

    case = silent.draw({}, 0, 3)
    assert case.check("yes").correct
    with pytest.raises(CaseError, match=r"task test_case.silent\(\), seed 0, draw 3: the verifier returned") as caught:
        case.check("no")
    assert caught.value.field == "verify"


def test_draws_judged_together_return_a_check_too():
    """The error names the other verifier."""
    with pytest.raises(CaseError) as caught:
        Case("?", "yes", among=lambda *_: None).check("no")
    assert caught.value.field == "among"


def rehearsed(**changes):
    """Rehearse a task that makes this case."""

    @task(control={})
    def made(rng):
        del rng
        return Case(**{"prompt": "?", "answer": "yes", **changes})

    return made.rehearse({}, 0)


def test_a_rehearsal_returns_the_first_case():
    """If its own answer is right, with or without a verifier."""
    assert rehearsed() == Case("?", "yes")
    assert rehearsed(verify=lambda given: Check(given == "yes")).answer == "yes"


@pytest.mark.parametrize(
    "changes",
    [
        {"verify": lambda _: False},
        {"verify": lambda _: None},
        {"verify": int},
        {"among": lambda given, earlier: Check(given in earlier)},
        {"comprehension": Case("How?", "so", verify=lambda _: False)},
    ],
)
def test_a_rehearsal_fails_where_a_case_rejects_its_own_answer(changes):
    """So does one whose verifier raises, or whose comprehension question is broken; each names the task."""
    with pytest.raises(CaseError) as caught:
        rehearsed(**changes)
    assert caught.value.task == "test_case.made"


def test_a_lure_that_is_the_answer_is_dropped_and_counted():
    """Others are kept in their order."""
    case = Case("?", "1", lures={"copied": "2", "halved": "1", "doubled": "4", "turned": "1"})
    assert (dict(case.lures), case.dropped_lures) == ({"copied": "2", "doubled": "4"}, 2)
    assert Case("?", "1", lures={"copied": "2"}).dropped_lures == 0
    changed = dataclasses.replace(case, answer="2")
    assert (dict(changed.lures), changed.dropped_lures) == ({"doubled": "4"}, 3)


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
