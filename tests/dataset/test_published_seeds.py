"""Seeds that are published are remembered."""

import re
from pathlib import Path

import pytest

from pytest_ood.dataset.published_seeds import burn, published_with


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing was published."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_first_dataset_of_a_seed_is_named() -> None:
    """With its date; other seeds are not in it."""
    burn([0, 7], "org/first")
    burn([7, 9], "org/second")
    assert [published_with(seed)[:10] for seed in (0, 7, 9)] == ["org/first ", "org/first ", "org/second"]
    assert published_with(1) == ""
    assert re.fullmatch(r"org/first \(\d{4}-\d\d-\d\d\)", published_with(0))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"0": 1}'])
def test_a_damaged_file_is_not_an_obstacle(home: Path, text: str) -> None:
    """What it says is lost; what comes next is kept."""
    burn([0], "org/first")
    (path,) = home.rglob("*.json")
    path.write_text(text, encoding="utf-8")
    published_with(0)
    burn([1], "org/second")
    assert published_with(1).startswith("org/second")


def test_where_nothing_can_be_written_nothing_is_remembered(home: Path) -> None:
    """And nothing fails for it."""
    home.write_text("a file", encoding="utf-8")
    burn([0], "org/first")
    assert published_with(0) == ""


def test_the_cache_folder_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no variable names another."""
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    burn([3], "org/first")
    assert list((tmp_path / "cache" / "huggingface").rglob("*.json"))
    assert published_with(3)


def test_the_cache_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no variable names another: next to what the client of the Hub keeps there."""
    for name in ("HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", staticmethod(lambda: tmp_path))
    burn([3], "org/first")
    assert (tmp_path / ".cache" / "huggingface" / "pytest-ood" / "published-seeds.json").is_file()
