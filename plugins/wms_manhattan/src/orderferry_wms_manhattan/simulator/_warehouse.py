"""
The tenant's original orders: saved, kept, searched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock

from attrs import define, field, frozen

from orderferry_wms_manhattan.simulator._answers import Json, message, refused, taken
from orderferry_wms_manhattan.simulator._reading import faults, parse

__all__ = ["Kept", "Warehouse"]

_QUERY = re.compile(r"\s*([A-Za-z.]+)\s*=\s*'([^'\\]*)'\s*")


@frozen(kw_only=True)
class Kept:
    """
    An original order that was saved.
    """

    pk: str
    organization: str
    location: str
    order: Json
    content: bytes


@define
class Warehouse:
    """
    One organization, its facilities, and the original orders that it was sent.

    Attributes:
        organization: What `SelectedOrganization` must name.
        facilities: What `SelectedLocation` and `OriginFacilityId` may name.
    """

    organization: str
    facilities: tuple[str, ...]
    _kept: list[Kept] = field(factory=list, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def save(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """
        Keep an original order. One of the same id becomes a second record.

        Returns:
            The status and the envelope.
        """
        order = parse(body)
        if order is None:
            return 400, refused([message("INVALID_JSON", "The body is no JSON object")])
        wrong = [*self._header_faults(headers), *faults(order, self.facilities)]
        if wrong:
            return 200, refused(wrong)
        with self._lock:
            kept = Kept(
                pk=str(7_000_000_000_000_000_001 + len(self._kept)),
                organization=headers["SelectedOrganization"],
                location=headers["SelectedLocation"],
                order=order,
                content=body,
            )
            self._kept.append(kept)
        return 200, taken(_shown(kept))

    def search(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Json]:
        """
        The records of which one field is equal to a value, a page of them.

        Returns:
            The status and the envelope.
        """
        asked = parse(body)
        if asked is None:
            return 400, refused([message("INVALID_JSON", "The body is no JSON object")])
        query = _QUERY.fullmatch(str(asked.get("Query")))
        size, page = asked.get("Size", 10), asked.get("Page", 0)
        wrong = self._header_faults(headers)
        if query is None or not isinstance(size, int) or not isinstance(page, int):
            wrong.append(message("INVALID_QUERY", f"Cannot read {asked.get('Query')!r}", "Query"))
        if wrong or query is None or not isinstance(size, int) or not isinstance(page, int):
            return 200, refused(wrong)
        name, value = query.groups()
        where = (headers["SelectedOrganization"], headers["SelectedLocation"])
        found = [
            kept
            for kept in self.kept()
            if (kept.organization, kept.location) == where and kept.order.get(name) == value
        ]
        shown = [_shown(kept) for kept in found[page * size : (page + 1) * size]]
        return 200, taken(shown, total=len(found))

    def kept(self) -> tuple[Kept, ...]:
        """
        All that was saved, in the order saved.
        """
        with self._lock:
            return tuple(self._kept)

    def _header_faults(self, headers: Mapping[str, str]) -> list[Json]:
        organization = headers.get("SelectedOrganization")
        location = headers.get("SelectedLocation")
        wrong = []
        if organization != self.organization:
            text = f"Organization {organization} is not one of the user's"
            wrong.append(message("INVALID_ORGANIZATION", text, "SelectedOrganization"))
        if location not in self.facilities:
            text = f"Location {location} is not one of the user's"
            wrong.append(message("INVALID_LOCATION", text, "SelectedLocation"))
        return wrong


def _shown(kept: Kept) -> Json:
    return {"PK": kept.pk, **{name: _json(value) for name, value in kept.order.items()}}


def _json(value: object) -> object:
    """
    A value that can be written as JSON again; decimals as text.
    """
    match value:
        case dict():
            return {name: _json(each) for name, each in value.items()}
        case list():
            return [_json(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
