"""The card: what a stranger reads, and no text of a model breaks out of it. That its code runs: `test_card_code`."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_ood.dataset.card import findings
from pytest_ood.dataset.card.contents import Contents
from pytest_ood.dataset.card.markdown import block, inline
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.pairs import Gap
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import trace_id
from pytest_ood.text.canary import CANARY
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
    return [[cell.strip().replace("\xa0", " ") for cell in line.strip("|").split(" | ")] for line in lines]


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
    # The card's own bounds are held together by spaces that do not break.
    assert not re.search(r"[^\n\x20-\x7e]", re.sub(r"(?<=\d)\xa0(?=\[)", " ", card))
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
    assert len(card_of(tmp_path)) < 16_000


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
    assert heading == ["probe", "moved", "control", "shift", "gap", "verdict"]
    assert verdict == [
        *("spelling", "`length=6`", "20/20 [.83,1]", "0/20 [.00,.20]"),
        *("+1 [.50,1]", "brittle"),
    ]
    assert (
        "`gpt-4o`, strategy `direct`, bar 0.8, at most 100 questions per arm; each claim at the bar is wrong in at most"
        " 5 % of runs, each claim of a gap in at most 1 %:" in section(card, "Verdicts")
    )
    assert "```text\nSpell 1 backward.\n```" in section(card, "What was asked")
    assert "4 wrong answers from the shortcut `copied`" in section(card, "Common wrong answers")
    assert tables(section(card, "How it was made"))[1] == [
        *("`gpt-4o`", '`{"temperature":0}`', "7", "10", "`0.1.0`", "2025-06-15"),
    ]
    assert "Seed 7:" in section(card, "Published seeds")
    assert CANARY in card


def test_an_example_is_a_pair(tmp_path: Path) -> None:
    """The wrong answer comes after its control twin, with what is right; whoever reads it needs no code."""
    control = trace(4, answer_given="21")
    twin = {"pair_id": control.id, "answer_given": "120", "answer_expected": "021"}
    also = trace(6, outcome="wrong", answer_given="7", answer_expected="6")
    export(tmp_path, [also, trace(1, outcome="wrong", **twin), control, trace(2)], summary())
    shown = section(card_of(tmp_path), "What it looks like")
    assert re.sub("`+text|`{3,}", "", shown).split() == [
        *["###", "Example", "1:", "`toys.spell_backward`", "The", "control,", "answered", "by", "`gpt-4o`:"],
        *["[question]", "Spell", "4", "backward.", "[answer]", "21", "That", "is", "`correct`."],
        *["The", "`shift`,", "with", '`{"length":6}`:', "[question]", "Spell", "1", "backward.", "[answer]", "120"],
        *["That", "is", "`wrong`,", "the", "answer", "of", "the", "shortcut", "`copied`.", "Right", "is:", "021"],
    ]


def test_examples_are_few_and_of_different_tasks(tmp_path: Path) -> None:
    """Those of named shortcuts before others; a dialogue is whole, and without its control it stands alone."""
    tasks = [trace(n, outcome="wrong", task=f"toys.t{n % 5}", lure=f"l{n}" if n > 2 else None) for n in range(10)]
    export(tmp_path / "many", tasks, summary())
    shown = section(card_of(tmp_path / "many"), "What it looks like")
    assert re.findall("### Example (.*)", shown) == ["1: `toys.t3`", "2: `toys.t4`", "3: `toys.t0`"]
    export(tmp_path / "one", [trace(1, outcome="wrong", answer_unique=False, **dialogue())], summary())
    shown = section(card_of(tmp_path / "one"), "What it looks like")
    turns = "[question] Spell 1 backward.\n\n[answer] <answer>1</answer>\n\n[question] And now 12?\n\n[answer] "
    assert "`gpt-4o` was asked, with" in shown
    assert f"{turns}<answer>1</answer>" in shown
    assert "Right is, for example:" in shown
    export(tmp_path / "none", [trace(1)], summary())
    assert section(card_of(tmp_path / "none"), "What it looks like").strip() == "No answer was wrong."


def test_the_card_says_what_it_must_not_be_used_for(tmp_path: Path) -> None:
    """Beside the licence and how it was made."""
    export(tmp_path, some(), summary())
    uses = section(card_of(tmp_path), "What it must not be used for")
    assert "**Not for training**" in uses
    assert "**Not as the score of a model**" in uses


def test_a_name_that_is_no_plain_one_stays_in_its_span(tmp_path: Path) -> None:
    """Others are words that a narrow column can break."""
    run = summary()
    names = ("p.py::test_longer_copies", "p.py::test_a__b", "check_it", "p.py::test_<b>", "test_" + "x" * 30)
    run["cells"] = [{**run["cells"][0], "probe": name} for name in names]
    export(tmp_path, some(), run)
    shown = [cells[0] for cells in tables(section(card_of(tmp_path), "Verdicts"))[1:]]
    assert shown == ["longer copies", "`test_a__b`", "`check_it`", "`test_<b>`", f"`test_{'x' * 30}`"]


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
        **{"reading": "fixed, no siblings", "reason": "fixed, no siblings", "p_value": None},
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
    cell = {"control": unread.row(), "shift": Arm(Sampling()).row(), "gap": None}
    export(tmp_path, [], summary(**cell, verdict="undecided", reason="first 6: 6 unparsed", reason_code="unscored"))
    (_, verdict) = tables(section(card_of(tmp_path), "Verdicts"))
    assert verdict[2:] == ["0/6 [.00,1]", "not asked", "", "undecided, 6 unscored"]


def test_why_nothing_was_decided() -> None:
    """The usual reason is not repeated in every row; in a summary without codes the words stand there."""
    assert judged(verdict="undecided", gap=None, reason_code="too_few_draws") == " | undecided"
    assert judged(verdict="undecided", gap=None, reason_code="budget") == " | undecided: budget"
    assert judged(verdict="undecided", gap=None, reason_code=None, reason="it | broke") == (
        " | undecided: `it \\u007c broke`"
    )


def test_a_row_is_narrow() -> None:
    """Parameters that are the same everywhere are left out, and a number stays with its bounds."""
    (cell,) = summary()["cells"]
    params = [{"width": width, "rule": 110, "steps": 2} for width in (16, 32)]
    cells = [{**cell, "params": one, "control_params": {**params[0], "width": 8}} for one in params]
    moved = [row[1] for row in tables("\n".join(findings.verdicts([{**summary(), "cells": cells}])))[1:]]
    assert moved == ["`width=16`", "`width=32`"]
    same = {**cell, "params": {"a": 1, "b": 2}, "control_params": {"a": 1, "b": 2}}
    assert tables("\n".join(findings.verdicts([{**summary(), "cells": [same]}])))[1][1] == "`a=1, b=2`"
    *_, row = "\n".join(findings.verdicts([summary()])).splitlines()
    assert [len(cell.split()) for cell in row.split("|")[3:6]] == [2, 2, 2]
    assert not any(" " in cell.strip() for cell in row.split("|")[3:6])


def judged(**fields: Any) -> str:
    """The last two columns of a cell's row, gap and verdict."""
    return " | ".join(tables("\n".join(findings.verdicts([summary(**fields)])))[1][4:])


