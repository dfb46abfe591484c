"""Models: look one up by name. Nothing heavy is imported before it is used.

    fake/oracle, fake/lured, ...   built in, without a network (`fake`)
    toy, toy/NAME, toy:FILE.npz    small networks whose training is known (`toy`)
    local, local:FILE.gguf         in this process, through llama.cpp (`local`)
    python:MODULE:FUNCTION         a function from messages to text (`function`)
    anything else                  any provider, through litellm (`litellm_model`)

A function that is passed directly becomes a model with `function.FunctionModel.of`.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from pytest_ood.models.base import Model, ModelError
from pytest_ood.models.request import recorded

# Warnings that litellm or its import may issue, which would fail a suite that turns warnings into errors. litellm
# itself ignores the second, but pytest resets the filters for every test.
IGNORED_WARNINGS = (
    "ignore:::litellm",
    "ignore:.*`ReadOnly` qualifier:UserWarning",
    "ignore:SOCKS support in urllib3",
)


def check_name(name: str) -> None:
    """Check a model's name as far as possible without importing its engine: cheap enough for option parsing.

    Raises:
        ModelError: the name is empty, there is no such fake model, toy, file or module, or the embedded engine is not
            installed.
    """
    if not name.strip():
        raise ModelError("the name of the model is empty; write PROVIDER/MODEL, local or fake/oracle", model=repr(name))
    if name.startswith("fake/"):
        from pytest_ood.models import fake

        fake.find(name)
    elif _is_toy(name):
        from pytest_ood.models.toy import model

        model.find(name)
    elif _is_local(name):
        from pytest_ood.models import local

        local.find(name)
    elif _is_python(name):
        from pytest_ood.models import function

        function.check_address(name)


def limits(name: str) -> Callable[[str], str] | None:
    """Return a function from a question to why a model cannot read it (empty if it can); None for one that reads any.

    Only toys know beforehand what they cannot read: all that they were not trained on.
    """
    if not _is_toy(name):
        return None
    from pytest_ood.models.toy import model

    return functools.partial(model.why_not, name)


def default_args(name: str) -> dict[str, Any]:
    """Return the model arguments that apply unless the user gives others."""
    return {"temperature": 0} if _is_local(name) else {}


def recorded_args(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a model's calls that are part of the question, defaults included and secrets left out."""
    return recorded({**default_args(name), **args})


def answers_at_once(name: str) -> bool:
    """Return whether a model, a fake or a toy, answers in less time than it takes to ask another process."""
    return name.startswith("fake/") or _is_toy(name)


def open_model(
    name: str,
    args: Mapping[str, Any],
    api_base: str | None = None,
    threads: int | None = None,
    batch: bool = False,
) -> Model:
    """Return the model of this name, not yet started.

    Args:
        name: as the user gave it.
        args: every model argument, secrets included.
        api_base: the URL of the provider; only models of providers use it.
        threads: how many threads compute an answer, in a model that computes it in this process; by default as many as
            there are cores.
        batch: whether to put calls down in files; only models of providers can.

    Raises:
        ModelError: as `check_name`; also for an argument that a fake model does not take, and for a module that lacks
            the function.
    """
    if name.startswith("fake/"):
        from pytest_ood.models.fake import FakeModel

        return FakeModel(name, args)
    if _is_toy(name):
        from pytest_ood.models.toy.model import ToyModel

        return ToyModel(name, args)
    if _is_local(name):
        from pytest_ood.models.local import LocalModel

        return LocalModel(name, args, threads)
    if _is_python(name):
        from pytest_ood.models.function import FunctionModel, load_function

        return FunctionModel(name, load_function(name), args)
    from pytest_ood.models.batch import BatchModel
    from pytest_ood.models.litellm_model import LiteLLMModel

    kind = BatchModel if batch else LiteLLMModel
    return kind(name, args if api_base is None else {**args, "api_base": api_base})


def _is_local(name: str) -> bool:
    return name == "local" or name.startswith("local:")


def _is_toy(name: str) -> bool:
    return name == "toy" or name.startswith(("toy/", "toy:"))


def _is_python(name: str) -> bool:
    return name.startswith("python:")
