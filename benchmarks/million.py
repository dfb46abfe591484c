"""A large dataset is validated and merged in a stream: ``python benchmarks/million.py [TRACES]`` (ten minutes).

Half of the traces are failures, and all questions are different. Not part of `run.py`, because it takes so long.
"""

import sys
import tempfile
from pathlib import Path

from common import MIB, WORKERS, at_most, python, run
from report import table

TRACES = 1_000_000
PART = "million"
TARGET_MIB = 500


def main(traces: int) -> None:
    figures = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        run(python(WORKERS / "publish.py", str(traces), "run-1", home / "large"), home)
        for command in (["validate", "large"], ["merge", "large", "merged"]):
            ran = run(python("-m", "pytest_ood.cli", *command), home)
            what = f"{command[0]} {traces:,} traces in {ran.wall_s:.0f} s ({ran.cpu_s:.0f} s of CPU): peak memory"
            figures.append(at_most(PART, what, ran.peak / MIB, TARGET_MIB, "{:.0f} MiB"))
    sys.stdout.write("\n".join(table(figures)) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRACES)
