"""One call to a model: the `Request` and the `Answer`."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.redaction import is_secret, known_keys, without_secrets

# Arguments that affect how a call travels and what it costs, but not its answer.
_TRANSPORT = {"timeout", "api_base", "base_url", "input_cost_per_token", "output_cost_per_token", "max_response_mb"}


# The greatest number that every program reads alike from JSON.
_MOST_TOKENS = 2**53


# A tool that a model may call, and a call of one, in the form of OpenAI's chat completions.
Tool = Mapping[str, Any]
ToolCall = Mapping[str, Any]


# `NotRequired` is of Python 3.11.
class _Said(TypedDict):
    role: str
    content: str


class Message(_Said, total=False):
    """One turn of a conversation; `tool_calls` are those that a response makes, `tool_call_id` the one it answers."""

    tool_calls: Sequence[ToolCall]
    tool_call_id: str


def is_recorded(name: str) -> bool:
    """Return whether a model argument is part of the question: neither a secret nor a transport setting."""
    return name not in _TRANSPORT and not is_secret(name)


def recorded(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model arguments that are part of the question, without any secret in their values."""
    part = {name: value for name, value in args.items() if is_recorded(name)}
    kept: dict[str, Any] = without_secrets(part, known_keys(args))
    return kept


def count(number: Any) -> int | None:
    """Return a number of tokens; None if it cannot be one: negative, not finite, not whole, above 2^53."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= _MOST_TOKENS:
        return None
    return int(number) if number == int(number) else None


def dollars(amount: Any) -> float | None:
    """Return a cost; None if it cannot be one: negative or not finite."""
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    return float(amount) if is_number and 0 <= amount <= _MOST_TOKENS else None


@dataclass(frozen=True)
class Request:
    """One question to a model.

    Attributes:
        model: the model's name as the user gave it.
        messages: the conversation so far; the last message is the question.
        args: the recorded model arguments (temperature, max_tokens, ...), without secrets.
        draw: the index of the case in its arm, so that a prompt that occurs twice is asked twice.
        crib: the case's answer, its lures and its arm. Only fake models get one, and it is then part of the key.
        code: the `Model.fingerprint` of the model, if it has one.
        room: how many tokens a response needs at most, thoughts of the model's own not included; None if unknown. A
            model limits its responses to that where the user sets no limit. It is not part of the key: the question
            determines it.
        tools: the tools that the model may call.
        forced: whether it must call one of them.
        sample: which of several independent responses to the same question this one is.
    """

    model: str
    messages: Sequence[Message]
    args: Mapping[str, Any] = field(default_factory=dict)
    draw: int = 0
    crib: Mapping[str, Any] | None = None
    code: str | None = None
    room: int | None = None
    tools: Sequence[Tool] = ()
    forced: bool = False
    sample: int = 0

    @functools.cached_property
    def key(self) -> str:
        """The SHA-256 of the canonical request, under which its answer is stored."""
        further = {"tools": list(self.tools), "forced": self.forced, "sample": self.sample}
        parts = [self.crib or None, self.code or None, {name: value for name, value in further.items() if value}]
        # What is absent at the end is left out: stores hold answers from before these parts existed.
        while parts and not parts[-1]:
            parts.pop()
        return digest(canonical([self.model, self.messages, self.args, self.draw, *parts]))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model returned, or the error that came instead.

    Attributes:
        text: the answer.
        reasoning: the reasoning text, if the provider returns it.
        finish_reason: the provider's own value. "length" marks a truncated answer, "content_filter" and "refusal" a
            refused one.
        input_tokens: tokens in the prompt; None if unknown.
        output_tokens: tokens in the answer; None if unknown.
        cost_usd: US dollars; None, never 0, if the price is unknown.
        latency_s: seconds from the call to its answer, without retries.
        created_at: seconds since the epoch.
        error: why there is no answer, with every key redacted.
        run_id: the run that asked.
        served_model: the model that the provider says it served ("gpt-4o-2024-08-06" for "gpt-4o"); None if it does
            not say.
        tool_calls: the tools that the model calls.
        system_fingerprint: the provider's name for the configuration of the served model, if it has one.
        reasoning_tokens: how many of the output tokens are thoughts; None if unknown.
        cached_tokens: how many of the input tokens the provider had in its cache; None if unknown.
        dropped: the arguments of the request that were not sent, because the model does not take them.
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
    served_model: str | None = None
    tool_calls: Sequence[ToolCall] = ()
    system_fingerprint: str | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    dropped: Sequence[str] = ()
