"""Build the site of the documentation: ``python docs/website/build.py`` writes ``build/website/site``.

The pages are those that are read on GitHub. Their links to other files of the repository become addresses there.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STAGE = ROOT / "build" / "website"
PAGES = STAGE / "pages"
REPOSITORY = "https://github.com/pytest-ood/pytest-ood/blob/main"
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(#[^)\s]*)?\)")
# What a page may load: nothing that another host serves.
_LOADED = re.compile(r"<(?:script|img|iframe|link(?=[^>]*stylesheet))[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^>]*>")


def main() -> int:
    """Copy the pages, build the site, and look for what would be loaded from elsewhere."""
    shutil.rmtree(STAGE, ignore_errors=True)
    for source in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        target = page_of(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(linked(source), encoding="utf-8")
    (PAGES / "reference.md").write_text(reference(), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("zensical.toml"), STAGE)
    built = subprocess.run([Path(sys.executable).with_name("zensical"), "build", "--strict"], cwd=STAGE, check=False)
    if built.returncode:
        return built.returncode
    strangers = [
        f"{page.relative_to(STAGE)}: {found[0]}"
        for page in (STAGE / "site").rglob("*.html")
        for found in _LOADED.finditer(page.read_text(encoding="utf-8"))
    ]
    print("\n".join(strangers) or f"{STAGE.relative_to(ROOT)}/site/index.html")
    return bool(strangers)


def page_of(source: Path) -> Path:
    """Return where a file of the repository stands among the pages."""
    if source == ROOT / "README.md":
        return PAGES / "index.md"
    if source == ROOT / "docs" / "README.md":
        return PAGES / "documentation.md"
    return PAGES / source.relative_to(ROOT / "docs")


def linked(source: Path) -> str:
    """Return the text of a page with its links as they must be on the site."""

    def link(found: re.Match[str]) -> str:
        target, anchor = (source.parent / found[1]).resolve(), found[2] or ""
        is_page = target.suffix == ".md" and (target == ROOT / "README.md" or ROOT / "docs" in target.parents)
        if not is_page:
            return f"]({REPOSITORY}/{target.relative_to(ROOT).as_posix()}{anchor})"
        up = "../" * len(page_of(source).relative_to(PAGES).parent.parts)
        return f"]({up}{page_of(target).relative_to(PAGES).as_posix()}{anchor})"

    return _LINK.sub(link, source.read_text(encoding="utf-8"))


def reference() -> str:
    """Return the page of all public names, which mkdocstrings fills."""
    import pytest_ood

    names = [name for name in pytest_ood.__all__ if not name.startswith("_")]
    return "\n\n".join(["# Reference", *(f"::: pytest_ood.{name}" for name in names)]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
