"""
Docstrings in Google's form, taken apart.
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
    What a docstring says.

    Attributes:
        text: What stands before its sections, as Markdown.
        args: The text of each argument.
        attributes: The text of each attribute.
        raises: The text of each error.
        returns: What is returned.
    """

    text: str = ""
    args: dict[str, str] = field(factory=dict)
    attributes: dict[str, str] = field(factory=dict)
    raises: dict[str, str] = field(factory=dict)
    returns: str = ""

    @property
    def summary(self) -> str:
        """
        Its first paragraph, in one line.
        """
        return " ".join(self.text.partition("\n\n")[0].split())


def docstring(thing: object) -> Docstring:
    """
    The docstring of a function, class or property.
    """
    own = getattr(thing, "__doc__", None)
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    for line in inspect.cleandoc(own or "").splitlines():
        found = _SECTION.match(line)
        if found:
            current = sections.setdefault(found[1], [])
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
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(["", *lines])).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            name = entry[1].lstrip("*")
            found[name] = entry[2]
        elif line.strip():
            found[name] += " " + line.strip()
    return found


def _markdown(text: str) -> str:
    """
    The literal blocks of reStructuredText as those of Markdown.
    """

    def block(match: re.Match[str]) -> str:
        inner = inspect.cleandoc("\n" + match[1])
        language = "py" if "=" in inner else "text"
        return f"```{language}\n{inner}\n```\n"

    return _LITERAL.sub(block, text + "\n").strip()
