"""Every task: its verifier accepts what is right and nothing else, and its cases are what its docstring says."""

import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood.families import chains, grids, operators, reversal

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        operators.arithmetic,
        {"swap": "+-", "operands": 3},
        "652a2c25507d52c3f29c8d1aec001ff1c20b5dad0a74f9b00eda785eaa54ba1c",
    ),
    (
        operators.arithmetic,
        {"swap": "+*", "operands": 5},
        "b5b0297b0c83dd907a7b6046c65fb3806d34693b94c00201b11269f1d64ad36b",
    ),
    (
        operators.arithmetic,
        {"swap": "-*", "operands": 8},
        "fd77f3f49b63c1216300e8733e3c94a7ddf12bc276303f03a28bc5b050fa920a",
    ),
    (
        grids.elementary_ca,
        {"rule": 28, "width": 16},
        "e81f8443a0f1c46b18d2d0fc081527e32e38ec82c79959bb1cf83453eb84dc36",
    ),
    (
        grids.elementary_ca,
        {"rule": 90, "width": 32},
        "93e699fdcd3dd0de4ec855243119f9e3c9bca8661fb0592b96687d8bd09ac417",
    ),
    (
        grids.elementary_ca,
        {"rule": 110, "width": 96},
        "6851e2be309cb49cd0a29ff1ac43d98a1d14e805427bf969f9cd028270a5ea4f",
    ),
    (
        grids.elementary_ca,
        {"rule": 30, "width": 21, "steps": 3, "boundary": "zeros"},
        "b511e0f0a5cba174dd29bf30fad139c5830d89899335537c080a383ba30d77a5",
    ),
    (reversal.fictional_facts, {"facts": 2}, "24de3fa1d5c8b5156a50e82fb40687ddf765b19c3fd5300179d41dd2055bcf2d"),
    (
        reversal.fictional_facts,
        {"facts": 16, "direction": "backward"},
        "cec8c5be19c651a37c46e40d4bc69ea16be122ecffd742e188d428e5cb924a54",
    ),
    (chains.token_rewriting, {"steps": 4}, "b1eeef08fe5e29d666dd8d93a813aec1a3eeec3a348c12f3c6b0592a6ebc3b9b"),
    (
        chains.token_rewriting,
        {"steps": 16, "tokens": 12},
        "bc12587779699131479a2172ce4b9355e405e4ebdad7159e4f62bb4189465723",
    ),
    (
        chains.token_rewriting,
        {"steps": 40, "tokens": 24},
        "cc402692f817747055027c64ebb81c9552466822b77f4a7dba3226279bba06aa",
    ),
    (chains.state_tracking, {"steps": 4}, "1feed93df0d457a34393071044fd4a87ad47509c343f4322573a4f9ca8e839fe"),
    (
        chains.state_tracking,
        {"steps": 32, "registers": 3},
        "f4cea9321ea19bc676fe132517778974fccc76a7454b3d7491bc2d6a0b0f0a1f",
    ),
    (
        chains.state_tracking,
        {"steps": 8, "report": "every"},
        "9b45bf7aca8dada28527235ccf0c9ed6afa3879381ffd43d3796c01a5c331912",
    ),
]
each = pytest.mark.parametrize(
    ("task", "params"),
    [pytest.param(task, params, id="-".join([task.name, *map(str, params.values())])) for task, params, _ in CERTIFIED],
)


def cases(task, params, count=25, seed=0):
    """The first cases of an arm."""
    return [task.draw(params, seed, draw) for draw in range(count)]


def pairs(task, params, count=1000):
    """The first cases of both arms."""
    return [(task.draw({**params, **task.control}, 0, draw), task.draw(params, 0, draw)) for draw in range(count)]


