"""A model that reads the rule in the question only if it makes an effort."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_ood import Answer, Model, Request


class Thinker(Model):
    """Rotates a word by the stated number of places with high effort, and else by one."""

    async def ask(self, request: Request) -> Answer:
        """Answer one request; its arguments are those of the condition."""
        ((stated, word),) = re.findall(r"by (\d+) places?: (\w+)", request.messages[-1]["content"])
        places = int(stated) if request.args["effort"] == "high" else 1
        return Answer(f"<answer>{word[places:] + word[:places]}</answer>")


@pytest.hookimpl(optionalhook=True)  # so that these tests also run without the plugin
def pytest_ood_model(name: str, args: Mapping[str, Any]) -> Model | None:
    """Provide the model for ``--ood-model=thinker``."""
    return Thinker(name, args) if name == "thinker" else None
