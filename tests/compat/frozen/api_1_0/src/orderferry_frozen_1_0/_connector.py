"""
The connector: every hook of API 1.0, with all of its arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import define

from orderferry import (
    Absent,
    Acknowledgement,
    CannotTell,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    ExportState,
    Finding,
    FindingState,
    Found,
    Order,
    Properties,
    PushedRequest,
    SentExport,
    ShippedLine,
    hookimpl,
    read_order,
)
from orderferry.connectors import InstanceName, Log, NoSettings, State
from orderferry.connectors.http import BoundClient, Headers, Response, error_for
from orderferry.errors import AuthenticationError, Problem, TransientError
from orderferry.orders import Invoice, Payment, Shipment
from orderferry_frozen_1_0._documents import invoice_document, order_document, payment_document
from orderferry_frozen_1_0._settings import FrozenSettings
from orderferry_frozen_1_0._trouble import raise_asked_for

__all__ = ["FrozenConnector"]


@define(eq=False)
class FrozenConnector(Connector):
    """
    Posts orders as JSON.
    """

    Settings = FrozenSettings
    hook_api = (1, 0)
    capabilities = Capabilities(updates=False, idempotent=False, records=True)

    settings: FrozenSettings

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult | Sequence[ExportResult]:
        raise_asked_for(properties)
        answer = self._post(context, "orders", order_document(order, shipment, properties))
        ids = {"order": str(answer["id"])}
        link = f"{self.settings.base_url}/orders/{answer['id']}"
        whole = ExportResult(
            remote_ids=ids,
            message="created",
            state=ExportState.ACCEPTED,
            problems=(),
            shipment_id=shipment.shipment_id if shipment else None,
            link=link,
        )
        return [whole] if properties.get("split") else whole

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        self._post(context, "saved", json.dumps({"id": order.id}).encode())

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Document:
        context.state.next("preview")
        content = order_document(order, shipment, properties)
        return Document(content=content, media_type="application/json", filename="order.json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent | CannotTell:
        if export.requested is None or export.key != context.key:
            return CannotTell(reason="nothing was sent")
        found = self._get(context, f"orders?id={export.order.id}")
        raise_asked_for(export.properties)
        if not found:
            return Absent()
        return Found(remote_ids={"order": str(found[0]["id"])}, state=ExportState.ACCEPTED)

    @hookimpl
    def check(self, context: Context) -> Iterable[Finding]:
        yield Finding(what="signs in", state=FindingState.PROVEN, detail=context.instance.id)
        health = self._get(context, "health")
        yield Finding("may write", FindingState.PROVEN if health["write"] else FindingState.FAILED)
        yield Finding("may cancel", FindingState.NOT_PROVABLE, "there is no question for it")

    @hookimpl
    def acknowledgements(self, context: Context) -> Iterable[Acknowledgement]:
        state: State = context.state
        since = state.get("since")
        for told in self._get(context, f"acknowledgements?since={since or 0}"):
            yield self._acknowledgement(told)
        assert state.compare_and_set("since", since, str(state.next("polls")))

    @hookimpl
    def receive(self, request: PushedRequest, context: Context) -> Iterable[Acknowledgement]:
        if request.headers.get("x-signature") != self.settings.token.reveal():
            raise AuthenticationError("the signature does not hold")
        context.log.info("pushed", method=request.method, path=request.path)
        return [self._acknowledgement(told) for told in json.loads(request.body)]

    @hookimpl
    def cancel_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult:
        for each in context.accepted:
            context.http.delete(
                f"{self.settings.base_url}/orders/{each.remote_ids['order']}",
                auth=self.settings.auth,
            )
        return ExportResult({"cancellation": f"C-{order.id}"}, "cancelled")

    @hookimpl
    def export_payments(
        self,
        order: Order,
        shipment: Shipment | None,
        payments: Sequence[Payment],
        properties: Properties,
        context: Context,
    ) -> ExportResult:
        body = json.dumps([payment_document(each) for each in payments]).encode()
        return ExportResult({"payments": str(self._post(context, "payments", body)["id"])})

    @hookimpl
    def export_invoices(
        self,
        order: Order,
        shipment: Shipment | None,
        invoices: Sequence[Invoice],
        properties: Properties,
        context: Context,
    ) -> ExportResult:
        body = json.dumps([invoice_document(each) for each in invoices]).encode()
        return ExportResult({"invoices": str(self._post(context, "invoices", body)["id"])})

    def _post(self, context: Context, what: str, body: bytes) -> dict[str, object]:
        """
        One write, with all that the context offers for it.
        """
        name: InstanceName = context.instance
        log: Log = context.log
        log.debug("post", what=what, instance=str(name), connector=name.connector, id=name.id)
        if context.time_left <= 0:
            raise TransientError("no time is left")
        http: BoundClient = context.http
        response: Response = http.post(
            f"{self.settings.base_url}/{what}",
            content=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": str(context.idempotency_key),
                "X-Attempt": str(context.attempt),
                "X-Now": context.now.isoformat(),
            },
            auth=self.settings.auth,
            tls=self.settings.tls,
            accept=range(200, 500),
        )
        headers: Headers = response.headers
        if response.status >= 400:
            log.warning("refused", status=response.status, media_type=response.media_type)
            raise error_for(response)
        assert headers.get("content-type") is not None
        context.record(f"took {what}", response.text)
        answer: dict[str, object] = response.json()
        return answer

    def _get(self, context: Context, what: str) -> list[dict[str, object]] | dict[str, object]:
        response = context.http.get(
            f"{self.settings.base_url}/{what}", auth=self.settings.auth, timeout=5.0
        )
        return response.json()

    def _acknowledgement(self, told: dict[str, object]) -> Acknowledgement:
        lines = [
            ShippedLine(line_item_id=str(line), quantity=Decimal(1), code="A")
            for line in told.get("lines", ())
        ]
        refused = [Problem(cause=str(each)) for each in told.get("refused", ())]
        return Acknowledgement(
            export=str(told["export"]),
            state=ExportState.REJECTED if refused else ExportState.ACKNOWLEDGED,
            problems=refused,
            shipped=lines,
            tracking=["T1"],
            id=str(told["id"]),
        )


@define(eq=False)
class PlainConnector(Connector):
    """
    The least there can be: no settings, no declarations, one hook with one argument.
    """

    settings: NoSettings

    @hookimpl
    def export_order(self, order: Order) -> ExportResult:
        return ExportResult(remote_ids={"order": read_order(b'{"id": "P"}').id + order.id})
