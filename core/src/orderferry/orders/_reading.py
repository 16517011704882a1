"""
Orders from JSON: every fault of every order is told, and none is half read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from attrs import frozen

from orderferry.errors import OrderFormatError
from orderferry.orders._converter import read_fields
from orderferry.orders._input import read_json
from orderferry.orders._order import Order
from orderferry.orders._primitives import FieldError

__all__ = ["order_from", "read_order", "read_orders"]

_MOST_TOLD = 100
_MOST_OF_PATH = 200


@frozen
class _Unreadable:
    """
    An order that could not be read.
    """

    order_id: str | None
    faults: tuple[str, ...]

    def error(self) -> OrderFormatError:
        who = "the order" if self.order_id is None else f"order {self.order_id}"
        message = f"{who} cannot be read: {_told(self.faults)}"
        return OrderFormatError(message, order_id=self.order_id, faults=self.faults)


def _told(faults: Sequence[str]) -> str:
    told = "; ".join(faults[:_MOST_TOLD])
    more = len(faults) - _MOST_TOLD
    return f"{told}; and {more} more faults" if more > 0 else told


def _shown(path: str) -> str:
    return path if len(path) <= _MOST_OF_PATH else f"{path[:_MOST_OF_PATH]}..."


def _id_of(document: object) -> str | None:
    found = document.get("id") if isinstance(document, dict) else None
    return found[:200] if isinstance(found, str) and found.isprintable() and found else None


def _repeated_shipments(document: object) -> Iterator[tuple[str, str]]:
    form = document.get("orderForm") if isinstance(document, dict) else None
    shipments = form.get("shipments") if isinstance(form, dict) else None
    seen: set[str] = set()
    for index, shipment in enumerate(shipments if isinstance(shipments, list) else ()):
        found = shipment.get("shipmentId") if isinstance(shipment, dict) else None
        if isinstance(found, str):
            if found in seen:
                place = f".orderForm.shipments[{index}].shipmentId"
                yield place, f"another shipment has the id {found!r}"
            seen.add(found)


def _from(document: object, path: str) -> Order | _Unreadable:
    order, faults = None, list(_repeated_shipments(document))
    try:
        order = read_fields(document)
    except FieldError as error:
        faults = error.faults + faults
    if order is not None and not faults:
        return order
    told = tuple(f"{why} @ {_shown(path + place)}" for place, why in faults)
    return _Unreadable(_id_of(document), told)


def _read(
    data: bytes | str, *, limit: int, path: str = "$", first_line: int = 1
) -> Order | _Unreadable:
    size = len(data) if isinstance(data, bytes) or len(data) > limit else len(_bytes(data))
    if size > limit:
        fault = (
            f"it has {size:,} bytes, and the limit is {limit:,} "
            f"(`order_limit_bytes` in `[runtime]`)"
        )
        return _Unreadable(None, (fault if path == "$" else f"{fault} @ {path}",))
    reading = read_json(data, path=path, first_line=first_line)
    if reading.faults:
        return _Unreadable(None, reading.faults)
    return _from(reading.document, path)


def _bytes(data: str) -> bytes:
    return data.encode(errors="surrogatepass")


def order_from(document: object, path: str = "$") -> Order:
    """
    The order of a JSON value; see `orderferry.orders.order_from`.
    """
    found = _from(document, path)
    if isinstance(found, _Unreadable):
        raise found.error()
    return found


def read_order(data: bytes | str, *, limit: int) -> Order:
    """
    The order of a JSON text; see `orderferry.orders.read_order`.
    """
    found = _read(data, limit=limit)
    if isinstance(found, _Unreadable):
        raise found.error()
    return found


def read_orders(data: bytes, *, lines: bool, limit: int) -> list[Order]:
    """
    The orders of a file; see `orderferry.orders.read_orders`.
    """
    found = list(_each_line(data, limit) if lines else _each(data, limit))
    return _all_or_none(found)


def _each_line(data: bytes, limit: int) -> Iterator[Order | _Unreadable]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield _read(line, limit=limit, path=f"line {number}: $", first_line=number)


def _each(data: bytes, limit: int) -> Iterator[Order | _Unreadable]:
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"["):
        yield _read(data, limit=limit)
        return
    try:
        texts = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        reading = read_json(data)
        yield _Unreadable(None, reading.faults or ("it is not JSON",))
        return
    for index, text in enumerate(texts):
        yield _read(bytes(text), limit=limit, path=f"$[{index}]")


def _all_or_none(found: Iterable[Order | _Unreadable]) -> list[Order]:
    all_of_them = list(found)
    bad = [each for each in all_of_them if isinstance(each, _Unreadable)]
    if not bad:
        return [each for each in all_of_them if isinstance(each, Order)]
    if len(bad) == 1:
        raise bad[0].error()
    faults = tuple(fault for each in bad for fault in each.faults)
    known = [each.order_id for each in bad if each.order_id is not None]
    named = f" ({', '.join(known[:_MOST_TOLD])})" if known else ""
    count = f"{len(bad)} of {len(all_of_them)} orders"
    raise OrderFormatError(f"{count} cannot be read{named}: {_told(faults)}", faults=faults)
