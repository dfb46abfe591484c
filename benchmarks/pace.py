"""Providers that limit their callers or are down for a while: ``python benchmarks/pace.py [ROW ...] [--scale N]``.

Each row asks 120 draws through pytest-ood and the real litellm, of a server in this process that speaks OpenAI's
format. The floor is the time that a caller would need who knew the limit. At full length all rows take ten minutes;
with ``--scale 20`` the server's clock and our patience run twenty times as fast.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.faults.provider import Fault, PerSecond, Provider, outage  # noqa: E402

DRAWS = 120
LATENCY_S = 0.5
SUITE = """
from pytest_ood import Case, probe, task

@task(control={"mark": "."})
def spell(rng, mark="!"):
    word = "".join(rng.choice(list("abcdefgh"), 12))
    return Case(f"Spell {word} backward{mark}", word[::-1])

@probe(spell)
def test_spell(ood):
    assert ood.robust
"""


@dataclass(frozen=True)
class Row:
    """One situation.

    Attributes:
        faults: what the server does, for a factor by which its clock is faster.
        floor_s: seconds from the first call to the last answer, for a caller who knows the limit.
        most: how many times the floor it may take.
        limited, models: the model that is limited, and all that are asked.
    """

    faults: Callable[[float], Sequence[Fault]]
    floor_s: float
    most: float = 1.2
    models: tuple[str, ...] = ("limited",)


def _limit(rate: float, burst: int, after: float | None = None) -> Callable[[float], Sequence[Fault]]:
    def faults(scale: float) -> Sequence[Fault]:
        headers = {} if after is None else {"retry-after": str(after / scale)}
        return [PerSecond(rate * scale, burst, headers=headers, model="limited")]

    return faults


ROWS = {
    "1/s": Row(_limit(1, 1), 119),
    "1/s, Retry-After 5": Row(_limit(1, 1, 5), 119),
    "5/s": Row(_limit(5, 5), 23),
    "5/s, Retry-After 1": Row(_limit(5, 5, 1), 23),
    "5/s, Retry-After 5": Row(_limit(5, 5, 5), 23 + 5),
    "outage of 60 s": Row(lambda scale: [outage(1 / scale, 61 / scale)], 61, most=(61 + 30) / 61),
    "5/s, next to a free model": Row(_limit(5, 5), 23, models=("limited", "free")),
    "a free model alone": Row(lambda _: [], 3, most=2, models=("free",)),
}


def measure(name: str, row: Row, scale: float) -> None:
    with tempfile.TemporaryDirectory() as folder, Provider(*row.faults(scale), latency=LATENCY_S / scale) as provider:
        (Path(folder) / "test_pace.py").write_text(SUITE, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        options = [f"--ood-api-base={provider.url}", "--ood-model-arg=api_key=sk", f"--ood-samples={DRAWS // 2}"]
        models = [f"--ood-model=openai/{model}" for model in row.models]
        ran = subprocess.run(
            [*command, *options, *models, f"--ood-patience={600 / scale}"],
            cwd=folder,
            env={"PYTHONPATH": str(HERE.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        sys.stderr.write(ran.stdout)
    for model in row.models:
        took = (provider.answered_at[model][1] - provider.asked_at[model]) * scale
        answered = sum(count for (asked, _), count in provider.answered.items() if asked == model)
        lost, calls = DRAWS - answered, provider.received[model]
        times = took / row.floor_s
        figures = f"lost {lost}  {took:6.1f} s = {times:4.2f}x floor  {calls} calls = {calls / DRAWS:4.2f} N"
        good = model == "free" or (not lost and times <= row.most and calls <= 1.5 * DRAWS)
        sys.stdout.write(f"{name:27} {model:8} {figures}  {'met' if good else 'NOT MET'}\n")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how a run copes with limits and outages.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of: {'; '.join(ROWS)} (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="how much faster the server's clock runs")
    options = parser.parse_args()
    for name in options.rows or ROWS:
        measure(name, ROWS[name], options.scale)


if __name__ == "__main__":
    main()
