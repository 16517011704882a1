"""
The connector that all broken ones extend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, frozen

from orderferry import (
    Absent,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    Finding,
    FindingState,
    Found,
    Order,
    Secret,
    SentExport,
    hookimpl,
)
from orderferry.connectors.http import BearerAuth, Response
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError
from orderferry.orders import write_json

__all__ = ["Account", "Good", "document"]


@frozen(kw_only=True)
class Account:
    """
    One account.
    """

    base_url: str
    token: Secret
    timeout_seconds: float = 30.0


def document(order: Order) -> bytes:
    """
    What the target is sent of an order.
    """
    lines = [{"article": each.code, "quantity": each.quantity} for each in order.lines]
    return write_json({"reference": order.id, "lines": lines})


@define(eq=False)
class Good(Connector):
    """
    Keeps every guarantee that it offers.
    """

    Settings = Account
    hook_api = (1, 0)
    capabilities = Capabilities(idempotent=True, records=True)

    settings: Account

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Create the order.
        """
        remote_id = self.create(document(order), context)
        return ExportResult(remote_ids={"order": remote_id}, message=f"created as {remote_id}")

    @hookimpl
    def preview_order(self, order: Order, context: Context) -> Document:
        """
        The body that would be sent.
        """
        return Document(document(order), "application/json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Search for the order's id.
        """
        for each in self.search(export.order.id, context):
            if each["reference"] == export.order.id:
                return Found(remote_ids={"order": each["id"]})
        return Absent()

    @hookimpl
    def check(self, context: Context) -> Sequence[Finding]:
        """
        Sign in and search.
        """
        try:
            self.search("check", context)
        except ExportError as error:
            return [Finding("search for orders", FindingState.FAILED, str(error))]
        return [Finding("search for orders", FindingState.PROVEN)]

    @hookimpl
    def cancel_order(self, order: Order, context: Context) -> ExportResult:
        """
        Cancel what was created.
        """
        remote_id = context.accepted[-1].remote_ids["order"]
        match self.request("DELETE", f"/orders/{remote_id}", context).json():
            case {"cancelled": str()}:
                return ExportResult(remote_ids={"order": remote_id}, message="cancelled")
        raise UnknownOutcomeError(f"order {remote_id} may be cancelled, and the target did not say")

    def create(self, content: bytes, context: Context) -> str:
        """
        Create an order, and give its id.
        """
        answer = self.post(content, self.headers(context), context)
        match answer.json():
            case {"id": str(remote_id)}:
                return remote_id
        raise UnknownOutcomeError(f"{answer.named()} gave no id: {answer.excerpt(200)}")

    def headers(self, context: Context) -> dict[str, str]:
        """
        What tells the target that it has an order already.
        """
        return {"Idempotency-Key": str(context.idempotency_key)}

    def post(self, content: bytes, headers: Mapping[str, str], context: Context) -> Response:
        """
        Post an order.
        """
        headers = {"Content-Type": "application/json", **headers}
        return self.request("POST", "/orders", context, content=content, headers=headers)

    def search(self, text: str, context: Context) -> list[dict[str, Any]]:
        """
        The orders whose reference holds a text.
        """
        answer = self.request("GET", "/orders", context, params={"reference": text})
        match answer.json():
            case {"orders": list(orders)}:
                return orders
        raise TransientError(f"{answer.named()} gave no list: {answer.excerpt(200)}")

    def request(
        self,
        method: str,
        path: str,
        context: Context,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Response:
        """
        Make a request, signed in.
        """
        return context.http.request(
            method,
            f"{self.settings.base_url}{path}",
            content=content,
            headers=headers,
            params=params,
            auth=BearerAuth(self.settings.token),
            timeout=self.settings.timeout_seconds,
        )
