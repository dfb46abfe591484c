"""Files of questions and of answers: names, sizes, and lines that may be anything."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.asking.batch_files import (
    QuestionFiles,
    answer_files,
    answers_file,
    file_names,
    lines_of,
    parse_line,
)

MODELS = st.text(min_size=1, max_size=120)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "custom_id": JSON,
        "response": JSON | st.fixed_dictionaries({}, optional={"status_code": JSON, "body": JSON}),
        "error": JSON,
    },
)


@given(st.lists(MODELS, min_size=1, max_size=6, unique=True))
def test_names_are_safe_everywhere_and_each_has_its_own(models: list[str]) -> None:
    """Also where case does not matter; they do not depend on the order."""
    names = file_names(models)
    assert set(names) == set(models)
    assert len({name.lower() for name in names.values()}) == len(models)
    assert all(re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,90}", name) for name in names.values())
    assert file_names(models[::-1]) == names


def test_models_that_look_alike() -> None:
    """They differ by a digest."""
    names = file_names(["a/b", "a-b", "gpt-4o"])
    assert names["gpt-4o"] == "gpt-4o"
    assert names["a/b"].startswith("a-b-")
    assert names["a-b"].startswith("a-b-")


def test_no_file_is_longer_than_allowed(tmp_path: Path) -> None:
    """In lines and in bytes; nothing is lost, and nothing is seen before it is whole."""
    files = QuestionFiles(tmp_path, "1-m", most_lines=3, most_bytes=10_000)
    sizes = [100] * 7 + [6000, 6000]
    written = [files.add(f"key{index}", {"text": "x" * size}) for index, size in enumerate(sizes)]
    files.finish()
    assert list(tmp_path.glob("*.jsonl")) == []
    files.publish()
    assert files.names == ["1-m.jsonl", "1-m.2.jsonl", "1-m.3.jsonl", "1-m.4.jsonl"]
    kept = {name: list(map(json.loads, (tmp_path / name).read_text().splitlines())) for name in files.names}
    assert [len(lines) for lines in kept.values()] == [3, 3, 2, 1]
    assert all((tmp_path / name).stat().st_size <= 10_000 for name in files.names)
    assert written == [name for name, lines in kept.items() for _ in lines]
    assert [line["custom_id"] for lines in kept.values() for line in lines] == [f"key{n}" for n in range(9)]


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    """Not even half a file."""
    files = QuestionFiles(tmp_path, "1-m")
    files.add("key", {"text": "\ud800"})
    files.discard()
    assert list(tmp_path.iterdir()) == []


def test_only_regular_files_are_answers(tmp_path: Path) -> None:
    """A link may lead anywhere, and a pipe never end."""
    (tmp_path / "1-m.answers.jsonl").write_text("{}\n")
    (tmp_path / "3-m.answers.jsonl").mkdir()
    if hasattr(os, "mkfifo"):
        (tmp_path / "2-m.answers.jsonl").symlink_to(tmp_path / "1-m.answers.jsonl")
        os.mkfifo(tmp_path / "4-m.answers.jsonl")
    assert [(file, path.name) for file, path in answer_files(tmp_path)] == [("1-m.jsonl", "1-m.answers.jsonl")]
    assert answers_file("1-m.jsonl") == "1-m.answers.jsonl"


BODY = {"choices": []}


@pytest.mark.parametrize(
    ("said", "status", "words", "was_asked"),
    [
        ({"response": {"status_code": 200, "body": BODY}, "error": None}, 200, "", True),
        # A script may leave the status out.
        ({"response": {"body": BODY}}, 200, "", True),
        ({"response": {"status_code": 400, "body": {"error": {}}}}, 400, "", True),
        # vLLM's way of saying so.
        ({"response": {"status_code": 400, "body": None}, "error": {"message": "too long"}}, 400, "too long", True),
        ({"response": {"status_code": 400}, "error": {"error": {"message": "too long"}}}, 400, "too long", True),
        ({"response": {"status_code": 200, "body": None}, "error": "lost"}, 500, "lost", True),
        ({"response": None, "error": {"code": "batch_expired", "message": "late"}}, 500, "late", False),
        ({"response": None, "error": {"code": "batch_cancelled"}}, 500, "batch_cancelled", False),
        ({"error": {"code": "server_error", "message": "no"}}, 500, "no", True),
    ],
)
def test_a_line(said: dict[str, Any], status: int, words: str, was_asked: bool) -> None:
    """The status, what is said of an error, and whether the model saw the question."""
    line = parse_line(json.dumps({"custom_id": "key", **said}).encode())
    assert line is not None
    assert (line.key, line.status, line.words, line.was_asked) == ("key", status, words, was_asked)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'"custom_id"',
        b'{"custom_id": 3, "response": {}}',
        b'{"custom_id": "key"}',
        b'{"custom_id": "key", "response": "fine"}',
        b'{"custom_id": "key", "response": {"status_code": "200"}}',
        b'{"custom_id": "key", "response": {"status_code": true}}',
        b'{"custom_id": "key", "response": {"status_code": 7}}',
        b'{"custom_id": "\xff", "response": {}}',
        b"[" * 100_000,
        b'{"custom_id": "key", "response": {"status_code": 200, "body"',
    ],
)
def test_a_line_that_makes_no_sense(text: bytes) -> None:
    """It is nothing, and no exception."""
    assert parse_line(text) is None


@given(st.binary(max_size=60) | LINES.map(lambda line: json.dumps(line).encode()))
def test_any_line_is_read_or_not(text: bytes) -> None:
    """With a key that is a text, and a status that HTTP has."""
    line = parse_line(text)
    if line is not None:
        said = json.loads(text)
        assert line.key == said["custom_id"]
        assert 100 <= line.status <= 599
        assert isinstance(line.words, str)


@given(st.lists(st.binary(max_size=30).map(lambda text: text.replace(b"\n", b"")), max_size=6))
def test_lines_are_counted(tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]) -> None:
    """Those with nothing in them do not count; others that make no sense do."""
    path = tmp_path_factory.mktemp("lines") / "1-m.answers.jsonl"
    path.write_bytes(b"\n".join(texts))
    assert list(lines_of(path)) == [parse_line(text) for text in texts if text.strip()]


def test_numbers_without_end() -> None:
    """Python refuses to convert them, and nobody needs them."""
    line = parse_line(b'{"custom_id": "key", "response": {"status_code": 200, "body": {"n": ' + b"9" * 10_000 + b"}}}")
    assert line is not None
    assert line.body == {"n": float("inf")}
