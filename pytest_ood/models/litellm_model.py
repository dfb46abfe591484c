"""The model of any provider, through litellm. This is the only file that imports it."""

import asyncio
import contextlib
import gc
import importlib
import json
import logging
import math
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pytest_ood.models.base import Model, ModelError, TimedOut, TryAgain, Unreadable
from pytest_ood.models.provider_errors import check_address, meaning
from pytest_ood.models.request import Answer, Request, ToolCall, recorded
from pytest_ood.text.redaction import encodable, is_secret, known_keys, without_keys
from pytest_ood.text.suggestions import did_you_mean

#: How long to wait for a connection, and for a response: of a model that may think before it answers, and of another,
#: which gets more for each token that its response may have.
CONNECT_S = 10.0
TIMEOUT_S, SHORT_TIMEOUT_S, TOKEN_S = 600.0, 60.0, 0.1

_PRICES = ("input_cost_per_token", "output_cost_per_token")
# Arguments that the engine decides, or with which the answer would not be a single text.
_OURS = {"model", "messages", "stream", "n", "num_retries", "max_retries", "mock_response"}

# litellm turns every finish reason that it does not know into "stop". These mean something different.
_CUT_OFF = {"model_length", "max_output_tokens", "max_length", "truncated"}
_BROKEN_OFF = {"error", "network_error", "malformed_response"}

_PREAMBLE = re.compile(r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)(?: Error)?\s*[:-]?\s+)+")
# Long enough for a provider's message, too short for a page of HTML.
_LONGEST_MESSAGE = 500


