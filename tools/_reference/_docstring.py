"""
The sections of docstrings in Google style.
"""

from __future__ import annotations

import inspect
import re

from attrs import field, frozen

__all__ = ["Docstring", "docstring"]

_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$")
_ENTRY = re.compile(r"^(\*{0,2}[\w.]+): (.*)$")
_LITERAL = re.compile(r"^::\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)


@frozen
class Docstring:
    """
    A docstring, split into its sections.

    Attributes:
        text: The text before the sections, as Markdown.
        args: The text of each argument.
        attributes: The text of each attribute.
        raises: The text of each exception.
        returns: The text about the result.
    """

    text: str = ""
    args: dict[str, str] = field(factory=dict)
    attributes: dict[str, str] = field(factory=dict)
    raises: dict[str, str] = field(factory=dict)
    returns: str = ""

    @property
    def summary(self) -> str:
        """
        The first paragraph, on one line.
        """
        return " ".join(self.text.partition("\n\n")[0].split())


def docstring(thing: object) -> Docstring:
    """
    Split the docstring of a function, class or property.
    """
    own = getattr(thing, "__doc__", None)
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    for line in inspect.cleandoc(own or "").splitlines():
        section = _SECTION.match(line)
        if section:
            current = sections.setdefault(section[1], [])
        else:
            current.append(line)
    returns = sections.get("Returns") or sections.get("Yields") or []
    return Docstring(
        text=_markdown("\n".join(head).strip()),
        args=_entries(sections.get("Args", [])),
        attributes=_entries(sections.get("Attributes", [])),
        raises=_entries(sections.get("Raises", [])),
        returns=" ".join(line.strip() for line in returns).strip(),
    )


def _entries(lines: list[str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(["", *lines])).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            name = entry[1].lstrip("*")
            entries[name] = entry[2]
        elif line.strip():
            entries[name] += " " + line.strip()
    return entries


def _markdown(text: str) -> str:
    """
    Convert literal blocks of reStructuredText to code blocks of Markdown.
    """

    def block(match: re.Match[str]) -> str:
        inner = inspect.cleandoc("\n" + match[1])
        language = "py" if "=" in inner else "text"
        return f"```{language}\n{inner}\n```\n"

    return _LITERAL.sub(block, text + "\n").strip()
