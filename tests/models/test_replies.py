"""Every shape of a reply in the format of every provider, through the real litellm, comes to what it must."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_ood import Case
from pytest_ood.evidence.judging import judge
from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.base import TryAgain
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.request import Answer, Request
from tests.models.shapes import FORMATS, SHAPES, Shape, body
from tests.server import Server, raw

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]
Ask = Callable[[str, Shape], Answer]
CASE = Case("What is 2 + 2?", "4", kind="number")


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Ask the model of a provider that answers so."""
    loop = asyncio.new_event_loop()
    models: dict[str, LiteLLMModel] = {}

    def ask(name: str, shape: Shape) -> Answer:
        server.behaviour = raw(body(name, shape))
        if name not in models:
            args: dict[str, Any] = {"api_base": server.url, "api_key": "sk-test-0123456789", "max_tokens": 50}
            args |= {"api_version": "2024-10-21"} if name.startswith("azure") else {}
            models[name] = LiteLLMModel(name, args)
            loop.run_until_complete(models[name].start())
        before = server.count
        request = Request(name, [{"role": "user", "content": CASE.prompt}])
        try:
            answer: Answer = loop.run_until_complete(models[name].ask(request))
            return answer
        finally:
            assert server.count == before + 1

    with Server() as server:
        yield ask
        for model in models.values():
            loop.run_until_complete(model.close())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_there_are_enough() -> None:
    """As many as were asked for."""
    assert (len(SHAPES) >= 44, len(FORMATS)) == (True, 7)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_reply(ask: Ask, name: str, shape: str) -> None:
    """Its outcome, and the tokens that are known; a cost is known only if these are."""
    expected = SHAPES[shape]
    if expected.outcome == "error":
        with pytest.raises(TryAgain) as raised:
            ask(name, expected)
        assert str(raised.value).startswith(f"{name}: ")
        return
    answer = ask(name, expected)
    assert judge(CASE, answer).outcome == expected.outcome
    assert (answer.input_tokens, answer.output_tokens) == expected.tokens
    if name.startswith("ollama"):
        assert answer.cost_usd == 0
    elif name.startswith(("hosted_vllm", "openrouter")) or None in expected.tokens:
        assert answer.cost_usd is None
    else:
        assert answer.cost_usd is not None
        assert answer.cost_usd > 0
