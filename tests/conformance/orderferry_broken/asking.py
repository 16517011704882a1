"""
Connectors that give wrong answers to find_export, check, preview_order and cancel_order.
"""

# ruff: noqa: D102 - the class's docstring describes the fault

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import ClassVar

from orderferry import (
    Absent,
    Context,
    Document,
    ExportResult,
    Finding,
    FindingState,
    Found,
    Order,
    SentExport,
    hookimpl,
)
from orderferry.errors import ExportError
from orderferry.orders import write_json

from .good import Good

__all__ = [
    "AbsentWhenAway",
    "AlwaysAbsent",
    "CancelsBlindly",
    "CheckProvesAll",
    "CheckWrites",
    "FindsAnother",
    "FindsAnything",
    "FindsWrongId",
    "PreviewCounts",
]


class AlwaysAbsent(Good):
    """
    Reports that the target does not have the order, for every order.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Absent:
        self.search(export.order.id, context)
        return Absent()


class FindsWrongId(Good):
    """
    Finds an order, but reports the order's own id instead of the target's.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        result = super().find_export(export, context)
        return Found(remote_ids={"order": export.order.id}) if isinstance(result, Found) else result


class FindsAnother(Good):
    """
    Uses the first result of the target's search, which also returns orders with similar ids.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        for match in self.search(export.order.id, context):
            return Found(remote_ids={"order": match["id"]})
        return Absent()


class FindsAnything(Good):
    """
    Reports that the target has the order, regardless of the target's response.
    """

    def create(self, content: bytes, context: Context) -> str:
        self.search("", context)  # so that a dropped connection affects no order
        return super().create(content, context)

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found:
        result = super().find_export(export, context)
        return result if isinstance(result, Found) else Found(remote_ids={"order": export.order.id})


class AbsentWhenAway(Good):
    """
    Reports that the target does not have the order when the target cannot be reached.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        try:
            return super().find_export(export, context)
        except ExportError:
            return Absent()


class CheckProvesAll(Good):
    """
    Reports every check as proven, even when the target rejects the request.
    """

    @hookimpl
    def check(self, context: Context) -> Sequence[Finding]:
        try:
            self.search("check", context)
        except ExportError:
            context.log.warning("the check failed")
        return [Finding("search for orders", FindingState.PROVEN)]


class CheckWrites(Good):
    """
    Creates an order during its check, and leaves it at the target.
    """

    @hookimpl
    def check(self, context: Context) -> Sequence[Finding]:
        try:
            self.create(write_json({"reference": "check"}), context)
        except ExportError as error:
            return [Finding("create orders", FindingState.FAILED, str(error))]
        return [Finding("create orders", FindingState.PROVEN)]


class CancelsBlindly(Good):
    """
    Reports that the order is cancelled, regardless of the target's response.
    """

    @hookimpl
    def cancel_order(self, order: Order, context: Context) -> ExportResult:
        remote_id = context.accepted[-1].remote_ids["order"]
        try:
            self.request("DELETE", f"/orders/{remote_id}", context)
        except ExportError:
            context.log.warning("not cancelled")
        return ExportResult(remote_ids={"order": remote_id}, message="cancelled")


class PreviewCounts(Good):
    """
    Consumes a number from its own sequence in each preview.
    """

    numbers: ClassVar[Iterator[int]] = count(1)

    @hookimpl
    def preview_order(self, order: Order, context: Context) -> Document:
        number = next(self.numbers)
        return Document(write_json({"reference": order.id, "number": number}), "application/json")
