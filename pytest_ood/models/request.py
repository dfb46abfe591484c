"""One call of a model: what is asked (`Request`) and what comes back (`Answer`)."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.redaction import is_secret

# How a call travels and what it costs, not what is asked: the answer is the same whatever they are.
_TRANSPORT = {"timeout", "api_base", "base_url", "input_cost_per_token", "output_cost_per_token"}


class Message(TypedDict):
    """One turn of a conversation."""

    role: str
    content: str


def recorded(args: Mapping[str, Any]) -> dict[str, Any]:
    """The model arguments that belong to what was asked: without secrets, and without how the call travels."""
    return {name: value for name, value in args.items() if name not in _TRANSPORT and not is_secret(name)}


@dataclass(frozen=True)
class Request:
    """One question to a model.

    model: its name as the user gave it.
    args: the recorded model arguments (temperature, max_tokens, ...); no secrets.
    draw: the index of the case in its arm, so that a prompt that comes up twice is asked twice.
    crib: the case's answer and lures and the arm; given to fake models only, and then part of what is asked.
    """

    model: str
    messages: Sequence[Message]
    args: Mapping[str, Any] = field(default_factory=dict)
    draw: int = 0
    crib: Mapping[str, Any] | None = None

    @functools.cached_property
    def key(self) -> str:
        """SHA-256 of the canonical request: under this name its answer is stored."""
        asked = [self.model, self.messages, self.args, self.draw]
        return digest(canonical([*asked, self.crib] if self.crib else asked))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model gave back, or the error that came instead.

    finish_reason: the provider's own word; "length" is a cut-off answer, "content_filter" and "refusal" a refused one.
    cost_usd: US dollars; None where the price is unknown, never 0 for want of one.
    latency_s: seconds from the call to its answer, retries not counted.
    created_at: seconds since the epoch.
    error: why there is no answer, with every key struck out.
    run_id: the run that asked.
    """

    text: str = ""
    reasoning: str | None = None
    finish_reason: str | None = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    latency_s: float = 0.0
    created_at: float = 0.0
    error: str | None = None
    run_id: str = ""
