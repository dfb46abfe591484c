"""What bundled tasks offer besides their cases: solvers, and the steps of a solution."""

import json

import pytest

from pytest_ood.families import tasks

SOLVED = [task for task in tasks() if task.solver is not None or task.step is not None]
# A second pair of parameters, where the defaults do not show everything.
FURTHER = {
    "grids.elementary_ca": {"steps": 5, "boundary": "zeros"},
    "grids.life": {"steps": 4, "boundary": "dead"},
    "digits.long_arithmetic": {"operation": "sum", "digits": 20},
    "operators.arithmetic": {"swap": "-*", "operands": 8},
    "operators.code_indexing": {"change": "both", "statements": 16},
    "operators.flipped_labels": {"labels": "nonce", "words": 5},
    "operators.number_base": {"base": 16},
    "reversal.alphabet_order": {"list": "elements", "distance": 5, "items": 5},
    "reversal.fictional_facts": {"facts": 40},
    "symbols.novel_symbols": {"alphabet": "nonce", "pairs": "crossed", "tokens": 18},
    "symbols.rule_composition": {"rules": 5, "examples": 2},
    "symbols.shift_cipher": {"shift": 3, "ask": "encode"},
    "shortcuts.domain_dress": {"dress": "nonce", "conflict": True, "rules": 20},
    "shortcuts.irrelevant_facts": {"facts": 3, "steps": 4},
    "shortcuts.path_star": {"arms": 10, "length": 10},
}
# How many steps a solution has, by what the prompt states. The first element of a chain of facts is a state as well.
STEPS = {
    "chains.known_hops": lambda inputs: 1 + len(inputs["moves"]),
    "operators.arithmetic": lambda inputs: sum(map(inputs["expression"].count, "+-*")),
    # A loop has two lines, the second of them indented; three lines are no statement that counts.
    "operators.code_indexing": lambda inputs: 1 + inputs["program"].count("\n") - inputs["program"].count("\n ") - 3,
    "shortcuts.irrelevant_facts": lambda inputs: len(inputs["changes"]),
    "symbols.novel_symbols": lambda inputs: len(inputs["row"]) // 3,
    "symbols.rule_composition": lambda inputs: len(inputs["apply"]),
}


def arms(task):
    """The parameters of both arms, by default and with the further ones."""
    for params in ({}, FURTHER.get(task.name, {})):
        yield {**params, **task.control}
        yield params


@pytest.mark.parametrize("task", SOLVED, ids=lambda task: task.name)
def test_a_solver_is_right_and_steps_lead_there(task):
    """After the inputs were written as JSON; the states of a chain are as many as its steps."""
    for params in arms(task):
        for draw in range(50):
            case = task.draw(params, 5, draw)
            inputs = json.loads(json.dumps(case.inputs))
            if task.solver is not None:
                assert case.check(task.solver(inputs)).correct
            if task.step is not None:
                states = list(task.states(inputs))
                assert case.check(states[-1]).correct
                assert len(states) == STEPS.get(task.name, lambda inputs: inputs["steps"])(inputs)


def test_chains_have_steps():
    """Those whose rule is applied again and again."""
    stepping = {task.name for task in SOLVED if task.step is not None}
    assert {"grids.elementary_ca", "grids.life", "chains.known_hops"} <= stepping
