"""
Values that may contain secrets: the database, the order API and its token. They are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from attrs import frozen

from orderferry.connectors import Secret
from orderferry.reading import Fault, InvalidError, Unresolved, invalid, resolve

__all__ = ["SecretReaders", "UnresolvedError", "mask_password"]

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


class UnresolvedError(InvalidError):
    """
    A value whose reference cannot be resolved.
    """


def mask_password(url: str) -> str:
    """
    The URL of a database with its password hidden.
    """
    return _PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1***@", url))


@frozen
class SecretReaders:
    """
    Readers of values that may be references: `${env:NAME}` and `${file:PATH}`.

    Attributes:
        environment: The variables of `${env:NAME}`.
        folder: The configuration's folder, where relative paths start.
    """

    environment: Mapping[str, str]
    folder: Path

    def read_secret(self, value: object) -> Secret:
        """
        Read a secret that is sent in a header.
        """
        text = self._resolve(_read_string(value))
        if not text.isascii() or not text.isprintable() or text.strip() != text:
            raise invalid("expected printable ASCII characters without surrounding spaces")
        try:
            return Secret(text)
        except ValueError as error:
            raise invalid(str(error)) from None

    def read_url(self, value: object) -> str:
        """
        Read the URL of an API, without a slash at its end.
        """
        text = self._resolve(_read_string(value))
        error = invalid(
            "expected a URL such as https://oms.example.com/api/orders, without user, password, "
            "query or fragment"
        )
        try:
            parts = urlsplit(text)
            has_host = parts.hostname and parts.port != 0
        except ValueError:
            raise error from None
        plain = not any(mark in text for mark in "?#@") and text.isprintable() and " " not in text
        if parts.scheme not in ("http", "https") or not has_host or not plain:
            raise error
        return text.rstrip("/")

    def read_database(self, value: object) -> str:
        """
        Read the URL of a database: a file of SQLite, or PostgreSQL.

        A referenced user or password is literal: it needs no percent-encoding.
        """
        url = self._resolve_url(_read_string(value))
        driver, separator, rest = url.partition("://")
        kind = driver.partition("+")[0]
        if not separator:
            raise invalid(f"expected a URL such as {_SQLITE} or {_POSTGRESQL}")
        if kind not in _DRIVERS:
            raise invalid(f"{kind} is not supported; use {_SQLITE} or {_POSTGRESQL}")
        if driver not in _DRIVERS[kind]:
            raise invalid(f"the driver of {driver} is not supported; use {kind}://")
        if kind == "sqlite":
            return f"{driver}://{self._file(rest)}"
        _check_postgresql(url)
        return url

    def _file(self, rest: str) -> str:
        path, mark, query = rest.partition("?")
        if not path.startswith("/"):
            raise invalid(f"expected {_SQLITE}, or sqlite:////PATH for an absolute path")
        name = unquote(path[1:])
        if name in ("", ":memory:") or name.startswith("file:") or "\0" in name:
            raise invalid(f"expected a file, as in {_SQLITE}: a database in memory is lost")
        return f"/{quote(str((self.folder / name).absolute()))}{mark}{query}"

    def _resolve_url(self, text: str) -> str:
        masked = _REFERENCE.sub(lambda reference: "x" * len(reference[0]), text)
        match = _USER_AND_PASSWORD.match(masked)
        if match is None:
            return self._resolve(text)
        start, end = match.span(1)
        user = _REFERENCE.sub(
            lambda reference: quote(self._resolve(reference[0]), safe=""), text[start:end]
        )
        return f"{self._resolve(text[:start])}{user}{self._resolve(text[end:])}"

    def _resolve(self, text: str) -> str:
        value = resolve(text, self.environment, self.folder)
        if isinstance(value, Unresolved):
            kind = InvalidError if _UNKNOWN_KIND.search(text) else UnresolvedError
            raise kind([Fault("", value.reason)])
        return str(value)


def _read_string(value: object) -> str:
    """
    Read a string; another value could be a part of a secret, and is not shown.
    """
    if isinstance(value, str):
        return value
    raise invalid("expected a string")


def _check_postgresql(url: str) -> None:
    encoded = "percent-encode each @ : / ? # [ ] in the user and password"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise invalid(f"host or port is invalid; {encoded}") from None
    if port == 0 or parts.netloc.count("@") > 1 or parts.fragment:
        raise invalid(f"host or port is invalid; {encoded}")
    if not parts.path.strip("/"):
        raise invalid(f"the database's name is missing; use {_POSTGRESQL}")
