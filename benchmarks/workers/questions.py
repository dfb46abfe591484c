"""Every question that ``suite/test_bench.py`` asks, made without the engine; as a script, write them to a file.

python questions.py DRAWS FILE
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pytest_ood import Case
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.families import grids
from pytest_ood.models.request import Request

MODEL = "openai/bench"
RULES = [22, 28, 30, 45, 54, 60, 73, 90, 105, 110]


def questions(draws: int) -> Iterator[tuple[str, Case, Request]]:
    """Yield the arm, case and request of each draw at seed 0."""
    for rule in RULES:
        for arm, params in (("control", {"rule": rule, "width": 8}), ("shift", {"rule": rule})):
            for draw in range(draws):
                case = grids.elementary_ca.draw(params, 0, draw)
                yield arm, case, Request(MODEL, Conversation(case, Condition(MODEL), Direct()).messages, {}, draw)


if __name__ == "__main__":
    conversations = [request.messages for _, _, request in questions(int(sys.argv[1]))]
    Path(sys.argv[2]).write_text(json.dumps(conversations), encoding="utf-8")
