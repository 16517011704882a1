"""
What settings must hold, checked when an instance is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from attrs import Attribute

from orderferry_wms_manhattan._document import zone_named
from orderferry_wms_manhattan._names import ADDRESS_SOURCES
from orderferry_wms_manhattan._sources import fault

__all__ = [
    "address_fields",
    "constants",
    "http_url",
    "limits",
    "shipment_template",
    "sources",
    "targets",
    "time_zone",
]

_OURS = frozenset({"OriginalOrderId", "OriginalOrderLine", "OrderedQuantity"})
_ADDRESS = frozenset(ADDRESS_SOURCES)


def http_url(_: object, attribute: Attribute[str], value: str) -> None:
    """
    An absolute http or https address, without query.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError(f"expected an address such as https://host, got {value!r}")


def time_zone(_: object, attribute: Attribute[str], value: str) -> None:
    """
    A zone of the IANA database.
    """
    zone_named(value)


def shipment_template(_: object, attribute: Attribute[str], value: str) -> None:
    """
    A template of `{order}` and `{shipment}`, the latter at least.
    """
    try:
        names = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        value.format(order="", shipment="")
    except (ValueError, KeyError, IndexError, AttributeError):
        names = set()
    if "shipment" not in names or names - {"order", "shipment"}:
        raise ValueError(f"expected {{shipment}}, and {{order}} at most beside it, got {value!r}")


def address_fields(_: object, attribute: Attribute[Any], value: Iterable[str]) -> None:
    """
    Fields of DestinationAddress that the mapping can fill.
    """
    unknown = sorted(set(value) - _ADDRESS)
    if unknown:
        raise ValueError(
            f"no address field {unknown[0]!r}; there are {', '.join(sorted(_ADDRESS))}"
        )


def targets(_: object, attribute: Attribute[Any], value: str | Iterable[str]) -> None:
    """
    Fields of the document that are not the connector's own.
    """
    for path in (value,) if isinstance(value, str) else value:
        _target(path)


def constants(_: object, attribute: Attribute[Any], value: Mapping[str, object]) -> None:
    """
    Text, booleans and whole numbers, by field.
    """
    for path, constant in value.items():
        _target(path)
        if not isinstance(constant, str | bool | int):
            raise ValueError(f"{path}: expected text, a boolean or a whole number")


def sources(*roots: str) -> Callable[[object, Attribute[Any], Mapping[str, str]], None]:
    """
    A validator of sources by field.

    Args:
        roots: What a source may begin with.
    """

    def check(_: object, attribute: Attribute[Any], value: Mapping[str, str]) -> None:
        for path, source in value.items():
            _target(path)
            wrong = fault(source, roots)
            if wrong is not None:
                raise ValueError(f"{path}: {wrong}")

    return check


def limits(_: object, attribute: Attribute[Any], value: Mapping[str, int]) -> None:
    """
    Lengths of at least one character.
    """
    for path, length in value.items():
        if length < 1:
            raise ValueError(f"{path}: expected at least 1, got {length}")


def _target(path: str) -> None:
    segments = path.removeprefix("OriginalOrderLine.").split(".")
    if not all(segments):
        raise ValueError(f"expected a field such as Extended.GiftNote, got {path!r}")
    if segments[0] in _OURS:
        raise ValueError(f"{segments[0]} is the connector's own and cannot be set")
