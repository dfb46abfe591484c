"""How well the curves over a size keep their word, simulated through the stopping rule.

`python benchmarks/evidence_curves.py` prints the figures; `--quick` takes a tenth of the runs.
"""

import argparse
from collections.abc import Iterator

from common import Figure, at_least, at_most
from curve_simulation import LONG, SHORT, Truth, false_misfits, horizon_coverage, law_coverage, logistic

from pytest_ood.evidence.family import CHAIN, LOGISTIC, Family

PART = "curves"
RUNS = 1000


def truths() -> list[Truth]:
    """Return models with early and late horizons, shallow and steep curves, chance, and unscored answers."""
    shapes = [(h, slope) for h in (6, 20, 50) for slope in (0.7, 1.5, 4)]
    made = [
        Truth(f"h {h}, slope {slope}, {len(sizes)} sizes", sizes, logistic(h, slope))
        for h, slope in shapes
        for sizes in (LONG, SHORT)
    ]
    made.append(Truth("h 200, slope 1", LONG, logistic(200, 1)))
    made.append(Truth("h 20, slope 1.5, 10 % unscored", LONG, logistic(20, 1.5), unscored=0.1))
    made.append(Truth("h 20, slope 1.5, chance 0.25", LONG, logistic(20, 1.5, 0.25), chance=0.25))
    return made


def figures(runs: int = RUNS) -> Iterator[Figure]:
    """Yield the figures of the curves; `runs` is the number of simulated curves of each model."""
    shares = []
    for truth in truths():
        for level in (0.5, 0.8):
            held, given = horizon_coverage(truth, level, runs)
            shares.append(held)
            what = f"horizon at {level:g} holds the truth: {truth.name} (given in {given:.0%})"
            yield at_least(PART, what, held, 0.93, "{:.3f}")
    yield at_least(PART, "horizon holds the truth, mean of all of these", sum(shares) / len(shares), 0.93, "{:.3f}")
    shapes: list[tuple[Truth, Family]] = [
        (Truth("h 6, slope 1.5", LONG, logistic(6, 1.5)), LOGISTIC),
        (Truth("h 20, slope 1.5", LONG, logistic(20, 1.5)), LOGISTIC),
        (Truth("h 50, slope 4", SHORT, logistic(50, 4)), LOGISTIC),
        (Truth("0.85 everywhere", LONG, lambda _: 0.85), LOGISTIC),
        (Truth("p^k, p 0.98", LONG, lambda size: 0.98**size), CHAIN),
        (Truth("p^k, p 0.9", LONG, lambda size: 0.9**size), CHAIN),
    ]
    for truth, family in shapes:
        share = false_misfits(truth, family, max(1, runs // 3))
        yield at_most(PART, f"misfit claimed falsely: {truth.name}", share, 0.07, "{:.3f}")
    for p, g in ((0.98, 1.0), (0.9, 1.0), (0.995, 1.0), (0.98, 0.6), (0.99, 1.5)):
        p_held, g_held, incompatible = law_coverage(p, g, LONG, runs)
        yield at_least(PART, f"chain law, p {p}, g {g}: interval of p holds the truth", p_held, 0.93, "{:.3f}")
        yield at_least(PART, f"chain law, p {p}, g {g}: interval of g holds the truth", g_held, 0.93, "{:.3f}")
        if g == 1:
            what = f"chain law, p {p}, g 1: called incompatible with p^k"
            yield at_most(PART, what, incompatible, 0.07, "{:.3f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    runs = RUNS // 10 if parser.parse_args().quick else RUNS
    for figure in figures(runs):
        verdict = "" if figure.met is None else " met" if figure.met else " MISSED"
        print(f"{figure.what}: {figure.measured} ({figure.target}){verdict}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
