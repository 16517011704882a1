"""
Pieces of Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["code", "described", "fenced", "heading", "slug", "table"]


def heading(level: int, title: str, anchor: str) -> str:
    """
    A heading under a name that pages may link to, in a repository browser too.
    """
    return f'<a id="{anchor}"></a>\n\n{"#" * level} {title}\n'


def code(text: str) -> str:
    """
    Text as code; in a table too.
    """
    return f"`{text}`"


def fenced(text: str, language: str) -> str:
    """
    A block of code.
    """
    return f"```{language}\n{text.rstrip()}\n```\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    A table; nothing where it has no rows.
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


def described(names: Iterable[str], texts: Mapping[str, str], what: str) -> dict[str, str]:
    """
    The text of each name, in the names' order.

    Raises:
        LookupError: A name has no text, or a text has no name.
    """
    wanted = list(names)
    missing = [name for name in wanted if not texts.get(name)]
    unknown = [name for name in texts if name not in wanted]
    if missing or unknown:
        raise LookupError(f"{what}: without a text {missing}, not in the code {unknown}")
    return {name: texts[name] for name in wanted}
