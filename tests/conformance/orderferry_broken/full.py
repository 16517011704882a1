"""
A connector that offers whatever a connector can offer beside sending orders.
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
        Create the order, or change the one that is there.
        """
        if not context.accepted:
            remote_id = self.create(document(order), context)
            return ExportResult(remote_ids={"order": remote_id})
        remote_id = context.accepted[-1].remote_ids["order"]
        answer = self.request("PUT", f"/orders/{remote_id}", context, content=document(order))
        if answer.json() != {"id": remote_id}:
            raise UnknownOutcomeError(f"{answer.named()} did not say that it was changed")
        return ExportResult(remote_ids={"order": remote_id})

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Search for a new order; a change that may be lost is made once more.
        """
        return Absent() if context.accepted else super().find_export(export, context)

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        """
        Tell the target.
        """
        self.tell("/saved", {"reference": order.id}, context)

    @hookimpl
    def export_payments(
        self, order: Order, payments: Sequence[Payment], context: Context
    ) -> ExportResult:
        """
        Send the payments.
        """
        total = sum((each.amount or Decimal(0) for each in payments), Decimal(0))
        told = {"reference": order.id, "amount": total}
        return ExportResult(remote_ids={"payments": self.tell("/payments", told, context)})

    @hookimpl
    def export_invoices(
        self, order: Order, invoices: Sequence[Invoice], context: Context
    ) -> ExportResult:
        """
        Send the invoices.
        """
        told = {"reference": order.id, "invoices": [each.invoice_number for each in invoices]}
        return ExportResult(remote_ids={"invoices": self.tell("/invoices", told, context)})

    @hookimpl
    def acknowledgements(self, context: Context) -> Sequence[Acknowledgement]:
        """
        Each order that the target has is acknowledged.
        """
        return [
            Acknowledgement(
                export=each["id"], state=ExportState.ACKNOWLEDGED, id=f"ack {each['id']}"
            )
            for each in self.search("", context)
        ]

    @hookimpl
    def receive(self, request: PushedRequest, context: Context) -> Sequence[Acknowledgement]:
        """
        An acknowledgement that is signed with the token.
        """
        token = self.settings.token.reveal().encode()
        due = hmac.new(token, request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(due, request.headers.get("signature", "")):
            raise AuthenticationError("the signature does not hold")
        told = json.loads(request.body)
        return [Acknowledgement(export=told["order"], state=ExportState.ACKNOWLEDGED)]

    def tell(self, path: str, told: object, context: Context) -> str:
        """
        Post a document that is no order, and give its id.
        """
        headers = self.headers(context)
        answer = self.request("POST", path, context, content=write_json(told), headers=headers)
        match answer.json():
            case {"id": str(remote_id)}:
                return remote_id
        raise UnknownOutcomeError(f"{answer.named()} gave no id: {answer.excerpt(200)}")
