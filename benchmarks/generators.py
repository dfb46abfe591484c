"""Cases generated per second on one core, next to reasoning-gym's if it has the same task.

Ours come with their lures and rejected candidates, and are as a probe draws them; reasoning-gym's have neither.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import PEERS_PYTHON, WORKERS, Figure, Scale, at_least, python, run

PART = "generators"
# The target for every task, in cases per second. A model takes seconds for a case that is made in half a millisecond,
# so tasks are written for readability.
EVERY_TASK = 2_000
# Squares of 4 by 4 words need a search, and the largest board has a thousand cells: these take longer.
NO_TARGET = {
    ("words.word_grid", '{"size": 4}'),
    ("words.crossword_fill", '{"size": 4}'),
    ("grids.life", '{"size": 32}'),
}
# The same work by reasoning-gym's names. Our sudokus come from a bank, theirs from a search: it is our search, with
# which the bank was made, that stands beside theirs.
PEERS = {
    ("grids.life", '{"size": 8}'): "game_of_life",
    ("sudoku search", '{"size": 4}'): "mini_sudoku",
    ("sudoku search", '{"size": 9}'): "sudoku",
    ("operators.arithmetic", "{}"): "basic_arithmetic",
    ("symbols.shift_cipher", "{}"): "caesar_cipher",
    ("chains.token_rewriting", "{}"): "ab",
    ("digits.long_arithmetic", '{"digits": 3}'): "products",
    ("shortcuts.path_star", '{"arms": 5, "length": 5}'): "path_star",
}


def measure(scale: Scale) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        ran = run(python(WORKERS / "make_cases.py", str(scale.cases), str(scale.repeats)), Path(name))
        peers = _peers(scale, Path(name))
    rows = json.loads(ran.output)
    return [figure for row in rows for figure in _made(row, peers)]


def _peers(scale: Scale, folder: Path) -> dict[str, float]:
    if not PEERS_PYTHON.exists():
        return {}
    rates: dict[str, float] = json.loads(
        run([PEERS_PYTHON, WORKERS / "make_cases_reasoning_gym.py", str(scale.repeats)], folder).output
    )
    return rates


def _made(row: dict[str, Any], peers: dict[str, float]) -> Iterator[Figure]:
    key, what = _named(row)
    if key in NO_TARGET or row["task"] == "sudoku search":
        yield Figure(PART, f"{what}: cases", f"{row['drawn']:,.0f}/s")
    else:
        yield at_least(PART, f"{what}: cases", row["drawn"], EVERY_TASK, "{:,.0f}/s")
    peer = peers.get(PEERS.get(key, ""))
    if peer is not None:
        theirs = f"{row['drawn'] / peer:.1f}x reasoning-gym's {PEERS[key]} ({peer:,.0f}/s)"
        yield Figure(PART, f"{what}: cases, compared", theirs)


def _named(row: dict[str, Any]) -> tuple[tuple[str, str], str]:
    written = ", ".join(f"{name}={value}" for name, value in row["params"].items())
    return (row["task"], json.dumps(row["params"])), f"{row['task']}({written})"
