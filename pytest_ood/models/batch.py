"""A model whose calls are put down in files instead of being made: batches, in OpenAI's form.

What is put down is what litellm would send, and what comes back is read as if it had come over the wire. Whoever has
the file answers it: a provider's batch API, which `submit` and its neighbours call through litellm, or any program.
"""

import asyncio
import copy
import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.models.base import CallFailed, ModelError, NoTools, Unreadable
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.provider_errors import meaning, refuses_tools
from pytest_ood.models.request import Answer, Request, count
from pytest_ood.models.wire import Sketch, Transfer
from pytest_ood.text.canonical import canonical
from pytest_ood.text.redaction import without_keys, without_secrets

#: Where the calls of a batch would go.
URL = "/v1/chat/completions"
#: By what the batch API of a provider multiplies the price of a call.
DISCOUNT = 0.5
# Of these providers litellm has the batch API, and a file of `URL` is in its form.
_WITH_API = ("openai", "azure", "hosted_vllm")
# The file with the answers to a batch may have as many MB.
_MOST_MB = 1000.0
_OVER = ("completed", "failed", "expired", "cancelled")
# A provider lists so many batches at once.
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Sketched:
    """A call that was not made: the JSON of its body, and the arguments that are not in it, as the model takes none."""

    body: Mapping[str, Any]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchState:
    """How a submitted batch stands.

    Attributes:
        handle: the provider's name for it.
        status: the provider's word: "in_progress", "completed", ...
        answered: how many of its questions have an answer.
        files: the provider's names for the files of answers and of errors, as far as there are any.
        problem: why it failed; empty if it did not.
    """

    handle: str
    status: str
    answered: int
    files: tuple[str, ...]
    problem: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in _OVER