def digest(task, params):
    """SHA-256 of what the first cases show and expect."""
    shown = [[case.prompt, case.answer, dict(case.lures), case.input] for case in cases(task, params, 10, seed=7)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def mutants(answer, count):
    """Answers that differ from a right one in a character changed, left out, or exchanged with the next."""
    rng = random.Random(answer)
    alphabet = sorted({*answer.lower(), *"01x"} - {" ", "\n"})
    while count:
        place = rng.randrange(len(answer))
        here, after = answer[place], answer[place + 1 : place + 2]
        if here.isspace():
            continue
        changed = rng.choice(alphabet) if rng.random() < 0.6 else rng.choice(["", after + here])
        mutant = answer[:place] + changed + answer[place + max(1, len(changed)) :]
        if mutant.casefold() != answer.casefold():
            count -= 1
            yield mutant


@each
def test_the_oracle_is_right_in_both_arms(task, params):
    """The answer of a case passes its own verifier and is no lure."""
    for arm in (params, {**params, **task.control}):
        for case in cases(task, arm):
            assert case.check(case.answer).correct
            assert case.lure(case.answer) is None


@each
def test_mutated_oracles_are_wrong(task, params):
    """500 answers that are nearly right are wrong, and the detail of each is JSON."""
    for case in cases(task, params):
        for mutant in mutants(case.answer, 20):
            check = case.check(mutant)
            assert not check.correct, (case, mutant)
            json.dumps(dict(check.detail))


@each
def test_lures_are_wrong_and_known_by_name(task, params):
    """Each shift case has a lure; every lure is wrong, differs from the others and is named."""
    for case in cases(task, params, 200):
        assert case.lures
        assert len(case.lures) == len(set(case.lures.values()))
        for name, lure in case.lures.items():
            assert not case.check(lure).correct
            assert name == case.lure(lure)


@each
def test_trivial_answers_are_wrong(task, params):
    """Nothing, zeros, the input, the prompt and the answer to another question are wrong, in both arms."""
    for arm in (params, {**params, **task.control}):
        drawn = cases(task, arm)
        for case, other in itertools.pairwise(drawn):
            trivial = ["", "0", "0" * len(case.answer), case.input, case.prompt, "\x00\x1b[31m"]
            if other.answer != case.answer:
                trivial.append(other.answer)
            assert [False] * len(trivial) == [case.check(given).correct for given in trivial]


@each
def test_a_hostile_answer_is_wrong_at_once(task, params):
    """10 MB of anything is no answer and takes no time to say so."""
    (case,) = cases(task, params, 1)
    for unit in (case.answer, case.answer + "\n", "0", " ", "A# ", "\n"):
        assert not case.check(unit * (10_000_000 // len(unit))).correct


@each
def test_a_case_holds_what_its_docstring_promises(task, params):
    """The answer is not in plain sight: the form is asked for, without the tags, and the input is in the prompt."""
    for case in cases(task, params):
        assert "Give" in case.prompt
        assert "<answer>" not in case.prompt
        assert case.input in case.prompt or all(word in case.prompt for word in case.input.split())
        assert case.unique
        assert case.rejected >= 0


@each
def test_a_case_is_named_by_parameters_seed_and_draw(task, params):
    """The same names give the same case, and other draws give other cases."""
    again = [(case.prompt, case.answer, case.lures, case.rejected) for case in cases(task, params)]
    assert again == [(case.prompt, case.answer, case.lures, case.rejected) for case in cases(task, params)]
    assert len({prompt for prompt, *_ in again}) > 20


@each
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_neighbouring_seeds_share_nothing(task, params, offset):
    """Draw i of a seed is not draw i + offset of the next seed, as it would be were seed and draw added."""
    one, two = cases(task, params, 200, seed=3)[1:-1], cases(task, params, 200, seed=4)[1 + offset : 199 + offset]
    shared = sum(mine.prompt == theirs.prompt for mine, theirs in zip(one, two, strict=True))
    assert shared <= 2


def test_every_task_is_certified():
    """No task of a family is left out above."""
    known = [
        value
        for family in (chains, grids, operators, reversal)
        for value in vars(family).values()
        if hasattr(value, "draw")
    ]
    assert {task.name for task in known} == {task.name for task, *_ in CERTIFIED}


def test_golden_digests():
    """What was published can be drawn again: the cases of a version never change."""
    expected = {f"{task.name} {params}": golden for task, params, golden in CERTIFIED}
    assert expected == {f"{task.name} {params}": digest(task, params) for task, params, _ in CERTIFIED}


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_the_hash_seed_changes_nothing(hash_seed):
    """The digests hold in processes with other hash seeds."""
    script = (
        "from tests.families.test_certification import CERTIFIED, digest;"
        "print(all(digest(task, params) == golden for task, params, golden in CERTIFIED))"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "True"


@pytest.mark.parametrize("swap", ["+-", "+*", "-*"])
@pytest.mark.parametrize("operands", [3, 5, 8])
def test_arithmetic_pairs_match(swap, operands):
    """Same expression, prompts of the same length; results of the same size, sign and length on average, all small."""
    drawn = pairs(operators.arithmetic, {"swap": swap, "operands": operands})
    for control, shift in drawn:
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert control.answer != shift.answer
        assert control.answer == shift.lures["usual_meaning"]
        assert max(abs(int(control.answer)), abs(int(shift.answer))) <= operators.LARGEST
    for measure in (lambda x: abs(x) / 30, lambda x: x < 0, lambda x: len(str(x)), lambda x: x / 30):
        control, shift = (sum(measure(int(pair[arm].answer)) for pair in drawn) / len(drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=0.12)


def test_automaton_pairs_match():
    """Prompt and answer differ by the cells that were added (and the digits of the width), which is declared."""
    for control, shift in pairs(grids.elementary_ca, {"rule": 110, "width": 32}):
        assert shift.input.startswith(control.input) or control.rejected or shift.rejected
        assert len(shift.prompt) - len(control.prompt) == 24 + len("32") - len("8")
        assert len(shift.answer) - len(control.answer) == 24


def test_facts_pairs_match():
    """Same sentences, answers of the same length, prompts that differ by the one character that is declared."""
    for control, shift in pairs(reversal.fictional_facts, {"direction": "backward"}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert len(control.prompt) == len(shift.prompt) + 1


@pytest.mark.parametrize("steps", [4, 8, 16])
def test_rewriting_pairs_match(steps):
    """Rows of the same length that end in the same row."""
    for control, shift in pairs(chains.token_rewriting, {"steps": steps}):
        assert control.answer == shift.answer
        assert len(control.prompt) == len(shift.prompt)
        assert control.input != shift.input


def test_tracking_pairs_match():
    """Same boxes and start, answers of the same length, and a line more for each update, which is declared."""
    for control, shift in pairs(chains.state_tracking, {"steps": 8}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert shift.prompt.count("\n") - control.prompt.count("\n") == 6
