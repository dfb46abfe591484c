"""--ood-batch-submit: a provider answers, through the real litellm, hours later or on another machine."""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.batch_server import BatchServer
from tests.plugin.batches import FEW, FILE, MODEL, Batch, completion, line, load, spelled
from tests.plugin.conftest import Suite

KEY = "sk-test-0123456789abcdef"
PRICED = (
    *("--ood-model-arg=input_cost_per_token=0.001", "--ood-model-arg=output_cost_per_token=0.01"),
    "--ood-model-arg=max_tokens=100",
)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    load()


@pytest.fixture
def server() -> Iterator[BatchServer]:
    """A provider."""
    with BatchServer() as made:
        yield made


@pytest.fixture
def batch(suite: Suite, server: BatchServer) -> Batch:
    """One probe of one size, with 20 draws of each arm, asked of that provider."""
    made = Batch(suite)
    at = (f"--ood-api-base={server.url}", f"--ood-model-arg=api_key={KEY}")
    made.args = (f"--ood-model={MODEL}", FEW, "--ood-batch-submit", *at)
    return made


def good(call: Any) -> Any:
    """A right answer."""
    return line(call, completion(spelled(call["body"])))


def everything(folder: Any) -> str:
    """What is in all files of a folder."""
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


def test_from_a_file_to_a_verdict(batch: Batch, server: BatchServer) -> None:
    """Uploaded and submitted once, looked at by each session, fetched when it is over, at half the price."""
    batch.args = (*batch.args, *PRICED)
    (row,) = batch.run()["batches"]
    assert (row["state"], row["left"], batch.files) == ("sent", 40, [FILE])
    batch.result.stdout.fnmatch_lines(["*40 questions at its provider, at most $* at half price"])
    (made,) = server.batches.values()
    assert (made["endpoint"], made["completion_window"]) == ("/v1/chat/completions", "24h")
    assert server.files[made["input_file_id"]] == (batch.folder / FILE).read_bytes()
    assert batch.cell()["reason_code"] == "waiting"
    assert "the provider says in_progress" in batch.result.stdout.str()
    assert (len(server.batches), len(server.files)) == (1, 1)
    server.finish("batch-0", [good(call) for call in server.questions("batch-0")])
    summary = batch.run()
    assert (summary["cells"][0]["verdict"], summary["batches"]) == ("robust", [])
    half = 40 * (11 * 0.001 + 7 * 0.01) / 2
    assert summary["totals"]["cost_usd"] == pytest.approx(half)
    assert batch.suite.rows("SELECT charged FROM spent") == [(pytest.approx(half),)]
    assert server.keys == {KEY}
    assert KEY not in everything(batch.folder) + everything(batch.suite.store.parent)


def test_killed_after_it_was_submitted(batch: Batch, server: BatchServer) -> None:
    """The process never heard of the batch; the next one finds it by its label, and submits nothing."""
    server.is_silent = True
    with batch.suite.begin(*batch.args, "--ood-batch=batch") as process:
        for _ in range(600):
            if server.batches or process.poll() is not None:
                break
            time.sleep(0.1)
        process.kill()
    server.is_silent = False
    (row,) = batch.run()["batches"]
    assert (row["state"], len(server.batches), len(server.files)) == ("sent", 1, 1)
    server.finish("batch-0", [good(call) for call in server.questions("batch-0")])
    assert batch.cell()["verdict"] == "robust"


def test_a_reply_that_was_lost(batch: Batch, server: BatchServer) -> None:
    """As above; nothing is tried again before the next session, which looks first."""
    server.loses_replies = True
    assert batch.run()["batches"][0]["state"] == "written"
    assert "the same command tries" in batch.result.stdout.str()
    server.loses_replies = False
    # Others have made more than one page of batches meanwhile.
    server.batches |= {
        f"other-{n}": {**server.batches["batch-0"], "id": f"other-{n}", "metadata": None} for n in range(150)
    }
    assert batch.run()["batches"][0]["state"] == "sent"
    assert (len(server.batches), len(server.files)) == (151, 1)
    server.finish("batch-0", [good(call) for call in server.questions("batch-0")])
    assert batch.cell()["verdict"] == "robust"


