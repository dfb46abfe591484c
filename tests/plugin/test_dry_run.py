"""--ood-dry-run: the estimated cost is worked out here a second time, from what a real run sends."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.plan import Amount, Planned
from pytest_ood.case import Case
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.plugin.dry_run import plan_table
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson
from tests.plugin.conftest import PROBE, TASK, Suite

# A model that writes down what it is sent.
NOTING = """
import json
import re

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
    """The numbers of each probe by its name, and those of all by what they count."""
    rows = re.findall(r"^  (\S+(?: in| out)?) +([\d,.$ kMunow]+)$", result.stdout.str(), re.M)
    return {name: cells.split() for name, cells in rows}


def certain(number: str, *stored: str) -> list[str]:
    """The row of a number that is the same for every model: at least, three kinds of models, at most."""
    return [*[number] * 5, *stored]


def cost(requests: list[int]) -> str:
    """That of requests of these lengths, each answered by the 7 tokens of max_tokens at most."""
    return f"${sum(requests) * 0.01 + len(requests) * 7 * 0.5:.2f}"


def test_the_cost_is_tokens_times_price_and_adds_up(suite: Suite) -> None:
    """The control arm is priced once, each shift arm by itself; the last rows are the sums over all probes."""
    suite.write(NOTING, "conftest.py")
    suite.write(f"{PROBE}\n{PROBE.removeprefix(TASK).replace('[2, 3]', '[4]').replace('test_spell', 'test_more')}")
    suite.run("--ood-model=noting", SAMPLES)
    sent = [list(requests(suite.path / "sent.jsonl", size)) for size in (1, 2, 3, 4)]
    assert [len(arm) for arm in sent] == [5, 5, 5, 5]
    asked = [length for arm in sent for length in arm]
    assert estimates(suite.run(*PRICED, SAMPLES)) == {
        "test_spell": certain("15"),
        "test_more": certain("5"),
        "calls": certain("20"),
        "tokens in": certain(f"{sum(asked):,}"),
        "tokens out": certain("140"),
        "cost": certain(cost(asked)),
    }


def test_what_the_store_answers_is_not_a_call(suite: Suite) -> None:
    """It is counted by itself, for each probe and in the sum; with --ood-refresh it is a call again."""
    suite.run("--ood-model=fake/oracle", SAMPLES)
    rows = estimates(suite.run("--ood-dry-run", "--ood-model=fake/oracle", SAMPLES))
    assert rows == {
        **dict.fromkeys(("test_spell", "calls"), certain("0", "15")),
        **dict.fromkeys(("tokens in", "tokens out"), certain("0")),
        "cost": certain("$0.00"),
    }
    again = estimates(suite.run("--ood-dry-run", "--ood-model=fake/oracle", SAMPLES, "--ood-refresh"))
    assert again["calls"] == certain("15")


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
    first, inputs = 2 * tokens, 2 * (3 * tokens + (1 + 2) * (7 + question))
    assert rows["calls"] == ["2", "6", "6", "6", "6"]
    assert rows["tokens in"] == [f"{first:,}", *[f"{inputs:,}"] * 4]
    assert rows["tokens out"] == ["14", *["42"] * 4]
    assert rows["cost"] == [f"${first * 0.01 + 14 * 0.5:.2f}", *[f"${inputs * 0.01 + 42 * 0.5:.2f}"] * 4]
    # What a run has asked is in the store, turn by turn.
    again = estimates(suite.run("--ood-dry-run", "--ood-model=noting", "--ood-samples=1"))
    assert again["calls"] == certain("0", "6")


def test_an_unknown_price_makes_the_sum_unknown(suite: Suite) -> None:
    """That of a known and an unknown cost; each model has its own. The tokens are counted all the same."""
    suite.write(NOTING, "conftest.py")
    result = suite.run("--ood-dry-run", "--ood-model=noting", "--ood-model=fake/oracle", SAMPLES)
    costs = [line.split()[1:] for line in result.outlines if line.startswith("  cost")]
    assert costs == [certain("unknown"), certain("$0.00"), certain("unknown")]
    assert estimates(result)["tokens out"] == certain(f"{2 * 15 * 300:,}")


TABLE = """\
calls          min  hopeless  middling  strong    max
spelling - test_probe.py
  test_spell     3         *       *     *    300
all
  calls          3         *       *     *    300
  tokens in      *         *       *     *     *k
  tokens out   900         *       *     *    90k
  cost       $0.00     $0.00     $0.00   $0.00  $0.00
"""


def test_the_table_of_one_model(suite: Suite) -> None:
    """What three kinds of models ask lies between the least and the most, in this order."""
    result = suite.run("--ood-dry-run", "--ood-model=fake/oracle")
    result.stdout.fnmatch_lines([re.sub(" +", " *", line) for line in TABLE.splitlines()], consecutive=True)
    calls = [int(number.replace(",", "")) for number in estimates(result)["calls"]]
    assert calls == sorted(calls)
    assert 3 < calls[1] < 30 < calls[2] < calls[3] < 300
    assert "5 % and 5 %, 85 % and 50 %, 97 % and 90 % of control and shift" in " ".join(result.outlines)


@pytest.mark.parametrize("columns", ["80", "100"])
def test_the_table_of_all_models_fits_the_terminal(suite: Suite, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """One model after the other, then all."""
    monkeypatch.setenv("COLUMNS", columns)
    suite.run("--ood-model=fake/oracle")
    result = suite.run("--ood-dry-run", "--ood-model=fake/oracle", "--ood-model=fake/lured")
    (begin,) = (place for place, line in enumerate(result.outlines) if "dry run" in line)
    assert max(map(len, result.outlines[begin:])) <= int(columns)
    headings = [line for line in result.outlines if line.startswith(("spelling", "all"))]
    assert headings == [
        "spelling - test_probe.py, fake/oracle",
        "spelling - test_probe.py, fake/lured",
        "all, fake/oracle",
        "all, fake/lured",
        "all",
    ]
    calls = [line.split()[1:] for line in result.outlines if line.startswith("  calls")]
    most, stored = ([int(row[place].replace(",", "")) for row in calls] for place in (-2, -1))
    assert (most[0] + stored[0], most[1], most[0] + most[1]) == (300, 300, most[2])
    assert stored == [57, 0, 57]


@pytest.mark.parametrize(
    ("tokens", "shown"), [(0, "0"), (9999, "9,999"), (10_000, "10k"), (151_974, "152k"), (3_560_243, "3.6M")]
)
def test_estimates_have_few_digits(tokens: int, shown: str) -> None:
    """Small numbers are exact."""
    condition = Condition("m")
    task = Task(lambda _: Case("?", "!"), "t.it", "spelling", {}, 1)
    cell = Cell("a::b", "a::b", ArmSpec(task, FrozenJson(), "control", condition, Draws(), Sampling()))
    lines = plan_table([(cell, Planned(most=Amount(1, tokens, 0)))], 80)
    assert [line.split()[-1] for line in lines if line.startswith("  tokens in")] == [shown]
