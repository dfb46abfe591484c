"""Store an answer to every question of the suite: ``python fill_store.py DRAWS FILE``.

In the control arm one answer in twenty is a lure, in the shift arm every other one, so that all cells are brittle.
"""

import itertools
import sys
from pathlib import Path

from questions import questions

from pytest_ood import Answer
from pytest_ood.answers import wrap
from pytest_ood.asking.store import Store

AT_ONCE = 1000


def main(draws: int, path: Path) -> None:
    store = Store(path)
    rows = (
        (request, Answer(wrap(lure if request.draw % every == 0 else case.answer), run_id="filled"), 0.0)
        for arm, case, request in questions(draws)
        for every, lure in [(20 if arm == "control" else 2, next(iter(case.lures.values())))]
    )
    while batch := list(itertools.islice(rows, AT_ONCE)):
        store.save(batch)
    store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
