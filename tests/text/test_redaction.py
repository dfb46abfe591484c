"""What a secret looks like, and what only begins like one. Datasets are searched for them: `tests/dataset`."""

import json

import pytest

from pytest_ood.text.redaction import Secrets, is_secret, known_keys, secret_names, without_keys, without_secrets

KEY = "abcDEF0123456789abcDEF0123456789"


@pytest.fixture(autouse=True)
def _nobodys_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "HF_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "secret"),
    [("api_key", True), ("OPENAI_API_KEY", True), ("aws_access_key_id", True), ("extra_headers", True),
     ("apiKey", True), ("X-Api-Key", True), ("apikey", True), ("mySecret", True), ("Cookie", True),
     ("max_tokens", False), ("maxTokens", False), ("key_size", False),
     ("keyboard", False), ("monkey", False), ("temperature", False)],
)  # fmt: skip
def test_names_of_secrets(name: str, secret: bool) -> None:
    """As models and environments call them."""
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"use sk-proj-{KEY}.", "sk-"),
        (f"(hf_{KEY})", "hf_"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS"),
        (f"Authorization: Bearer {KEY}", "bearer"),
        ("export OPENAI_API_KEY='abcdefgh'", "api_key"),
        (json.dumps({"said": json.dumps({"apiKey": "abcdefgh"})}), "api_key"),
    ],
)
def test_what_looks_like_a_secret(text: str, what: str) -> None:
    """Each kind by its name, and without the secret itself."""
    found = Secrets().find(text)
    assert what in found
    assert KEY not in found


NESTED = {
    "temperature": 0,
    "extra_body": {"my_secret": "swordfish!", "list": [{"apiKey": 1, "size": 2}], "note": "say swordfish!, please"},
    "stop": ["sk-0123456789abcdefghij", "."],
}


def test_secrets_are_left_out_however_deep() -> None:
    """By their names, by their values elsewhere, and by their looks; the rest stays as it is."""
    kept = without_secrets(NESTED, known_keys(NESTED))
    assert kept == {
        "temperature": 0,
        "extra_body": {"list": [{"size": 2}], "note": "say REDACTED, please"},
        "stop": ["REDACTED", "."],
    }
    assert list(secret_names(NESTED)) == ["extra_body.my_secret", "extra_body.list.apiKey"]
    assert list(secret_names(kept)) == list(secret_names({"a": {"token": "REDACTED"}})) == []


@pytest.mark.parametrize("text", ["", "risk-assessment-of-everything", "bearer of 12 bad news", "api_key=REDACTED"])
def test_what_only_begins_like_one(text: str) -> None:
    """Is none."""
    assert Secrets().find(text) == ""


def test_what_this_process_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The values of variables, word by word and as JSON writes them; tokens; nothing that is too short."""
    monkeypatch.setenv("MY_PASSWORD", 'Bearer quo"ted-secret')
    monkeypatch.setenv("SHORT_KEY", "short")
    secrets = Secrets(["token-of-login"])
    for text in ('Bearer quo"ted-secret', 'quo"ted-secret', json.dumps('quo"ted-secret')):
        assert secrets.find(f"it is {text}") == "the value of the environment variable MY_PASSWORD"
    assert secrets.find("token-of-login") == "the token you are logged in with"
    assert secrets.find("short") == ""
    assert without_keys('a quo"ted-secret b', known_keys({})) == "a REDACTED b"
