"""The model of any provider, through litellm. This is the only file that imports it."""

import asyncio
import contextlib
import dataclasses
import gc
import importlib
import logging
import math
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.models.base import CallFailed, Model, ModelError, NoTools, TimedOut, Unreadable
from pytest_ood.models.provider_errors import check_address, error_in, meaning, refuses_tools
from pytest_ood.models.rates import Rates
from pytest_ood.models.request import Answer, Request, is_recorded, recorded
from pytest_ood.models.response import Reader
from pytest_ood.models.thinking import thinks_untold, told_to_think
from pytest_ood.models.wire import MOST_MB, Wire, listen
from pytest_ood.text.canonical import canonical
from pytest_ood.text.redaction import is_secret, known_keys, without_keys
from pytest_ood.text.suggestions import did_you_mean

#: How long to wait for a connection, and for a response: of a model that may think before it answers, and of another,
#: which gets more for each token that its response may have.
CONNECT_S = 10.0
TIMEOUT_S, SHORT_TIMEOUT_S, TOKEN_S = 600.0, 60.0, 0.1

_PRICES = ("input_cost_per_token", "output_cost_per_token")
# Arguments that the engine decides, or with which the answer would not be a single text.
_OURS = {"model", "messages", "stream", "n", "num_retries", "max_retries", "mock_response"}

# Arguments that limit the length of a response.
_LIMITS = {"max_tokens", "max_completion_tokens"}

