"""Reversal: a relation that is stated in one direction is asked about in the other.

`known_lines`, `parents` and `alphabet_order` ask about what a model has learned in training, `fictional_facts` about
facts in the prompt: it measures look-up in a context, not recall.
"""

from pytest_ood.families.reversal.alphabet_order import alphabet_order as alphabet_order
from pytest_ood.families.reversal.fictional_facts import fictional_facts as fictional_facts
from pytest_ood.families.reversal.known_lines import known_lines as known_lines
from pytest_ood.families.reversal.parents import parents as parents

__all__ = ["fictional_facts", "known_lines", "parents", "alphabet_order"]  # noqa: RUF022 -- the order of the listings
