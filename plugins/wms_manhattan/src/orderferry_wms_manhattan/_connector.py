"""
The connector and its hooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define

from orderferry import (
    Absent,
    CannotTell,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    Finding,
    FindingState,
    Found,
    Order,
    Properties,
    SentExport,
    hookimpl,
)
from orderferry.errors import AuthenticationError, ExportError, InvalidOrderError, Problem
from orderferry.orders import Shipment
from orderferry_wms_manhattan._identity import Identity
from orderferry_wms_manhattan._mapping import identities, original_orders
from orderferry_wms_manhattan._parts import (
    completed_parts,
    new_records,
    result_of,
    send_parts,
)
from orderferry_wms_manhattan._service import OrderService, Record
from orderferry_wms_manhattan._settings import ManhattanSettings

__all__ = ["ManhattanConnector"]


@define(eq=False)
class ManhattanConnector(Connector):
    """
    Sends orders to `originalOrder/save`, one original order for each shipment.

    Attributes:
        settings: The tenant and its mapping.
    """

    Settings = ManhattanSettings
    hook_api = (1, 0)
    capabilities = Capabilities(records=True)

    settings: ManhattanSettings

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult | Sequence[ExportResult]:
        """
        Save the order as one original order, or as one for each of its shipments.

        All shipments are mapped before the first one is sent. Shipments that were accepted in an
        earlier attempt are not sent again; after the first attempt, the others are searched for
        before they are sent.

        Raises:
            orderferry.errors.ExportError: The kind depends on what is known of the outcome.
        """
        service = OrderService(self.settings, context)
        documents = {
            original_order.identity: original_order
            for original_order in original_orders(order, shipment, properties, self.settings)
        }
        parts = tuple(documents)
        if len(parts) == 1:
            saved = service.save(documents[parts[0]])
            return result_of(parts[0], saved.record, saved.message)

        def find(identity: Identity) -> Record | None:
            if context.attempt < 2:
                return None
            records = new_records(service.search(identity), context.accepted)
            return records[0] if records else None

        completed = completed_parts(parts, context.accepted)
        return send_parts(
            parts, completed, find, lambda identity: service.save(documents[identity])
        )

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties
    ) -> Document:
        """
        Render the body of the request that would be sent.

        Raises:
            orderferry.errors.InvalidOrderError: The order is invalid, or would be several requests.
        """
        documents = original_orders(order, shipment, properties, self.settings)
        if len(documents) > 1:
            ids = ", ".join(str(document.identity.shipment_id) for document in documents)
            raise InvalidOrderError(
                f"order {order.id} has {len(documents)} shipments, each with its own document",
                problems=[
                    Problem(
                        field="shipments",
                        value=ids,
                        cause="a document is that of one shipment",
                        remedy="select one with --shipment",
                    )
                ],
            )
        return Document(content=documents[0].content, media_type="application/json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent | CannotTell:
        """
        Search for the export by `OriginalOrderId`.

        An export of several shipments is found when all of them are; when some are missing, the
        export is absent, and its next attempt sends only those.

        Raises:
            orderferry.errors.ExportError: The search failed.
        """
        parts = identities(export.order, export.shipment, export.properties, self.settings)
        completed = completed_parts(parts, context.accepted) if len(parts) > 1 else {}
        service = OrderService(self.settings, context)
        remote_ids: dict[str, str] = {}
        for identity in parts:
            if identity.original_order_id in completed:
                continue
            records = new_records(service.search(identity), context.accepted)
            if not records:
                return Absent()
            if len(records) > 1:
                context.log.warning(
                    "several original orders with one id",
                    original_order=identity.original_order_id,
                    times=len(records),
                )
            suffix = f"[{identity.shipment_id}]" if len(parts) > 1 else ""
            ids = result_of(identity, records[0], "").remote_ids
            remote_ids.update({f"{kind}{suffix}": value for kind, value in ids.items()})
        return Found(remote_ids=remote_ids)

    @hookimpl
    def check(self, context: Context) -> Iterable[Finding]:
        """
        Sign in, and search for an order that does not exist.
        """
        settings = self.settings
        location = settings.location or settings.facility
        probe = Identity(
            original_order_id="orderferry-check",
            shipment_id=None,
            facility=settings.facility,
            organization=settings.organization,
            location=location,
        )
        try:
            OrderService(settings, context).search(probe)
        except AuthenticationError as error:
            return [Finding("sign in", FindingState.FAILED, _message(error))]
        except ExportError as error:
            return [Finding("reach the order service", FindingState.FAILED, _message(error))]
        place = f"organization {settings.organization}, location {location}"
        return [
            Finding("sign in", FindingState.PROVEN, f"token received ({settings.grant})"),
            Finding("reach the order service", FindingState.PROVEN, f"search succeeded, {place}"),
            Finding(
                "may save original orders",
                FindingState.NOT_PROVABLE,
                "Manhattan has no API for permissions; only a saved order proves it",
            ),
        ]


def _message(error: ExportError) -> str:
    return "; ".join((str(error), *(str(problem) for problem in error.problems)))
