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
    "dialogues.edit_one_cell": {"size": 4, "edits": 4},
    "chains.state_tracking": {"steps": 12, "report": "every"},
    "chains.token_rewriting": {"steps": 64, "tokens": 32},
}
# How many states a solution has, from the inputs and the parameters; by default, as many as there are steps.
STATES = {
    # The first element is a state as well.
    "chains.known_hops": lambda inputs, _params: 1 + len(inputs["moves"]),
    "operators.arithmetic": lambda inputs, _params: sum(map(inputs["expression"].count, "+-*")),
    # A loop has two lines, the second of them indented; three lines are no statement that counts.
    "operators.code_indexing": lambda inputs, _params: (
        1 + inputs["program"].count("\n") - inputs["program"].count("\n ") - 3
    ),
    "shortcuts.irrelevant_facts": lambda inputs, _params: len(inputs["changes"]),
    "symbols.novel_symbols": lambda inputs, _params: len(inputs["row"]) // 3,
    "symbols.rule_composition": lambda inputs, _params: len(inputs["apply"]),
}


def by_the_parameter(_inputs, params):
    """As many states as the task was asked for."""
    return params["steps"]


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
                all_params = {name: parameter.default for name, parameter in task.parameters.items()} | params
                assert len(states) == STATES.get(task.name, by_the_parameter)(inputs, all_params)


def test_chains_have_steps():
    """Those whose rule is applied again and again."""
    stepping = {task.name for task in SOLVED if task.step is not None}
    assert {"grids.elementary_ca", "grids.life", "chains.known_hops"} <= stepping
    assert {"chains.state_tracking", "chains.token_rewriting"} <= stepping
