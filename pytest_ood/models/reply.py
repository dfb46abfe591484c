"""What a provider says in its own words: the response of each API, read without litellm.

litellm turns every finish reason that it does not know into "stop", and missing counts of tokens into 0. It gives up a
whole answer for the sake of one odd number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_ood.models.request import count

# Words of providers for: cut off, refused, broken off, and for how all others end.
_CUT_OFF = {
    *("length", "max_tokens", "max_output_tokens", "max_length", "model_length", "truncated", "token_limit"),
    *("model_context_window_exceeded", "context_window_exceeded", "context_length_exceeded", "pause_turn"),
}
_REFUSED = {
    *("content_filter", "content_filtered", "refusal", "safety", "recitation", "blocklist", "prohibited_content"),
    *("spii", "image_safety", "guardrail_intervened", "sensitive", "language"),
}
_BROKEN_OFF = {
    *("error", "network_error", "malformed_response", "malformed_function_call", "unexpected_tool_call"),
    *("abort", "aborted", "cancelled", "insufficient_system_resource", "load", "unload"),
}
_SAME = {"end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls"}
# Parts of a content that are thoughts.
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a response says.

    Attributes:
        text: its text; None if there is nothing that could be one.
        reasoning: its thoughts, if they are given apart from the text.
        finish_reason: "length" for an answer that was cut off, "content_filter" for one that was refused, and otherwise
            the provider's own word in small letters; None if it gives none.
        broken: the provider's word for having broken off; empty if it has not.
        input_tokens, output_tokens, reasoning_tokens, cached_tokens: None if they are unknown.
        model, fingerprint: the served model and its configuration, if they are named.
        tool_calls: as they are in the response; only OpenAI's form is read.
    """

    text: str | None = None
    reasoning: str | None = None
    finish_reason: str | None = None
    broken: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    model: str | None = None
    fingerprint: str | None = None
    tool_calls: Sequence[Any] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the model or the provider refuses to answer."""
        return self.finish_reason in ("content_filter", "refusal")


def read(payload: Any) -> Reply | None:
    """Return what a response says, in the form of OpenAI, Anthropic, Gemini or Ollama; None if it has none of these."""
    if not isinstance(payload, Mapping):
        return None
    for form in (_openai, _anthropic, _gemini, _ollama):
        fields = form(payload)
        if fields is not None:
            return Reply(**fields)
    return None


def _openai(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    choice = _first(payload.get("choices"))
    if choice is None:
        return None
    message, usage = _map(choice.get("message")), _map(payload.get("usage"))
    refusal = _text(message.get("refusal"))
    text = _said(message, "content")
    return {
        "text": refusal if refusal and not text else text,
        "reasoning": _text(message.get("reasoning_content")) or _text(message.get("reasoning")),
        **_finish(choice.get("finish_reason"), choice.get("native_finish_reason")),
        **({"finish_reason": "refusal"} if refusal else {}),
        "input_tokens": count(usage.get("prompt_tokens")),
        "output_tokens": count(usage.get("completion_tokens")),
        "reasoning_tokens": count(_map(usage.get("completion_tokens_details")).get("reasoning_tokens")),
        "cached_tokens": count(_map(usage.get("prompt_tokens_details")).get("cached_tokens")),
        "model": _name(payload.get("model")),
        "fingerprint": _name(payload.get("system_fingerprint")),
        "tool_calls": [call for call in _list(message.get("tool_calls")) if isinstance(call, Mapping)],
    }


def _anthropic(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    if "stop_reason" not in payload and payload.get("type") != "message":
        return None
    content, usage = payload.get("content"), _map(payload.get("usage"))
    thoughts = [_text(part.get("thinking")) for part in _list(content) if isinstance(part, Mapping)]
    cached = usage.get("cache_read_input_tokens")
    return {
        "text": _said(payload, "content"),
        "reasoning": "".join(filter(None, thoughts)) or None,
        **_finish(payload.get("stop_reason")),
        # Those that are written to or read from the cache are counted apart.
        "input_tokens": _sum(usage.get("input_tokens"), usage.get("cache_creation_input_tokens"), cached),
        "output_tokens": count(usage.get("output_tokens")),
        "cached_tokens": count(cached),
        "model": _name(payload.get("model")),
    }


def _gemini(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    usage, feedback = _map(payload.get("usageMetadata")), _map(payload.get("promptFeedback"))
    candidate = _first(payload.get("candidates"))
    if candidate is None and not feedback.get("blockReason"):
        return None
    candidate = candidate or {}
    content = _map(candidate.get("content"))
    parts = _list(content.get("parts"))
    thoughts = usage.get("thoughtsTokenCount")
    return {
        "text": _text([part for part in parts if not _map(part).get("thought")]) if parts else _said(content, "parts"),
        "reasoning": _text([part for part in parts if _map(part).get("thought")]) or None,
        **_finish("content_filter" if feedback.get("blockReason") else candidate.get("finishReason")),
        "input_tokens": count(usage.get("promptTokenCount")),
        "output_tokens": _sum(usage.get("candidatesTokenCount"), thoughts),
        "reasoning_tokens": count(thoughts),
        "cached_tokens": count(usage.get("cachedContentTokenCount")),
        "model": _name(payload.get("modelVersion")),
    }


def _ollama(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    if "done" not in payload and "done_reason" not in payload:
        return None
    message = _map(payload.get("message"))
    return {
        "text": _said(message, "content") if message else _said(payload, "response"),
        "reasoning": _text(message.get("thinking", payload.get("thinking"))) or None,
        **_finish(payload.get("done_reason")),
        "input_tokens": count(payload.get("prompt_eval_count")),
        "output_tokens": count(payload.get("eval_count")),
        "model": _name(payload.get("model")),
    }


def _finish(*words: Any) -> dict[str, Any]:
    """How a response ends, from the provider's word for it, or its own and that of the provider behind it."""
    named = [word.lower() for word in words if isinstance(word, str) and word]
    for word in named:
        if word in _BROKEN_OFF:
            return {"finish_reason": word, "broken": word}
        if word in _REFUSED:
            return {"finish_reason": "content_filter"}
        if word in _CUT_OFF:
            return {"finish_reason": "length"}
    return {"finish_reason": _SAME.get(named[0], named[0]) if named else None}


def _said(message: Mapping[str, Any], name: str) -> str | None:
    """The text of a message, which says nothing if it has none."""
    content = message.get(name)
    return "" if content is None and message else _text(content)


def _text(content: Any) -> str | None:
    """The text of a message: a string, a part with a text, or a list of such; None if it is anything else."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return None if content.get("type") in _THOUGHTS else _text(content.get("text"))
    if isinstance(content, list):
        texts = [text for text in map(_text, content) if text is not None]
        return "".join(texts) if texts or not content else None
    return None


def _sum(first: Any, *others: Any) -> int | None:
    """The sum of counts; all but the first may be missing, but none may be impossible."""
    counts = [count(number) for number in (first, *(other for other in others if other is not None))]
    return None if None in counts else count(sum(filter(None, counts)))


def _first(items: Any) -> Mapping[str, Any] | None:
    first = _list(items)[:1]
    return first[0] if first and isinstance(first[0], Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
