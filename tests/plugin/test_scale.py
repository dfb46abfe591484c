"""Models with a number of parameters: how it is written, where it is kept, and what is shown against it."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_ood.dataset import schema
from pytest_ood.plugin.option_values import CHECKS, SettingsError, split_size
from tests.plugin.conftest import PROBE, Suite

MODELS = """
def pytest_ood_model(name, args):
    reach = {"small": 0, "middle": 2, "vertex/large@001": 9}.get(name)
    if reach is None:
        return None

    def model(messages):
        _, word, _, _, size = messages[-1]["content"].splitlines()[0].rstrip(".").split()
        return f"<answer>{word[::-1] if int(size) <= reach else word}</answer>"

    return model
"""
SIZED = ["--ood-model=vertex/large@001@70b", "--ood-model=small@500M", "--ood-model=middle@7B"]


@pytest.mark.parametrize(
    ("text", "name", "size"),
    [
        ("gpt-oss@20b", "gpt-oss", 20e9),
        ("local:weights.gguf@135m", "local:weights.gguf", 135e6),
        ("org/model@1.5B", "org/model", 1.5e9),
        ("kimi@1T", "kimi", 1e12),
        ("vertex_ai/claude@20241022@7b", "vertex_ai/claude@20241022", 7e9),
        # These are names.
        ("vertex_ai/claude@20241022", "vertex_ai/claude@20241022", None),
        ("cloudflare/@cf/meta/llama-2-7b", "cloudflare/@cf/meta/llama-2-7b", None),
        ("model@7", "model@7", None),
        ("model@7bn", "model@7bn", None),
        ("model@b", "model@b", None),
        ("@7b", "@7b", None),
    ],
)
def test_only_a_number_with_a_unit_at_the_very_end_is_a_size(text: str, name: str, size: float | None) -> None:
    """Whatever else has an @ is a name."""
    assert split_size(text) == (name, size)


def test_no_name_that_litellm_knows_ends_like_a_size() -> None:
    """There are more than fifty with an @."""
    found = find_spec("litellm")
    assert found is not None
    assert found.origin is not None
    table = Path(found.origin).with_name("model_prices_and_context_window_backup.json")
    names = [name for name in json.loads(table.read_text(encoding="utf-8")) if "@" in name]
    assert len(names) > 50
    assert [name for name in names if split_size(name) != (name, None)] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["fake/oracle@0b"], "a model of no size"),
        (["fake/oracle@7b", "fake/oracle@8b"], "this model has another size"),
        (["fake/orcale@7b"], "unknown fake model"),
    ],
)
def test_sizes_that_cannot_be(given: list[str], words: str) -> None:
    """With the value as it was typed."""
    with pytest.raises(SettingsError, match=f"^--ood-model {given[-1]}: {words}"):
        CHECKS["model"]("--ood-model", str(given), given)
    assert CHECKS["model"]("--ood-model", "", ["a@7b", "b", "a"]) == {"a": 7e9, "b": None}


def test_models_stand_in_the_order_of_their_sizes(suite: Suite) -> None:
    """In the summary, in the terminal and in the report; the size is no part of any name."""
    suite.write(MODELS, "conftest.py")
    suite.write(PROBE.replace('family="spelling"', 'family="spelling", size="size"'))
    result = suite.run(*SIZED, "--ood-samples=12", "--ood-json=out.json", "--ood-report=out.html")
    summary = suite.summary()
    schema.check(summary, "summary")
    assert summary["models"] == ["vertex/large@001", "small", "middle"]
    assert summary["model_sizes"] == {"vertex/large@001": 70e9, "small": 500e6, "middle": 7e9}
    assert {model for (model,) in suite.rows("SELECT DISTINCT model FROM answers")} == set(summary["models"])
    (scale,) = summary["scale"]
    assert [model["model"] for model in scale["models"]] == ["small", "middle", "vertex/large@001"]
    right = {
        cell["params"]["size"]: [(point["control"]["correct"], point["shift"]["correct"]) for point in cell["points"]]
        for cell in scale["cells"]
    }
    assert right == {2: [(0, 0), (12, 12), (12, 12)], 3: [(0, 0), (12, 0), (12, 12)]}
    (horizons,) = scale["horizons"]
    assert horizons["parameter"] == "size"
    small, middle, large = horizons["points"]
    assert (small["holds_to"], large["horizon"]["beyond"]) == (None, "largest")
    assert 2 < middle["horizon"]["median"] < 3
    result.stdout.re_match_lines(
        [
            r"scale: test_probe.py::test_spell \(500M small, 7B middle, 70B vertex/large@001\)$",
            r" +500M +7B +70B$",
            r"  control +▁██ +\.00 +1 +1$",
            r"  size=2 shift +▁██ +\.00 +1 +1$",
            r"  size=3 shift +▁▁█ +\.00 +\.00 +1$",
            r"  horizon .* > 3$",
        ],
        consecutive=True,
    )
    page = (suite.path / "out.html").read_text(encoding="utf-8")
    section = page.partition('<section id="scale"')[2].partition("</section>")[0]
    assert section.count("<figure") == 3
    assert "<li><bdi>70B vertex/large@001: &gt; 3</bdi></li>" in section


@pytest.mark.parametrize("models", [["small@500m", "middle"], ["small", "middle"]])
def test_one_size_is_no_scale(suite: Suite, models: list[str]) -> None:
    """And without any nothing is said about sizes."""
    suite.write(MODELS, "conftest.py")
    given = [f"--ood-model={model}" for model in models]
    result = suite.run(*given, "--ood-samples=2", "--ood-json=out.json", "--ood-bar=.2", "--ood-report=out.html")
    assert suite.summary().get("scale", []) == []
    assert ("model_sizes" in suite.summary()) == ("@" in models[0])
    result.stdout.no_fnmatch_line("scale: *")
    assert 'id="scale"' not in (suite.path / "out.html").read_text(encoding="utf-8")
