"""
The connector and its hooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from attrs import define, field

from orderferry import (
    Absent,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    Finding,
    Found,
    Order,
    Properties,
    SentExport,
    hookimpl,
)
from orderferry.errors import TransientError, UnknownOutcomeError
from orderferry.orders import Shipment
from orderferry_erp_sap._deep_insert import write
from orderferry_erp_sap._findings import findings
from orderferry_erp_sap._mapping import purchase_order_number, sales_order, sold_to_party
from orderferry_erp_sap._responses import created_number, error_of, warnings
from orderferry_erp_sap._service import Repeatability, SapService, literal
from orderferry_erp_sap._setting_checks import PURCHASE_ORDER
from orderferry_erp_sap._settings import SapSettings

__all__ = ["SapConnector"]

_MAX_RESULTS = 20


@define(eq=False)
class SapConnector(Connector):
    """
    SAP S/4HANA's sales orders over OData v2 (`API_SALES_ORDER_SRV`).

    Attributes:
        settings: The instance's settings.
    """

    Settings: ClassVar[type] = SapSettings
    hook_api: ClassVar[tuple[int, int]] = (1, 0)
    capabilities: ClassVar[Capabilities] = Capabilities(records=True)

    settings: SapSettings
    _service: SapService = field(init=False)

    @_service.default
    def _service_default(self) -> SapService:
        return SapService(self.settings)

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties
    ) -> Document:
        """
        Render the body of the deep insert.
        """
        root = sales_order(order, shipment, properties, self.settings)
        return Document(content=write(root), media_type="application/json")

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult:
        """
        Create a sales order of the shipment, or of the whole order.
        """
        settings = self.settings
        root = sales_order(order, shipment, properties, settings)
        number = purchase_order_number(order, shipment)
        repeats = Repeatability(context) if settings.repeatability else None
        headers = repeats.headers() if repeats is not None else {}
        response = self._service.create(context, write(root), headers)
        if not 200 <= response.status < 300:
            error = error_of(response, root, number, settings.transient_codes)
            if repeats is not None and not isinstance(error, UnknownOutcomeError):
                repeats.record_rejection()
            raise error
        sales_order_number = created_number(response)
        if repeats is not None:
            repeats.clear()
        texts = [response.shown(text) for text in warnings(response.headers.get("sap-message"))]
        message = f"SAP created sales order {sales_order_number}"
        return ExportResult(
            remote_ids={"sales_order": sales_order_number},
            message="; SAP warns: ".join(filter(None, (message, " ".join(texts)))),
            shipment_id=None if shipment is None else shipment.shipment_id,
            link=settings.link.replace("{sales_order}", sales_order_number)
            or self._service.entity_url(sales_order_number),
        )

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Query SAP for sales orders with the order's id as purchase order number.

        Sales orders that an earlier export of the order returned do not count. Of several sales
        orders the lowest number is the order's, and the others are `duplicates`.
        """
        conditions = {
            PURCHASE_ORDER: purchase_order_number(export.order, export.shipment),
            "SoldToParty": sold_to_party(export.order, export.properties, self.settings),
        }
        query = " and ".join(
            f"{name} eq {literal(value)}" for name, value in conditions.items() if value
        )
        response = self._service.get(
            context,
            "/A_SalesOrder",
            {
                "$filter": query,
                "$select": "SalesOrder",
                "$orderby": "SalesOrder",
                "$top": str(_MAX_RESULTS),
            },
        )
        earlier = {result.remote_ids.get("sales_order") for result in context.accepted}
        numbers = sorted(number for number in _numbers(response.json()) if number not in earlier)
        if not numbers:
            return Absent()
        first, *duplicates = numbers
        extra = {"duplicates": ", ".join(duplicates)} if duplicates else {}
        return Found(remote_ids={"sales_order": first, **extra})

    @hookimpl
    def check(self, context: Context) -> tuple[Finding, ...]:
        """
        Check whether the service is reached, authenticates, and accepts sales orders.
        """
        return tuple(findings(self._service, context))


def _numbers(body: object) -> Iterator[str]:
    """
    Read the numbers of the sales orders in the response to a query.

    Raises:
        TransientError: The response is not a list of sales orders.
    """
    data = body.get("d") if isinstance(body, dict) else None
    results = data.get("results") if isinstance(data, dict) else data
    if not isinstance(results, list):
        raise TransientError("SAP answered a query without a list of results")
    for entry in results:
        number = entry.get("SalesOrder") if isinstance(entry, dict) else None
        if not isinstance(number, str) or not number:
            raise TransientError("SAP answered a query with an entry that has no SalesOrder")
        yield number
