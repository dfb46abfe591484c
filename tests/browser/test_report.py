"""The report as a person uses it: look, click, filter, follow a link, copy a command."""

import random
import time
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.html import Source, render
from pytest_ood.text.canonical import canonical
from tests.browser.conftest import Open
from tests.report.making import CONDITION, FALLING, cell, pair, report, summary, twin

CHAINS = "probes/test_chains.py::test_longer"
OTHER = {**CONDITION, "model": "gpt-5"}
CELLS = [
    *FALLING,
    cell(64, "robust", model="gpt-5", condition=OTHER, id="probes/test_grids.py::test_larger[gpt-5-64]"),
    cell(4, "undecided", probe=CHAINS, task="chains.hop", family="chains"),
]
BOARD, ANSWER = "0110\n1001\n0110", "0110\n1000\n0111"


def usual() -> str:
    """A report of two probes and two models, with some wrong answers."""
    wrong = [trace for draw in range(3) for trace in pair(draw, lure="copied", response=f"needle {draw}")]
    right = [trace for draw in range(3, 8) for trace in pair(draw, outcome="correct")]
    small = [trace for draw in range(4) for trace in (twin("control", draw, 4), twin("shift", draw, 4))]
    other = [
        trace for draw in range(2) for trace in pair(draw, outcome="correct", model="gpt-5", condition=canonical(OTHER))
    ]
    chain = pair(20, 4, "correct", probe=CHAINS, task="chains.hop", family="chains")[1:]
    unparsed = pair(9, outcome="unparsed", answer_given=None, response="I would rather not say.")
    return report(*wrong, *right, *small, *other, *chain, *unparsed, cells=CELLS)


def pairs(page: Page) -> int:
    """How many pairs are shown."""
    return page.locator("details.pair").count()


def opened_pair(open_report: Open, *traces: Trace) -> Any:
    """The first pair of a report, opened by hand."""
    page = open_report(report(*traces)).ready()
    page.locator("details.pair > summary").first.click()
    page.wait_for_selector(".twin")
    return page.locator("details.pair").first


# Finding one's way.


def test_a_square_leads_to_its_curve(open_report: Open) -> None:
    """And a finding does, too."""
    page = open_report(usual()).ready()
    page.locator("a.square").nth(1).click()
    assert page.locator("figure:target").get_attribute("id") == "curve-2"
    expect(page.locator("figure:target")).to_be_in_viewport()
    page.locator(".finding a").first.click()
    assert page.locator("figure:target h3").inner_text().split() == ["B", "test_larger"]


def test_a_point_leads_to_its_questions(open_report: Open) -> None:
    """Those of its probe, model and size only."""
    page = open_report(usual()).ready()
    page.locator("#curve-1 a.shift").nth(2).click()
    expect(page.locator("#count")).to_have_text("9 of 16 pairs")
    expect(page.locator("#traces")).to_be_in_viewport()
    assert set(page.locator("details.pair .size").all_inner_texts()) == {"size=64"}
    assert page.locator("select[name=size]").input_value() == "size=64"
    assert page.locator("select[name=condition]").input_value() == "gpt-4o"


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("probe", "probes/test_grids.py::test_larger", 15),
        ("condition", "gpt-5", 2),
        ("size", "size=4", 5),
        ("outcome", "control right, shift wrong", 3),
        ("outcome", "unparsed", 1),
        ("lure", "copied", 3),
        ("text", "NEEDLE 2", 1),
        ("text", "nowhere", 0),
    ],
)
def test_filters(open_report: Open, name: str, value: str, count: int) -> None:
    """Each leaves what it says; the address shows the same to somebody else; all is back afterwards."""
    page = open_report(usual()).ready()
    field = page.locator(f"[name={name}]")
    if name == "text":
        field.fill(value)
    else:
        field.select_option(value)
    expect(page.locator("#count")).to_have_text(f"{count} of 16 pairs")
    assert pairs(page) == count
    fragment = page.url.partition("#")[2]
    assert unquote_plus(fragment) == f"traces?{name}={value}"
    again = open_report(usual(), f"#{fragment}").ready()
    assert pairs(again) == count
    assert again.locator(f"[name={name}]").input_value() == value
    again.locator("button[type=reset]").click()
    expect(again.locator("#count")).to_have_text("16 pairs")
    again.wait_for_url("**#traces")


