"""--ood-batch: what is asked next goes into files, and the answers come back in files, from wherever."""

import json
from typing import Any

import pytest

from tests.plugin.batches import FEW, FILE, MODEL, ONE, Batch, completion, line, load, refusal, sometimes, spelled
from tests.plugin.conftest import Suite
from tests.server import Server, ok

DIALOGUE = """
import pytest
from pytest_ood import Dialogue, probe, task

@task(control={"size": 1}, declared=("answer",))
def count(rng, size):
    start = int(rng.integers(10, 99))
    return Dialogue(
        f"Say {start}. Number only, size {size}.",
        reply=lambda answers: f"Say {start + 1}. Number only, size {size}." if len(answers) == 1 else None,
        answers=[str(start), str(start + 1)],
    )

@probe(count)
@pytest.mark.parametrize("size", [2])
def test_count(ood, size):
    assert ood.robust
"""
WAITING = ("undecided", "waiting")
ROBUST = ("robust", "shift_clears")


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    load()


@pytest.fixture
def batch(suite: Suite) -> Batch:
    """One probe of one size, and 20 draws of each arm."""
    return Batch(suite)


def found(cell: dict[str, Any]) -> tuple[str, str]:
    """A verdict and its reason."""
    return cell["verdict"], cell["reason_code"]


def test_one_wave_is_enough(batch: Batch) -> None:
    """The first session asks, a function answers, the second session judges, and has nothing to ask."""
    summary = batch.run()
    assert found(summary["cells"][0]) == WAITING
    assert batch.result.ret == pytest.ExitCode.OK
    assert batch.files == [FILE]
    asked = batch.asked()
    assert len(asked) == len({call["custom_id"] for call in asked}) == 40
    assert {(call["method"], call["url"]) for call in asked} == {("POST", "/v1/chat/completions")}
    row = {"file": FILE, "model": MODEL, "wave": 1, "state": "written", "questions": 40, "left": 40, "most_usd": None}
    assert summary["batches"] == [row]
    batch.result.stdout.fnmatch_lines(
        ["*1-openai-some-model.jsonl: 40 questions to be answered*", "*--ood-batch=batch*"]
    )
    batch.answer()
    later = batch.run()
    assert found(later["cells"][0]) == ROBUST
    assert (later["batches"], batch.files) == ([], [FILE])
    assert later["totals"]["calls"] == 40
    assert later["run_id"] == summary["run_id"]


def test_a_file_holds_what_a_call_would_send(batch: Batch) -> None:
    """Byte for byte as JSON, arguments included; one that the model does not take is neither sent nor recorded."""
    batch.args = ("--ood-model=openai/o3-mini", FEW, "--ood-model-arg=temperature=0", "--ood-model-arg=max_tokens=50")
    with Server(ok(lambda body: spelled(body))) as server:
        batch.suite.run(
            *batch.args, f"--ood-api-base={server.url}", "--ood-model-arg=api_key=none", "--ood-store=live.db"
        )
        live = {json.dumps(body, sort_keys=True) for body in server.requests}
    batch.run()
    (file,) = batch.files
    written = {json.dumps(call["body"], sort_keys=True) for call in batch.asked(file)}
    assert live
    assert live <= written
    assert {"temperature", "max_tokens"}.isdisjoint(batch.asked(file)[0]["body"])
    batch.answer(file=file)
    (state,) = batch.run()["model_states"]
    assert state["dropped"] == ["temperature"]


@pytest.mark.parametrize(
    ("waves", "shares"), [(1, (100, 100)), (1, (80, 70)), (2, (95, 20)), (3, (0, 0)), (4, (80, 70))]
)
def test_the_verdict_is_that_of_live_asking(batch: Batch, shares: tuple[int, int], waves: int) -> None:
    """The same draws, judged in the same order: what is known of the arms is equal, however many waves there are."""
    batch.args, reply = (f"--ood-model={MODEL}", "--ood-max-samples=40"), sometimes(*shares)
    with Server(ok(reply)) as server:
        live_args = (*batch.args, f"--ood-api-base={server.url}", "--ood-model-arg=api_key=none", "--ood-store=live.db")
        batch.suite.run(*live_args, "--ood-json=live.json")
    (live,) = batch.suite.summary("live.json")["cells"]
    sessions = 0
    while found(cell := batch.cell(f"--ood-batch-waves={waves}")) == WAITING:
        sessions += 1
        assert len(batch.files) == sessions <= waves
        batch.answer(reply, file=batch.files[-1])
    of_model = ("usage", "estimate")
    for arm in ("control", "shift"):
        assert [cell[arm].pop(name) is None for name in of_model] == [live[arm].pop(name) is None for name in of_model]
    for name in ("verdict", "reason_code", "gap", "control", "shift"):
        assert cell[name] == live[name]


