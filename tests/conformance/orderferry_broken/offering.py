"""
Connectors that break what they offer beside sending orders.
"""

# ruff: noqa: D102 - a class says what is wrong with it

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
    Declares that the target takes changes of an order, and creates another order each time.
    """

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        return ExportResult(remote_ids={"order": self.create(document(order), context)})


class FailsWhenSaved(Full):
    """
    Raises an error of its own where it is told of a saved order and the target is away.
    """

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        try:
            super().order_saved(order, context)
        except ExportError as error:
            raise RuntimeError("not told") from error


class LosesPayments(Full):
    """
    Says that payments were taken where the target was away.
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
    Says that invoices may be sent again where the answer to them was lost.
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
    Says that nothing is acknowledged where the target could not be asked.
    """

    @hookimpl
    def acknowledgements(self, context: Context) -> Sequence[Acknowledgement]:
        try:
            return super().acknowledgements(context)
        except ExportError:
            return []


class BelievesAnybody(Full):
    """
    Takes whatever is pushed to it for an acknowledgement, signed or not.
    """

    @hookimpl
    def receive(self, request: PushedRequest, context: Context) -> Sequence[Acknowledgement]:
        return [Acknowledgement(export="unknown", state=ExportState.ACKNOWLEDGED)]