def test_filters_narrow_each_other(open_report: Open) -> None:
    """Each offers only what the others leave, with its number."""
    page = open_report(usual()).ready()
    page.locator("[name=condition]").select_option("gpt-4o")
    page.locator("[name=size]").select_option("size=64")
    assert page.locator("[name=outcome] option").all_inner_texts() == [
        *("all", "control right, shift wrong (3)", "wrong (3)", "unparsed (1)", "correct (5)"),
    ]
    page.locator("[name=outcome]").select_option("correct")
    assert pairs(page) == 5


def test_a_link_shows_one_pair(open_report: Open) -> None:
    """Opened."""
    page = open_report(usual()).ready()
    page.locator("details.pair > summary").nth(1).click()
    asked = page.locator("details.pair").nth(1).locator(".box").nth(1).inner_text()
    address = page.locator("details.pair").nth(1).get_by_text("Link to this pair").get_attribute("href")
    again = open_report(usual(), address).ready()
    assert pairs(again) == 1
    assert again.locator("details.pair[open] .box").nth(1).inner_text() == asked


def test_the_command_is_copied(open_report: Open) -> None:
    """To the clipboard, or selected where the browser does not allow that."""
    command = "pytest 'probes/test_grids.py::test_larger[64]' --ood-model=gpt-4o"
    page = open_report(report(*pair(0)), permissions=["clipboard-read", "clipboard-write"]).ready()
    page.locator("details.pair > summary").click()
    page.locator(".again button").click()
    expect(page.locator(".again button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == command
    page = open_report(report(*pair(0))).ready()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator("details.pair > summary").click()
    page.locator(".again button").click()
    expect(page.locator(".again button")).to_contain_text("Selected")
    assert page.evaluate("getSelection().toString()") == command


def test_the_keyboard_is_enough(open_report: Open) -> None:
    """To skip what comes first, to open a pair and to follow a square."""
    page = open_report(usual()).ready()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("a.square").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#curve-1")
    page.locator("details.pair > summary").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("details.pair[open] .twin")).to_have_count(2)


# A pair.


def test_twins_stand_side_by_side(open_report: Open) -> None:
    """Asked, answered and expected, and the shortcut by its name; thoughts are folded away."""
    shown = opened_pair(
        open_report, *pair(0, lure="copied", reasoning="I copy it.", answer_given="10", answer_expected="01")
    )
    control, shift = shown.locator(".twin").all()
    assert control.bounding_box()["x"] + control.bounding_box()["width"] <= shift.bounding_box()["x"]
    assert shift.locator("h3").inner_text() == "shift size=64: wrong (copied)"
    assert shift.locator(".lure").inner_text() == 'This is the answer that the shortcut "copied" gives.'
    assert shift.locator("h4").all_inner_texts() == ["asked", "answered", "expected"]
    assert control.locator("h4").all_inner_texts() == ["asked", "answered"]
    thoughts = shift.get_by_text("I copy it.")
    expect(thoughts).not_to_be_visible()
    shift.get_by_text("thoughts (10 characters)").click()
    expect(thoughts).to_be_visible()


def test_cells_of_a_grid_that_differ_are_marked(open_report: Open) -> None:
    """In the answer and in what is expected."""
    shown = opened_pair(open_report, *pair(0, answer_given=ANSWER, answer_expected=BOARD))
    wrong = shown.locator("td.off")
    assert wrong.count() == shown.locator("td.due").count() == 2
    assert wrong.first.get_attribute("title") == "row 2, column 4: 1 in the other"
    assert shown.get_by_text("2 of 12 cells differ").count() == 1


def test_where_several_answers_are_right_nothing_is_marked(open_report: Open) -> None:
    """The one that is shown is an example."""
    fields = {"answer_given": ANSWER, "answer_expected": BOARD, "answer_unique": False}
    shown = opened_pair(open_report, *pair(0, **fields))
    assert shown.locator("td").count() > 0
    assert shown.locator("td.off, td.due, mark").count() == 0
    assert shown.get_by_text("expected, one right answer of several").count() == 1


def test_a_grid_of_another_shape_is_only_described(open_report: Open) -> None:
    """After a missing row every mark would be wrong."""
    shown = opened_pair(open_report, *pair(0, answer_given="01\n10", answer_expected=BOARD))
    assert shown.locator("td.off").count() == 0
    assert shown.get_by_text("2 by 2 cells instead of 3 by 4").count() == 1


def test_the_first_wrong_step_of_a_chain_is_named(open_report: Open) -> None:
    """Line by line."""
    given = "A: leaf, comb\nA: comb, leaf\nA: nail, leaf\nA: ring, leaf"
    expected = "A: leaf, comb\nA: comb, leaf\nA: fork, leaf\nA: ring, nail"
    shown = opened_pair(open_report, *pair(0, answer_given=given, answer_expected=expected))
    assert shown.locator(".steps li.off").inner_text().split("\n")[-1] == "first wrong step"
    assert shown.locator(".steps").first.locator("li").nth(2).get_attribute("class") == "off"
    assert shown.locator(".steps li.later").count() == 1


def test_a_dialogue_is_a_dialogue(open_report: Open) -> None:
    """Turn by turn, and the first wrong one is named."""
    first = twin("shift", 3, 64)
    turns = [
        *first.messages,
        {"role": "assistant", "content": "<answer>1</answer>"},
        {"role": "user", "content": "And now?\n\nAnswer in tags."},
    ]
    fields = {
        "messages": turns,
        "answer_given": "1\n\n2",
        "answer_expected": "1\n\n3",
        "response": "<answer>2</answer>",
    }
    shown = opened_pair(
        open_report, twin("control", 3, 64), twin("shift", 3, 64, "wrong", question="And now?", **fields)
    )
    bubbles = shown.locator(".turn").all_inner_texts()
    assert [text.split("\n")[0] for text in bubbles] == ["user", "assistant", "user", "assistant"]
    assert bubbles[2].endswith("And now?")
    assert shown.locator("mark").inner_text() == "first wrong turn"
    assert shown.locator(".turn + .note + .box").inner_text() == "3"


def test_an_answer_that_could_not_be_read_is_shown_whole(open_report: Open) -> None:
    """As the response that it is."""
    shown = opened_pair(open_report, *pair(0, outcome="unparsed", answer_given=None, response="I would rather not."))
    assert shown.get_by_text("response, without an answer to read").count() == 1
    expect(shown.get_by_text("I would rather not.")).to_be_visible()


# How it looks.


def test_without_javascript_there_is_all_but_the_traces(open_report: Open) -> None:
    """Findings, matrix, curves with either axis, and numbers; the page says what is missing."""
    page = open_report(usual(), java_script_enabled=False).page
    expect(page.locator(".headline")).to_be_visible()
    expect(page.locator("table.matrix")).to_be_visible()
    expect(page.locator("#curve-1 .picture.usual svg")).to_be_visible()
    expect(page.locator("#curve-1 .picture.other svg")).to_be_hidden()
    page.locator("#curve-1").get_by_text("linear axis").click()
    expect(page.locator("#curve-1 .picture.usual svg")).to_be_hidden()
    expect(page.locator("#curve-1 .picture.other").get_by_text("size", exact=True)).to_be_visible()
    page.locator("#curve-1 summary").click()
    expect(page.locator("#curve-1 table.numbers")).to_be_visible()
    expect(page.get_by_text("they need JavaScript")).to_be_visible()
    expect(page.locator("#filters")).not_to_be_visible()


def luminance(page: Page) -> float:
    """How bright the page is, from 0 to 255."""
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")[:3]
    return 0.3 * float(red) + 0.6 * float(green) + 0.1 * float(blue)


def test_dark_where_people_want_it_dark(open_report: Open) -> None:
    """By the setting of their system."""
    assert luminance(open_report(usual()).ready()) > 220
    assert luminance(open_report(usual(), color_scheme="dark").ready()) < 40


def test_a_phone_needs_no_sideways_scrolling(open_report: Open) -> None:
    """At 360 pixels, with a pair open: twins one below the other."""
    page = open_report(usual(), viewport={"width": 360, "height": 740}).ready()
    page.locator("details.pair > summary").first.click()
    expect(page.locator("details.pair[open] .twin")).to_have_count(2)
    control, shift = page.locator("details.pair[open] .twin").all()
    assert control.bounding_box()["y"] + control.bounding_box()["height"] <= shift.bounding_box()["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    beyond = "(one) => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll')"
    assert page.evaluate(f"[...document.querySelectorAll('main *')].filter({beyond}).length") == 0


def test_on_paper_there_is_nothing_to_click(open_report: Open) -> None:
    """And what was folded is there."""
    page = open_report(usual()).ready()
    page.emulate_media(media="print")
    expect(page.locator("nav")).not_to_be_visible()
    expect(page.locator("#filters")).not_to_be_visible()
    expect(page.locator("#curve-1 table.numbers")).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 1000})
    beyond = "(one) => one.scrollWidth > one.parentElement.clientWidth + 1"
    assert page.evaluate(f"[...document.querySelectorAll('table')].filter({beyond}).length") == 0
    assert len(page.pdf()) > 10_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_report: Open, scheme: str) -> None:
    """With everything open."""
    traces = [
        *pair(0, lure="copied", answer_given=ANSWER, answer_expected=BOARD, reasoning="hm"),
        *pair(1, answer_given="12"),
    ]
    page = open_report(report(*traces, cells=CELLS), color_scheme=scheme, bypass_csp=True).ready()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.wait_for_selector(".twin")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


