"""
Hides secrets by value, in each encoding that requests and responses use.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Final
from urllib.parse import quote, quote_plus

from orderferry.connectors._secret import MASK, SECRET_LENGTH

__all__ = ["Redactor"]

SHORTEST: Final = 4
"""Added secrets (a target's tokens) that are shorter are not hidden: any text may contain them."""

MAX_ADDED: Final = 64
"""How many added secrets are hidden, the latest: tokens are renewed as long as a process runs."""


class Redactor:
    """
    Replaces the secrets of one instance in text by `***`; safe to use from several threads.

    It hides each secret as it is, in Base64 (alone, with a user's name, or within longer data),
    percent-encoded, and escaped for JSON, XML and Python source.

    Args:
        secrets: The secrets of the instance's settings.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._declared = frozenset(form for secret in secrets if secret for form in _forms(secret))
        self._added: OrderedDict[tuple[str, ...], tuple[str, ...]] = OrderedDict()
        self._lock = Lock()
        self._forms = _longest_first(self._declared)

    def __repr__(self) -> str:
        return "Redactor()"

    def text(self, text: str) -> str:
        """
        Return the text without the secrets; the same object if it contains none.
        """
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def content(self, content: bytes) -> bytes:
        """
        Return the bytes without the secrets in UTF-8, UTF-16 or Latin-1.
        """
        for form in self._forms:
            for encoded in _encodings(form):
                if encoded in content:
                    content = content.replace(encoded, MASK.encode())
        return content

    def add(self, secret: str) -> None:
        """
        Hide one more secret, such as a token; only the latest 64 that are added are hidden.
        """
        self._add((secret,), secret)

    def add_basic(self, user: str, secret: str) -> None:
        """
        Hide the value of an `Authorization: Basic` header (RFC 7617).
        """
        self._add((user, secret), f"{user}:{secret}")

    def _add(self, key: tuple[str, ...], secret: str) -> None:
        if key in self._added or len(secret) < SHORTEST:
            return
        forms = tuple(_forms(secret))
        with self._lock:
            self._added[key] = forms
            while len(self._added) > MAX_ADDED:
                self._added.popitem(last=False)
            added = {form for forms in self._added.values() for form in forms}
            self._forms = _longest_first(self._declared | added)


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    """
    Sort by length, so that a secret that contains another one is hidden whole.
    """
    return tuple(sorted(set(forms), key=lambda form: (-len(form), form)))


def _encodings(form: str) -> Iterator[bytes]:
    yield form.encode("utf-8", "surrogatepass")
    yield form.encode("utf-16-le", "surrogatepass")
    if not form.isascii():
        yield form.encode("latin-1", "backslashreplace")


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield from _percent(secret)
    for escaped in (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        _marked_up(secret, '"', "'"),
        _marked_up(secret, "&quot;", "&apos;"),
        _marked_up(secret, "&quot;", "&#x27;"),
        _marked_up(secret, "&#34;", "&#39;"),
    ):
        yield escaped
        yield escaped.replace("/", "\\/")
    data = secret.encode("utf-8", "surrogatepass")
    yield b64encode(data).decode()
    yield urlsafe_b64encode(data).decode()
    if len(data) >= SECRET_LENGTH:
        yield from _within_base64(data)


def _marked_up(secret: str, double: str, single: str) -> str:
    """
    Escape a secret for XML and HTML, with one of several ways to write quotes.
    """
    text = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', double).replace("'", single)


def _percent(secret: str) -> Iterator[str]:
    encoded = secret.encode("utf-8", "surrogatepass")
    for text in (quote(encoded, safe=""), quote(encoded), quote_plus(encoded)):
        yield text
        yield re.sub("%..", lambda digits: digits[0].lower(), text)


def _within_base64(data: bytes) -> Iterator[str]:
    """
    Yield the Base64 (RFC 4648, section 4) of the secret within longer data.

    Three bytes become four characters, so it differs at each of three offsets. Only the characters
    that no neighbouring byte changes are known.
    """
    for offset in range(3):
        first = (offset * 8 + 5) // 6
        last = (offset + len(data)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(offset) + data).decode()[first:last]
