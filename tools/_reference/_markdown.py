"""
Parts of a page in Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["code", "fence", "heading", "match_texts", "slug", "table"]


def heading(level: int, title: str, anchor: str) -> str:
    """
    A heading with an anchor that also works in a repository browser.
    """
    return f'<a id="{anchor}"></a>\n\n{"#" * level} {title}\n'


def code(text: str) -> str:
    """
    Text as code, also within a table.
    """
    return f"`{text}`"


def fence(text: str, language: str) -> str:
    """
    A block of code.
    """
    return f"```{language}\n{text.rstrip()}\n```\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    A table, or an empty string if it has no rows.
    """
    lines = [_row(row) for row in rows]
    if not lines:
        return ""
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", r"\|").strip() or "-"


def slug(name: str) -> str:
    """
    A name as part of an anchor.
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def match_texts(names: Iterable[str], texts: Mapping[str, str], subject: str) -> dict[str, str]:
    """
    The text of each name, in the names' order.

    Raises:
        LookupError: A name has no text, or a text has no name.
    """
    known = list(names)
    missing = [name for name in known if not texts.get(name)]
    unknown = [name for name in texts if name not in known]
    if missing or unknown:
        raise LookupError(f"{subject}: without a text {missing}, not in the code {unknown}")
    return {name: texts[name] for name in known}