def test_five_thousand_traces_open_within_a_second(open_report: Open) -> None:
    """And can be filtered as fast."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(3000)]
    traces = [
        trace
        for draw in range(2500)
        for trace in pair(
            draw, outcome="wrong" if draw % 9 == 0 else "correct", response=" ".join(rng.choices(words, k=60))
        )
    ]
    html = report(*traces)
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        page = open_report(html).ready()
        seconds.append(time.perf_counter() - begun)
    assert page.locator("#count").inner_text() == "2,500 pairs"
    assert min(seconds) < 1
    word = quote(words[0])
    begun = time.perf_counter()
    page.locator("[name=text]").fill(words[0])
    expect(page.locator("#count")).to_contain_text(" of 2,500 pairs")
    assert time.perf_counter() - begun < 1
    assert page.url.endswith(f"text={word}")
    page.locator("button[type=reset]").click()
    assert pairs(page) == 40
    page.locator("#next").click()
    assert pairs(page) == 240


def test_two_runs_side_by_side(open_report: Open) -> None:
    """What was fixed and what broke can be found, with the earlier answer next to it."""
    cells = [cell(64, "brittle", "w" * 20)], [cell(64, "robust", "c" * 20)]
    before = [*pair(0, response="earlier"), *pair(1, outcome="correct"), *pair(2)]
    after = [*pair(0, outcome="correct"), *pair(1, outcome="wrong"), *pair(2)]
    old, new = (summary(one) for one in cells)
    html = render([Source("old", [old], lambda: before), Source("new", [new], lambda: after)])
    page = open_report(html).ready()
    page.locator("#changes").get_by_role("link", name="64").click()
    expect(page.locator("#count")).to_have_text("3 of 6 pairs")
    page.locator("[name=change]").select_option("FIXED")
    page.locator("details.pair > summary").click()
    expect(page.locator(".twin h3")).to_have_text(
        ["control size=2: correct", "shift size=64: correct", "before: shift size=64: wrong"]
    )
    assert page.get_by_text("earlier", exact=True).count() == 1
    page.locator("[name=change]").select_option("BROKEN")
    assert pairs(page) == 1
    alone = open_report(usual()).ready()
    expect(alone.locator("[name=change]")).not_to_be_visible()
