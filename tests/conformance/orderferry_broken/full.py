"""
A connector that implements every hook.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from decimal import Decimal

from orderferry import (
    Absent,
    Acknowledgement,
    Capabilities,
    Context,
    ExportResult,
    ExportState,
    Found,
    Order,
    PushedRequest,
    SentExport,
    hookimpl,
)
from orderferry.errors import AuthenticationError, UnknownOutcomeError
from orderferry.orders import Invoice, Payment, write_json

from .good import Good, document

__all__ = ["Full"]


class Full(Good):
    """
    Keeps every guarantee that it offers.
    """

    capabilities = Capabilities(idempotent=True, records=True, updates=True)

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Create the order, or change the one that the target already has.
        """
        if not context.accepted:
            remote_id = self.create(document(order), context)
            return ExportResult(remote_ids={"order": remote_id})
        remote_id = context.accepted[-1].remote_ids["order"]
        response = self.request("PUT", f"/orders/{remote_id}", context, content=document(order))
        if response.json() != {"id": remote_id}:
            raise UnknownOutcomeError(f"{response.named()} does not confirm the change")
        return ExportResult(remote_ids={"order": remote_id})

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Search for a new order; a change whose outcome is unknown is sent again.
        """
        return Absent() if context.accepted else super().find_export(export, context)

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        """
        Notify the target.
        """
        self.post_document("/saved", {"reference": order.id}, context)

    @hookimpl
    def export_payments(
        self, order: Order, payments: Sequence[Payment], context: Context
    ) -> ExportResult:
        """
        Send the payments.
        """
        total = sum((payment.amount or Decimal(0) for payment in payments), Decimal(0))
        content = {"reference": order.id, "amount": total}
        remote_id = self.post_document("/payments", content, context)
        return ExportResult(remote_ids={"payments": remote_id})

    @hookimpl
    def export_invoices(
        self, order: Order, invoices: Sequence[Invoice], context: Context
    ) -> ExportResult:
        """
        Send the invoices.
        """
        numbers = [invoice.invoice_number for invoice in invoices]
        content = {"reference": order.id, "invoices": numbers}
        remote_id = self.post_document("/invoices", content, context)
        return ExportResult(remote_ids={"invoices": remote_id})

    @hookimpl
    def acknowledgements(self, context: Context) -> Sequence[Acknowledgement]:
        """
        Report every order that the target has as acknowledged.
        """
        return [
            Acknowledgement(
                export=order["id"], state=ExportState.ACKNOWLEDGED, id=f"ack {order['id']}"
            )
            for order in self.search("", context)
        ]

    @hookimpl
    def receive(self, request: PushedRequest, context: Context) -> Sequence[Acknowledgement]:
        """
        Accept an acknowledgement that is signed with the token.
        """
        token = self.settings.token.reveal().encode()
        signature = hmac.new(token, request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers.get("signature", "")):
            raise AuthenticationError("the signature is invalid")
        content = json.loads(request.body)
        return [Acknowledgement(export=content["order"], state=ExportState.ACKNOWLEDGED)]

    def post_document(self, path: str, content: object, context: Context) -> str:
        """
        Post a document other than an order, and return its id.
        """
        headers = self.headers(context)
        body = write_json(content)
        response = self.request("POST", path, context, content=body, headers=headers)
        match response.json():
            case {"id": str(remote_id)}:
                return remote_id
        raise UnknownOutcomeError(f"{response.named()} has no id: {response.excerpt(200)}")
