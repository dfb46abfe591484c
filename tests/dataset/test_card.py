"""The card: what a stranger reads, and no text of a model breaks out of it. That its code runs: `test_card_code`."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_ood.dataset.card.markdown import block, inline
from pytest_ood.dataset.folder import CANARY
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import trace_id
from tests.dataset.making import HOSTILE, SENTENCE, blocks, export, rows, run_python, some, summary, trace
from tests.dataset.test_write import LOAD


def card_of(folder: Path) -> str:
    """The card of a dataset."""
    return (folder / "README.md").read_text(encoding="utf-8")


def section(card: str, heading: str) -> str:
    """What stands under a heading."""
    return card.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def tables(markdown: str) -> list[list[str]]:
    """The rows of the tables, each as its cells."""
    lines = [line for line in markdown.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


# Hostile text.


def test_hostile_text_is_kept_in_the_rows_and_tamed_in_the_card(tmp_path: Path) -> None:
    """To the letter in Parquet; in the card no control character, and nothing outside a code fence or a code span."""
    hostile = dict.fromkeys(("probe", "task", "family", "strategy", "model", "lure", "answer_given"), HOSTILE)
    messages = [{"role": "user", "content": HOSTILE}]
    texts = {"answer_expected": HOSTILE, "response": HOSTILE, "messages": messages, "question": HOSTILE}
    one = trace(1, outcome="wrong", **hostile, **texts)
    cell = dict.fromkeys(("id", "probe", "task", "family", "model", "strategy", "reason"), HOSTILE)
    export(tmp_path / "out", [one], summary(**cell, params={HOSTILE: HOSTILE}, verdict="undecided"))
    (row,) = rows(tmp_path / "out", "failures")
    assert dataclasses.asdict(one) == row
    card = card_of(tmp_path / "out")
    assert not re.search(r"[^\n\x20-\x7e]", card)
    _, front, body = card.split("---\n", 2)
    assert yaml.safe_load(front)["license"] == "cc0-1.0"
    bare = outside_code(body)
    for bad in ("script", "click", "127.0.0.1", "Not a title", "<", "![x"):
        assert bad not in bare
    assert len(json.loads(run_python(LOAD, tmp_path / "out"))[3]) == 1


def outside_code(markdown: str) -> str:
    """What is left of Markdown without its fences and spans, as CommonMark finds them."""
    left, fence = [], ""
    for line in markdown.splitlines():
        ticks = re.match("`{3,}", line)
        if fence:
            fence = "" if line.strip("`") == "" and len(line) >= len(fence) else fence
        elif ticks:
            fence = ticks.group()
        else:
            left.append(re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(left)


@pytest.mark.parametrize("text", ["", " ", "`", "``", "a`b``c", "`a", "a`", "|", "x" * 500, "\n", "a\nb"])
def test_spans_and_blocks_hold_any_text(text: str) -> None:
    """Backticks, pipes, nothing at all: a span stays a span on one line, a block a block."""
    span = inline(text)
    assert outside_code(f"<{span}>\n{block(text)}") == "<>"
    assert "\n" not in span
    assert "|" not in span
    assert len(span) < 150


@pytest.mark.parametrize(
    "task", ['toys.x"; import os; "', "toys.x y", "import.x", "toys.x.y", "toys", "tøys.x", "a.b\nc.d"]
)
def test_no_name_of_a_dataset_gets_into_code_but_an_identifier(tmp_path: Path, task: str) -> None:
    """Whoever types what a stranger's card says runs nothing of the stranger's."""
    probe = 'x.py; echo "owned" #.py::test_x'
    export(tmp_path, [trace(1, outcome="wrong", task=task, probe=probe)], summary())
    card = card_of(tmp_path)
    assert not [code for code in blocks(card, "python") if "draw(" in code or "import os" in code or "toys" in code]
    assert [code.split() for code in blocks(card, "sh")] == [
        ["pytest", "--ood-replay=DIR", "--ood-model=MODEL", "PROBES"]
    ]
    assert inline(task) in section(card, "Draw a case again")


def test_a_huge_answer_is_kept_and_cut_in_the_card(tmp_path: Path) -> None:
    """Ten million characters go into the row; the card stays short."""
    huge = "0123456789" * 1_000_000
    one = trace(1, outcome="wrong", response=huge, answer_given=huge)
    export(tmp_path, [one, *(dataclasses.replace(one, id=trace_id([n])) for n in range(3))], summary())
    assert [huge] * 4 == [row["response"] for row in rows(tmp_path, "traces")]
    assert "(9,998,000 more characters.)" in card_of(tmp_path)
    assert len(card_of(tmp_path)) < 10_000


def test_a_time_that_no_calendar_has(tmp_path: Path) -> None:
    """The schema allows it, so the card has to."""
    export(tmp_path, [trace(1, created_at=1e300)], summary())
    assert tables(section(card_of(tmp_path), "How it was made"))[-1][-1] == "unknown"


# What it says.


def test_the_front_matter(tmp_path: Path) -> None:
    """Three configs, the failures by default, and how large it is."""
    export(tmp_path, some(), summary())
    front = yaml.safe_load(card_of(tmp_path).split("---\n", 2)[1])
    assert [(config["config_name"], config.get("default")) for config in front["configs"]] == [
        ("failures", True),
        ("traces", None),
        ("cases", None),
    ]
    assert front["size_categories"] == "n<1K"


def test_the_card_says_what_a_stranger_needs(tmp_path: Path) -> None:
    """What was found comes first; then rows, verdicts, examples, how it was made, seeds and the canary."""
    export(tmp_path, some(), summary())
    card = card_of(tmp_path)
    shortcut = "4 of 4 wrong answers match a named shortcut, most often `copied` (4)"
    found = f"**Of 1 cell asked of `gpt-4o`, 1 is brittle; {shortcut}.**"
    assert card.split("\n\n")[1:3] == ["# Out-of-distribution failures", found]
    assert [cells[:2] for cells in tables(card)[1:4]] == [
        ["`failures`", "4"],
        ["`traces`", "10"],
        ["`cases`", "10"],
    ]
    heading, verdict = tables(section(card, "Verdicts"))
    assert heading == ["probe", "moved", "control", "shift", "verdict"]
    assert (verdict[0], verdict[1], verdict[4]) == ("`test_spelling`", "`length=6`", "brittle")
    assert verdict[2].startswith("1.00 [0.")
    assert verdict[2].endswith(", 1.00] of 20")
    assert "```text\nSpell 1 backward.\n```" in section(card, "What was asked")
    assert "4 wrong answers from the shortcut `copied`" in section(card, "Common wrong answers")
    assert tables(section(card, "How it was made"))[1] == [
        *("`gpt-4o`", '`{"temperature":0}`', "7", "10", "`0.1.0`", "2025-06-15"),
    ]
    assert "Seed 7:" in section(card, "Published seeds")
    assert CANARY in card


def test_tables_are_narrow(tmp_path: Path) -> None:
    """Six columns at most: the Hub shows them next to a sidebar. A long name is cut."""
    replayed = {
        **{
            "probe": "p",
            "task": "t" * 200,
            "task_version": 1,
            "family": "f",
            "params": {"x": "y" * 200},
            "arm": "shift",
        },
        **{"model": "m" * 200, "strategy": "direct", "source_models": ["m"], "published": 3, "fixed": 3, "still": 0},
        **{"unscored": 0, "skipped": 0, "unasked": 0, "siblings": None, "verdict": None, "note": "", "cost_usd": 0.0},
        "reading": "fixed, no siblings",
    }
    export(tmp_path, some(), summary(probe="p" * 200, params={"x": "y" * 200}) | {"replay": [replayed]})
    for cells in tables(card_of(tmp_path)):
        assert len(cells) <= 6
        assert len(" | ".join(cells)) < 230
    assert tables(section(card_of(tmp_path), "Published failures, asked again"))[1][3:] == [
        *("3 of 3", "none", "fixed, no siblings"),
    ]


def test_many_cells_and_lures_do_not_swell_the_card(tmp_path: Path) -> None:
    """Of thousands of cells and lures the card shows the first, and says that there are more."""
    many = summary()
    many["cells"] = [{**many["cells"][0], "probe": f"test_{number}"} for number in range(500)]
    traces = [trace(n, outcome="wrong", lure=f"lure {n}", task=f"toys.task{n}") for n in range(100)]
    export(tmp_path, traces, many)
    card = card_of(tmp_path)
    assert card.count(" | brittle |") == 200
    assert "300 more cells can be found under `runs/`." in card
    assert "92 more tasks" in card
    assert card.count("from the shortcut") == 8


def test_an_arm_that_was_not_asked_or_not_scored_says_so(tmp_path: Path) -> None:
    """No number is made up where there is none."""
    unread = Arm(Sampling())
    for _ in range(6):
        unread.add(ScoredDraw("unparsed"))
    cell = {"control": unread.row(), "shift": Arm(Sampling()).row(), "gap": None, "gap_low": None, "gap_high": None}
    export(tmp_path, [], summary(**cell, verdict="undecided", reason="first 6: 6 unparsed"))
    (_, verdict) = tables(section(card_of(tmp_path), "Verdicts"))
    assert verdict[2:] == ["unknown [0.00, 1.00] of 6, 6 unscored", "not asked", "undecided, `first 6: 6 unparsed`"]


def dialogue(**fields: Any) -> dict[str, Any]:
    """The fields of a trace of two turns, after an exchange that shows the form of an answer."""
    turns = [
        ("user", f"What is the capital of France?\n\n{SENTENCE}"),
        ("assistant", "<answer>Paris</answer>"),
        ("user", f"Spell 1 backward.\n\n{SENTENCE}"),
        ("assistant", "<answer>1</answer>"),
        ("user", f"And now 12?\n\n{SENTENCE}"),
    ]
    messages = [{"role": role, "content": content} for role, content in turns]
    return {"messages": messages, "question": "And now 12?", "answer_expected": "1\n\n21", **fields}


def test_a_dialogue_is_shown_whole(tmp_path: Path) -> None:
    """From its first question on, and nothing that came before it."""
    export(tmp_path, [trace(1, outcome="wrong", **dialogue())], summary())
    shown = "```text\n[question] Spell 1 backward.\n\n[answer] <answer>1</answer>\n\n[question] And now 12?\n```"
    for heading in ("What was asked", "Common wrong answers"):
        assert shown in section(card_of(tmp_path), heading)
    assert "Paris" not in card_of(tmp_path)


@pytest.mark.parametrize("name", [None, "my-org/some_failures"])
def test_it_can_be_cited_once_it_has_an_address(tmp_path: Path, name: str | None) -> None:
    """On the Hub by its address; a folder has none."""
    from pytest_ood.dataset import card

    export(tmp_path, some(), summary())
    card.write(tmp_path, [tmp_path], name)
    cited = blocks(card_of(tmp_path), "bibtex")
    assert [bool(re.search(rf"url = \{{https://huggingface.co/datasets/{name}\}}", one)) for one in cited] == (
        [True] if name else []
    )