def gap(**fields: Any) -> dict[str, Any]:
    """The row of a gap."""
    return Gap(0.25, low=0.05, high=0.5, pairs=90, evidence=123.4, alpha=0.01).row() | fields


def test_the_gap_is_shown_with_its_bounds() -> None:
    """What is not known is left out."""
    assert judged(verdict="degraded", gap=gap()) == "+.25 [.05,.50] | degraded"
    assert judged(verdict="robust", gap=gap()) == "+.25 [.05,.50] | robust, but a gap is shown"
    assert judged(verdict="robust", gap=gap(shown=False)).endswith(" | robust")
    assert judged(verdict="brittle", gap=gap(low=0.0002)) == "+.25 [>0,.50] | brittle"
    assert judged(verdict="brittle", gap=gap(low=0.008)) == "+.25 [.01,.50] | brittle"
    unknown = dict.fromkeys(("low", "high", "pairs", "evidence", "alpha", "shown"))
    assert judged(verdict="robust", gap=gap(**unknown)) == "+.25 | robust"


def test_each_table_names_the_rule_that_made_it() -> None:
    """A fixed number, or a maximum; cells that were sampled otherwise are in a table of their own."""
    run = summary()
    fixed = {**run["cells"][0], "sampling": Sampling(0.9, samples=1, alpha=0.1, gap_alpha=0.02).row()}
    run["cells"].append(fixed)
    text = "\n\n".join(findings.verdicts([run]))
    assert "bar 0.8, at most 100 questions per arm; each claim at the bar is wrong in at most 5 % of runs" in text
    assert (
        "bar 0.9, 1 question per arm; each claim at the bar is wrong in at most 10 % of runs, each claim of a gap in"
        in text
    )
    assert "at most 2 %:" in text
    assert len([cells for cells in tables(text) if cells[0] == "probe"]) == 2
    assert "earlier version" not in text


