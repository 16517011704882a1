"""
Header fields, by name in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Headers", "checked", "hidden", "secrets_in"]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNFIT = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_SECRET_NAME = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_HARMLESS = frozenset({"fetch", "required"})
_SECRET_LENGTH = 16
"""Shorter values in cookies and tokens are names and numbers, that stand in harmless text too."""

_SCHEME = re.compile(r"(basic|bearer|digest|negotiate)\s+\S", re.IGNORECASE)


class Headers(Mapping[str, str]):
    """
    Header fields as they came. A name that came several times has its values joined by commas.

    Args:
        items: Name and value of each field, in order.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        pairs = items.items() if isinstance(items, Mapping) else items
        self._items: dict[str, list[tuple[str, str]]] = {}
        for name, value in pairs:
            self._items.setdefault(name.lower(), []).append((name, value))

    def __getitem__(self, name: str) -> str:
        return ", ".join(value for _, value in self._items[name.lower()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    def __iter__(self) -> Iterator[str]:
        return (pairs[0][0] for pairs in self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}: {hidden(name, value)}" for name, value in self.pairs())
        return f"<Headers {shown}>"

    def get_all(self, name: str) -> tuple[str, ...]:
        """
        Each value that came under a name, in order.
        """
        return tuple(value for _, value in self._items.get(name.lower(), ()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """
        Each field as it came.
        """
        for pairs in self._items.values():
            yield from pairs


def checked(headers: Mapping[str, str]) -> dict[str, str]:
    """
    Header fields that can be sent.

    Raises:
        ValueError: A name or a value cannot be sent; the message leaves the value out.
    """
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header field")
        if not isinstance(value, str):
            raise ValueError(f"header {name} is {type(value).__name__}, not text")
        if _UNFIT.search(value):
            raise ValueError(f"header {name} holds a control character, or one outside ISO 8859-1")
    return dict(headers)


def hidden(name: str, value: str) -> str:
    """
    A header's value as it may be shown: credentials, cookies and tokens are not.
    """
    if not _SECRET_NAME.search(name) or value.lower() in _HARMLESS:
        return value
    scheme = _SCHEME.match(value)
    return f"{scheme[1]} ***" if scheme else "***"


def secrets_in(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """
    The credentials, cookies and tokens in header fields, without what stands around them.

    Args:
        fields: Name and value of each field.
    """
    for name, value in fields:
        if not _SECRET_NAME.search(name):
            continue
        scheme = _SCHEME.match(value)
        for part in value.split(";"):
            secret = part.strip()
            if scheme:
                secret = secret.partition(" ")[2].strip()
            elif "cookie" in name.lower():
                secret = secret.partition("=")[2]
            if len(secret) >= _SECRET_LENGTH:
                yield secret
