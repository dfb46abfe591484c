"""A model that reads the rule in the question only if it makes an effort."""

import re

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_ood_model(name, args):
    from pytest_ood import Answer, Model

    class Thinker(Model):
        async def ask(self, request):
            places, word = re.search(r"by (\d+) places?: (\w+)", request.messages[-1]["content"]).groups()
            places = int(places) if request.args["effort"] == "high" else 1
            return Answer(f"<answer>{word[places:] + word[:places]}</answer>")

    return Thinker(name, args) if name == "thinker" else None