def test_cells_of_earlier_versions_are_told_apart() -> None:
    """Their verdicts have another meaning."""
    text = "\n\n".join(findings.verdicts([summary(sampling=None)]))
    assert "bar 0.8, judged by an earlier version; each claim at the bar is wrong in at most 5 % of runs:" in text
    assert "*brittle* meant\nthat the" in text


def test_undecided_is_not_failed_and_tables_of_ones_own_take_a_fixed_number() -> None:
    """The card says both."""
    text = "\n".join(findings.verdicts([summary()]))
    assert "which is not a failure" in text
    assert "right of those asked" in text
    assert "for tables of your own, use\n`--ood-samples N`" in text


def test_degraded_comes_after_brittle_and_before_the_rest() -> None:
    """In the first sentence."""
    run = summary()
    (cell,) = run["cells"]
    verdicts = ("robust", "robust", "robust", "degraded", "undecided", "brittle")
    run["cells"] = [{**cell, "probe": f"p{place}", "verdict": verdict} for place, verdict in enumerate(verdicts)]
    found = findings.sentence(Contents(), [run])
    assert found.endswith("1 is brittle, 1 is degraded, 3 are robust and 1 is undecided.**")


def test_curves_are_a_sentence_each() -> None:
    """Once, with what was varied; hostile text stays in code spans."""
    curve = {
        **{"probe": "probes/test_a.py::test_b", "parameter": "length", "params": {"swap": "+-"}, "model": "m"},
        "sentence": "holds to 16, breaks by 64; horizon 31 [24, 40]",
    }
    runs = [{"curves": [curve]}, {"curves": [curve, {**curve, "params": {}, "sentence": HOSTILE}]}]
    heading, lines = findings.curves(runs)
    assert heading == "Over sizes:"
    first, second = lines.split("\n")
    assert first == ("- `test_b` over `length`, `swap=+-`, `m`: `holds to 16, breaks by 64; horizon 31 [24, 40]`")
    assert second.startswith("- `test_b` over `length`, `m`: ``")
    assert "script" not in outside_code(second)
    assert list(findings.curves([summary()])) == []


def test_a_reading_with_its_number() -> None:
    """What the enum does not say is added; whatever a summary holds stays in a code span."""
    group = {"task": "t", "params": {}, "arm": "shift", "model": "m", "fixed": 7, "published": 9, "siblings": None}
    for reason, shown in (
        ("learned, 2 of 9 still wrong", "`learned, 2 of 9 still wrong`"),
        ("learned", "learned"),
        (None, "learned"),
    ):
        (*_, lines) = findings.replays([{"replay": [{**group, "reading": "learned", "reason": reason}]}])
        assert tables(lines)[1][5] == shown


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


# Published figures.


def test_figures_from_print_stand_apart_from_the_result(tmp_path: Path) -> None:
    """Below the table, with their paper, for the cells whose two arms are those of the paper."""
    known = {"task": "operators.number_base", "params": {"base": 9}, "control_params": {"base": 9, "usual": True}}
    export(tmp_path / "known", some(3), summary(**known))
    verdicts = section(card_of(tmp_path / "known"), "Verdicts")
    _, _, below = verdicts.partition("From print, for comparison.")
    assert ".39" not in verdicts.removesuffix(below)
    (line,) = (line for line in below.splitlines() if line.startswith("- "))
    assert line == (
        "- `operators.number_base`, `base=9`: GPT-4-0314 in 2023: .98 -> .39 (chain of thought)."
        " Wu et al. 2023, Reasoning or Reciting? (2307.02477)"
    )
    export(tmp_path / "other", some(3), summary(**known | {"params": {"base": 12}}))
    assert "From print" not in card_of(tmp_path / "other")
