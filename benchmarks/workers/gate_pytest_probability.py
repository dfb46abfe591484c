"""Print the decisions of pytest-probability's sequential gate, taken from that package itself: BAR RUNS.

The gate is the one of ``--prob-min-rate=BAR --prob-runs=RUNS --prob-stop=sequential`` with its defaults. Its decision
depends on the passes and the runs so far only: the output is a JSON list, for 1, 2, ... runs, of a string with a letter
for 0, 1, ... passes: p for PASS, f for FAIL, u for UNDECIDED for good, and - for going on.
"""

import json
import sys

from pytest_probability.plugin import Gate, StatsConfig

bar, runs = float(sys.argv[1]), int(sys.argv[2])
gate = Gate("rate", StatsConfig(), min_rate=bar, runs=runs).as_sequential()
letters = []
for done in range(1, runs + 1):
    decisions = [gate.decided(passes, done - passes, 0, runs - done) for passes in range(done + 1)]
    if done == runs:
        decisions = [gate.verdict(passes, done) for passes in range(done + 1)]
    letters.append("".join("-" if decision is None else decision[0].lower() for decision in decisions))
json.dump(letters, sys.stdout)
