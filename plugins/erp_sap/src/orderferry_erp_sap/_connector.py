"""
The connector.
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

_MOST_FOUND = 20


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
        The body of the deep insert.
        """
        root = sales_order(order, shipment, properties, self.settings)
        return Document(content=write(root), media_type="application/json")

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult:
        """
        Create one sales order, of the shipment or of the whole order.
        """
        settings = self.settings
        root = sales_order(order, shipment, properties, settings)
        what = purchase_order_number(order, shipment)
        repeats = Repeatability(context) if settings.repeatability else None
        headers = repeats.headers() if repeats is not None else {}
        response = self._service.create(context, write(root), headers)
        if not 200 <= response.status < 300:
            error = error_of(response, root, what, settings.transient_codes)
            if repeats is not None and not isinstance(error, UnknownOutcomeError):
                repeats.refused()
            raise error
        number = created_number(response)
        if repeats is not None:
            repeats.accepted()
        warned = [response.shown(text) for text in warnings(response.headers.get("sap-message"))]
        message = f"SAP created sales order {number}"
        return ExportResult(
            remote_ids={"sales_order": number},
            message="; SAP warns: ".join(filter(None, (message, " ".join(warned)))),
            shipment_id=None if shipment is None else shipment.shipment_id,
            link=settings.link.replace("{sales_order}", number) or self._service.entity(number),
        )

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Ask SAP for sales orders with the order's id as purchase order number.

        What an earlier export of this instance was told to be its sales order is not this one's.
        Where there are several, the oldest number is the order's, the others are `duplicates`.
        """
        conditions = {
            PURCHASE_ORDER: purchase_order_number(export.order, export.shipment),
            "SoldToParty": sold_to_party(export.order, export.properties, self.settings),
        }
        query = " and ".join(f"{k} eq {literal(v)}" for k, v in conditions.items() if v)
        response = self._service.get(
            context,
            "/A_SalesOrder",
            {
                "$filter": query,
                "$select": "SalesOrder",
                "$orderby": "SalesOrder",
                "$top": str(_MOST_FOUND),
            },
        )
        known = {result.remote_ids.get("sales_order") for result in context.accepted}
        numbers = sorted(number for number in _numbers(response.json()) if number not in known)
        if not numbers:
            return Absent()
        first, *others = numbers
        duplicates = {"duplicates": ", ".join(others)} if others else {}
        return Found(remote_ids={"sales_order": first, **duplicates})

    @hookimpl
    def check(self, context: Context) -> tuple[Finding, ...]:
        """
        Whether the service is there, lets us in, gives a CSRF token, and takes sales orders.
        """
        return tuple(findings(self._service, context))


def _numbers(body: object) -> Iterator[str]:
    """
    The sales orders of a query's answer.

    Raises:
        TransientError: The answer is no such list.
    """
    data = body.get("d") if isinstance(body, dict) else None
    results = data.get("results") if isinstance(data, dict) else data
    if not isinstance(results, list):
        raise TransientError("SAP answered a query without a list of results")
    for each in results:
        number = each.get("SalesOrder") if isinstance(each, dict) else None
        if not isinstance(number, str) or not number:
            raise TransientError("SAP answered a query with an entry that has no SalesOrder")
        yield number
