"""
Orders from JSON: every fault of every order is reported, and no order is read in part.

The converter and msgspec are imported by the first call: they cost more than the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from orderferry.errors import OrderFormatError
from orderferry.orders._json import read_json
from orderferry.orders._order import Order
from orderferry.reading import Fault, InvalidError

__all__ = ["order_from", "read_order", "read_orders"]

_LIMIT = 5_000_000
_MAX_SHOWN_FAULTS = 100
_MAX_PATH_CHARACTERS = 200
_MAX_ID_CHARACTERS = 200
_BOM = b"\xef\xbb\xbf"


def read_order(data: bytes | str, *, limit: int = _LIMIT) -> Order:
    """
    Read one order from JSON.

    Numbers are exact. A field that the model does not name is kept in `extra` of its object.

    Args:
        data: The JSON text, in UTF-8, with or without a byte order mark.
        limit: The maximum size in bytes.

    Raises:
        orderferry.errors.OrderFormatError: The text exceeds the limit, is not JSON, or is not a
            valid order; all faults are reported, with paths in JSON's names.
    """
    return _order_or_error(_read(data, limit=limit))


def read_orders(data: bytes, *, lines: bool = False, limit: int = _LIMIT) -> list[Order]:
    """
    Read a file of orders: one order, a list, or one order a line.

    Args:
        data: The file's content.
        lines: Whether each line is an order (`.jsonl`); empty lines are ignored.
        limit: The maximum size of one order in bytes.

    Raises:
        orderferry.errors.OrderFormatError: At least one order is invalid; the faults of all orders
            are reported.
    """
    return _all_or_error(_read_lines(data, limit) if lines else _read_document(data, limit))


def order_from(document: object, path: str = "$") -> Order:
    """
    Make an order of JSON values.

    Args:
        document: The order as `dict`, `list`, `str`, `int`, `Decimal` or finite `float`, `bool` and
            `None`. The order is independent of it: later changes do not affect the order.
        path: The start of paths in faults.

    Raises:
        orderferry.errors.OrderFormatError: The document is not a valid order; all faults are
            reported.
    """
    return _order_or_error(_convert(document, path))


@frozen
class _InvalidOrder:
    """
    An order with faults.
    """

    order_id: str | None
    faults: tuple[str, ...]

    def error(self) -> OrderFormatError:
        order = "the order" if self.order_id is None else f"order {self.order_id}"
        message = f"{order} is invalid: {_join(self.faults)}"
        return OrderFormatError(message, order_id=self.order_id, faults=self.faults)


def _join(faults: Sequence[str]) -> str:
    text = "; ".join(faults[:_MAX_SHOWN_FAULTS])
    more = len(faults) - _MAX_SHOWN_FAULTS
    return f"{text}; and {more} more faults" if more > 0 else text


def _shorten(path: str) -> str:
    return path if len(path) <= _MAX_PATH_CHARACTERS else f"{path[:_MAX_PATH_CHARACTERS]}..."


def _id_of(document: object) -> str | None:
    order_id = document.get("id") if isinstance(document, dict) else None
    if not isinstance(order_id, str) or not order_id or not order_id.isprintable():
        return None
    return order_id[:_MAX_ID_CHARACTERS]


def _repeated_shipments(document: object) -> Iterator[Fault]:
    form = document.get("orderForm") if isinstance(document, dict) else None
    shipments = form.get("shipments") if isinstance(form, dict) else None
    ids: set[str] = set()
    for index, shipment in enumerate(shipments if isinstance(shipments, list) else ()):
        shipment_id = shipment.get("shipmentId") if isinstance(shipment, dict) else None
        if isinstance(shipment_id, str):
            if shipment_id in ids:
                path = f".orderForm.shipments[{index}].shipmentId"
                yield Fault(path, f"another shipment has the id {shipment_id!r}")
            ids.add(shipment_id)


def _convert(document: object, path: str) -> Order | _InvalidOrder:
    from orderferry.orders._converter import read_fields

    order, faults = None, list(_repeated_shipments(document))
    try:
        order = read_fields(document)
    except InvalidError as error:
        faults = [*error.faults, *faults]
    if order is not None and not faults:
        return order
    messages = tuple(f"{fault.message} @ {_shorten(path + fault.path)}" for fault in faults)
    return _InvalidOrder(_id_of(document), messages)


def _read(
    data: bytes | str, *, limit: int, path: str = "$", first_line: int = 1
) -> Order | _InvalidOrder:
    size = len(data) if isinstance(data, bytes) or len(data) > limit else len(_bytes(data))
    if size > limit:
        fault = f"{size:,} bytes exceed the limit of {limit:,} (`order_limit_bytes` in `[runtime]`)"
        return _InvalidOrder(None, (fault if path == "$" else f"{fault} @ {path}",))
    reading = read_json(data, path=path, first_line=first_line)
    if reading.faults:
        return _InvalidOrder(None, reading.faults)
    return _convert(reading.document, path)


def _bytes(data: str) -> bytes:
    return data.encode(errors="surrogatepass")


def _read_lines(data: bytes, limit: int) -> Iterator[Order | _InvalidOrder]:
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), 1):
        if line.strip():
            yield _read(line, limit=limit, path=f"line {number}: $", first_line=number)


def _read_document(data: bytes, limit: int) -> Iterator[Order | _InvalidOrder]:
    if not data.removeprefix(_BOM).lstrip(b" \t\r\n").startswith(b"["):
        yield _read(data, limit=limit)
        return
    import msgspec

    try:
        texts = msgspec.json.decode(data.removeprefix(_BOM), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        reading = read_json(data)
        yield _InvalidOrder(None, reading.faults or ("not JSON",))
        return
    for index, text in enumerate(texts):
        yield _read(bytes(text), limit=limit, path=f"$[{index}]")


def _order_or_error(result: Order | _InvalidOrder) -> Order:
    if isinstance(result, _InvalidOrder):
        raise result.error()
    return result


def _all_or_error(results: Iterable[Order | _InvalidOrder]) -> list[Order]:
    orders: list[Order] = []
    failures: list[_InvalidOrder] = []
    for result in results:
        if isinstance(result, _InvalidOrder):
            failures.append(result)
        else:
            orders.append(result)
    if not failures:
        return orders
    if len(failures) == 1:
        raise failures[0].error()
    faults = tuple(fault for failure in failures for fault in failure.faults)
    ids = [failure.order_id for failure in failures if failure.order_id is not None]
    names = f" ({', '.join(ids[:_MAX_SHOWN_FAULTS])})" if ids else ""
    count = f"{len(failures)} of {len(orders) + len(failures)} orders"
    raise OrderFormatError(f"{count} are invalid{names}: {_join(faults)}", faults=faults)
