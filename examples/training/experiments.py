"""The experiments by name: what `train.py` trains."""

from collections.abc import Mapping, Sequence
from typing import Any

import life
import planning
import siblings
from experiment import Experiment
from facts import known_facts
from training import Trainable

from pytest_ood.families import grids, operators, shortcuts
from pytest_ood.models.toy.weights import READERS


def automata(
    widths: Sequence[int] = (8, 16), rules: Sequence[int] = (110, 90, 28), network: str = "decoder", **further: Any
) -> Experiment:
    """One step of some rules on rings of a few widths, watched on others."""
    kinds = [{"rule": rule, "width": width} for width in widths for rule in rules]
    watched = {str(width): {"rule": 110, "width": width} for width in (4, 8, 12, 16, 20, 24, 32, 64)}
    return Experiment(grids.elementary_ca, kinds, watched, READERS["automata"], network, **further)


def path_star(arms: Sequence[int] = (2,), lengths: Sequence[int] = (2, 3, 5), **further: Any) -> Experiment:
    """Paths in stars, from the centre outwards and back, learned by predicting the next node."""
    directions = ("forward", "backward")
    kinds = [
        {"arms": count, "length": length, "direction": way}
        for length in lengths
        for count in arms
        for way in directions
    ]
    watched = {
        f"{kind['direction']} {kind['arms']} x {kind['length']}": kind
        for kind in kinds
        if kind["length"] == lengths[-1]
    }
    return Experiment(shortcuts.path_star, kinds, watched, READERS["path_star"], **further)


def arithmetic(operands: Sequence[int] = (3, 4, 5), **further: Any) -> Experiment:
    """Values of expressions below the usual meanings of their signs, which never trade them."""
    kinds = [{"swap": "", "operands": count} for count in operands]
    watched = {
        f"{swap or 'usual'} {count}": {"swap": swap, "operands": count} for swap in ("", "+*") for count in operands
    }
    return Experiment(operators.arithmetic, kinds, watched, READERS["arithmetic"], **further)


def reversal(**further: Any) -> Experiment:
    """Invented facts, half of them told both ways and half of them one way."""
    kinds = [
        {"known": known, "direction": direction}
        for known, direction in (("both ways", "forward"), ("both ways", "backward"), ("one way", "forward"))
    ]
    watched = {
        f"{kind['known']}, {kind['direction']}": kind
        for kind in [*kinds, {"known": "one way", "direction": "backward"}]
    }
    return Experiment(known_facts, kinds, watched, READERS["facts"], leaves_out=False, **further)


EXPERIMENTS: Mapping[str, Trainable] = {
    "automata": automata(),
    "convolution": automata(network="convolution", steps=300),
    # For benchmarks/laboratory.py: breaks at other places. Of narrow rings, seed 0 asks every row.
    "three_widths": automata((8, 16, 32), rules=(110,)),
    "every_width_to_12": automata(range(4, 13), rules=(110,), leaves_out=False),
    "reversal": reversal(steps=1500),
    "path_star": path_star(steps=4000, sizes={"positions": 200}),
    "arithmetic": arithmetic(steps=6000, batch=256),
    **planning.EXPERIMENTS,
    **life.EXPERIMENTS,
    **siblings.EXPERIMENTS,
}
