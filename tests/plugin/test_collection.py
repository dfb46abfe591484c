"""What is wrong with a probe is said when it is collected: its name, the argument, the value and the fix."""

import pytest

from tests.plugin.conftest import PROBE, TASK, Suite

GOOD = """
def test_good():
    pass
"""
PARAMETRIZED = '@pytest.mark.parametrize("size", [2, 3])'
FAULTS = {
    "unknown argument": (
        PROBE.replace('"size", [2, 3]', '("size", "speed"), [(2, 9)]').replace("ood, size", "ood, size, speed"),
        ["test_spell", "speed=9", "spell(rng, size, mark='.')", "rename the argument"],
    ),
    "missing parameter": (
        PROBE.replace(PARAMETRIZED, "").replace("ood, size", "ood").replace('size": 1}', "mark\": '!'}"),
        ["test_spell", "needs size", "spell(rng, size, mark='.')", "add @pytest.mark.parametrize('size', [...])"],
    ),
    "bad value": (
        PROBE.replace("[2, 3]", "[2, -3]").replace('"""Spell a word backward."""', "assert size > 0, 'size from 1 on'"),
        ["test_spell[-3]", "size=-3", "AssertionError: size from 1 on"],
    ),
    "unknown control name": (
        PROBE.replace("@probe(spell)", '@probe(spell, control={"sise": 1})'),
        ["test_spell[2]", "control names sise=1", "spell(rng, size, mark='.')"],
    ),
    "non-JSON value": (
        PROBE.replace("[2, 3]", "[{2, 3}]"),
        ["test_spell[size0]", "size={2, 3}", "use numbers, strings, lists and dicts"],
    ),
    "NaN": (
        PROBE.replace("[2, 3]", "[float('nan')]"),
        ["test_spell[nan]", "size=nan", "use numbers, strings, lists and dicts"],
    ),
    "plain function": (
        PROBE.replace('@task(control={"size": 1}, family="spelling")\n', ""),
        ["@probe needs a task, not <function spell", "put @task(control=...) on the function"],
    ),
    "misspelt argument of probe": (
        PROBE.replace("@probe(spell)", "@probe(spell, max_sample=3)"),
        ["unexpected keyword argument 'max_sample'"],
    ),
    "bare marker": (
        PROBE.replace("@probe(spell)", "@pytest.mark.ood"),
        ["test_spell", "applied by @pytest_ood.probe(task, ...)"],
    ),
    "fixture without probe": (
        PROBE.replace("@probe(spell)", ""),
        ["test_spell[2]", "requests the fixture `ood`", "decorate it with @probe(task)"],
    ),
    "probe without fixture": (
        PROBE.replace("(ood, size)", "(size)").replace("assert ood.robust", "pass"),
        ["test_spell[2]", "does not request the fixture `ood`", "add it as an argument"],
    ),
    "bar": (
        PROBE.replace("@probe(spell)", "@probe(spell, bar=1.5)"),
        ["test_spell[2]", "@probe bar=1.5", "a number between 0 and 1"],
    ),
    "samples": (
        PROBE.replace("@probe(spell)", "@probe(spell, samples=0)"),
        ["test_spell[2]", "@probe samples=0", "a whole number from 1 up"],
    ),
    "samples of another type": (
        PROBE.replace("@probe(spell)", "@probe(spell, samples='many')"),
        ["test_spell[2]", "@probe samples='many'", "a whole number from 1 up"],
    ),
    "broken number of samples": (
        PROBE.replace("@probe(spell)", "@probe(spell, samples=2.5)"),
        ["test_spell[2]", "@probe samples=2.5", "a whole number from 1 up"],
    ),
    "max_samples too small": (
        PROBE.replace("@probe(spell)", "@probe(spell, max_samples=2)"),
        ["test_spell[2]", "@probe max_samples=2", "use max_samples=17 or more"],
    ),
    "strategies": (
        PROBE.replace("@probe(spell)", "@probe(spell, strategies=['direct', 'shout'])"),
        ["test_spell", "strategy shout: unknown strategy", "choose from direct, cot"],
    ),
    "one strategy without its list": (
        PROBE.replace("@probe(spell)", "@probe(spell, strategies='cot')"),
        ["test_spell", "@probe strategy='cot'", "choose from direct, cot"],
    ),
    "no strategy": (
        PROBE.replace("@probe(spell)", "@probe(spell, strategies=[])"),
        ["test_spell", "@probe strategy=[]", "choose from direct, cot"],
    ),
    "task that raises": (
        PROBE.replace("return Case(", "return str("),
        ["test_spell[2]", "fails on size=1", "TypeError"],
    ),
    "task that returns something else": (
        PROBE.replace("return Case(", "return str; Case("),
        ["test_spell[2]: task test_probe.spell(size=1), seed 0, draw 0: the function returned type"],
    ),
    "answer of another type": (
        PROBE.replace("word[::-1], ", "len(word), "),
        ["test_spell[2]: task test_probe.spell(size=1), seed 0, draw 0: answer=8: expected a string, got int", "str("],
    ),
    "empty question": (
        PROBE.replace('f"Spell {word} backward, size {size}{mark}"', '"  "'),
        ["test_spell[2]", "task test_probe.spell(size=1)", "prompt='  '"],
    ),
    "lure of another type": (
        PROBE.replace('lures={"copied": word}', 'lures={"copied": None}'),
        ["test_spell[2]", "task test_probe.spell(size=1)", "lures={'copied': None}"],
    ),
    "verifier that returns nothing": (
        PROBE.replace("input=word)", "input=word, verify=lambda given: print(given))"),
        ["test_spell[2]", "task test_probe.spell(size=1)", "the verifier returned None", "return True, False or"],
    ),
    "verifier that rejects the case's own answer": (
        PROBE.replace("input=word)", "input=word, verify=lambda given: given == word)"),
        ["test_spell[2]", "task test_probe.spell(size=1)", "the verifier rejects the case's own answer"],
    ),
    "verifier that raises": (
        PROBE.replace("input=word)", "input=word, verify=lambda given: int(given) > 0)"),
        ["test_spell[2]", "task test_probe.spell(size=1)", "the verifier raises ValueError"],
    ),
    "comprehension question with another answer": (
        PROBE.replace(
            "input=word)", "input=word, comprehension=Case('How?', 'so', verify=lambda given: given == 'no'))"
        ),
        ["test_spell[2]", "task test_probe.spell(size=1)", "rejects the case's own answer 'so'"],
    ),
    "shift arm only": (
        PROBE.replace("input=word)", "input=word, verify=lambda given: size == 1)").replace("[2, 3]", "[2]"),
        ["test_spell[2]", "task test_probe.spell(size=2)", "rejects the case's own answer"],
    ),
    "control of the task": (
        PROBE.replace('control={"size": 1}', 'control={"length": 1}'),
        ["spell: control names length", "spell(rng, size, mark='.') does not take"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_fix(suite: Suite, fault: str) -> None:
    """A collection error, in words and not in a traceback of ours; other modules are collected all the same."""
    text, message = FAULTS[fault]
    assert text != PROBE
    suite.write(text)
    suite.write(GOOD, "test_good.py")
    result = suite.run("--ood-model=fake/oracle", "--continue-on-collection-errors", "--tb=short")
    assert result.parseoutcomes() == {"errors": 1, "passed": 1}
    output = result.stdout.str()
    for part in message:
        assert part in output
    assert "INTERNALERROR" not in output
    assert not suite.store.exists() or suite.answers() == 0


def test_faults_are_found_without_a_model(suite: Suite) -> None:
    """Also where nothing would be asked."""
    suite.write(FAULTS["bar"][0])
    result = suite.run()
    assert result.parseoutcomes() == {"errors": 1}
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_every_faulty_probe_of_a_module_is_named(suite: Suite) -> None:
    """One run is enough to learn of all faults."""
    suite.write(f"""{TASK}
@probe(spell, bar=2)
@pytest.mark.parametrize("size", [2])
def test_one(ood, size):
    pass

@probe(spell)
@pytest.mark.parametrize("pace", [1])
def test_two(ood, pace):
    pass
""")
    result = suite.run("--ood-model=fake/oracle")
    result.stdout.fnmatch_lines(["*test_one?2?: @probe bar=2: *", "*test_two?1?: the probe gives pace=1*"])


def test_requesting_the_fixture_by_hand_is_not_a_way_round(suite: Suite) -> None:
    """`request.getfixturevalue("ood")` in a test that is not a probe says what to do."""
    suite.write("""
def test_plain(request):
    request.getfixturevalue("ood")
""")
    result = suite.run("--ood-model=fake/oracle")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["test_probe.py::test_plain: *@probe(task)"])


def test_the_fixture_by_usefixtures_is_the_fixture(suite: Suite) -> None:
    """A test that uses it without naming it is a probe too."""
    suite.write(
        PROBE.replace("@probe(spell)", "@pytest.mark.usefixtures('ood')\n@probe(spell)")
        .replace("(ood, size)", "(size)")
        .replace("assert ood.robust", "pass")
    )
    assert suite.run("--ood-model=fake/lured").parseoutcomes() == {"passed": 2}