class BatchModel(LiteLLMModel):
    """A model of a provider, as `LiteLLMModel`; `prepare` comes first, and nothing is asked."""

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(name, args)
        # Bodies without their messages, by what else they depend on.
        self._bodies: dict[str, Sketched] = {}

    async def sketch(self, request: Request) -> Sketched:
        """Return what a call would send.

        Raises:
            ModelError: it would not go to an API of OpenAI's form, or there would be a key in the file.
        """
        messages = [dict(message) for message in request.messages]
        kinds = [sorted((key, bool(value)) for key, value in message.items()) for message in messages]
        roles = [message["role"] for message in messages]
        kind = canonical(
            [dict(request.args), self._limit(request), list(request.tools), request.forced, roles, str(kinds)]
        )
        known = self._bodies.get(kind)
        if known is None:
            known = await self._sketch(request, messages)
            if known.body.get("messages") == messages:
                self._bodies[kind] = known
            return known
        return dataclasses.replace(known, body={**known.body, "messages": messages})

    async def _sketch(self, request: Request, messages: list[dict[str, Any]]) -> Sketched:
        dropped, settings = self._not_sent(request), self._call_settings(request)
        # Nothing is sent, so an address and a key need not be known.
        nowhere = {"azure": "https://azure.invalid", "hosted_vllm": "http://vllm.invalid/v1"}
        settings["api_key"] = "none"
        if not self._base and self._provider in nowhere:
            settings["api_base"] = nowhere[self._provider]
        sketch, problem = Sketch(self.name), "litellm sends nothing"
        with sketch.listening():
            try:
                await self._litellm.acompletion(self.name, messages, **settings)
            except Exception as error:
                problem = self._clean(str(error))
        if not isinstance(sketch.body, dict):
            raise ModelError(problem, model=self.name)
        if not sketch.url.partition("?")[0].endswith("/chat/completions"):
            problem = "its provider's API is not of the form that batch files have"
            raise ModelError(f"{problem}; ask it without --ood-batch", model=self.name)
        rest = {name: value for name, value in sketch.body.items() if name not in ("messages", "tools")}
        if without_secrets(rest, self._keys) != rest:
            raise ModelError("an argument of every call holds a key, which must not be in a file", model=self.name)
        return Sketched(sketch.body, dropped)

    def read(self, status: int, body: Any, words: str = "", with_tools: bool = False) -> Answer:
        """Return the answer in a response that came in a file.

        Args:
            status: the status that it would have had over the wire.
            body: its JSON, of any form.
            words: what the file says of an error, outside of the body.
            with_tools: whether the question offered tools.

        Raises:
            ModelError, NoTools, CallFailed, TryAgain: as `ask`.
        """
        if 200 <= status < 300 and not words:
            try:
                answer = self._reader.answer(self._understood(body), body)
            except (ValueError, TypeError, RecursionError, OverflowError):
                answer = None
            if answer is None:
                raise Unreadable(f"{self.name}: what came is not an answer in the format of its API")
            return answer
        error = _as_on_the_wire(status, body, words)
        meant = meaning(error, self.name, self._base, self._clean)
        if with_tools and refuses_tools(error):
            raise NoTools(str(meant), model=self.name)
        if isinstance(meant, Answer):
            return dataclasses.replace(meant, created_at=time.time())
        raise meant

    def _understood(self, body: Any) -> Any:
        """Return a response as litellm understands it, which tells thoughts from the text; None if it does not."""
        try:
            convert = self._litellm.utils.convert_to_model_response_object
            return convert(response_object=copy.deepcopy(body), model_response_object=self._litellm.ModelResponse())
        except Exception:
            return None

    # The provider's batch API.

    @property
    def discount(self) -> float:
        """By what a price is multiplied if the batch API answers; a server of one's own has one price."""
        return DISCOUNT if self._provider in ("openai", "azure") else 1.0

    async def check_api(self) -> None:
        """Check that the provider has a batch API that litellm knows, and that there is an address and a key.

        Raises:
            ModelError: it has not, or something is missing.
        """
        if self._provider not in _WITH_API:
            fix = "leave out --ood-batch-submit, and have the files answered by another program"
            raise ModelError(f"litellm has no batch API for {self._provider}; {fix}", model=self.name)
        if self._provider == "hosted_vllm" and not self._address:
            raise ModelError("no address; give --ood-api-base, or leave out --ood-batch-submit", model=self.name)
        self._check_key()

    async def upload(self, path: Path) -> str:
        """Upload a file of questions; return the provider's name for it.

        Raises:
            ModelError, CallFailed, TryAgain: it cannot be uploaded.
        """
        content = await asyncio.to_thread(path.read_bytes)
        made = await self._call("acreate_file", file=(path.name, content, "application/jsonl"), purpose="batch")
        return str(made.id)

    async def submit(self, input_file: str, label: str) -> BatchState:
        """Have an uploaded file answered; `label` is kept with the batch, for `find`.

        Raises:
            ModelError, CallFailed, TryAgain: it is refused, or nobody knows.
        """
        call = {"completion_window": "24h", "endpoint": URL, "input_file_id": input_file}
        return self._state(await self._call("acreate_batch", **call, metadata={"pytest_ood": label}))

    async def find(self, label: str) -> BatchState | None:
        """Return the batch that was submitted with this label, if there is one; those of all runs are looked through.

        Raises:
            ModelError, CallFailed, TryAgain: the provider does not say.
        """
        after = None
        while True:
            listed = await self._call("alist_batches", limit=_PAGE, after=after)
            batches = list(getattr(listed, "data", None) or ())
            for batch in batches:
                metadata = getattr(batch, "metadata", None)
                if isinstance(metadata, Mapping) and metadata.get("pytest_ood") == label:
                    return self._state(batch)
            if not batches or batches[-1].id == after or not getattr(listed, "has_more", False):
                return None
            after = batches[-1].id

    async def state(self, handle: str) -> BatchState:
        """Return how a submitted batch stands.

        Raises:
            ModelError, CallFailed, TryAgain: the provider does not say.
        """
        return self._state(await self._call("aretrieve_batch", batch_id=handle))

    async def content(self, file: str) -> bytes:
        """Return what is in a file at the provider, without keys.

        Raises:
            ModelError, CallFailed, TryAgain: it cannot be had.
        """
        fetched = await self._call("afile_content", file_id=file)
        return without_keys(fetched.content.decode("utf-8", "replace"), self._keys).encode()

    def _state(self, batch: Any) -> BatchState:
        said = batch.model_dump()
        listed = (said.get("errors") or {}).get("data") or ()
        words = [str(error.get("message") or error) for error in listed] or ["no reason is given"]
        files = (said.get("output_file_id"), said.get("error_file_id"))
        return BatchState(
            str(batch.id),
            str(batch.status),
            count((said.get("request_counts") or {}).get("completed")) or 0,
            tuple(str(file) for file in files if file),
            self._clean("; ".join(words)) if batch.status == "failed" else "",
        )

    @property
    def _address(self) -> str | None:
        return self._base or self._litellm.get_secret("HOSTED_VLLM_API_BASE", None)

    async def _call(self, function: str, **what: Any) -> Any:
        """Call one of litellm's functions for files and batches.

        Raises:
            ModelError, CallFailed, TryAgain: what went wrong; no message has a key.
        """
        of_litellm = ("api_base", "base_url", "api_key", "api_version", "organization")
        known = {name: self.args[name] for name in of_litellm if name in self.args}
        if "base_url" in known:
            known.setdefault("api_base", known.pop("base_url"))
        if self._provider == "hosted_vllm":
            # Otherwise the key for OpenAI would be sent there.
            known = {"api_key": "none", **known, "api_base": self._address}
        wire, failure = Transfer(self.name, _MOST_MB, self._large), None
        with wire.listening():
            try:
                return await getattr(self._litellm, function)(custom_llm_provider=self._provider, **what, **known)
            except Exception as error:
                failure = wire.failure or meaning(error, self.name, self._base, self._clean)
        raise failure if isinstance(failure, Exception) else CallFailed(f"{self.name}: the batch was refused")


def _as_on_the_wire(status: int, body: Any, words: str) -> Exception:
    """Return an error in a line of a file as a client would raise it, with what `meaning` looks at."""
    import httpx

    said = body.get("error", body) if isinstance(body, Mapping) else body
    said = said.get("message", said) if isinstance(said, Mapping) else said
    request, response = httpx.Request("POST", URL), httpx.Response(status)
    error = httpx.HTTPStatusError(words or str(said or "no reason is given"), request=request, response=response)
    vars(error).update(status_code=status, body=body)
    return error
