"""Cases and verifications a second on one core, as JSON: ``python make_cases.py CASES REPEATS``.

Of a few repeats the fastest counts: what else the machine does can only slow them down. A case is drawn as the engine
draws it, its random generator included. Verified are the right answer and, apart, the first lure of each case.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from pytest_ood import Task
from pytest_ood.families import chains, grids, operators, reversal

TASKS: list[tuple[Task, dict[str, Any]]] = [
    (grids.elementary_ca, {"width": 96}),
    (operators.arithmetic, {}),
    (operators.arithmetic, {"operands": 8}),
    (chains.token_rewriting, {}),
    (chains.token_rewriting, {"steps": 16}),
    (chains.state_tracking, {}),
    (chains.state_tracking, {"steps": 32}),
    (reversal.fictional_facts, {}),
    (reversal.fictional_facts, {"facts": 16}),
]


def per_second(work: Callable[[int], object], count: int, repeats: int) -> float:
    fastest = float("inf")
    for _ in range(repeats):
        began = time.process_time()
        for n in range(count):
            work(n)
        fastest = min(fastest, time.process_time() - began)
    return count / fastest


def measure(task: Task, params: dict[str, Any], count: int, repeats: int) -> dict[str, Any]:
    cases = [task.draw(params, 0, draw) for draw in range(count)]

    def verified(given: Sequence[str]) -> float:
        return per_second(lambda n: cases[n].check(given[n]), count, repeats)

    return {
        "task": task.name,
        "params": params,
        "drawn": per_second(lambda n: task.draw(params, 0, n), count, repeats),
        "right": verified([case.answer for case in cases]),
        "wrong": verified([next(iter(case.lures.values())) for case in cases]),
    }


if __name__ == "__main__":
    count, repeats = int(sys.argv[1]), int(sys.argv[2])
    sys.stdout.write(json.dumps([measure(task, params, count, repeats) for task, params in TASKS]))
