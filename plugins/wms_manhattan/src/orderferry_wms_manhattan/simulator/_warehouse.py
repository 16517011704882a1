"""
The tenant's original orders: saving and searching.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock

from attrs import define, field, frozen

from orderferry_wms_manhattan.simulator._documents import (
    Json,
    error_envelope,
    faults,
    message,
    parse,
    success_envelope,
)

__all__ = ["StoredOrder", "Warehouse"]

_QUERY = re.compile(r"\s*([A-Za-z.]+)\s*=\s*'([^'\\]*)'\s*")


@frozen(kw_only=True)
class StoredOrder:
    """
    An original order that was saved.

    Attributes:
        pk: The record's key.
        organization: The organization that it was saved for.
        location: The location that it was saved for.
        order: The document.
        content: The document as it was sent.
    """

    pk: str
    organization: str
    location: str
    order: Json
    content: bytes


@define
class Warehouse:
    """
    One organization, its facilities, and the original orders that it received.

    Attributes:
        organization: The only valid `SelectedOrganization`.
        facilities: The valid values of `SelectedLocation` and `OriginFacilityId`.
    """

    organization: str
    facilities: tuple[str, ...]
    _stored: list[StoredOrder] = field(factory=list, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def save(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """
        Store an original order; a second one with the same id becomes a second record.

        Returns:
            The status and the envelope.
        """
        order = parse(body)
        if order is None:
            return 400, error_envelope([message("INVALID_JSON", "The body is not a JSON object")])
        errors = [*self._header_faults(headers), *faults(order, self.facilities)]
        if errors:
            return 200, error_envelope(errors)
        with self._lock:
            stored = StoredOrder(
                pk=str(7_000_000_000_000_000_001 + len(self._stored)),
                organization=headers["SelectedOrganization"],
                location=headers["SelectedLocation"],
                order=order,
                content=body,
            )
            self._stored.append(stored)
        return 200, success_envelope(_view(stored))

    def search(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """
        Return one page of the records in which a field equals a value.

        Returns:
            The status and the envelope.
        """
        search = parse(body)
        if search is None:
            return 400, error_envelope([message("INVALID_JSON", "The body is not a JSON object")])
        query = _QUERY.fullmatch(str(search.get("Query")))
        size, page = search.get("Size", 10), search.get("Page", 0)
        errors = self._header_faults(headers)
        if query is None or not isinstance(size, int) or not isinstance(page, int):
            errors.append(message("INVALID_QUERY", f"Cannot read {search.get('Query')!r}", "Query"))
        if errors or query is None or not isinstance(size, int) or not isinstance(page, int):
            return 200, error_envelope(errors)
        name, value = query.groups()
        place = (headers["SelectedOrganization"], headers["SelectedLocation"])
        matches = [
            stored
            for stored in self.stored()
            if (stored.organization, stored.location) == place and stored.order.get(name) == value
        ]
        views = [_view(stored) for stored in matches[page * size : (page + 1) * size]]
        return 200, success_envelope(views, total=len(matches))

    def stored(self) -> tuple[StoredOrder, ...]:
        """
        All original orders that were saved, oldest first.
        """
        with self._lock:
            return tuple(self._stored)

    def _header_faults(self, headers: Mapping[str, str]) -> list[Json]:
        organization = headers.get("SelectedOrganization")
        location = headers.get("SelectedLocation")
        errors = []
        if organization != self.organization:
            text = f"Organization {organization} is not one of the user's"
            errors.append(message("INVALID_ORGANIZATION", text, "SelectedOrganization"))
        if location not in self.facilities:
            text = f"Location {location} is not one of the user's"
            errors.append(message("INVALID_LOCATION", text, "SelectedLocation"))
        return errors


def _view(stored: StoredOrder) -> Json:
    return {"PK": stored.pk, **{name: _json(value) for name, value in stored.order.items()}}


def _json(value: object) -> object:
    """
    Return a value that can be written as JSON; decimals become text.
    """
    match value:
        case dict():
            return {name: _json(item) for name, item in value.items()}
        case list():
            return [_json(item) for item in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
