"""
A request as it is sent: address, headers, body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from urllib.parse import quote, urlencode

import msgspec
from attrs import field, frozen
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

__all__ = [
    "Headers",
    "Outgoing",
    "Params",
    "address",
    "checked",
    "hidden",
    "outgoing",
    "secrets_in",
    "with_agent",
]

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


Params = Mapping[str, object] | Sequence[tuple[str, object]]
"""Query parameters: text, numbers and booleans; `None` leaves a parameter out."""

SECONDS = 30.0
"""How long a request may take where nothing else is said."""

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_encoder = msgspec.json.Encoder(decimal_format="number")


@frozen(kw_only=True)
class Outgoing:
    """
    A request.

    Attributes:
        method: Its method, in capitals.
        url: Its address.
        headers: Its header fields.
        content: Its body.
        write: Whether it may change something at the target.
        private: Whether its body and its answer are hidden in the timeline.
        seconds: How long it may take, its answer included.
    """

    method: str
    url: Url
    headers: Mapping[str, str] = field(repr=False, factory=dict)
    content: bytes | None = field(repr=False, default=None)
    write: bool = True
    private: bool = False
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        """
        What messages call it: method and address, without the query.
        """
        return f"{self.method} {self.url._replace(query=None).url}"

    @property
    def is_followed(self) -> bool:
        """
        Whether a redirect of it is followed.
        """
        return not self.write and self.content is None and self.method in READING_METHODS


def address(url: str, params: Params | None = None) -> Url:
    """
    The address of a request.

    Args:
        url: An absolute `http` or `https` address.
        params: Query parameters to add; spaces become `%20`, and `$` stays (OData).

    Raises:
        ValueError: It is no such address, or holds credentials.
    """
    parsed = _parsed(url)
    query = _query(params) if params else ""
    if query:
        parsed = parsed._replace(query=f"{parsed.query}&{query}" if parsed.query else query)
    return parsed


@lru_cache(maxsize=256)
def _parsed(url: str) -> Url:
    named = "" if "@" in url else f" {url.partition('?')[0]!r}"
    try:
        parsed = parse_url(url)
    except LocationParseError:
        raise ValueError(f"the address{named} cannot be read") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"the address{named} must begin with http:// or https:// and a host")
    if parsed.auth is not None:
        raise ValueError(f"the address of {parsed.host} holds credentials; they belong in auth=")
    return parsed._replace(fragment=None, path=parsed.path or "/")


def outgoing(
    method: str,
    url: str,
    *,
    params: Params | None,
    headers: Mapping[str, str] | None,
    content: bytes | str | None,
    json: object,
    form: Mapping[str, str] | None,
    timeout: float | None,
    write: bool | None,
    user_agent: str,
) -> Outgoing:
    """
    The request of a connector; `BoundClient.request` says what each argument means.

    Raises:
        ValueError: It cannot be sent as it is.
        TypeError: It has more than one body.
    """
    method = method.upper()
    body, media_type = _body(content, json, form)
    return Outgoing(
        method=method,
        url=address(url, params),
        headers=with_agent(headers or {}, media_type, user_agent),
        content=body,
        write=method not in READING_METHODS if write is None else write,
        seconds=SECONDS if timeout is None else timeout,
    )


def with_agent(given: Mapping[str, str], media_type: str | None, user_agent: str) -> dict[str, str]:
    """
    The header fields to send: those given, and those that every request has.

    Raises:
        ValueError: One cannot be sent.
    """
    sent = checked(given)
    names = {name.lower() for name in sent}
    if "user-agent" not in names:
        sent["User-Agent"] = user_agent
    if "accept-encoding" not in names:
        sent["Accept-Encoding"] = "gzip"
    if media_type is not None and "content-type" not in names:
        sent["Content-Type"] = media_type
    return sent


def _body(
    content: bytes | str | None, json: object, form: Mapping[str, str] | None
) -> tuple[bytes | None, str | None]:
    """
    A body's bytes, and its media type where it has a natural one.
    """
    if sum(one is not None for one in (content, json, form)) > 1:
        raise TypeError("a request has one body: content, json or form")
    if json is not None:
        return _json(json), "application/json"
    if form is not None:
        return urlencode(form).encode("ascii"), "application/x-www-form-urlencoded"
    if isinstance(content, str):
        return content.encode(), None
    return content, None


def _query(params: Params) -> str:
    pairs = params.items() if isinstance(params, Mapping) else params
    texts = [(name, _text(value)) for name, value in pairs if value is not None]
    return urlencode(texts, safe="$", quote_via=quote)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    raise TypeError(f"a query parameter is text, a number or a boolean, not {type(value).__name__}")


def _json(document: object) -> bytes:
    encoded = _encoder.encode(document)
    if b"null" in encoded or b"NaN" in encoded or b"Infinity" in encoded:
        _refuse_infinite(msgspec.to_builtins(document, builtin_types=(Decimal,)), "$")
    return encoded


def _refuse_infinite(value: object, path: str) -> None:
    if isinstance(value, Mapping):
        for key, member in value.items():
            _refuse_infinite(member, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, member in enumerate(value):
            _refuse_infinite(member, f"{path}[{number}]")
    elif isinstance(value, float | Decimal) and not isfinite(value):
        raise ValueError(f"JSON has no number {value} @ {path}")
