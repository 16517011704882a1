"""
The committed pages: what each must be, and which are not.
"""

from __future__ import annotations

from pathlib import Path

from ._blocks import replaced
from ._states import state_diagram

__all__ = ["NOTE", "ROOT", "outdated", "written_pages"]

ROOT = Path(__file__).resolve().parent.parent.parent
NOTE = "<!-- Generated from {template} and the code by `make reference`; edit those instead. -->"
"""The first line of each page."""

_TEMPLATES = "docs/_templates"
_DIAGRAM = "docs/explanation/states.svg"


def written_pages() -> dict[str, str]:
    """
    The text of every page and image, by its path from the root.
    """
    pages = {_DIAGRAM: state_diagram()}
    for source in sorted((ROOT / _TEMPLATES).rglob("*.md.in")):
        page = source.relative_to(ROOT / _TEMPLATES).as_posix().removesuffix(".in")
        note = NOTE.format(template=f"{_TEMPLATES}/{page}.in")
        text = replaced(source.read_text(encoding="utf-8"))
        pages[f"docs/{page}"] = f"{note}\n\n{text.strip()}\n"
    return pages


def outdated() -> dict[str, str | None]:
    """
    The text of each committed page that is not as it must be; `None` for one without a template.
    """
    wanted = written_pages()
    found: dict[str, str | None] = {}
    for name, text in wanted.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            found[name] = text
    for path in sorted((ROOT / "docs").rglob("*.md")):
        name = path.relative_to(ROOT).as_posix()
        if name not in wanted and path.read_text(encoding="utf-8").startswith("<!-- Generated"):
            found[name] = None
    return found
