"""--ood-dry-run: the estimated cost is worked out here a second time, from what a real run sends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugin.conftest import Suite

# A model that writes down what it is sent.
NOTING = """
import json

def pytest_ood_model(name, args):
    if name == "noting":
        return note

def note(messages):
    with open("sent.jsonl", "a") as file:
        print(json.dumps(messages), file=file)
    return "<answer>x</answer>"
"""
# A case of three turns.
DIALOGUE = """
import pytest
from pytest_ood import Dialogue, probe, task

@task(control={"size": 1}, family="spelling")
def spell(rng, size):
    word = "".join(rng.choice(list("abcdefgh"), 3))
    return Dialogue(f"Spell {word}, size {size}.", reply=lambda answers: "The next letter?", answers=list(word))

@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_spell(ood, size):
    assert ood.robust
"""
SAMPLES = "--ood-samples=5"
PRICES = ("--ood-model-arg=input_cost_per_token=0.01", "--ood-model-arg=output_cost_per_token=0.5")
PRICED = ("--ood-dry-run", "--ood-model=openai/some-model", "--ood-model-arg=max_tokens=7", *PRICES)


def requests(file: Path, size: int) -> Iterator[int]:
    """The estimated length in tokens of every request about cases of this size."""
    for line in file.read_text(encoding="utf-8").splitlines():
        messages = json.loads(line)
        if f"size {size}." in messages[-1]["content"]:
            yield sum(len(message["content"]) for message in messages) // 4


def estimates(result: pytest.RunResult) -> dict[str, list[str]]:
    """Least and most calls, stored answers, input tokens, output tokens and cost, by the first word of the row."""
    rows = (line.split() for line in result.outlines if line.startswith(("  size=", "all ")))
    return {name: cells for name, *cells in rows}


def expected(*requests: int) -> list[str]:
    """The row for requests of these lengths, each answered by the 7 tokens of max_tokens at most."""
    cost = sum(requests) * 0.01 + len(requests) * 7 * 0.5
    return [*[str(len(requests))] * 2, "0", f"{sum(requests):,}", f"{len(requests) * 7:,}", f"${cost:.2f}"]


def test_the_cost_is_tokens_times_price_and_adds_up(suite: Suite) -> None:
    """The control arm is priced in the first cell that has it, each shift arm in its own; the last row is the sum."""
    suite.write(NOTING, "conftest.py")
    suite.run("--ood-model=noting", SAMPLES)
    control, two, three = (list(requests(suite.path / "sent.jsonl", size)) for size in (1, 2, 3))
    assert [len(control), len(two), len(three)] == [5, 5, 5]
    rows = estimates(suite.run(*PRICED, SAMPLES))
    assert rows == {
        "size=2": expected(*control, *two),
        "size=3": expected(*three),
        "all": expected(*control, *two, *three),
    }


def test_what_the_store_answers_is_not_a_call(suite: Suite) -> None:
    """It is counted by itself, in each row and in the sum, and costs nothing; with --ood-refresh it is a call again."""
    suite.run("--ood-model=fake/oracle", SAMPLES)
    rows = estimates(suite.run("--ood-dry-run", "--ood-model=fake/oracle", SAMPLES))
    assert rows == {
        "size=2": ["0", "0", "10", "0", "0", "$0.00"],
        "size=3": ["0", "0", "5", "0", "0", "$0.00"],
        "all": ["0", "0", "15", "0", "0", "$0.00"],
    }
    again = estimates(suite.run("--ood-dry-run", "--ood-model=fake/oracle", SAMPLES, "--ood-refresh"))
    assert again["all"][:3] == ["15", "15", "0"]


def test_a_dialogue_is_priced_to_its_last_turn(suite: Suite) -> None:
    """A turn repeats what was said: answers of max_completion_tokens, and replies as long as the question."""
    suite.write(NOTING, "conftest.py")
    suite.write(DIALOGUE)
    suite.run("--ood-model=noting", "--ood-samples=1")
    sent = [json.loads(line) for line in (suite.path / "sent.jsonl").read_text(encoding="utf-8").splitlines()]
    opening = min(sent, key=len)
    assert len(sent) == 6
    tokens, question = (sum(len(message["content"]) for message in part) // 4 for part in (opening, opening[-1:]))
    arguments = ["--ood-model-arg=max_completion_tokens=7", "--ood-samples=1"]
    rows = estimates(suite.run("--ood-dry-run", "--ood-model=openai/some-model", *arguments, *PRICES))
    inputs = 2 * (3 * tokens + (1 + 2) * (7 + question))
    assert rows["all"] == ["2", "6", "0", f"{inputs:,}", "42", f"${inputs * 0.01 + 42 * 0.5:.2f}"]
    # What a run has asked is in the store, turn by turn.
    assert estimates(suite.run("--ood-dry-run", "--ood-model=noting", "--ood-samples=1"))["all"][:3] == ["0", "0", "6"]


def test_an_unknown_price_makes_the_sum_unknown(suite: Suite) -> None:
    """The sum of a known and an unknown cost is unknown; the tokens are counted all the same."""
    suite.write(NOTING, "conftest.py")
    result = suite.run("--ood-dry-run", "--ood-model=noting", "--ood-model=fake/oracle", SAMPLES)
    output_tokens = f"{2 * 15 * 300:,}"
    (total,) = (line for line in result.outlines if line.startswith("all "))
    assert total.split()[-3:] == [output_tokens, "cost", "unknown"]
