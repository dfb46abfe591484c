"""Shortcuts and planning: the easy cue points the wrong way, or the first step depends on the last one."""

from pytest_ood.families.shortcuts.altered_classics import altered_classics as altered_classics
from pytest_ood.families.shortcuts.domain_dress import domain_dress as domain_dress
from pytest_ood.families.shortcuts.irrelevant_facts import irrelevant_facts as irrelevant_facts
from pytest_ood.families.shortcuts.path_star import path_star as path_star
from pytest_ood.families.shortcuts.sentiment import sentiment as sentiment
from pytest_ood.families.shortcuts.sibling_discovery import sibling_discovery as sibling_discovery
from pytest_ood.families.shortcuts.stated_rule import stated_rule as stated_rule

__all__ = [  # noqa: RUF022 -- the order of the listings
    "path_star",
    "sentiment",
    "irrelevant_facts",
    "altered_classics",
    "domain_dress",
    "sibling_discovery",
    "stated_rule",
]
