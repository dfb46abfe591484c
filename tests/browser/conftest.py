"""A real browser, and a page that notes what it should not do."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

#: Opens a report, given as HTML; further arguments are those of a browser context.
Open = Callable[..., "Opened"]


class Opened:
    """A report in the browser.

    Attributes:
        page: the page, with the traces unpacked.
        address: where it is, without a fragment.
        trouble: what it should not do: errors, requests and dialogs.
    """

    def __init__(self, page: Page, path: Path, fragment: str = "") -> None:
        self.page, self.address = page, path.as_uri()
        self.trouble: list[str] = []
        page.on("console", lambda message: self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("dialog", self._note_dialog)
        page.on("popup", lambda popup: self.trouble.append(f"window: {popup.url}"))
        page.on("request", self._note_request)
        page.goto(self.address + fragment)

    def _note_dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Any) -> None:
        if request.url.partition("#")[0] not in (self.address, "data:,"):
            self.trouble.append(f"request: {request.url[:200]}")

    def ready(self) -> Page:
        """Return the page once its traces can be seen."""
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as it is installed on this machine."""
    named = os.environ["OOD_BROWSER"]
    path = shutil.which(named)
    if path is None:
        pytest.exit(f"no {named}: install Debian's chromium, or name one with CHROMIUM=FILE", returncode=4)
    # Chromium's own sandbox does not work for root.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield launched
        launched.close()


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens reports; whatever they do that they should not fails the test."""
    opened: list[Opened] = []

    def open_it(html: str, fragment: str = "", **context: Any) -> Opened:
        path = tmp_path / f"report-{len(opened)}.html"
        path.write_text(html, encoding="utf-8", errors="backslashreplace", newline="\n")
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()
        opened.append(Opened(page, path, fragment))
        return opened[-1]

    yield open_it
    trouble = [text for one in opened for text in one.trouble]
    for one in opened:
        one.page.context.close()
    assert trouble == []