def test_each_turn_is_a_later_wave(batch: Batch) -> None:
    """A dialogue of two turns takes two files, in which the answers of the first turn stand."""
    batch.suite.write(DIALOGUE)

    def reply(body: Any) -> str:
        return f"<answer>{body['messages'][-1]['content'].split('Say ')[-1].split('.')[0]}</answer>"

    assert found(batch.cell()) == WAITING
    batch.answer(reply)
    assert found(batch.cell()) == WAITING
    second = FILE.replace("1-", "2-", 1)
    assert batch.files == [FILE, second]
    assert {len(call["body"]["messages"]) for call in batch.asked(second)} == {
        len(call["body"]["messages"]) + 2 for call in batch.asked()
    }
    batch.answer(reply, file=second)
    assert found(batch.cell()) == ROBUST
    assert batch.suite.answers() == 80


def test_half_of_the_answers(batch: Batch) -> None:
    """They are judged as far as they go; the others wait, and are not asked twice."""
    batch.run()
    batch.answer(count=20)
    summary = batch.run()
    (cell,) = summary["cells"]
    assert found(cell) == WAITING
    assert min(cell["control"]["judged"], cell["shift"]["judged"]) >= 8
    assert (batch.files, summary["batches"][0]["left"]) == ([FILE], 20)
    batch.answer()
    assert found(batch.cell()) == ROBUST
    assert (batch.files, batch.suite.answers()) == ([FILE], 40)


def test_a_question_about_the_rule_is_waited_for(batch: Batch) -> None:
    """Without its answer nobody would know later which draws were understood."""
    case = 'word[::-1], lures={"copied": word}'
    asked = f'{case}, comprehension=Case("What is ab backward?", "ba")'
    batch.suite.write(ONE.replace(case, asked))
    batch.run()
    about_the_rule, others = [], []
    for call in batch.asked():
        is_about_it = "What is ab" in call["body"]["messages"][-1]["content"]
        (about_the_rule if is_about_it else others).append(call)
    lines = [line(call, completion(spelled(call["body"]))) for call in others]
    assert (len(about_the_rule), len(others)) == (1, 40)
    batch.put(lines)
    cell = batch.cell()
    assert (found(cell), cell["control"]["n"]) == (WAITING, 0)
    batch.put(lines + [line(call, completion("<answer>ba</answer>")) for call in about_the_rule])
    cell = batch.cell()
    assert (found(cell), cell["control"]["understood"]["correct"]) == (ROBUST, cell["control"]["n"])


def test_a_deleted_file_is_asked_anew(batch: Batch) -> None:
    """What it had no answer to, under the number of the next wave."""
    batch.run()
    lost = {call["custom_id"] for call in batch.asked()[25:]}
    batch.answer(count=25)
    batch.run()
    (batch.folder / FILE).unlink()
    batch.run()
    (file,) = batch.files
    assert file.startswith("2-")
    assert {call["custom_id"] for call in batch.asked(file)} == lost


def test_what_may_succeed_later_is_asked_again(batch: Batch) -> None:
    """Too many calls never count as an attempt, an unreadable answer once."""
    batch.run()
    first, second, *others = batch.asked()
    good = [line(call, completion(spelled(call["body"]))) for call in others]
    batch.put([refusal(429)(first), line(second, {"choices": "none"}), *good])
    batch.run()
    again = batch.files[-1]
    assert {call["custom_id"] for call in batch.asked(again)} == {first["custom_id"], second["custom_id"]}
    # The old file is read once more, and changes nothing.
    batch.run()
    assert len(batch.files) == 2
    batch.put([refusal(429)(first), line(second, {"choices": "none"})], again)
    batch.run()
    third = batch.files[-1]
    assert [call["custom_id"] for call in batch.asked(third)] == [first["custom_id"]]
    batch.answer(file=third)
    summary = batch.run()
    assert summary["cells"][0]["reason_code"] != "waiting"
    assert [row["count"] for row in summary["errors"]] == [1]
    assert sum(summary["cells"][0][arm]["error"] for arm in ("control", "shift")) == 1


