"""A function from messages to text as a model: from a hook, by ``python:MODULE:FUNCTION``, or passed directly."""

import asyncio
import functools
import importlib
import importlib.util
import inspect
import operator
import pkgutil
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pytest_ood.models.base import CallFailed, Model, ModelError, NoTools, TryAgain
from pytest_ood.models.fingerprint import fingerprint
from pytest_ood.models.request import Answer, Message, Request
from pytest_ood.text.redaction import encodable, known_keys, without_keys
from pytest_ood.text.suggestions import did_you_mean

Response = str | Answer
Function = Callable[[Sequence[Message]], Response | Awaitable[Response]]

PREFIX = "python:"

# The engine bounds the calls in flight; this must not be lower. Threads start as they are needed.
_THREADS = 128


def function_name(function: Function) -> str:
    """Return the name under which a function is a model: ``python:MODULE:QUALIFIED_NAME``.

    It is the name that ``--ood-model`` takes for a function at the top level of a module. A partial is named after its
    function, an object with ``__call__`` after its class.
    """
    while isinstance(function, functools.partial):
        function = function.func
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{PREFIX}{named.__module__}:{named.__qualname__}"


def check_address(name: str) -> None:
    """Check a name ``python:MODULE:FUNCTION`` without importing MODULE; its parent packages are imported.

    Raises:
        ModelError: the name has another form, or there is no such module.
    """
    module, _, path = name.removeprefix(PREFIX).partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *path.split("."))):
        raise ModelError("not the address of a function; write python:MODULE:FUNCTION", model=name)
    importlib.invalidate_caches()
    try:
        found = module in sys.modules or importlib.util.find_spec(module) is not None
    except Exception as error:
        # Only a package that is missing itself, not one that fails because another is missing.
        found = not (isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."))
        if found:
            raise ModelError(f"importing {module} raised {type(error).__name__}: {error}", model=name) from error
    if not found:
        near = did_you_mean(module, (known.name for known in pkgutil.iter_modules()))
        raise ModelError(
            f"no module {module}{near or '; add its folder to the ini option pythonpath'}",
            model=name,
        )


def load_function(name: str) -> Function:
    """Import the function at ``python:MODULE:FUNCTION``.

    Raises:
        ModelError: as `check_address`; also if the import fails or the module has no such name.
    """
    check_address(name)
    module_name, _, path = name.removeprefix(PREFIX).partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise ModelError(f"importing {module_name} raised {type(error).__name__}: {error}", model=name) from error
    try:
        function: Function = operator.attrgetter(path)(module)
    except AttributeError:
        functions = [known for known, value in vars(module).items() if callable(value)]
        raise ModelError(f"{module_name} has no {path}{did_you_mean(path, functions)}", model=name) from None
    return function


class FunctionModel(Model):
    """A plain function, called on a thread, or an ``async def``, awaited on the engine's loop.

    The function may have a second argument, `tools`: the tools that it may call, in OpenAI's form; it calls them by the
    `tool_calls` of an `Answer`.

    It returns the text of the answer, or an `Answer` if it knows more (tokens, cost, finish reason). An
    exception turns the draw into an `error`; `TryAgain`, `CallFailed` and `ModelError` keep their meaning. The cost is
    unknown unless the `Answer` states it.
    """

    takes_args = False

    def __init__(self, name: str, function: Function, args: Mapping[str, Any] | None = None) -> None:
        """Make a model of a function.

        Raises:
            ModelError: `function` cannot be called.
        """
        super().__init__(name, args or {})
        if not callable(function) or isinstance(function, type):
            raise ModelError(f"{function!r} is not a function; pass one from messages to text", model=name)
        self._function = function
        self._title = getattr(function, "__qualname__", type(function).__qualname__)
        self._threads: ThreadPoolExecutor | None = None
        self._takes_tools = _takes_tools(function)
        self._fingerprint = fingerprint(function)

    @classmethod
    def of(cls, function: Function, args: Mapping[str, Any] | None = None) -> "FunctionModel":
        """Make a model of a function, under the name that `function_name` gives it.

        Raises:
            ModelError: `function` cannot be called.
        """
        return cls(function_name(function), function, args)

    @property
    def fingerprint(self) -> str | None:
        """The digest of the function's code; None for a function that is not written in Python."""
        return self._fingerprint

    async def ask(self, request: Request) -> Answer:
        """Call the function with its own copy of the messages.

        Raises:
            NoTools: there are tools, and the function does not take any.
            ModelError: the function returned neither a text nor an `Answer`, or raised this itself.
            CallFailed: the function raised anything else.
            TryAgain: the function raised this itself.
        """
        if request.tools and not self._takes_tools:
            raise NoTools(f"{self._title} takes no tools; give it a second argument `tools`", model=self.name)
        messages = [message.copy() for message in request.messages]
        begun = time.perf_counter()
        try:
            response = await self._call(messages, *([list(request.tools)] if self._takes_tools else []))
        except (ModelError, CallFailed, TryAgain):
            raise
        except Exception as error:
            failure = without_keys(f"{self._title} raised {type(error).__name__}: {error}", known_keys(self.args))
            raise CallFailed(failure) from error
        latency = time.perf_counter() - begun
        if isinstance(response, str):
            response = Answer(response)
        elif not isinstance(response, Answer):
            raise ModelError(
                f"{self._title} returned {type(response).__name__}; it must return a str or an Answer",
                model=self.name,
            )
        return replace(
            response,
            text=encodable(response.text),
            latency_s=response.latency_s or latency,
            created_at=response.created_at or time.time(),
        )

    async def _call(self, *arguments: Any) -> Any:
        if inspect.iscoroutinefunction(self._function) or inspect.iscoroutinefunction(type(self._function).__call__):
            response: Any = self._function(*arguments)
        else:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="ood model")
            response = await asyncio.get_running_loop().run_in_executor(self._threads, self._function, *arguments)
        # A plain function may return an awaitable: functools.partial or a lambda around an async one does.
        return await response if inspect.isawaitable(response) else response

    def price(self) -> tuple[float, float] | None:
        """Return None: the price is unknown."""
        return None

    def most(self, request: Request) -> float | None:
        """Return None: the price is unknown."""
        del request
        return None

    async def close(self) -> None:
        """Shut down the threads; one that is still running the function ends when it returns."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


def _takes_tools(function: Function) -> bool:
    try:
        return "tools" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        # Of a function that is not written in Python it may not be known.
        return False
