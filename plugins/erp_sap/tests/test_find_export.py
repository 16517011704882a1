"""
Whether SAP has an export, asked of the simulator over a real socket.
"""

from collections.abc import Callable
from time import monotonic

import pytest

from orderferry import Absent, ExportResult, Found, Order, Properties, SentExport
from orderferry.connectors import Exporter
from orderferry.errors import UnknownOutcomeError
from orderferry.orders import Shipment
from orderferry_erp_sap.simulator import Answer, SapSimulator

OrderOf = Callable[..., Order]
ExporterOf = Callable[..., Exporter]


def _export(
    exporter: Exporter,
    order: Order,
    shipment: Shipment | None = None,
    properties: Properties | None = None,
) -> ExportResult:
    result = exporter.call(
        "export_order",
        exporter.context(key="key", deadline=monotonic() + 10),
        order=order,
        shipment=shipment,
        properties=properties or Properties(),
    )
    assert isinstance(result, ExportResult)
    return result


def _find(
    exporter: Exporter,
    order: Order,
    shipment: Shipment | None = None,
    accepted: tuple[ExportResult, ...] = (),
    properties: Properties | None = None,
) -> object:
    context = exporter.context(deadline=monotonic() + 10, accepted=accepted)
    export = SentExport("key", order, shipment, properties or Properties())
    return exporter.call("find_export", context, export=export)


def test_an_export_is_found_by_the_orders_id(exporter_of: ExporterOf, order_of: OrderOf) -> None:
    """
    The order, and its shipments, each for itself; what was never sent is absent.
    """
    exporter, order = exporter_of(), order_of("S1", "S2", id="it's #1 & Ø/100%")
    assert _find(exporter, order) == Absent()
    _export(exporter, order)
    _export(exporter, order, order.shipments[1])
    assert _find(exporter, order) == Found({"sales_order": "1000000001"})
    assert _find(exporter, order, order.shipments[1]) == Found({"sales_order": "1000000002"})
    assert _find(exporter, order, order.shipments[0]) == Absent()
    assert _find(exporter, order_of(id="x' or PurchaseOrderByCustomer ne '")) == Absent()


def test_an_export_is_found_for_its_own_customer(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The same purchase order number of another customer is another order.
    """
    exporter = exporter_of()
    step = Properties({"SoldToParty": "17100002"})
    _export(exporter, order_of(), properties=step)
    assert _find(exporter, order_of()) == Absent()
    assert _find(exporter, order_of(), properties=step) == Found({"sales_order": "1000000001"})


def test_what_earlier_exports_made_is_not_this_one(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A re-export has the same number; the sales orders that are known do not stand for it.
    """
    exporter = exporter_of()
    first = _export(exporter, order_of())
    assert _find(exporter, order_of(), accepted=(first,)) == Absent()
    _export(exporter, order_of())
    assert _find(exporter, order_of(), accepted=(first,)) == Found({"sales_order": "1000000002"})


def test_duplicates_are_told(exporter_of: ExporterOf, order_of: OrderOf) -> None:
    """
    Of several sales orders the oldest is the order's, and a person sees the others.
    """
    exporter = exporter_of()
    for _ in range(3):
        _export(exporter, order_of())
    expected = {"sales_order": "1000000001", "duplicates": "1000000002, 1000000003"}
    assert _find(exporter, order_of()) == Found(expected)


def test_after_a_lost_answer_the_order_is_found(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Unknown, then found: nobody needs to send it again.
    """
    exporter = exporter_of()
    simulator.plan(Answer(status=None, carried_out=True))
    with pytest.raises(UnknownOutcomeError):
        _export(exporter, order_of())
    assert _find(exporter, order_of()) == Found({"sales_order": "1000000001"})
