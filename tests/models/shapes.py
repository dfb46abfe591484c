"""What a provider may answer, by name, and how each of seven providers says so in the format of its API."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# What it must come to: the outcome of an answer, or "error" for a response that is none and is asked for once more.
Outcome = Literal["correct", "wrong", "unparsed", "truncated", "refused", "error"]
RIGHT, WRONG = "<answer>4</answer>", "<answer>5</answer>"
#: A value that is left out.
ABSENT = object()


@dataclass(frozen=True)
class Shape:
    """One answer.

    Attributes:
        outcome: what it must come to.
        content: its text, or what stands in its place.
        finish: how it ended: a kind in `FINISH`, or the very value.
        usage: the tokens of the prompt and of the response; or what stands in place of the usage.
        tokens: those that must be known.
        thoughts: the field for thoughts, or what stands in its place.
        extra: further fields of the whole response, or of a choice of it.
        whole: what stands in place of the response.
    """

    outcome: Outcome = "correct"
    content: Any = RIGHT
    finish: Any = "stop"
    usage: Any = (11, 7)
    tokens: tuple[int | None, int | None] = (11, 7)
    thoughts: Any = ABSENT
    extra: Mapping[str, Any] = field(default_factory=dict)
    whole: Any = ABSENT


def counted(usage: Any, tokens: tuple[int | None, int | None] = (None, None)) -> Shape:
    """An answer with odd metadata: it counts, and only what can be a number of tokens is known."""
    return Shape(usage=usage, tokens=tokens)


def said(content: Any, outcome: Outcome = "correct") -> Shape:
    """A text that ended well."""
    return Shape(outcome, content)


SHAPES: dict[str, Shape] = {
    # The text.
    "right": said(RIGHT),
    "wrong": said(WRONG, "wrong"),
    "empty": said("", "unparsed"),
    "null": said(None, "unparsed"),
    "blank": said(" \n", "unparsed"),
    "tag not closed": said("<answer>4", "unparsed"),
    "escapes": said(f"\x1b[2J\x00{RIGHT}"),
    "lone surrogate": said(f"\ud800{RIGHT}"),
    "long": said("hm " * 30_000 + RIGHT),
    # A content that is not a text.
    "parts": said([{"type": "text", "text": "<answer>"}, {"type": "text", "text": "4</answer>"}]),
    "parts of strings": said(["<answer>", "4</answer>"]),
    "part": said({"type": "text", "text": RIGHT}),
    "parts with thoughts": said([{"type": "thinking", "thinking": WRONG}, {"type": "text", "text": RIGHT}]),
    "no parts": said([], "unparsed"),
    "number": said(4, "error"),
    "object": said({"value": RIGHT}, "error"),
    # Thoughts are never read.
    "thought": said(f"<think>{WRONG}</think>{RIGHT}"),
    "thought not closed": said(f"<think>So {RIGHT} it is", "unparsed"),
    "answer before a thought": said(f"{RIGHT}<think>{WRONG}</think>"),
    "answer before a thought not closed": said(f"{RIGHT}<think>or {WRONG}"),
    "thought not opened": said(f"{RIGHT}</think>", "unparsed"),
    "thought not opened, and an answer": said(f"{WRONG}</think>{RIGHT}"),
    "thought within a thought": said(f"<think>a<think>{WRONG}</think>{WRONG}</think>{RIGHT}"),
    "two thoughts": said(f"<think>{WRONG}</think>{RIGHT}<think>{WRONG}</think>"),
    "thoughts of another name": said(f"<thinking>{WRONG}</thinking>{RIGHT}"),
    "thoughts of another name, not closed": said(f"<thinking>{RIGHT}", "unparsed"),
    "thoughts apart": Shape(thoughts=WRONG),
    "thoughts alone": Shape("unparsed", "", thoughts=RIGHT),
    "thoughts that are a number": Shape(thoughts=3),
    # The form of the answer, repeated.
    "form after the answer": said(f"{RIGHT} (as <answer>...</answer>)"),
    "form before the answer": said(f"As <answer>...</answer>: {RIGHT}"),
    "form with an ellipsis": said(f"{RIGHT} (as <answer>\N{HORIZONTAL ELLIPSIS}</answer>)"),
    "empty form after the answer": said(f"{RIGHT} <answer></answer>"),
    "form alone": said("<answer>...</answer>", "unparsed"),
    # How it ended.
    "cut off": Shape("truncated", finish="length"),
    "context is full": Shape("truncated", finish="context"),
    "paused": Shape("truncated", finish="paused"),
    "filtered": Shape("refused", finish="filtered"),
    "refused": Shape("refused", "I cannot help with that.", finish="refused"),
    "broken off": Shape("error", finish="broken"),
    "no finish reason": Shape(finish=ABSENT),
    "finish reason null": Shape(finish=None),
    "finish reason of a number": Shape(finish=7),
    "finish reason that is new": Shape(finish="something_new"),
    # The usage.
    "no usage": counted(ABSENT),
    "usage null": counted(None),
    "usage of a list": counted([11, 7]),
    "usage 0": counted((0, 0)),
    "negative": counted((-11, -7)),
    "one negative": counted((-11, 7), (None, 7)),
    "fractions": counted((11.5, 7.25)),
    "one fraction": counted((11, 7.25), (11, None)),
    "whole, with a point": counted((11.0, 7.0), (11, 7)),
    "not a number": counted((math.nan, math.nan)),
    "infinite": counted((math.inf, -math.inf)),
    "10^30": counted((10**30, 10**30)),
    "a thousand digits": counted((10**999, 7), (None, 7)),
    "more than 2^53": counted((2**53 + 2, 7), (None, 7)),
    "words": counted(("11", "seven")),
    "truth": counted((True, False)),
    "nulls": counted((None, 7), (None, 7)),
    # Other metadata.
    "no names": Shape(extra={"id": None, "model": None, "modelVersion": None}),
    "names of numbers": Shape(extra={"id": 4, "model": 4, "modelVersion": 4, "system_fingerprint": 4}),
    "date in words": Shape(extra={"created": "today", "created_at": 4}),
    "fields that are new": Shape(extra={"nested": {"deep": [[[1]]]}, "service_tier": {"name": 1}}),
    # No answer.
    "no choice": Shape("error", whole={"choices": [], "content": 0, "candidates": []}),
    "nothing": Shape("error", whole={}),
    "list": Shape("error", whole=[]),
    "word": Shape("error", whole="yes"),
    "error": Shape("error", whole={"error": {"message": "Internal error", "type": "api_error", "code": 500}}),
}

# How each API says how a response ended: OpenAI, Anthropic, Gemini, Ollama.
FINISH: dict[Any, tuple[str, str, str, str]] = {
    "stop": ("stop", "end_turn", "STOP", "stop"),
    "length": ("length", "max_tokens", "MAX_TOKENS", "length"),
    "context": ("model_length", "model_context_window_exceeded", "MAX_TOKENS", "length"),
    "paused": ("max_output_tokens", "pause_turn", "MAX_TOKENS", "length"),
    "filtered": ("content_filter", "refusal", "SAFETY", "content_filter"),
    "refused": ("stop", "refusal", "PROHIBITED_CONTENT", "refusal"),
    "broken": ("error", "error", "MALFORMED_RESPONSE", "load"),
}


def _finish(shape: Shape, api: int, name: str) -> dict[str, Any]:
    word = FINISH[shape.finish][api] if shape.finish in FINISH else shape.finish
    return _given({name: word})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not ABSENT}


def _usage(shape: Shape, incoming: str, outgoing: str, **further: Any) -> Any:
    if not isinstance(shape.usage, tuple):
        return shape.usage
    return {incoming: shape.usage[0], outgoing: shape.usage[1], **further}


def openai(shape: Shape) -> Any:
    """A chat completion, as OpenAI, Azure, vLLM and OpenRouter send it."""
    message = _given({"role": "assistant", "content": shape.content, "reasoning_content": shape.thoughts})
    if shape.finish == "refused":
        message = {"role": "assistant", "content": None, "refusal": shape.content}
    usage = _usage(shape, "prompt_tokens", "completion_tokens", total_tokens=18)
    known = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    choice = {"index": 0, "message": message, **_finish(shape, 0, "finish_reason")}
    return {**known, "choices": [choice], **_given({"usage": usage}), **shape.extra}


def openrouter(shape: Shape) -> Any:
    """The same, with thoughts by another name and the words of the provider behind it."""
    whole = openai(shape)
    choice = whole["choices"][0]
    if "reasoning_content" in choice["message"]:
        choice["message"]["reasoning"] = choice["message"].pop("reasoning_content")
    if shape.finish in ("context", "paused", "broken"):
        choice.update(finish_reason="stop", native_finish_reason=choice["finish_reason"])
    return whole


def anthropic(shape: Shape) -> Any:
    """A message of Anthropic's."""
    text: Any = [{"type": "text", "text": shape.content}] if isinstance(shape.content, str) else shape.content
    if shape.thoughts is not ABSENT:
        text = [{"type": "thinking", "thinking": shape.thoughts, "signature": ""}, *text]
    known = {"id": "1", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
    usage = _usage(shape, "input_tokens", "output_tokens")
    return {**known, "content": text, **_finish(shape, 1, "stop_reason"), **_given({"usage": usage}), **shape.extra}


def gemini(shape: Shape) -> Any:
    """A candidate of Gemini's."""
    parts: Any = [{"text": shape.content}] if isinstance(shape.content, str) else shape.content
    if isinstance(parts, list):
        parts = [{"text": part["thinking"], "thought": True} if "thinking" in part else part for part in parts]
    if shape.thoughts is not ABSENT:
        parts = [{"text": shape.thoughts, "thought": True}, *parts]
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **_finish(shape, 2, "finishReason")}
    usage = _usage(shape, "promptTokenCount", "candidatesTokenCount", totalTokenCount=18)
    return {"candidates": [candidate], "modelVersion": "m", **_given({"usageMetadata": usage}), **shape.extra}


def ollama(shape: Shape) -> Any:
    """What Ollama generates."""
    known = {"model": "m", "created_at": "2026-11-29T08:00:00Z", "done": True}
    text = _given({"response": shape.content, "thinking": shape.thoughts})
    # Its counts stand in the response itself: there is nothing in whose place something else could stand.
    counts = _usage(shape, "prompt_eval_count", "eval_count") if isinstance(shape.usage, tuple) else {}
    return {**known, **text, **_finish(shape, 3, "done_reason"), **counts, **shape.extra}


FORMATS: dict[str, Callable[[Shape], Any]] = {
    "openai/gpt-4o": openai,
    "anthropic/claude-sonnet-4-5": anthropic,
    "gemini/gemini-2.5-flash": gemini,
    "ollama/llama3": ollama,
    "hosted_vllm/some-model": openai,
    "azure/gpt-4o": openai,
    "openrouter/openai/gpt-4o": openrouter,
}


def body(name: str, shape: Shape) -> bytes:
    """The body in which a provider says so."""
    whole = FORMATS[name](shape) if shape.whole is ABSENT else shape.whole
    return json.dumps(whole).encode()
