"""Chaining: each step is easy, and there are more and more of them, or of turns, or of lines.

Two of the tasks grow like chains without being any: `self_check` has more and more lines to scan, each of which can be
checked by itself, and `goal_drift` more and more turns between an instruction and the answer that has to follow it.
"""

from pytest_ood.families.chains.edit_one_cell import edit_one_cell as edit_one_cell
from pytest_ood.families.chains.goal_drift import goal_drift as goal_drift
from pytest_ood.families.chains.known_hops import known_hops as known_hops
from pytest_ood.families.chains.self_check import self_check as self_check
from pytest_ood.families.chains.state_tracking import state_tracking as state_tracking
from pytest_ood.families.chains.token_rewriting import token_rewriting as token_rewriting
from pytest_ood.families.chains.wordle import wordle as wordle

__all__ = [  # noqa: RUF022 -- the order of the listings
    "token_rewriting",
    "state_tracking",
    "goal_drift",
    "edit_one_cell",
    "wordle",
    "self_check",
    "known_hops",
]
