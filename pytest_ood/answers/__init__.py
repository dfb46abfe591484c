"""Read answers: find them in a response, take off their dress, and read what is left by its kind.

`tags` has what stands between answer tags, `dress` what stands around an answer without being part of it, and `kinds`
how a number, a list of items or a grid may be written. Nothing here knows about tasks.
"""

from pytest_ood.answers.dress import layers, peel
from pytest_ood.answers.kinds import KINDS, Kind, flat, grid, is_in_form, items, kind_of, number, readings
from pytest_ood.answers.tags import CLOSE, OPEN, join, read, split, wrap

__all__ = [
    "CLOSE",
    "KINDS",
    "OPEN",
    "Kind",
    "flat",
    "grid",
    "is_in_form",
    "items",
    "join",
    "kind_of",
    "layers",
    "number",
    "peel",
    "read",
    "readings",
    "split",
    "wrap",
]
