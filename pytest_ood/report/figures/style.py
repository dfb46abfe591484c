"""The style of figures: one set of rules and two sets of colours, for a page and for pictures of their own."""

import re
from collections.abc import Mapping
from pathlib import Path

LIGHT: Mapping[str, str] = {
    **{"ink": "#1b2126", "soft": "#57626c", "line": "#dde1e5", "raised": "#ffffff"},
    **{"control": "#44617f", "shift": "#c0460d", "horizon": "#8a6d1d", "published": "#6b4fa0"},
}
DARK: Mapping[str, str] = {
    **{"ink": "#e6e9ec", "soft": "#a3aeb8", "line": "#333c44", "raised": "#1b2126"},
    **{"control": "#9fb9d4", "shift": "#ff9a62", "horizon": "#e0be62", "published": "#bfa6f0"},
}
PICTURE = "pytest-ood"
# The only one that the rules name.
FAMILY = "system-ui, sans-serif"
_RULES = Path(__file__).with_name("figure.css")
_VARIABLE = re.compile(r"var\(--(\w+)\)")


def for_page() -> str:
    """Return the rules, and the colours as variables that the rest of a page can use."""
    light, dark = (" ".join(f"--{name}: {color};" for name, color in colors.items()) for colors in (LIGHT, DARK))
    return f":root {{ {light} }}\n{_dark(f':root {{ {dark} }}')}\n{_rules()}"


def for_picture() -> str:
    """Return rules without variables, which not every program that reads SVG knows.

    They apply within an element of the class `PICTURE`: the style of an SVG that stands in a page, as in a notebook, is
    one of the whole page.
    """
    rules = _rules().replace("svg ", f".{PICTURE} ")
    coloured = "\n".join(line for line in rules.splitlines() if _VARIABLE.search(line))
    return f"{_filled(rules, LIGHT)}{_dark(_filled(coloured, DARK))}\n"


def _rules() -> str:
    return _RULES.read_text(encoding="utf-8")


def _dark(rules: str) -> str:
    return f"@media (prefers-color-scheme: dark) {{\n{rules}\n}}"


def _filled(rules: str, colors: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: colors[match[1]], rules)