def test_what_was_refused_stays_an_error(batch: Batch) -> None:
    """In all later sessions of the run, and is not asked again."""
    batch.run()
    first, *others = batch.asked()
    batch.put([refusal(400, "too long")(first), *(line(call, completion(spelled(call["body"]))) for call in others)])
    for _ in range(2):
        summary = batch.run()
        assert [(row["count"], "too long" in row["error"]) for row in summary["errors"]] == [(1, True)]
    assert batch.files == [FILE]


@pytest.mark.parametrize(("status", "message"), [(400, "no such argument"), (401, "wrong key")])
def test_what_is_refused_of_all_is_about_the_model(batch: Batch, status: int, message: str) -> None:
    """It could not be asked; the same command asks again."""
    batch.run()
    batch.put([refusal(status, message)(call) for call in batch.asked()])
    summary = batch.run()
    assert summary["cells"][0]["reason_code"] == "provider"
    assert message in summary["model_states"][0]["dead"]
    assert batch.result.ret == 6
    (batch.folder / FILE).with_suffix(".answers.jsonl").unlink()
    batch.run()
    assert len(batch.asked(batch.files[-1])) == 40


def test_lines_that_make_no_sense_are_said(batch: Batch) -> None:
    """And cost nothing else; the first of two answers counts, and a last line that is cut off is still to come."""
    batch.run()
    first, *others = batch.asked()
    good = [line(call, completion(spelled(call["body"]))) for call in others[:-1]]
    wrong = line(others[0], completion("<answer>wrong</answer>"))
    unknown = line({"custom_id": "\x1b[31mnobody"}, completion("?"))
    cut_off = json.dumps(line(first, completion("x")))[:50]
    batch.put(["[]\n", "{nonsense\n", "\n", *good, wrong, unknown, cut_off])
    summary = batch.run()
    assert summary["batches"][0]["left"] == 2
    assert batch.suite.rows("SELECT count(*) FROM answers WHERE text LIKE '%wrong%'") == [(0,)]
    output = batch.result.stdout.str()
    assert "3 lines cannot be read as an answer" in output
    assert "1 line with an answer given before" in output
    assert "1 line with an unknown custom_id" in output
    assert "\x1b[31m" not in output


PRICED = ("--ood-model-arg=input_cost_per_token=0.001", "--ood-model-arg=output_cost_per_token=0.01")


def test_the_budget_holds_over_all_waves(batch: Batch) -> None:
    """What waits counts as spent to the most that it can cost, what was answered to what it did cost."""
    batch.args = (*batch.args, *PRICED, "--ood-model-arg=max_tokens=100", "--ood-budget=40")
    (row,) = batch.run()["batches"]
    assert 40 - 3 < row["most_usd"] <= 40
    assert row["questions"] < 40
    batch.answer()
    summary = batch.run()
    assert summary["totals"]["cost_usd"] == pytest.approx(row["questions"] * (11 * 0.001 + 7 * 0.01))
    assert sum(one["questions"] for one in summary["batches"]) == 40 - row["questions"]
    batch.answer(file=batch.files[-1])
    assert found(batch.cell()) == ROBUST
    charged = batch.suite.rows("SELECT charged FROM spent")
    assert charged == [(pytest.approx(40 * (11 * 0.001 + 7 * 0.01)),)]


def test_a_budget_that_allows_nothing(batch: Batch) -> None:
    """Nothing is written, and the cell says why."""
    batch.args = (*batch.args, *PRICED, "--ood-model-arg=max_tokens=100", "--ood-budget=1")
    cell = batch.cell()
    assert (cell["reason_code"], batch.files) == ("budget", [])


