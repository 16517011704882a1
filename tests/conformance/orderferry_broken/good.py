"""
The connector that the broken ones extend.
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
    The settings: one account of the target.
    """

    base_url: str
    token: Secret
    timeout_seconds: float = 30.0


def document(order: Order) -> bytes:
    """
    The document that is sent for an order.
    """
    lines = [{"article": line.code, "quantity": line.quantity} for line in order.lines]
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
        Return the body that would be sent.
        """
        return Document(document(order), "application/json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Search for the order's id.
        """
        for match in self.search(export.order.id, context):
            if match["reference"] == export.order.id:
                return Found(remote_ids={"order": match["id"]})
        return Absent()

    @hookimpl
    def check(self, context: Context) -> Sequence[Finding]:
        """
        Authenticate and search.
        """
        try:
            self.search("check", context)
        except ExportError as error:
            return [Finding("search for orders", FindingState.FAILED, str(error))]
        return [Finding("search for orders", FindingState.PROVEN)]

    @hookimpl
    def cancel_order(self, order: Order, context: Context) -> ExportResult:
        """
        Cancel the order that was created.
        """
        remote_id = context.accepted[-1].remote_ids["order"]
        match self.request("DELETE", f"/orders/{remote_id}", context).json():
            case {"cancelled": str()}:
                return ExportResult(remote_ids={"order": remote_id}, message="cancelled")
        raise UnknownOutcomeError(f"the target did not confirm that order {remote_id} is cancelled")

    def create(self, content: bytes, context: Context) -> str:
        """
        Create an order, and return its id.
        """
        response = self.post(content, self.headers(context), context)
        match response.json():
            case {"id": str(remote_id)}:
                return remote_id
        raise UnknownOutcomeError(f"{response.named()} has no id: {response.excerpt(200)}")

    def headers(self, context: Context) -> dict[str, str]:
        """
        The idempotency key, by which the target recognizes a repeated request.
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
        Return the orders whose reference contains a text.
        """
        response = self.request("GET", "/orders", context, params={"reference": text})
        match response.json():
            case {"orders": list(orders)}:
                return orders
        raise TransientError(f"{response.named()} has no list of orders: {response.excerpt(200)}")

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
        Send a request with the account's token.
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
