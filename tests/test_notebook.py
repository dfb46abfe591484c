"""The notebook among the examples shows what it computes, and its page says the same."""

import json
from pathlib import Path

import pytest

from tests import documents
from tests.notebook import NOTEBOOK, code_of, run

HELD = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
CELLS = [cell for cell in HELD["cells"] if cell["cell_type"] == "code"]


def test_its_outputs_are_those_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them: pictures, tables, what is printed. ``python -m tests.notebook`` writes them."""
    monkeypatch.chdir(tmp_path)
    assert run(code_of(HELD)) == [cell["outputs"] for cell in CELLS]
    assert (tmp_path / ".ood" / "store.db").is_file()


def test_it_has_a_picture_a_table_and_text() -> None:
    """What a reader sees without running it."""
    shown = [output for cell in CELLS for output in cell["outputs"]]
    html = ["".join(output["data"]["text/html"]) for output in shown if "data" in output]
    assert [text.partition(" ")[0] for text in html] == ["<svg", "<p><strong>brittle:"]
    assert "<table>" in html[1]
    assert sum(output["output_type"] == "stream" for output in shown) == 3
    assert [cell["execution_count"] for cell in CELLS] == list(range(1, len(CELLS) + 1))


def test_its_page_shows_its_cells() -> None:
    """And their outputs."""
    sources = code_of(HELD)
    first, second = (text for _, text in documents.blocks("docs/notebook.md"))
    assert first == f"{sources[0]}\n\n{sources[1]}\n"
    assert second == f"{sources[4]}\n"
    (curve,) = CELLS[1]["outputs"]
    assert "".join(curve["data"]["text/plain"]) + "\n" == documents.block("docs/notebook.md", "A curve", "text")
    (printed,) = CELLS[4]["outputs"]
    assert "".join(f"    {line}" for line in printed["text"]) in documents.PAGES["docs/notebook.md"]
