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
    "Params",
    "Request",
    "add_default_headers",
    "build_request",
    "check_headers",
    "hide_value",
    "parse_address",
    "secrets_in",
]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNFIT = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_SECRET_NAME = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_HARMLESS = frozenset({"fetch", "required"})
_SECRET_LENGTH = 16
"""Shorter values in cookies and tokens are names and numbers, which other text may contain."""

_SCHEME = re.compile(r"(basic|bearer|digest|negotiate)\s+\S", re.IGNORECASE)


class Headers(Mapping[str, str]):
    """
    The header fields of a response. The values of a repeated name are joined by commas.

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
        shown = ", ".join(f"{name}: {hide_value(name, value)}" for name, value in self.pairs())
        return f"<Headers {shown}>"

    def get_all(self, name: str) -> tuple[str, ...]:
        """
        Return each value of a name, in order.
        """
        return tuple(value for _, value in self._items.get(name.lower(), ()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """
        Yield each field as it was received.
        """
        for pairs in self._items.values():
            yield from pairs


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """
    Check that header fields can be sent.

    Raises:
        ValueError: A name or a value is invalid; the message does not show the value.
    """
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid name of a header field")
        if not isinstance(value, str):
            raise ValueError(f"header {name} is {type(value).__name__}, not text")
        if _UNFIT.search(value):
            raise ValueError(
                f"header {name} contains a control character, or one outside ISO 8859-1"
            )
    return dict(headers)


def hide_value(name: str, value: str) -> str:
    """
    Hide the value of a header field if it has credentials, cookies or tokens.
    """
    if not _SECRET_NAME.search(name) or value.lower() in _HARMLESS:
        return value
    scheme = _SCHEME.match(value)
    return f"{scheme[1]} ***" if scheme else "***"


def secrets_in(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """
    Yield the credentials, cookies and tokens in header fields, without schemes and names.

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
"""The default timeout of a request."""

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_encoder = msgspec.json.Encoder(decimal_format="number")


@frozen(kw_only=True)
class Request:
    """
    A request to send.

    Attributes:
        method: Its method, in capitals.
        url: Its address.
        headers: Its header fields.
        content: Its body.
        write: Whether it may change something at the target.
        private: Whether its body and its response are hidden in the timeline.
        seconds: How long it may take, its response included.
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
        Its method and address without the query, for messages.
        """
        return f"{self.method} {self.url._replace(query=None).url}"

    @property
    def is_followed(self) -> bool:
        """
        Whether its redirects are followed.
        """
        return not self.write and self.content is None and self.method in READING_METHODS


def parse_address(url: str, params: Params | None = None) -> Url:
    """
    Parse the address of a request.

    Args:
        url: An absolute `http` or `https` address.
        params: Query parameters to add; spaces become `%20`, and `$` stays (OData).

    Raises:
        ValueError: The address is invalid, or contains credentials.
    """
    parsed = _parse(url)
    query = _query(params) if params else ""
    if query:
        parsed = parsed._replace(query=f"{parsed.query}&{query}" if parsed.query else query)
    return parsed


@lru_cache(maxsize=256)
def _parse(url: str) -> Url:
    shown = "" if "@" in url else f" {url.partition('?')[0]!r}"
    try:
        parsed = parse_url(url)
    except LocationParseError:
        raise ValueError(f"the address{shown} is invalid") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"the address{shown} must begin with http:// or https:// and a host")
    if parsed.auth is not None:
        raise ValueError(f"the address of {parsed.host} contains credentials; pass them as auth=")
    return parsed._replace(fragment=None, path=parsed.path or "/")


def build_request(
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
) -> Request:
    """
    Build a request; `BoundClient.request` describes the arguments.

    Raises:
        ValueError: The request is invalid.
        TypeError: It has more than one body.
    """
    method = method.upper()
    body, media_type = _body(content, json, form)
    return Request(
        method=method,
        url=parse_address(url, params),
        headers=add_default_headers(headers or {}, media_type, user_agent),
        content=body,
        write=method not in READING_METHODS if write is None else write,
        seconds=SECONDS if timeout is None else timeout,
    )


def add_default_headers(
    headers: Mapping[str, str], media_type: str | None, user_agent: str
) -> dict[str, str]:
    """
    Add the header fields that every request has.

    Raises:
        ValueError: A field cannot be sent.
    """
    sent = check_headers(headers)
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
    Encode a body; return it with its media type, if that is known.
    """
    if sum(body is not None for body in (content, json, form)) > 1:
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
        _check_finite(msgspec.to_builtins(document, builtin_types=(Decimal,)), "$")
    return encoded


def _check_finite(value: object, path: str) -> None:
    if isinstance(value, Mapping):
        for key, member in value.items():
            _check_finite(member, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, member in enumerate(value):
            _check_finite(member, f"{path}[{number}]")
    elif isinstance(value, float | Decimal) and not isfinite(value):
        raise ValueError(f"JSON cannot represent {value} @ {path}")
