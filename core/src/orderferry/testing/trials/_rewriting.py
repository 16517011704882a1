"""
Settings that lead through the proxy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

__all__ = ["over_tls", "speaks_http", "through"]

Address = tuple[str, int]


def through(settings: Mapping[str, object], target: Address, proxy: Address) -> dict[str, object]:
    """
    Settings with the target's address replaced by the proxy's.

    Args:
        settings: The settings of an instance that talks to the target. Replaced is `host:port`
            within any text, a text that is the host, and a number that is the port.
        target: The target's address.
        proxy: The proxy's address.
    """
    return {name: _through(value, target, proxy) for name, value in settings.items()}


def _through(value: object, target: Address, proxy: Address) -> object:
    match value:
        case str():
            if value == target[0]:
                return proxy[0]
            return _replaced(value, target, proxy)
        case bool():
            return value
        case int():
            return proxy[1] if value == target[1] else value
        case Mapping():
            return {key: _through(inner, target, proxy) for key, inner in value.items()}
        case list() | tuple():
            return [_through(inner, target, proxy) for inner in value]
        case _:
            return value


def _replaced(text: str, target: Address, proxy: Address) -> str:
    """
    Port 80 does not stand in port 8080.
    """
    place = re.escape("{}:{}".format(*target)) + r"(?!\d)"
    return re.sub(place, "{}:{}".format(*proxy), text)


def speaks_http(settings: Mapping[str, object], target: Address) -> bool:
    """
    Whether a setting is a plain HTTP address of the target.
    """
    start = "http://{}:{}".format(*target)
    return any(text.startswith(start) for text in _texts(settings))


def over_tls(settings: Mapping[str, object], proxy: Address) -> dict[str, object]:
    """
    The same settings with `https` to the proxy.
    """
    plain = "http://{}:{}".format(*proxy)
    return {name: _tls(value, plain) for name, value in settings.items()}


def _tls(value: object, plain: str) -> object:
    if isinstance(value, str):
        return value.replace(plain, plain.replace("http:", "https:"))
    if isinstance(value, Mapping):
        return {key: _tls(inner, plain) for key, inner in value.items()}
    return [_tls(inner, plain) for inner in value] if isinstance(value, list) else value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
