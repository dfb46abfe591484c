"""Answers that come back in files: whatever the lines are, a question is answered once, or goes on waiting."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood.asking.batches.receiving import Receiving
from pytest_ood.asking.batches.records import Batches, Waiting
from pytest_ood.asking.progress import ModelState
from pytest_ood.asking.store import Store
from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.batch import BatchModel
from tests.plugin.batches import MODEL, completion

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]
RUN = "run-1"
KEYS = ["a", "b", "c"]
ARGS = {"input_cost_per_token": 1.0, "output_cost_per_token": 1.0}
MOST = 100.0
BODIES = st.sampled_from(
    [
        completion("<answer>4</answer>"),
        {**completion("<answer>4</answer>"), "usage": {"prompt_tokens": -1, "completion_tokens": 1e300}},
        {"choices": None},
        {"error": {"message": "no"}},
        None,
        [],
        "text",
    ]
)
STATUS = st.sampled_from([200, 400, 429, 500, 503])
LINES = st.one_of(
    st.builds(
        lambda key, status, body, error: {
            "custom_id": key,
            "response": {"status_code": status, "body": body},
            "error": error,
        },
        st.sampled_from([*KEYS, "nobody"]),
        STATUS,
        BODIES,
        st.none() | st.sampled_from(["lost", {"code": "batch_expired"}, {"message": {"message": "deep"}}]),
    ).map(json.dumps),
    st.sampled_from(["", "{", "[]", "null", '{"custom_id": "a"}', '{"custom_id": ["a"], "response": {}}']),
)


@pytest.fixture(scope="module")
def model() -> Iterator[BatchModel]:
    """A model whose tokens have a price."""
    made = BatchModel(MODEL, ARGS)
    asyncio.run(made.prepare())
    yield made
    asyncio.run(made.close())


def rows(store: Store, sql: str) -> list[Any]:
    """What a query finds."""
    return store.connection.execute(sql).fetchall()


def wait_for(store: Store, attempts: int = 1) -> Batches:
    """Three questions in a file."""
    batches = Batches(store, RUN, "batch")
    messages: Any = [{"role": "user", "content": "What is 2 + 2?"}]
    batches.add(
        1,
        [Waiting(key, MODEL, {}, messages, most_usd=MOST, attempts=attempts, file="1-m.jsonl") for key in KEYS],
    )
    batches.publish()
    return batches


def read(store: Store, batches: Batches, model: BatchModel, folder: Path) -> ModelState:
    """Read the folder; return how the model fares."""
    state = ModelState()
    Receiving(store, batches, RUN, {MODEL: model}, {MODEL: state}).read(folder)
    return state


@settings(max_examples=60)
@given(files=st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=2))
def test_whatever_comes_back(model: BatchModel, files: list[list[str]]) -> None:
    """Each question has one answer or waits, never both; reading once more changes and charges nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store(folder / "store.db") as store:
            batches = wait_for(store)
            for number, lines in enumerate(files, 1):
                (folder / f"{number}-m.answers.jsonl").write_text("\n".join(lines))
            read(store, batches, model, folder)
            state = (
                rows(store, "SELECT key, error, text FROM answers ORDER BY key"),
                rows(store, "SELECT key, file, attempts FROM waiting ORDER BY key"),
                rows(store, "SELECT charged FROM spent"),
            )
            answered = [key for key, *_ in state[0]]
            waiting = [key for key, *_ in state[1]]
            assert sorted(answered + waiting) == KEYS
            # The most that an answer can cost, where it does not say what it did.
            assert sum(charged for (charged,) in state[2]) <= MOST * len(KEYS)
            right = [key for key, error, _ in state[0] if error is None]
            said = [json.loads(line) for lines in files for line in lines if line.startswith('{"custom_id": "')]
            good = {
                one["custom_id"]
                for one in said
                if one.get("error") is None
                and one.get("response", {}).get("status_code") == 200
                and isinstance(one["response"]["body"], dict)
                and one["response"]["body"].get("id") == "x"
            }
            assert set(right) == good & set(KEYS)
            read(store, batches, model, folder)
            assert rows(store, "SELECT key, error, text FROM answers ORDER BY key") == state[0]
            assert rows(store, "SELECT charged FROM spent") == state[2]


@pytest.mark.parametrize(
    ("status", "body", "attempts", "is_error"),
    [
        (500, {"error": {"message": "broken"}}, 5, False),
        (500, {"error": {"message": "broken"}}, 6, True),
        (408, {"error": {"message": "slow"}}, 1, False),
        (408, {"error": {"message": "slow"}}, 2, True),
        (200, {"choices": 3}, 2, True),
        (429, {"error": {"message": "too many"}}, 9, False),
    ],
)
def test_how_often_a_question_is_asked(
    tmp_path: Path, model: BatchModel, status: int, body: Any, attempts: int, is_error: bool
) -> None:
    """As often as live: once more where it may be its own fault, a few times where the provider fails."""
    with Store(tmp_path / "store.db") as store:
        batches = wait_for(store, attempts)
        line = {"custom_id": "a", "response": {"status_code": status, "body": body}}
        (tmp_path / "1-m.answers.jsonl").write_text(json.dumps(line))
        read(store, batches, model, tmp_path)
        errors = rows(store, "SELECT error FROM answers WHERE error IS NOT NULL")
        assert len(errors) == is_error
        assert all(error.endswith(f"({attempts} attempts)") for (error,) in errors)
        assert ("a" in batches.find(KEYS)) is not is_error


def test_five_refusals_with_the_same_words(tmp_path: Path, model: BatchModel) -> None:
    """Of four nobody knows whether they are about the questions."""
    messages: Any = [{"role": "user", "content": "?"}]
    for count in (4, 5):
        with Store(tmp_path / f"{count}.db") as store:
            batches = Batches(store, RUN, "batch")
            keys = [f"key{number}" for number in range(count)]
            batches.add(1, [Waiting(key, MODEL, {}, messages, file="1-m.jsonl") for key in keys])
            batches.publish()
            lines = [
                json.dumps({"custom_id": key, "response": {"status_code": 400, "body": {"error": {"message": "no"}}}})
                for key in keys
            ]
            (tmp_path / "1-m.answers.jsonl").write_text("\n".join(lines))
            state = read(store, batches, model, tmp_path)
            assert bool(state.dead) == (count == 5)
            assert rows(store, "SELECT count(*) FROM answers") == [(0 if count == 5 else 4,)]
