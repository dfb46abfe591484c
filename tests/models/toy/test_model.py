"""The toys as a model: the weights that ship with the package, asked as a run asks them."""

import asyncio
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from pytest_ood.answers import read
from pytest_ood.families import grids, operators, shortcuts
from pytest_ood.models import check_name, limits, open_model
from pytest_ood.models.base import ModelError
from pytest_ood.models.toy.model import DATA
from pytest_ood.models.toy.weights import Toy
from pytest_ood.tasks import Task
from tests.models.toy.asking import ask


def accuracy(name: str, task: Task, **params: object) -> float:
    """The share of 40 questions that are answered right; seed 0 was left out of the training."""
    cases = [task.draw(params, 0, draw) for draw in range(40)]
    given = ask(name, *(case.prompt for case in cases))
    return sum(read(answer.text) == case.answer for answer, case in zip(given, cases, strict=True)) / 40


@pytest.mark.parametrize("rule", [28, 90, 110])
@pytest.mark.parametrize("width", [8, 16])
def test_the_automata_are_learned_where_they_were_trained(rule: int, width: int) -> None:
    """On rows that were left out of the training."""
    assert accuracy("toy", grids.elementary_ca, rule=rule, width=width) == 1


@pytest.mark.parametrize("width", [4, 12, 20, 32, 96])
def test_the_automata_break_at_every_other_width(width: int) -> None:
    """Also between the two that were trained."""
    assert accuracy("toy", grids.elementary_ca, rule=110, width=width) < 0.1


@pytest.mark.parametrize("width", [4, 8, 12, 16, 32, 96])
def test_the_convolution_holds_at_every_width(width: int) -> None:
    """It was trained on the same rows."""
    assert accuracy("toy/convolution", grids.elementary_ca, rule=110, width=width) == 1


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    """Questions of several lengths at once, or each by itself."""
    widths = [8, 16, 8, 20, 16, 12]
    prompts = [grids.elementary_ca.draw({"width": width}, 3, draw).prompt for draw, width in enumerate(widths)]
    together = [answer.text for answer in ask("toy", *prompts)]
    assert together == [ask("toy", prompt)[0].text for prompt in prompts]
    assert len(set(together)) == len(widths)


def test_rows_say_which_weights_answered() -> None:
    """The name of the toy, and the beginning of the digest of its file."""
    (answer,) = ask("toy", grids.elementary_ca.draw({"width": 8}, 0, 0).prompt)
    digest = hashlib.sha256((DATA / "automata.npz").read_bytes()).hexdigest()
    assert answer.served_model == f"toy/automata@{digest[:12]}"
    assert (answer.cost_usd, answer.finish_reason) == (0.0, "stop")


def test_what_it_was_not_trained_on_it_does_not_answer() -> None:
    """It says so, without anything that could be read as an answer."""
    (answer,) = ask("toy", grids.elementary_ca.draw({"rule": 30}, 0, 0).prompt)
    assert read(answer.text) is None
    assert answer.text == "I cannot read this: trained on rule 28, rule 90 and rule 110, not on rule 30."


def test_its_limits_are_known_before_it_is_asked() -> None:
    """Those of other models are not."""
    cannot_read = limits("toy")
    assert cannot_read is not None
    assert cannot_read(grids.elementary_ca.draw({"width": 96}, 0, 0).prompt) == ""
    assert "trained on 1 step, not on 4" in cannot_read(grids.elementary_ca.draw({"steps": 4}, 0, 0).prompt)
    assert "trained only on rows of cells" in cannot_read("What is the capital of France?")
    assert limits("fake/oracle") is None
    assert limits("gpt-4o") is None


def test_other_weights_are_another_model(tmp_path: Path) -> None:
    """The store tells them apart by their digests."""
    for suffix in ("json", "npz"):
        shutil.copy(DATA / f"automata.{suffix}", tmp_path / f"mine.{suffix}")
    name = f"toy:{tmp_path / 'mine.npz'}"
    assert ask(name, grids.elementary_ca.draw({"width": 8}, 0, 0).prompt)[0].served_model.startswith("toy/mine@")
    same, other = open_model("toy/automata", {}).fingerprint, open_model("toy/convolution", {}).fingerprint
    assert open_model(name, {}).fingerprint == same != other


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("toy/automaton", "did you mean toy/automata?"),
        ("toy/../decoder", "unknown toy"),
        ("toy/oracle", "choose from toy, toy/arithmetic, toy/automata"),
        ("toy:nowhere.npz", "cannot read the card nowhere.json"),
    ],
)
def test_an_unknown_toy(name: str, message: str) -> None:
    """An error before anything is asked, which says what there is."""
    with pytest.raises(ModelError, match=message):
        check_name(name)


def test_weights_that_are_not_those_of_their_card(tmp_path: Path) -> None:
    """Of a file that was cut off or changed, nothing is loaded."""
    shutil.copy(DATA / "automata.json", tmp_path)
    (tmp_path / "automata.npz").write_bytes((DATA / "automata.npz").read_bytes()[:-1])
    model = open_model(f"toy:{tmp_path / 'automata.npz'}", {})
    with pytest.raises(ModelError, match="SHA-256"):
        asyncio.run(model.start())


@pytest.mark.parametrize("change", [{"network": "oracle"}, {"reader": "mind"}, {"sha256": None}])
def test_a_card_of_something_else(tmp_path: Path, change: dict[str, str | None]) -> None:
    """It is refused as a whole."""
    card = {**json.loads((DATA / "automata.json").read_text(encoding="utf-8")), **change}
    content = {name: value for name, value in card.items() if value is not None}
    (tmp_path / "mine.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match=r"mine\.json"):
        check_name(f"toy:{tmp_path / 'mine.npz'}")


def test_an_answer_that_does_not_end_is_cut_off() -> None:
    """With ten arms there are more places than were ever trained, and no more than there are learned positions."""
    cases = [shortcuts.path_star.draw({"arms": 10}, 0, draw) for draw in range(12)]
    given = ask("toy", *(case.prompt for case in cases))
    assert {answer.finish_reason for answer in given} == {"stop", "length"}
    assert all((read(answer.text) is None) == (answer.finish_reason == "length") for answer in given)


def test_a_network_that_fails_fails_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that never comes."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken weights")

    monkeypatch.setattr(Toy, "answers", broken)
    with pytest.raises(RuntimeError, match="broken weights"):
        ask("toy", grids.elementary_ca.draw({}, 0, 0).prompt)


def test_the_first_step_is_a_guess() -> None:
    """Every step back to the centre of a star is learned, and the choice of an arm is not."""
    assert accuracy("toy", shortcuts.path_star, arms=2, direction="backward") > 0.9
    assert 0.25 < accuracy("toy", shortcuts.path_star, arms=2, direction="forward") < 0.75


def test_the_table_of_signs_is_not_read() -> None:
    """It was the usual one throughout the training."""
    assert accuracy("toy", operators.arithmetic, swap="", operands=3) > 0.8
    assert accuracy("toy", operators.arithmetic, swap="+*", operands=3) < 0.1
