"""Whether a provider's model thinks by itself before it answers: by the arguments of a call, and by litellm's table."""

from collections.abc import Mapping
from typing import Any

# The ways to say that a model shall not think.
_OFF = ("none", "disable", "disabled", "off")


def told_to_think(args: Mapping[str, Any]) -> bool | None:
    """Return whether the arguments of a call tell the model to think; None if they say nothing about it."""
    for name in ("reasoning_effort", "thinking"):
        value = args.get(name)
        if isinstance(value, Mapping):
            # {"type": "enabled", ...} of Anthropic, {"effort": "high", ...} of litellm.
            value = value.get("type", value.get("effort"))
        if value is not None:
            return value is not False and str(value).lower() not in _OFF
    return None


def thinks_untold(name: str, entry: Mapping[str, Any]) -> bool:
    """Return whether a model thinks if nobody tells it to.

    Args:
        name: the model, as litellm calls it.
        entry: its entry in litellm's table; empty if it has none, and then nothing is known.
    """
    if entry.get("thinking_always_on"):
        return True
    # Some can think and do so on demand only: the table says so of OpenAI's, and Anthropic's are all like that.
    on_demand = entry.get("default_reasoning_effort") == "none" or "claude" in name.lower()
    return bool(entry.get("supports_reasoning")) and not on_demand
