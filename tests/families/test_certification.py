"""Every task is certified, and its cases never change.

Each test file of a family has its tasks in `CERTIFIED`, with parameters of the shift arm and the digest of their first
cases: one that changes needs a new task version.
"""

import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_ood.call import canonical
from pytest_ood.certify import certify
from pytest_ood.families import chains, grids, operators, reversal, tasks

HERE = Path(__file__).parent
# The control arms that were drawn: many parameters share theirs.
KEPT = {}

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


def certified():
    """What all test files of families have in `CERTIFIED`, each task and parameters once."""
    found = {}
    for path in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        for task, params, golden in getattr(module, "CERTIFIED", []):
            found[task.name, canonical(params)] = (task, params, golden)
    return list(found.values())


def pytest_generate_tests(metafunc):
    """Not when this file is imported: the others may be in the middle of being so."""
    if "golden" in metafunc.fixturenames:
        rows = certified()
        ids = ["-".join([task.name, *map(str, params.values())]) for task, params, _ in rows]
        metafunc.parametrize(("task", "params", "golden"), rows, ids=ids)


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


def test_a_task_is_certified(task, params, golden):
    """No check finds a fault, and what was published can be drawn again."""
    faults = certify(task, params, {**params, **task.control}, kept=KEPT)
    assert [(fault.check, fault.what, fault.given) for fault in faults] == []
    assert golden == digest(task, params)


def test_every_task_is_certified():
    """None that the package has is left out."""
    assert {task.name for task in tasks()} == {task.name for task, _, _ in certified()}


def test_what_a_task_declares_stands_in_its_docstring():
    """A reader learns in what the arms differ beside what moves; and every prompt says what to give."""
    for task, params, _ in certified():
        assert not task.declared or "Declared:" in task.__doc__, task.name
        for arm in (params, {**params, **task.control}):
            assert all("Give" in case.prompt for case in cases(task, arm)), task.name


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_the_hash_seed_changes_nothing(hash_seed):
    """The digests hold in processes with other hash seeds."""
    script = (
        "from tests.families.test_certification import certified, digest;"
        "print([task.name for task, params, golden in certified() if digest(task, params) != golden])"
    )
    root = HERE.parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


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
