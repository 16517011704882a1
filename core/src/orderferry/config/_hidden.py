"""
Values that may hold secrets: they are read without being shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from attrs import frozen

from orderferry.config._faults import UnfitError
from orderferry.connectors import Absentee, Secret, resolved

__all__ = ["DanglingError", "References", "masked"]

_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_UNKNOWN_KIND = re.compile(r"\$\{(?!env:|file:)")
_USER_AND_PASSWORD = re.compile(r"[\w+]+://([^:/@]*(?::[^@]*)?)@")
_PASSWORD = re.compile(r"(://[^:/?@]*:)[^?]*@")
_PASSWORD_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&]*")

_DRIVERS = {
    "sqlite": frozenset({"sqlite", "sqlite+pysqlite"}),
    "postgresql": frozenset({"postgresql", "postgresql+psycopg"}),
}
_SQLITE = "sqlite:///orderferry.db"
_POSTGRESQL = "postgresql://USER:PASSWORD@HOST/NAME"


class DanglingError(UnfitError):
    """
    A value that stands elsewhere, where there is none.
    """


def masked(url: str) -> str:
    """
    A database's URL with its password hidden.
    """
    return _PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1***@", url))


@frozen
class References:
    """
    Reads values that may stand elsewhere: `${env:NAME}` and `${file:PATH}`.

    Attributes:
        environment: Where `${env:NAME}` looks.
        folder: The configuration's folder, where relative paths start.
    """

    environment: Mapping[str, str]
    folder: Path

    def as_secret(self, value: object) -> Secret:
        """
        A secret that is sent in a header.
        """
        text = self._followed(_text(value))
        if not text.isascii() or not text.isprintable() or text.strip() != text:
            raise UnfitError("expected printable ASCII characters, without spaces around them")
        try:
            return Secret(text)
        except ValueError as error:
            raise UnfitError(str(error)) from None

    def as_address(self, value: object) -> str:
        """
        An address below which something is asked over HTTP; without a slash at its end.
        """
        text = self._followed(_text(value))
        expected = UnfitError(
            "expected an address such as https://oms.example.com/api/orders, without user, "
            "password, query or fragment"
        )
        try:
            parts = urlsplit(text)
            found = parts.hostname and parts.port != 0
        except ValueError:
            raise expected from None
        plain = not any(mark in text for mark in "?#@") and text.isprintable() and " " not in text
        if parts.scheme not in ("http", "https") or not found or not plain:
            raise expected
        return text.rstrip("/")

    def as_database(self, value: object) -> str:
        """
        The URL of a database: a file of SQLite, or PostgreSQL.

        A reference in place of the user or password is taken literally, and needs no
        percent-encoding.
        """
        url = self._in_url(_text(value))
        driver, found, rest = url.partition("://")
        kind = driver.partition("+")[0]
        if not found:
            raise UnfitError(f"expected a URL such as {_SQLITE} or {_POSTGRESQL}")
        if kind not in _DRIVERS:
            raise UnfitError(f"{kind} is not supported; use {_SQLITE} or {_POSTGRESQL}")
        if driver not in _DRIVERS[kind]:
            raise UnfitError(f"the driver of {driver} is not supported; write {kind}://")
        if kind == "sqlite":
            return f"{driver}://{self._file(rest)}"
        _check_postgresql(url)
        return url

    def _file(self, rest: str) -> str:
        path, mark, query = rest.partition("?")
        if not path.startswith("/"):
            raise UnfitError(f"expected {_SQLITE}, or sqlite:////PATH for an absolute path")
        name = unquote(path[1:])
        if name in ("", ":memory:") or name.startswith("file:") or "\0" in name:
            raise UnfitError(f"expected a file, as in {_SQLITE}: what is in memory does not last")
        return f"/{quote(str((self.folder / name).absolute()))}{mark}{query}"

    def _in_url(self, text: str) -> str:
        plain = _REFERENCE.sub(lambda found: "x" * len(found[0]), text)
        found = _USER_AND_PASSWORD.match(plain)
        if found is None:
            return self._followed(text)
        start, end = found.span(1)
        who = _REFERENCE.sub(lambda each: quote(self._followed(each[0]), safe=""), text[start:end])
        return f"{self._followed(text[:start])}{who}{self._followed(text[end:])}"

    def _followed(self, text: str) -> str:
        found = resolved(text, self.environment, self.folder)
        if isinstance(found, Absentee):
            kind = UnfitError if _UNKNOWN_KIND.search(text) else DanglingError
            raise kind(found.reason)
        return str(found)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise UnfitError("expected a string")


def _check_postgresql(url: str) -> None:
    encoded = "is each @ : / ? # [ ] in the user and password percent-encoded?"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnfitError(f"host or port cannot be read; {encoded}") from None
    if port == 0 or parts.netloc.count("@") > 1 or parts.fragment:
        raise UnfitError(f"host or port cannot be read; {encoded}")
    if not parts.path.strip("/"):
        raise UnfitError(f"the database's name is missing; write {_POSTGRESQL}")
