"""What a model writes changes nothing outside its box: no dialog, no request, no element, no place."""

from typing import Any

from pytest_ood.report.html import Source, render
from pytest_ood.text.canonical import canonical
from tests.browser.conftest import Open
from tests.browser.payloads import PAYLOADS
from tests.report.making import CONDITION, cell, pair, report, summary

# Of every element outside the boxes: what it is, and where.
OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".pair, select, svg, script"))
  .map((one) => [one.tagName, one.className, Math.round(one.getBoundingClientRect().x), Math.round(one.offsetWidth)])"""
# Boxes that are wider than what holds them.
WIDER = """() => [...document.querySelectorAll(".pair")].filter((pair) => {
  const outer = pair.getBoundingClientRect();
  return [...pair.querySelectorAll(".box, .lure, h3, p, .again")].some((one) => {
    const inner = one.getBoundingClientRect();
    return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
  });
}).length"""


def hostile_pairs(payloads: tuple[str, ...]) -> list[Any]:
    """One pair for each payload, which is in all of its texts."""
    fields = ("response", "reasoning", "answer_given", "answer_expected", "question", "served_model")
    return [
        trace
        for draw, text in enumerate(payloads)
        for trace in pair(
            draw, lure=text[:500], **dict.fromkeys(fields, text), lures="{}", detail=canonical({"x": text})
        )
    ]


def test_two_hundred_hostile_answers(open_report: Open) -> None:
    """All of them open, each is text in its box, and the rest of the page is that of a harmless report."""
    harmless = open_report(report(*hostile_pairs(("harmless",) * len(PAYLOADS)))).ready()
    page = open_report(report(*hostile_pairs(PAYLOADS))).ready()
    for one in (harmless, page):
        while one.locator("#next").is_visible():
            one.locator("#next").click()
        one.evaluate("document.querySelectorAll('.pair, .pair details').forEach((one) => { one.open = true })")
        one.wait_for_function("document.querySelectorAll('.twins').length === 200")
        one.evaluate("document.querySelectorAll('.pair details').forEach((one) => { one.open = true })")
    page.wait_for_timeout(500)
    assert page.evaluate(OUTSIDE) == harmless.evaluate(OUTSIDE)
    assert page.title() == harmless.title()
    tags = "() => [...new Set([...document.querySelectorAll('.pair *')].map((one) => one.tagName))].sort()"
    allowed = {"A", "BDI", "BUTTON", "CODE", "DETAILS", "DIV", "H3", "H4", "LI", "MARK", "OL", "P", "PRE", "SPAN"}
    assert set(page.evaluate(tags)) <= allowed | {"SUMMARY", "WBR", "TABLE", "TBODY", "TR", "TD"}
    assert page.evaluate(WIDER) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = page.locator(".box").filter(has_text="<img src=x onerror=alert(1)>")
    assert shown.count() >= 20


def test_hostile_names(open_report: Open) -> None:
    """Of models, probes, tasks, parameters and shortcuts, on the first screen, in the filters and in the curves."""
    texts = ("probe", "task", "family", "model", "strategy", "reason", "id")

    def named(payloads: tuple[str, ...]) -> str:
        cells = [
            cell(
                *(4, "brittle", "w" * 20),
                **dict.fromkeys(texts, text),
                params={text: text},
                control_params={text: "x"},
                lures={text: 3},
                condition={**CONDITION, "model": text, "system": text, "args": {"x": text}},
            )
            for text in payloads
        ]
        return render(
            [Source(text[:500], [summary([one], curves=[])]) for text, one in zip(payloads, cells, strict=True)]
        )

    # A thousand letters are enough of a name.
    page = open_report(named(tuple(text[:1000] or "x" for text in PAYLOADS))).page
    page.wait_for_timeout(500)
    assert page.locator("h1").count() == 1
    assert page.locator("main figure").count() == page.locator("figure.curve").count()
    assert page.locator("img, iframe, object, video, base, form[action], link:not([rel=icon])").count() == 0
    assert page.locator("style").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_policy_is_in_force(open_report: Open) -> None:
    """Even where somebody finds a way to write markup into the page."""
    opened = open_report(report(*pair(0)))
    page = opened.ready()
    written = """() => {
      try { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=alert(1)>"); return "written" }
      catch (error) { return error.name }
    }"""
    assert page.evaluate(written) == "TypeError"
    image = "document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/'}))"
    with page.expect_event("requestfailed") as failed:
        page.evaluate(image)
    assert failed.value.failure == "csp"
    opened.trouble.clear()
