"""The models: from a name to something that answers. Nothing heavy is imported before it is used.

    fake/oracle, fake/lured, ...   of the package itself, no network (`fake`)
    local, local:PATH.gguf         in this process, through llama.cpp (`local`)
    anything else                  any provider, through litellm (`litellm_model`)

A function of one's own becomes a model with `function.FunctionModel`.
"""

from collections.abc import Mapping
from typing import Any

from pytest_ood.models.base import Model, ModelError

# What litellm and its import may say while a suite that makes errors of warnings waits. litellm itself ignores the
# second, but pytest sets the filters anew for every test.
IGNORED_WARNINGS = (
    "ignore:::litellm",
    "ignore:.*`ReadOnly` qualifier:UserWarning",
    "ignore:SOCKS support in urllib3",
)


def check_name(name: str) -> None:
    """Whatever can be found wrong with a model's name without importing its engine: cheap enough for option parsing.

    Raises:
        ModelError: no name, no such fake, no such file, or the embedded engine is not installed, with the fix.
    """
    if not name.strip():
        raise ModelError("the name of the model is empty: write PROVIDER/MODEL, `local`, or fake/oracle")
    if name.startswith("fake/"):
        from pytest_ood.models import fake

        fake.find(name)
    elif _is_local(name):
        from pytest_ood.models import local

        local.find(name)


def default_args(name: str) -> dict[str, Any]:
    """The model arguments that hold unless the user gives others."""
    return {"temperature": 0, "max_tokens": 256} if _is_local(name) else {}


def open_model(name: str, args: Mapping[str, Any], api_base: str | None = None) -> Model:
    """The model of this name, not yet started.

    args: every model argument, secrets among them.
    api_base: the URL of the provider; the fake and the embedded models have no use for it.

    Raises:
        ModelError: as `check_name`, and for an argument that a fake model does not take.
    """
    if name.startswith("fake/"):
        from pytest_ood.models.fake import FakeModel

        return FakeModel(name, args)
    if _is_local(name):
        from pytest_ood.models.local import LocalModel

        return LocalModel(name, args)
    from pytest_ood.models.litellm_model import LiteLLMModel

    return LiteLLMModel(name, args if api_base is None else {**args, "api_base": api_base})


def _is_local(name: str) -> bool:
    return name == "local" or name.startswith("local:")