def test_another_folder_is_another_run(batch: Batch) -> None:
    """It reads what the store has, and asks nothing."""
    summary = batch.run()
    batch.answer()
    batch.run()
    batch.suite.run(*batch.args, "--ood-batch=other", "--ood-json=out.json")
    other = batch.suite.summary()
    assert other["run_id"] != summary["run_id"]
    assert (found(other["cells"][0]), other["batches"], other["totals"]["calls"]) == (ROBUST, [], 0)


def test_a_store_that_was_lost(batch: Batch) -> None:
    """The files in the folder stay as they are, and their answers count once the questions are known again."""
    batch.run()
    batch.answer()
    before = (batch.folder / FILE).read_bytes()
    batch.suite.store.unlink()
    batch.run()
    assert (len(batch.files), (batch.folder / FILE).read_bytes()) == (2, before)
    assert found(batch.cell()) == ROBUST


def test_a_replay_in_batches(batch: Batch) -> None:
    """Published cases and their siblings are asked together; nothing fails before they are answered."""
    batch.suite.run("--ood-model=fake/lured", "--ood-samples=2", "--ood-export=set")
    batch.args = (f"--ood-model={MODEL}", "--ood-replay=set", "test_probe.py")
    batch.run()
    assert batch.result.parseoutcomes().keys().isdisjoint({"passed", "failed"})
    assert batch.result.ret == pytest.ExitCode.OK
    batch.answer()
    summary = batch.run()
    assert (summary["batches"], {row["reading"] for row in summary["replay"]}) == ([], {"learned"})


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("--ood-model=fake/oracle",), "only models of providers can be asked in batches"),
        ((f"--ood-model={MODEL}", "-n2"), "-n2 starts several"),
    ],
)
def test_what_cannot_be_asked_in_batches(batch: Batch, args: tuple[str, ...], problem: str) -> None:
    """It says so before anything is written."""
    result = batch.suite.run(*args, "--ood-batch=batch")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert problem in result.stderr.str()
    assert not batch.folder.exists()


def test_a_provider_of_another_form(batch: Batch) -> None:
    """Its API does not take such files."""
    batch.args = ("--ood-model=anthropic/claude-sonnet-4-5", FEW)
    summary = batch.run()
    assert summary["cells"][0]["reason_code"] == "provider"
    assert "not of the form that batch files have" in summary["model_states"][0]["dead"]
    assert (batch.result.ret, batch.files) == (6, [])


def test_no_key_gets_into_a_file(batch: Batch) -> None:
    """One that would be part of every call ends the model."""
    batch.args = (*batch.args, '--ood-model-arg=extra_body={"my_secret": "hunter2-hunter2"}')
    summary = batch.run()
    assert "holds a key" in summary["model_states"][0]["dead"]
    assert all("hunter2" not in path.read_text("utf-8") for path in batch.folder.iterdir())


def test_a_folder_of_somebody_else(batch: Batch) -> None:
    """Its file is left as it is."""
    batch.folder.mkdir()
    (batch.folder / "run.json").write_text("[]", "utf-8")
    result = batch.suite.run(*batch.args, "--ood-batch=batch")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "does not say which run the folder belongs to" in result.stderr.str()
    assert (batch.folder / "run.json").read_text("utf-8") == "[]"


def test_the_dry_run_states_the_waste(batch: Batch) -> None:
    """In one batch everything is asked; in two a model that is hopeless is asked a quarter. Nothing is written."""
    calls = {}
    for waves in (1, 2):
        result = batch.suite.run(
            *batch.args, *PRICED, "--ood-batch=batch", f"--ood-batch-waves={waves}", "--ood-dry-run"
        )
        rows = [row.split() for row in result.outlines]
        calls[waves] = [row[1:] for row in rows if row[:1] == ["calls"] and row[1].isdigit()]
        assert any(row[:4] == ["cost", "at", "half", "price"] for row in rows)
    (at_once, live), (in_two, _) = calls[1], calls[2]
    assert at_once == ["40"] * 5
    assert in_two[0] == "10"
    assert int(in_two[1]) < 20
    assert in_two[-1] == live[-1] == "40"
    assert live[0] == "3"
    assert not batch.folder.exists()
