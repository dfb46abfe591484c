"""Cases generated and verified a second on one core."""

import json
import tempfile
from pathlib import Path

from common import WORKERS, Figure, Scale, at_least, python, run

PART = "generators"
# The tasks whose speed has a target, by name and parameters.
FAST = {
    ("grids.elementary_ca", '{"width": 96}'),
    ("operators.arithmetic", "{}"),
    ("chains.token_rewriting", "{}"),
}


def measure(scale: Scale) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        ran = run(python(WORKERS / "make_cases.py", str(scale.cases), str(scale.repeats)), Path(name))
    made, verified = [], []
    for row in json.loads(ran.output):
        written = ", ".join(f"{name}={value}" for name, value in row["params"].items())
        what = f"{row['task']}({written})"
        if (row["task"], json.dumps(row["params"])) in FAST:
            made.append(at_least(PART, f"{what}: cases", row["drawn"], 20_000, "{:,.0f}/s"))
        else:
            made.append(Figure(PART, f"{what}: cases", f"{row['drawn']:,.0f}/s"))
        slower = min(row["right"], row["wrong"])
        verified.append(at_least(PART, f"{what}: answers verified, right or wrong", slower, 100_000, "{:,.0f}/s"))
    return [*made, *verified]
