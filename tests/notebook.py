"""Run a notebook as Jupyter runs it, without Jupyter. ``python -m tests.notebook`` writes what it shows into it.

Cells run in one namespace, while an event loop is running. What a cell prints and the value of its last line are its
outputs.
"""

import ast
import asyncio
import contextlib
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent.parent / "examples" / "notebook" / "where_it_breaks.ipynb"
Cell = dict[str, Any]


def code_of(notebook: Cell) -> list[str]:
    """The source of each cell of code."""
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(sources: Sequence[str]) -> list[list[Cell]]:
    """Run cells one after the other, and return the outputs of each, as a notebook holds them."""
    namespace: dict[str, Any] = {"__name__": "__main__"}

    async def all_cells() -> list[list[Cell]]:
        return [_outputs(source, namespace, number) for number, source in enumerate(sources, 1)]

    return asyncio.run(all_cells())


def _outputs(source: str, namespace: dict[str, Any], number: int) -> list[Cell]:
    module, value = ast.parse(source), None
    last = module.body[-1]
    if isinstance(last, ast.Expr):
        module.body.pop()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(module, f"<cell {number}>", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"<cell {number}>", "eval"), namespace)
    outputs: list[Cell] = []
    if text := printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(text)})
    if value is not None:
        shown = {"text/plain": _lines(repr(value))}
        if hasattr(value, "_repr_html_"):
            shown = {"text/html": _lines(value._repr_html_()), **shown}
        outputs.append({"data": shown, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main() -> None:
    """Run the notebook in an empty folder, and write its outputs into it."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        outputs = run(code_of(notebook))
        os.chdir(here)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, (cell, shown) in enumerate(zip(cells, outputs, strict=True), 1):
        cell |= {"outputs": shown, "execution_count": number}
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    NOTEBOOK.write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