# Arguments that litellm does not get.
_KEPT = {*_PRICES, "max_response_mb"}

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

    concurrency = (20, 200)

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(name, args)
        self._litellm: Any = None
        self._price: tuple[float, float] | None = None
        self._most_output: int | None = None
        self._thinks = True
        # The name by which litellm calls the model, and its provider.
        self._model = self._provider = ""
        # The arguments that litellm drops, by the canonical arguments of a request.
        self._known_drops: dict[str, frozenset[str]] = {}
        # Those that it would drop, and must not.
        self._allowed: list[str] = []
        self._settings: dict[str, Any] = {}
        self._keys = known_keys(args)
        self._recorded = recorded(args)
        self._large = asyncio.Lock()

    async def start(self) -> None:
        """Import litellm on a thread and check the name and the keys; no call is made.

        Raises:
            ModelError: there is no such provider, no key for it, nothing at its address, or an argument that cannot be
                passed on.
        """
        self._check_args()
        if self._base:
            await check_address(self.name, self._base, CONNECT_S)
        await self.prepare()
        self._check_key()

    async def prepare(self) -> None:
        """Do as `start`, but without an address or a key: calls can be put down, not made.

        Raises:
            ModelError: there is no such provider, or an argument cannot be passed on.
        """
        self._check_args()
        self._litellm = await asyncio.to_thread(_load)
        self._check_name()
        self._price = price(self.name, self.args)
        own_price = any(name in self.args for name in _PRICES)
        self._reader = Reader(self.name, self._keys, self._price, own_price)
        entry = _entry(self._litellm, self.name)
        self._most_output = entry.get("max_output_tokens") or entry.get("max_tokens")
        # Of a model that is not in the table it is not known. litellm would not send it an effort, which it may take.
        self._thinks = not entry or bool(entry.get("supports_reasoning"))
        speaks_openai = self._provider in (*self._litellm.openai_compatible_providers, "azure")
        self._allowed = ["reasoning_effort"] if not entry and speaks_openai else []
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
        for name in (*_KEPT, "timeout"):
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
            ModelError: the key, the quota or the name is refused, or the provider sends the prompt elsewhere.
            NoTools: the request offers tools, and the model takes none.
            CallFailed: the request is refused, the response too long, or something unforeseen happened.
            TryAgain: the provider is busy, broken or silent, or its answer makes no sense.
        """
        assert self._litellm is not None, "start() comes first"
        dropped = self._not_sent(request)
        wire = Wire(self.name, float(self.args.get("max_response_mb") or MOST_MB), self._large)
        begun = time.perf_counter()
        with wire.listening():
            result = await self._result(request, wire)
        if isinstance(result, Answer):
            return dataclasses.replace(result, latency_s=time.perf_counter() - begun, dropped=dropped)
        # Raised outside the handlers, so that the original exception, which may hold keys, is not in the traceback.
        raise result

    async def _result(self, request: Request, wire: Wire) -> Answer | Exception:
        """The answer, or what to raise."""
        timeout, settings = self.timeout(request), self._call_settings(request)
        messages = [dict(message) for message in request.messages]
        response: Any = None
        unreadable = Unreadable(f"{self.name}: what came is not an answer in the format of its API")
        failure: Answer | Exception = unreadable
        try:
            call = self._litellm.acompletion(self.name, messages, **settings)
            response = await asyncio.wait_for(call, timeout)
        except asyncio.TimeoutError:
            return TimedOut(f"{self.name}: no answer in {timeout:g} s")
        except Exception as error:
            failure = wire.failure or meaning(error, self.name, self._base, self._clean)
            if request.tools and isinstance(failure, Exception) and refuses_tools(error):
                failure = NoTools(str(failure))
        if response is None and not wire.answered:
            return failure
        payload = wire.payload
        try:
            answer = self._reader.answer(response, payload)
        except Unreadable as broken_off:
            return broken_off
        if answer is not None:
            return answer
        # What litellm says of a response that is not an answer tells little, unless it has seen a page of HTML.
        known = unreadable if isinstance(failure, CallFailed) else failure
        return error_in(payload, self.name, self._clean) or known

    def _not_sent(self, request: Request) -> tuple[str, ...]:
        """The arguments of a request that are not sent, because the model does not take them."""
        return tuple(sorted(self._dropped(request) & request.args.keys()))

    def _call_settings(self, request: Request) -> dict[str, Any]:
        """All that litellm gets besides the messages.

        Raises:
            NoTools: as `_tools`.
        """
        return {**self._limit(request), **self._passed(request), **self._settings, **self._tools(request)}

    def _passed(self, request: Request) -> dict[str, Any]:
        """The arguments that litellm gets: those of the request, with the secrets that are not recorded.

        Not the prices: litellm would add them to its table again on every call.
        """
        own = self._recorded
        varied = {name: value for name, value in request.args.items() if name not in own or own[name] != value}
        passed = {"allowed_openai_params": self._allowed, **self.args, **varied}
        return {name: value for name, value in passed.items() if name not in _KEPT}

    def timeout(self, request: Request) -> float:
        """Return the seconds after which a call is given up: as the user sets them, or what the model may need."""
        if self.args.get("timeout"):
            return float(self.args["timeout"])
        limit: Any = {**self._limit(request), **self.args, **request.args}
        tokens = limit.get("max_completion_tokens") or limit.get("max_tokens")
        if self._thinks or not _is_number(tokens):
            return TIMEOUT_S
        return min(TIMEOUT_S, SHORT_TIMEOUT_S + TOKEN_S * float(tokens))

    def _dropped(self, request: Request) -> frozenset[str]:
        """The arguments that litellm does not send, its own limit of the response included.

        Raises:
            ModelError: one of them varies, so that its conditions would all be the same. One that all calls have may be
                dropped: one command works for several models.
        """
        asked = canonical(dict(request.args))
        if asked not in self._known_drops:
            self._known_drops[asked] = self._find_dropped({**self._limit(request), **self._passed(request)})
        dropped = self._known_drops[asked]
        if varied := dropped & (request.args.keys() - self.args.keys()):
            raise ModelError(
                f"this model does not take the argument {min(varied)}; leave it out of --ood-vary", model=self.name
            )
        return dropped

    def _find_dropped(self, args: Mapping[str, Any]) -> frozenset[str]:
        """The arguments without which litellm sends the same as with them."""
        taken = set(self._litellm.OPENAI_CHAT_COMPLETION_PARAMS)
        ours = {name: value for name, value in args.items() if name in taken and is_recorded(name)}

        def sent(without: str = "") -> Any:
            rest = {name: value for name, value in ours.items() if name != without}
            how = {"model": self._model, "custom_llm_provider": self._provider, "drop_params": True}
            allowed = args["allowed_openai_params"]
            return self._litellm.get_optional_params(**how, **rest, allowed_openai_params=allowed)

        try:
            return frozenset(name for name in ours if sent(name) == sent())
        except Exception:
            # What litellm finds wrong with an argument, it says at the call.
            return frozenset()

    def _tools(self, request: Request) -> dict[str, Any]:
        """The tools of a request as litellm takes them.

        Raises:
            NoTools: litellm would drop them.
        """
        if not request.tools:
            return {}
        passed_on = self._litellm.get_supported_openai_params(self._model, custom_llm_provider=self._provider) or []
        if "tools" not in passed_on:
            raise NoTools("this model takes no tools", model=self.name)
        choice = "required" if request.forced else "auto"
        # Without the last, a call with tools needs a package that litellm does not install.
        return {"tools": [dict(tool) for tool in request.tools], "tool_choice": choice, "_skip_mcp_handler": True}

    def _limit(self, request: Request) -> dict[str, int]:
        """The limit of a response that the user does not limit: none if the model may think before it answers.

        Thoughts count towards a provider's limit, and how long they get is not known.
        """
        room = request.room
        if room is None or self._thinks or _LIMITS & {*self.args, *request.args}:
            return {}
        return {"max_tokens": room if self._most_output is None else min(room, self._most_output)}

    def _clean(self, message: str) -> str:
        """A provider's message made fit to print: one short line without control characters or keys."""
        message = _PREAMBLE.sub("", message).partition("Traceback (most recent call last)")[0][: 40 * _LONGEST_MESSAGE]
        message = importlib.import_module("litellm._logging").redact_string(without_keys(message, self._keys))
        message = " ".join("".join(sign if sign.isprintable() else " " for sign in message).split())
        return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "..."

    def thinks(self, args: Mapping[str, Any]) -> bool:
        """Return what the arguments say about it, or else litellm's table; that imports litellm."""
        told = told_to_think(args)
        return thinks_untold(self.name, _entry(_load(), self.name)) if told is None else told

    def price(self) -> tuple[float, float] | None:
        """Return the result of the function `price`; imports litellm."""
        return price(self.name, self.args)

    def rates(self, request: Request) -> Rates | None:
        """Return what calls with the arguments of `request` cost at most; None if price or limit is unknown.

        Raises:
            ModelError: the model does not take an argument that varies.
        """
        dropped = self._dropped(request)
        args: dict[str, Any] = {**self.args, **request.args}
        by_room = not self._thinks and not _LIMITS & args.keys() and "max_tokens" not in dropped
        kept = {name: value for name, value in args.items() if name not in dropped}
        longest = kept.get("max_completion_tokens") or kept.get("max_tokens") or self._most_output
        if self._price is None or not (_is_number(longest) or (longest is None and by_room)):
            return None
        return Rates(self._price, longest, by_room)

    def most(self, request: Request) -> float | None:
        """Return an upper bound on the cost of one call, in US dollars; None if price or answer limit is unknown."""
        rates = self.rates(request)
        return None if rates is None else rates.most(request)

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
    listen()
    if "LITELLM_LOG" not in os.environ:
        for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return litellm


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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
