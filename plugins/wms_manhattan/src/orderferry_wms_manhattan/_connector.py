"""
The connector: orders to Manhattan Active Warehouse Management.
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
    accepted_already,
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
    Sends orders to `originalOrder/save`, one original order a shipment.

    Attributes:
        settings: The tenant, and its mapping.
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
        Save the order, or one original order for each of its shipments.

        All of it is mapped before any of it is sent. Of several shipments, those that an earlier
        attempt got accepted are not sent again; after a first attempt, the others are searched
        for before they are sent.

        Raises:
            orderferry.errors.ExportError: One of its kinds, by what is known of the outcome.
        """
        service = OrderService(self.settings, context)
        made = {
            each.identity: each
            for each in original_orders(order, shipment, properties, self.settings)
        }
        parts = tuple(made)
        if len(parts) == 1:
            saved = service.save(made[parts[0]])
            return result_of(parts[0], saved.record, saved.message)

        def found(identity: Identity) -> Record | None:
            if context.attempt < 2:
                return None
            fresh = new_records(service.search(identity), context.accepted)
            return fresh[0] if fresh else None

        done = accepted_already(parts, context.accepted)
        return send_parts(parts, done, found, lambda identity: service.save(made[identity]))

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties
    ) -> Document:
        """
        The body of the request that would be sent.

        Raises:
            orderferry.errors.InvalidOrderError: It cannot be sent, or would be several requests.
        """
        made = original_orders(order, shipment, properties, self.settings)
        if len(made) > 1:
            ids = ", ".join(str(each.identity.shipment_id) for each in made)
            raise InvalidOrderError(
                f"order {order.id} has {len(made)} shipments, and each is a document of its own",
                problems=[
                    Problem(
                        field="shipments",
                        value=ids,
                        cause="one must be chosen",
                        remedy="name one of them with --shipment",
                    )
                ],
            )
        return Document(content=made[0].content, media_type="application/json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent | CannotTell:
        """
        Search for the export by its `OriginalOrderId`s.

        Of several shipments, all must be there: with some, the export is absent as a whole, and
        its next attempt sends only what is missing.

        Raises:
            orderferry.errors.ExportError: The target could not be asked.
        """
        parts = identities(export.order, export.shipment, export.properties, self.settings)
        done = accepted_already(parts, context.accepted) if len(parts) > 1 else {}
        service = OrderService(self.settings, context)
        remote_ids: dict[str, str] = {}
        for identity in parts:
            if identity.original_order_id in done:
                continue
            fresh = new_records(service.search(identity), context.accepted)
            if not fresh:
                return Absent()
            if len(fresh) > 1:
                context.log.warning(
                    "original order stands more than once",
                    original_order=identity.original_order_id,
                    times=len(fresh),
                )
            place = f"[{identity.shipment_id}]" if len(parts) > 1 else ""
            ids = result_of(identity, fresh[0], "").remote_ids
            remote_ids.update({f"{kind}{place}": value for kind, value in ids.items()})
        return Found(remote_ids=remote_ids)

    @hookimpl
    def check(self, context: Context) -> Iterable[Finding]:
        """
        Sign in, and search for an order that is not there.
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
            return [Finding("sign in", FindingState.FAILED, _said(error))]
        except ExportError as error:
            return [Finding("reach the order service", FindingState.FAILED, _said(error))]
        where = f"organization {settings.organization}, location {location}"
        return [
            Finding("sign in", FindingState.PROVEN, f"a token was taken ({settings.grant})"),
            Finding("reach the order service", FindingState.PROVEN, f"a search answered, {where}"),
            Finding(
                "may save original orders",
                FindingState.NOT_PROVABLE,
                "Manhattan answers no question about permissions; only a saved order shows it",
            ),
        ]


def _said(error: ExportError) -> str:
    return "; ".join((str(error), *(str(problem) for problem in error.problems)))
