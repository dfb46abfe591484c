"""--ood-shots: every probe once per number of examples, on the same draws."""

import pytest

from pytest_ood.dataset import schema
from pytest_ood.dataset.read import load_failures
from pytest_ood.plugin.option_values import SettingsError
from tests.plugin.conftest import Suite
from tests.plugin.test_settings import read

JSON = "--ood-json=out.json"
# Spells backward whatever is short, and anything once it has seen four examples.
LEARNER = r"""
import re

def pytest_ood_model(name, args):
    return answer if name == "learner" else None

def answer(messages):
    said = " ".join(message["content"] for message in messages)
    *examples, (word, size) = re.findall(r"Spell (\w+) backward, size (\d+)", said)
    return f"<answer>{word[::-1] if size == '1' or len(examples) >= 4 else word}</answer>"
"""


def test_each_number_is_a_condition(suite: Suite) -> None:
    """With its number in the id and in the row; what examples do is found on pairs."""
    suite.write(LEARNER, "conftest.py")
    suite.run("--ood-model=learner", "--ood-shots=0,4", JSON, "--ood-compare")
    assert suite.verdicts() == {
        "test_spell[shots=0-2]": "brittle",
        "test_spell[shots=0-3]": "brittle",
        "test_spell[shots=4-2]": "robust",
        "test_spell[shots=4-3]": "robust",
    }
    assert [cell["condition"]["shots"] for cell in suite.summary()["cells"]] == [0, 0, 4, 4]
    (row,) = suite.summary()["comparisons"]
    assert (row["a"]["label"], row["b"]["label"], row["shown"]) == ("learner (shots=0)", "learner (shots=4)", "b")


CACHING = r"""
import re
from pytest_ood import Answer

def pytest_ood_model(name):
    return answer if name == "caching" else None

def answer(messages):
    word = re.findall(r"Spell (\w+) backward", messages[-1]["content"])[-1]
    examples = len(messages) - 7
    usage = {"input_tokens": 50 + 50 * examples // 2, "output_tokens": 5, "cached_tokens": 50 * examples // 2}
    return Answer(f"<answer>{word[::-1]}</answer>", **usage)
"""


def test_how_much_of_the_examples_was_cached(suite: Suite) -> None:
    """Where the provider says it: with the cells that have examples, and of the whole run."""
    suite.write(CACHING, "conftest.py")
    result = suite.run("--ood-model=caching", "--ood-shots=0,3", JSON, "--ood-samples=20")
    usages = {cell["condition"]["shots"]: cell["shift"]["usage"] for cell in suite.summary()["cells"]}
    assert usages[0] == {"input_tokens": 50, "output_tokens": 5, "cached_tokens": 0, "cost_usd": None}
    assert usages[3] == {"input_tokens": 200, "output_tokens": 5, "cached_tokens": 150, "cost_usd": None}
    assert suite.summary()["totals"]["cached_tokens"] == 60 * 150
    schema.check(suite.summary(), "summary")
    result.stdout.fnmatch_lines(["*shots=3*", "*75 % of the prompts' tokens came from the provider's cache"])
    assert result.stdout.str().count("provider's cache") == 1
    result.stdout.fnmatch_lines(["120 calls, *, 15,600 tokens (60 % of the prompts' from a cache), *"])


def test_one_number_needs_no_name(suite: Suite) -> None:
    """The id stays what it was; the row says how many examples there were, and where they come from."""
    suite.write(LEARNER, "conftest.py")
    suite.run("--ood-model=learner", "--ood-shots=4", "--ood-shots-from=mixed", JSON)
    assert suite.verdicts() == {"test_spell[2]": "robust", "test_spell[3]": "robust"}
    condition = suite.summary()["cells"][0]["condition"]
    assert (condition["shots"], condition["shots_from"]) == (4, "mixed")


def test_a_published_run_with_examples_can_be_read(suite: Suite) -> None:
    """Its rows say how many examples preceded the question."""
    suite.run("--ood-model=fake/lured", "--ood-shots=2", "--ood-export=data")
    rows = list(load_failures(suite.path / "data"))
    assert rows
    assert {row.shots for row in rows} == {2}
    assert all(row.question.startswith("Spell") for row in rows)


def test_a_replay_asks_without_examples(suite: Suite) -> None:
    """So the option is refused."""
    suite.run("--ood-model=fake/lured", "--ood-export=data")
    result = suite.run("--ood-replay=data", "--ood-model=fake/oracle", "--ood-shots=2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--ood-shots 2: --ood-replay asks the published cases without examples*"])


@pytest.mark.parametrize("given", ["many", "-1", "1,", "1.5", "0,257", ""])
def test_what_is_not_a_number_of_examples(given: str) -> None:
    """The error gives an example."""
    with pytest.raises(SettingsError):
        read({"shots": given})


def test_where_examples_come_from_needs_examples() -> None:
    """By itself the option would do nothing."""
    with pytest.raises(SettingsError, match="--ood-shots"):
        read({"shots_from": "shift"})
