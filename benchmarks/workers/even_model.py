"""The model ``even``: right with the same probability everywhere, as a hash of its seed and the question says.

    PYTHONPATH=benchmarks/workers pytest -p even_model --ood-model=even --ood-model-arg=right=0.85

All turns of a dialogue are right or wrong together. The answers to both arms of a pair are independent.
"""

import dataclasses

import pytest

from pytest_ood import Answer, Model
from pytest_ood.models.fake import FAKES
from pytest_ood.text.canonical import canonical, digest

RIGHT, WRONG = FAKES["oracle"], FAKES["lured"]


class EvenModel(Model):
    """Takes the right and the wrong answers from the crib, as the fakes do."""

    sees_case = True

    async def ask(self, request):
        """Return the right answer or a wrong one."""
        crib = request.crib
        chosen = digest(canonical([self.args["seed"], crib["arm"], crib["prompt"], request.draw]))
        is_right = int(chosen[:13], 16) / 16**13 < self.args["right"]
        # What lures, in the control too.
        text = RIGHT(crib) if is_right else WRONG({**crib, "arm": "shift", "lures": crib["lures"] or {"": "no answer"}})
        return dataclasses.replace(Answer(text), input_tokens=0, output_tokens=0, cost_usd=0.0)


@pytest.hookimpl
def pytest_ood_model(name, args):
    """Provide the model."""
    return EvenModel(name, args) if name == "even" else None