def test_tomorrow_on_another_machine(batch: Batch, server: BatchServer) -> None:
    """The store is enough."""
    before = batch.run()
    shutil.rmtree(batch.folder)
    server.finish("batch-0", [good(call) for call in server.questions("batch-0")])
    summary = batch.run()
    assert (summary["cells"][0]["verdict"], summary["run_id"]) == ("robust", before["run_id"])
    assert len(server.batches) == 1


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_batch_that_ends_early(batch: Batch, server: BatchServer, status: str) -> None:
    """What was answered counts, the rest is in another batch at once; being late is nobody's failure."""
    batch.run()
    questions = server.questions("batch-0")
    late = [
        {**line(call, None), "response": None, "error": {"code": f"batch_{status}", "message": "too late"}}
        for call in questions[30:]
    ]
    server.finish("batch-0", [good(call) for call in questions[:30]], late[:5], status)
    assert batch.cell()["reason_code"] == "waiting"
    assert {call["custom_id"] for call in server.questions("batch-1")} == {call["custom_id"] for call in late}
    assert batch.suite.rows("SELECT DISTINCT attempts FROM waiting") == [(1,)]
    server.finish("batch-1", [good(call) for call in server.questions("batch-1")])
    assert batch.cell()["verdict"] == "robust"
    assert batch.suite.answers() == 40


def test_a_batch_that_failed(batch: Batch, server: BatchServer) -> None:
    """The provider's words end the model for this session; the next one asks again."""
    batch.run()
    problem = {"code": "invalid", "message": f"no such model, {KEY}", "line": 1, "param": None}
    server.finish("batch-0", [], status="failed", errors={"object": "list", "data": [problem]})
    summary = batch.run()
    assert summary["cells"][0]["reason_code"] == "provider"
    assert "no such model" in summary["model_states"][0]["dead"]
    assert KEY not in batch.result.stdout.str() + everything(batch.folder)
    assert (batch.result.ret, len(server.batches)) == (6, 1)
    batch.run()
    assert len(server.questions("batch-1")) == 40


def test_a_server_of_ones_own_gets_no_key_for_openai(
    batch: Batch, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """litellm would take that of the environment. There is one price, too."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    batch.args = (
        "--ood-model=hosted_vllm/org/model",
        FEW,
        "--ood-batch-submit",
        f"--ood-api-base={server.url}",
        *PRICED,
    )
    (row,) = batch.run()["batches"]
    assert row["state"] == "sent"
    server.finish("batch-0", [good(call) for call in server.questions("batch-0")])
    assert batch.run()["totals"]["cost_usd"] == pytest.approx(40 * (11 * 0.001 + 7 * 0.01))
    assert server.keys == {"none"}


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        ("groq/llama-3.1-8b-instant", "no batch API for groq; leave out --ood-batch-submit"),
        ("hosted_vllm/org/model", "no address; give --ood-api-base"),
        (MODEL, "no API key"),
    ],
)
def test_what_cannot_be_submitted(batch: Batch, model: str, problem: str) -> None:
    """It says what to do instead, and nothing is written."""
    batch.args = (f"--ood-model={model}", FEW, "--ood-batch-submit")
    summary = batch.run()
    assert problem in summary["model_states"][0]["dead"]
    assert (summary["batches"], batch.files, batch.result.ret) == ([], [], 6)


def test_a_file_that_is_being_answered_elsewhere_is_not_submitted(batch: Batch, server: BatchServer) -> None:
    """That would pay for its answers twice."""
    submit = batch.args
    batch.args = tuple(arg for arg in submit if arg != "--ood-batch-submit")
    batch.run()
    batch.answer(count=10)
    batch.run()
    batch.args = submit
    (row,) = batch.run()["batches"]
    assert (row["state"], row["left"], server.batches) == ("written", 30, {})
