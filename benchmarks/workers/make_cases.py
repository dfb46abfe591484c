"""Cases per second on one core, as JSON: ``python make_cases.py SHARE REPEATS``.

A case is drawn as the engine draws it, including its random generator.
"""

import json
import sys
from typing import Any

from timing import per_second

from pytest_ood.families import tasks
from pytest_ood.families.grids.sudoku_bank import minimal_puzzle
from pytest_ood.rng import generator

# By the names of tasks; one that is not named is measured with its defaults alone.
PARAMS: dict[str, list[dict[str, Any]]] = {
    "grids.elementary_ca": [{"width": 96}, {"width": 256}],
    "grids.life": [{"size": 8}, {"size": 32}],
    "grids.sudoku": [{"size": 4, "blanks": 50}, {"size": 9, "blanks": 50}],
    "operators.arithmetic": [{}, {"operands": 8}],
    "chains.token_rewriting": [{}, {"steps": 16}],
    "chains.state_tracking": [{}, {"steps": 64}],
    "reversal.fictional_facts": [{}, {"facts": 16}],
    "words.word_grid": [{"size": 3}, {"size": 4}, {"size": 5}],
    "words.crossword_fill": [{"size": 3}, {"size": 4}, {"size": 5}],
    "digits.long_arithmetic": [{"digits": 3}, {"digits": 8}],
    "shortcuts.path_star": [{"arms": 5, "length": 5}],
}
# Enough for a steady figure at 10,000 a second; fewer where cases are slower.
CASES = 2000
SLOW = {"words.word_grid": 300, "words.crossword_fill": 300, "grids.sudoku": 500}
# Minimal sudokus, by their size.
SEARCHED = {4: 300, 9: 10}


def measure(task: Any, params: dict[str, Any], count: int, repeats: int) -> dict[str, Any]:
    # What is made once and kept is not counted.
    task.draw(params, 0, count * repeats)
    drawn = per_second(lambda n: task.draw(params, 0, n), count, repeats)
    return {"task": task.name, "params": params, "drawn": drawn}


def search(size: int, count: int, repeats: int) -> dict[str, Any]:
    """Puzzles without a spare given cell, each found by the search that made the bank of `grids.sudoku`."""
    drawn = per_second(lambda n: minimal_puzzle(generator("sudoku bank", size, 0, n), size), count, repeats)
    return {"task": "sudoku search", "params": {"size": size}, "drawn": drawn}


if __name__ == "__main__":
    share, repeats = float(sys.argv[1]), int(sys.argv[2])
    found = [
        measure(task, params, max(1, int(share * SLOW.get(task.name, CASES))), repeats)
        for task in tasks()
        for params in PARAMS.get(task.name, [{}])
    ]
    found += [search(size, max(1, int(share * count)), repeats) for size, count in SEARCHED.items()]
    sys.stdout.write(json.dumps(found))
