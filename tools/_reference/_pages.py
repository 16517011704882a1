"""
The texts of the generated pages, and the outdated ones among those committed.
"""

from __future__ import annotations

from pathlib import Path

from ._blocks import render
from ._states import state_diagram

__all__ = ["NOTE", "ROOT", "find_outdated", "render_pages"]

ROOT = Path(__file__).resolve().parent.parent.parent
NOTE = "<!-- Generated from {template} and the code by `make reference`; edit those instead. -->"
"""The first line of each page."""

_TEMPLATES = "docs/_templates"
_DIAGRAM = "docs/explanation/states.svg"


def render_pages() -> dict[str, str]:
    """
    Render every page and image, by its path from the root.
    """
    pages = {_DIAGRAM: state_diagram()}
    for source in sorted((ROOT / _TEMPLATES).rglob("*.md.in")):
        page = source.relative_to(ROOT / _TEMPLATES).as_posix().removesuffix(".in")
        note = NOTE.format(template=f"{_TEMPLATES}/{page}.in")
        text = render(source.read_text(encoding="utf-8"))
        pages[f"docs/{page}"] = f"{note}\n\n{text.strip()}\n"
    return pages


def find_outdated() -> dict[str, str | None]:
    """
    Find the committed pages that are outdated.

    Returns:
        The current text of each; None for a page without a template.
    """
    current = render_pages()
    pages: dict[str, str | None] = {}
    for name, text in current.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            pages[name] = text
    for path in sorted((ROOT / "docs").rglob("*.md")):
        name = path.relative_to(ROOT).as_posix()
        if name not in current and path.read_text(encoding="utf-8").startswith("<!-- Generated"):
            pages[name] = None
    return pages
