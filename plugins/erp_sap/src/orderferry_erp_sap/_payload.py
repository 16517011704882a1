"""
A deep insert as values: what is checked against SAP's metadata, and what is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from attrs import field, frozen

from orderferry_erp_sap._fields import ENTITIES

__all__ = ["Entry", "Value", "document", "json_value", "plain", "write"]

Value = str | bool | Decimal | date
"""A property's value: text, boolean, exact decimal, or calendar day."""


@frozen(kw_only=True)
class Entry:
    """
    One entity of the deep insert.

    Attributes:
        entity: Its entity set.
        values: Its properties by SAP's name.
        children: Its children by navigation property, in their order.
        line: The order's line that it stands for, as people know it.
    """

    entity: str
    values: Mapping[str, Value]
    children: Mapping[str, tuple[Entry, ...]] = field(factory=dict)
    line: str | None = None

    def walk(self, line: str | None = None) -> Iterator[tuple[Entry, str | None]]:
        """
        This entry and all below it, each with the line that it belongs to.
        """
        line = self.line or line
        yield self, line
        for entries in self.children.values():
            for entry in entries:
                yield from entry.walk(line)


def plain(number: Decimal) -> str:
    """
    A decimal in plain digits, without exponent and needless zeros: `2`, `19.9`.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_value(value: Value) -> str | bool:
    """
    A value in OData v2's verbose JSON: decimals as strings, days as `/Date(ms)/` at midnight UTC.

    Source: OData 2.0, JSON format, section 4
    (odata.org/documentation/odata-version-2-0/json-format).
    """
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return f"/Date({int(midnight.timestamp()) * 1000})/"
    return value


def document(entry: Entry) -> dict[str, object]:
    """
    The entry as a JSON object, children as `{"results": [...]}`.

    Properties come in the order of SAP's metadata, extension fields after them.
    """
    known = ENTITIES[entry.entity].properties
    names = [name for name in known if name in entry.values]
    names += [name for name in entry.values if name not in known]
    result: dict[str, object] = {name: json_value(entry.values[name]) for name in names}
    for navigation, entries in entry.children.items():
        if entries:
            result[navigation] = {"results": [document(child) for child in entries]}
    return result


def write(entry: Entry) -> bytes:
    """
    The body of the request.
    """
    return json.dumps(document(entry), ensure_ascii=False, separators=(",", ":")).encode()
