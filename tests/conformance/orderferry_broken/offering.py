"""
Connectors that break a guarantee of an optional hook.
"""

# ruff: noqa: D102 - the class's docstring describes the fault

from __future__ import annotations

from collections.abc import Sequence

from orderferry import (
    Acknowledgement,
    Context,
    ExportResult,
    ExportState,
    Order,
    PushedRequest,
    hookimpl,
)
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError
from orderferry.orders import Invoice, Payment

from .full import Full
from .good import document

__all__ = [
    "AcknowledgesWhenAway",
    "BelievesAnybody",
    "FailsWhenSaved",
    "LosesPayments",
    "RepeatsInvoices",
    "UpdatesByCopies",
]


class UpdatesByCopies(Full):
    """
    Declares that the target updates orders, but creates another order each time.
    """

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        return ExportResult(remote_ids={"order": self.create(document(order), context)})


class FailsWhenSaved(Full):
    """
    Raises its own error from order_saved when the target cannot be reached.
    """

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        try:
            super().order_saved(order, context)
        except ExportError as error:
            raise RuntimeError("the target was not notified") from error


class LosesPayments(Full):
    """
    Reports payments as accepted when the target cannot be reached.
    """

    @hookimpl
    def export_payments(
        self, order: Order, payments: Sequence[Payment], context: Context
    ) -> ExportResult:
        try:
            return super().export_payments(order, payments, context)
        except TransientError:
            return ExportResult(message="sent")


class RepeatsInvoices(Full):
    """
    Reports that invoices may be sent again when the response to them is lost.
    """

    @hookimpl
    def export_invoices(
        self, order: Order, invoices: Sequence[Invoice], context: Context
    ) -> ExportResult:
        try:
            return super().export_invoices(order, invoices, context)
        except UnknownOutcomeError as error:
            raise TransientError(str(error)) from None


class AcknowledgesWhenAway(Full):
    """
    Reports no acknowledgements when the target cannot be reached.
    """

    @hookimpl
    def acknowledgements(self, context: Context) -> Sequence[Acknowledgement]:
        try:
            return super().acknowledgements(context)
        except ExportError:
            return []


class BelievesAnybody(Full):
    """
    Treats every pushed request as an acknowledgement, signed or not.
    """

    @hookimpl
    def receive(self, request: PushedRequest, context: Context) -> Sequence[Acknowledgement]:
        return [Acknowledgement(export="unknown", state=ExportState.ACKNOWLEDGED)]
