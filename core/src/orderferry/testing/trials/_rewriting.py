"""
Rewriting of an instance's settings, so that its requests go through the proxy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

__all__ = ["route_through_proxy", "speaks_http", "use_tls"]

Address = tuple[str, int]


def route_through_proxy(
    settings: Mapping[str, object], target: Address, proxy: Address
) -> dict[str, object]:
    """
    Replace the target's address in settings by the proxy's.

    Args:
        settings: The settings of an instance that connects to the target. Replaced are `host:port`
            within any text, a text that is the host, and a number that is the port.
        target: The target's address.
        proxy: The proxy's address.
    """
    return {name: _reroute(value, target, proxy) for name, value in settings.items()}


def _reroute(value: object, target: Address, proxy: Address) -> object:
    match value:
        case str():
            if value == target[0]:
                return proxy[0]
            return _replace_address(value, target, proxy)
        case bool():
            return value
        case int():
            return proxy[1] if value == target[1] else value
        case Mapping():
            return {key: _reroute(inner, target, proxy) for key, inner in value.items()}
        case list() | tuple():
            return [_reroute(inner, target, proxy) for inner in value]
        case _:
            return value


def _replace_address(text: str, target: Address, proxy: Address) -> str:
    """
    Replace `host:port` within a text; port 80 does not match port 8080.
    """
    pattern = re.escape("{}:{}".format(*target)) + r"(?!\d)"
    return re.sub(pattern, "{}:{}".format(*proxy), text)


def speaks_http(settings: Mapping[str, object], target: Address) -> bool:
    """
    Whether a setting is a plain HTTP address of the target.
    """
    start = "http://{}:{}".format(*target)
    return any(text.startswith(start) for text in _texts(settings))


def use_tls(settings: Mapping[str, object], proxy: Address) -> dict[str, object]:
    """
    Replace `http` by `https` in the settings that have the proxy's address.
    """
    plain = "http://{}:{}".format(*proxy)
    return {name: _with_https(value, plain) for name, value in settings.items()}


def _with_https(value: object, plain: str) -> object:
    if isinstance(value, str):
        return value.replace(plain, plain.replace("http:", "https:"))
    if isinstance(value, Mapping):
        return {key: _with_https(inner, plain) for key, inner in value.items()}
    return [_with_https(inner, plain) for inner in value] if isinstance(value, list) else value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
