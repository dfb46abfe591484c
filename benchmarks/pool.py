"""The same calls through worker processes, through one process, and through bare litellm in one process."""

import operator
import re
import tempfile
from pathlib import Path

from calls import Asked, asked, bare, server, took
from common import WORKERS, Figure, Scale, at_most, in_turn, paired, python, range_of, run

PART = "workers"
IN_FLIGHT = 128
ARMS = 20


def measure(scale: Scale) -> list[Figure]:
    calls = 2 * scale.calls
    with tempfile.TemporaryDirectory() as name, server() as url:
        folder = Path(name)
        conversations = folder / "conversations.json"
        run(python(WORKERS / "questions.py", str(calls // ARMS), conversations), folder)

        def ours(*options: str) -> Asked:
            return asked(folder, url, IN_FLIGHT, calls, *options)

        contestants = {
            "2 workers": lambda: ours("--ood-workers", "2"),
            "one process": ours,
            "bare litellm": lambda: bare("ask_litellm.py", folder, conversations, url, IN_FLIGHT),
        }
        ran = in_turn(contestants, scale.rounds)
    mine, litellm = ran["2 workers"], ran["bare litellm"]
    what = f"{calls:,} calls, {IN_FLIGHT} in flight"
    wall = paired(mine, litellm, lambda one: one.wall_s, operator.truediv)
    stage = paired(mine, litellm, lambda one: one.stage_s, operator.truediv)
    return [
        at_most(PART, f"{what}, 2 workers: whole process, times bare litellm's in one", wall, 0.7, "{:.2f}x"),
        Figure(PART, f"{what}, 2 workers: calls stage, times bare litellm's", f"{stage:.2f}x"),
        *(
            Figure(
                PART,
                f"{what}: {name}",
                f"{took(runs)} CPU {range_of([one.cpu_s for one in runs], '{:.1f}')} s,"
                f" {range_of([own_cpu(one) for one in runs], '{:.1f}')} s of it in the process itself",
            )
            for name, runs in ran.items()
        ),
    ]


def own_cpu(ran: Asked) -> float:
    """Return the CPU seconds of a process without its workers."""
    found = re.search(r"CPU of this process: ([0-9.]+) s", ran.output)
    return float(found[1]) if found else ran.cpu_s