def price(name: str, args: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return US dollars per input token and per output token; None if unknown. Imports litellm, which takes about 3 s.

    The model arguments input_cost_per_token and output_cost_per_token take precedence over litellm's own list.
    """
    entry = {} if set(_PRICES) <= set(args) else _entry(_load(), name)
    per_input, per_output = (args.get(price, entry.get(price)) for price in _PRICES)
    return None if per_input is None or per_output is None else (float(per_input), float(per_output))


class LiteLLMModel(Model):
    """One model of one provider. Its arguments are litellm's: temperature, max_tokens, api_base, api_key, timeout."""

    concurrency: ClassVar[tuple[int, int]] = (20, 200)

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(name, args)
        self._litellm: Any = None
        self._price: tuple[float, float] | None = None
        self._most_output: int | None = None
        self._thinks = True
        # The name by which litellm calls the model, and its provider.
        self._model = self._provider = ""
        # Arguments that vary, of which it is known that litellm does not drop them.
        self._passed_on: set[str] = set()
        self._settings: dict[str, Any] = {}
        self._keys = known_keys(args)
        self._recorded = recorded(args)

    async def start(self) -> None:
        """Import litellm on a thread and check the name and the keys; no call is made.

        Raises:
            ModelError: there is no such provider, no key for it, nothing at its address, or an argument that cannot be
                passed on.
        """
        self._check_args()
        if self._base:
            await check_address(self.name, self._base, CONNECT_S)
        self._litellm = await asyncio.to_thread(_load)
        self._check_name()
        self._check_key()
        self._price = price(self.name, self.args)
        entry = _entry(self._litellm, self.name)
        self._most_output = entry.get("max_output_tokens") or entry.get("max_tokens")
        # Of a model that is not in the table it is not known.
        self._thinks = not entry or bool(entry.get("supports_reasoning"))
        longest = float(self.args.get("timeout") or TIMEOUT_S)
        self._settings = {
            # The same for all calls: litellm makes a client for each timeout. How long a call may take, `ask` decides.
            "timeout": importlib.import_module("httpx").Timeout(longest, connect=min(longest, CONNECT_S)),
            # Retries are the engine's: it knows the budget.
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
            "no-log": True,
        }

    def _check_args(self) -> None:
        refused = sorted(_OURS.intersection(self.args))
        if refused:
            raise ModelError(
                f"the model argument {', '.join(refused)} is set by the engine; leave it out", model=self.name
            )
        for name in (*_PRICES, "timeout"):
            value = self.args.get(name)
            if value is not None and not (_is_number(value) and value >= 0):
                raise ModelError(f"{name}={value!r} is not a valid number; give 0 or more", model=self.name)

    def _check_name(self) -> None:
        litellm = self._litellm
        try:
            self._model, self._provider, *_ = litellm.get_llm_provider(
                self.name, custom_llm_provider=self.args.get("custom_llm_provider"), api_base=self._base
            )
        except Exception:
            bare = self.name.rpartition("/")[2]
            raise ModelError(
                f"litellm does not recognise the provider; write PROVIDER/MODEL, such as openai/gpt-4o, or"
                f" openai/{bare} with the API base of a server that speaks OpenAI's protocol"
                f"{did_you_mean(self.name, litellm.model_cost, 0.7)}",
                model=self.name,
            ) from None

    def _check_key(self) -> None:
        if self._base or any(is_secret(name) for name in self.args) or self._litellm.api_key:
            return
        missing = self._litellm.validate_environment(self.name)["missing_keys"]
        # If more than keys are missing, there may be another way in (an Azure identity, an AWS profile).
        if missing and all(name.endswith(("_KEY", "_TOKEN")) and not name.startswith("AWS_") for name in missing):
            raise ModelError(
                f"no API key; set {' or '.join(missing)} in the environment, or pass the model argument api_key",
                model=self.name,
            )

    @property
    def _base(self) -> str | None:
        return self.args.get("api_base") or self.args.get("base_url")

    async def ask(self, request: Request) -> Answer:
        """Make one call, without retries.

        Raises:
            ModelError: the key, the quota or the name is refused.
            CallFailed: the request is refused, or something unforeseen happened.
            TryAgain: the provider is busy, broken or silent, or its answer makes no sense.
        """
        assert self._litellm is not None, "start() comes first"
        failure: Exception
        self._check_varied(request)
        timeout = self.timeout(request)
        args = self._whole(request)
        settings = {**self._limit(request), **_unpriced(args), **self._settings, **self._tools(request)}
        messages = [dict(message) for message in request.messages]
        begun = time.perf_counter()
        try:
            call = self._litellm.acompletion(self.name, messages, **settings)
            response = await asyncio.wait_for(call, timeout)
            return self._read(response, time.perf_counter() - begun)
        except (TryAgain, asyncio.TimeoutError) as error:
            failure = error if isinstance(error, TryAgain) else TimedOut(f"{self.name}: no answer in {timeout:g} s")
        except Exception as error:
            refusal = meaning(error, self.name, self._base, self._clean)
            if isinstance(refusal, Answer):
                return refusal
            failure = refusal
        # Raised outside the handlers, so that the original exception, which may hold keys, is not in the traceback.
        raise failure

    def _whole(self, request: Request) -> dict[str, Any]:
        """The arguments of a call: those of the request, with the secrets that are not recorded."""
        own = self._recorded
        varied = {name: value for name, value in request.args.items() if name not in own or own[name] != value}
        return {**self.args, **varied}

    def timeout(self, request: Request) -> float:
        """Return the seconds after which a call is given up: as the user sets them, or what the model may need."""
        if self.args.get("timeout"):
            return float(self.args["timeout"])
        limit: Any = {**self._limit(request), **self.args, **request.args}
        tokens = limit.get("max_completion_tokens") or limit.get("max_tokens")
        if self._thinks or not _is_number(tokens):
            return TIMEOUT_S
        return min(TIMEOUT_S, SHORT_TIMEOUT_S + TOKEN_S * float(tokens))

    def _check_varied(self, request: Request) -> None:
        """Refuse an argument that varies and that litellm would drop: its conditions would all be the same.

        One that all calls have may be dropped, so that one command works for several models.
        """
        litellm, varied = self._litellm, request.args.keys() - self.args.keys() - self._passed_on
        if not varied:
            return
        passed_on = litellm.get_supported_openai_params(self._model, custom_llm_provider=self._provider) or []
        if dropped := varied.intersection(litellm.OPENAI_CHAT_COMPLETION_PARAMS).difference(passed_on):
            raise ModelError(
                f"this model does not take the argument {min(dropped)}; leave it out of --ood-vary", model=self.name
            )
        self._passed_on |= varied

    def _tools(self, request: Request) -> dict[str, Any]:
        """The tools of a request as litellm takes them.

        Raises:
            ModelError: litellm would drop them.
        """
        if not request.tools:
            return {}
        passed_on = self._litellm.get_supported_openai_params(self._model, custom_llm_provider=self._provider) or []
        if "tools" not in passed_on:
            raise ModelError("this model takes no tools; leave out this strategy", model=self.name)
        choice = "required" if request.forced else "auto"
        # Without the last, a call with tools needs a package that litellm does not install.
        return {"tools": [dict(tool) for tool in request.tools], "tool_choice": choice, "_skip_mcp_handler": True}

    def _limit(self, request: Request) -> dict[str, int]:
        """The limit of a response that the user does not limit: none if the model may think before it answers.

        Thoughts count towards a provider's limit, and how long they get is not known.
        """
        room = request.room
        if room is None or self._thinks or {"max_tokens", "max_completion_tokens"} & {*self.args, *request.args}:
            return {}
        return {"max_tokens": room if self._most_output is None else min(room, self._most_output)}

    def _read(self, response: Any, latency: float) -> Answer:
        if not response.choices:
            raise Unreadable(f"{self.name}: an answer without choices")
        choice = response.choices[0]
        message, usage = choice.message, getattr(response, "usage", None)
        finish_reason = _finish_reason(choice)
        if finish_reason in _BROKEN_OFF:
            raise TryAgain(f"{self.name}: the provider broke the answer off ({finish_reason})")
        text, refusal = _text(message.content), _refusal(message)
        if refusal:
            finish_reason, text = "refusal", text or refusal
        tokens = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
        return Answer(
            # A provider that echoes a key may do so in an answer too.
            text=without_keys(encodable(text), self._keys),
            reasoning=without_keys(encodable(getattr(message, "reasoning_content", None) or ""), self._keys) or None,
            finish_reason=finish_reason,
            input_tokens=tokens[0],
            output_tokens=tokens[1],
            cost_usd=self._cost(response, *tokens),
            latency_s=latency,
            created_at=time.time(),
            # It may be more specific than the name in the request.
            served_model=self._named(response, "model"),
            tool_calls=self._calls(message),
            system_fingerprint=self._named(response, "system_fingerprint"),
            reasoning_tokens=_detail(usage, "completion_tokens_details", "reasoning_tokens"),
            cached_tokens=_detail(usage, "prompt_tokens_details", "cached_tokens"),
        )

    def _calls(self, message: Any) -> tuple[ToolCall, ...]:
        """The tools that a response calls, each as far as it has the form of a call."""
        calls = []
        for call in getattr(message, "tool_calls", None) or ():
            function = getattr(call, "function", None)
            name, arguments = (getattr(function, part, None) for part in ("name", "arguments"))
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            called = {
                "name": without_keys(encodable(str(name)), self._keys),
                "arguments": without_keys(encodable(text), self._keys),
            }
            calls.append({"id": encodable(str(getattr(call, "id", ""))), "type": "function", "function": called})
        return tuple(calls)

    def _named(self, response: Any, field: str) -> str | None:
        """A name that the response gives; None if it gives none."""
        name = getattr(response, field, None)
        return without_keys(encodable(name), self._keys) if isinstance(name, str) and name else None

    def _cost(self, response: Any, input_tokens: int | None, output_tokens: int | None) -> float | None:
        if self._price is None:
            return None
        if any(name in self.args for name in _PRICES):
            return (input_tokens or 0) * self._price[0] + (output_tokens or 0) * self._price[1]
        cost: float | None = response._hidden_params.get("response_cost")
        return cost

    def _clean(self, message: str) -> str:
        """A provider's message made fit to print: one short line without control characters or keys."""
        message = _PREAMBLE.sub("", message).partition("Traceback (most recent call last)")[0][: 40 * _LONGEST_MESSAGE]
        message = importlib.import_module("litellm._logging").redact_string(without_keys(message, self._keys))
        message = " ".join("".join(sign if sign.isprintable() else " " for sign in message).split())
        return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "..."

    def price(self) -> tuple[float, float] | None:
        """Return the result of the function `price`; imports litellm."""
        return price(self.name, self.args)

    def most(self, request: Request) -> float | None:
        """Return an upper bound on the cost of one call, in US dollars; None if price or answer limit is unknown."""
        args = {**self._limit(request), **self.args, **request.args}
        longest: Any = args.get("max_completion_tokens") or args.get("max_tokens") or self._most_output
        if self._price is None or not _is_number(longest):
            return None
        # No token is shorter than a byte; 16 more frame each message.
        prompt = 16 + sum(16 + len(message["content"].encode("utf-8", "replace")) for message in request.messages)
        return prompt * self._price[0] + float(longest) * self._price[1]

    async def close(self) -> None:
        """Close the connections of every litellm model in this process, because litellm keeps them together."""
        if self._litellm is None:
            return
        worker = importlib.import_module("litellm.litellm_core_utils.logging_worker").GLOBAL_LOGGING_WORKER
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(worker.flush(), 5)
        await worker.stop()
        await self._litellm.close_litellm_async_clients()
        self._litellm.in_memory_llm_clients_cache.flush_cache()
        self._litellm = None


def _load() -> Any:
    """Import litellm, silenced and kept from reading the network or ``.env`` files."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    with _set_aside():
        litellm = importlib.import_module("litellm")
    litellm.suppress_debug_info = True  # type: ignore[attr-defined]
    litellm.telemetry = False  # type: ignore[attr-defined]
    if "LITELLM_LOG" not in os.environ:
        for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return litellm


def _unpriced(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without the prices: litellm would add them to its table again on every call."""
    return {name: value for name, value in args.items() if name not in _PRICES}


@contextlib.contextmanager
def _set_aside() -> Iterator[None]:
    """Exempt the 300,000 permanent objects that the import creates from garbage collection.

    Scanning them would take a fifth of the time of the import and of every call, and most of a second at the end, when
    pytest collects five times. The price: other objects alive now that later become cyclic garbage stay in memory until
    the process ends.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _entry(litellm: Any, name: str) -> Mapping[str, Any]:
    """The entry of a model in litellm's table; empty if it has none."""
    if name.startswith(("ollama", "huggingface")):
        entry = litellm.model_cost.get(name)  # get_model_info would ask their servers
    else:
        try:
            info = litellm.get_model_info(name)
        except Exception:
            return {}
        # The table distinguishes unpriced from free; `info` has 0 for both.
        entry = litellm.model_cost.get(info["key"], info)
    return entry or {}


def _finish_reason(choice: Any) -> str | None:
    """The finish reason as `Answer` defines it; the provider's own if litellm did not recognise it."""
    reason: str | None = choice.finish_reason
    if reason == "stop":
        native = (getattr(choice, "provider_specific_fields", None) or {}).get("native_finish_reason")
        reason = str(native or reason).lower()
    return "length" if reason in _CUT_OFF else reason


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(
            part["text"] for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str)
        )
    return content or ""


def _detail(usage: Any, details: str, name: str) -> int | None:
    """How many tokens of a kind were used; None if the provider does not say."""
    count = getattr(getattr(usage, details, None), name, None)
    return count if isinstance(count, int) and 0 <= count <= 2**53 else None


def _refusal(message: Any) -> str | None:
    refusal: str | None = (getattr(message, "provider_specific_fields", None) or {}).get("refusal")
    return refusal or getattr(message, "refusal", None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
