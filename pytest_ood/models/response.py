"""From a response to an `Answer`: as litellm understands it, and in the provider's own words."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_ood.models.base import Unreadable
from pytest_ood.models.reply import Reply, read
from pytest_ood.models.request import Answer, ToolCall, dollars
from pytest_ood.text.redaction import encodable, without_keys


class Reader:
    """Reads the responses of one model."""

    def __init__(self, name: str, keys: Sequence[str], price: tuple[float, float] | None, own_price: bool) -> None:
        """Prepare.

        Args:
            name: the model, as the user named it.
            keys: what must not be in an answer.
            price: US dollars per input token and per output token; None if unknown.
            own_price: whether the price is the user's, and not litellm's.
        """
        self._name, self._keys, self._price, self._own_price = name, keys, price, own_price

    def answer(self, response: Any, payload: Any) -> Answer | None:
        """Return the answer of a response; None if it has none.

        Args:
            response: as litellm understands it; None if it does not.
            payload: its JSON.

        Raises:
            Unreadable: the provider broke the answer off.
        """
        choice = next(iter(getattr(response, "choices", None) or ()), None)
        message = getattr(choice, "message", None)
        said = read(payload)
        if said is None and message is not None:
            # An API of another form, which litellm has put into OpenAI's. It makes an answer of anything.
            said = read(response.model_dump())
            if said is not None and not (said.text or said.tool_calls or said.is_refused):
                return None
        if said is None:
            return None
        if said.broken:
            raise Unreadable(f"{self._name}: the provider broke the answer off ({said.broken})")
        text, reasoning, calls = said.text, said.reasoning, self._calls(said.tool_calls)
        if message is not None:
            # litellm tells thoughts from the text, and knows the calls of every API.
            apart = message.content
            text = apart if apart and isinstance(apart, str) and apart in (text or "") else text
            reasoning = getattr(message, "reasoning_content", None) or reasoning
            calls = self._calls(getattr(message, "tool_calls", None) or ())
        if text is None and not (calls or said.is_refused):
            return None
        return self._answer(response, said, text or "", str(reasoning or ""), calls)

    def _answer(self, response: Any, said: Reply, text: str, reasoning: str, calls: tuple[ToolCall, ...]) -> Answer:
        # There is always a prompt, and no text without a token: servers that do not count say 0.
        input_tokens = said.input_tokens or None
        output_tokens = None if said.output_tokens == 0 and (text or calls) else said.output_tokens
        return Answer(
            text=self._clear(text),
            reasoning=self._clear(reasoning) or None,
            finish_reason=said.finish_reason and self._clear(said.finish_reason),
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=self._cost(response, input_tokens, output_tokens),
            created_at=time.time(),
            served_model=said.model and self._clear(said.model),
            tool_calls=calls,
            system_fingerprint=said.fingerprint and self._clear(said.fingerprint),
            reasoning_tokens=said.reasoning_tokens,
            cached_tokens=said.cached_tokens,
        )

    def _clear(self, text: str) -> str:
        """Text that can be stored: a provider may echo a key in an answer, too."""
        return without_keys(encodable(text), self._keys)

    def _calls(self, calls: Iterable[Any]) -> tuple[ToolCall, ...]:
        """The tools that a response calls, each as far as it has the form of a call."""
        found = []
        for call in calls:
            function = _field(call, "function")
            name, arguments = _field(function, "name"), _field(function, "arguments")
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            called = {"name": self._clear(str(name)), "arguments": self._clear(text)}
            found.append({"id": self._clear(str(_field(call, "id") or "")), "type": "function", "function": called})
        return tuple(found)

    def _cost(self, response: Any, input_tokens: int | None, output_tokens: int | None) -> float | None:
        """US dollars; None if the price is not known, or how much was used."""
        if self._price is None:
            return None
        if not any(self._price):
            return 0.0
        if input_tokens is None or output_tokens is None:
            return None
        cost = dollars(getattr(response, "_hidden_params", {}).get("response_cost"))
        if self._own_price or cost is None:
            # Without the discount for what comes from a cache.
            return input_tokens * self._price[0] + output_tokens * self._price[1]
        return cost


def _field(value: Any, name: str) -> Any:
    """A field of an object or a mapping; None if there is none."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
