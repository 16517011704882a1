"""
Connectors that do not answer truly what they are asked beside sending.
"""

# ruff: noqa: D102 - a class says what is wrong with it

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
    Says of every order that the target does not have it.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Absent:
        self.search(export.order.id, context)
        return Absent()


class FindsWrongId(Good):
    """
    Finds an order, and tells the order's own id in place of the target's.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        found = super().find_export(export, context)
        return Found(remote_ids={"order": export.order.id}) if isinstance(found, Found) else found


class FindsAnother(Good):
    """
    Takes the first hit of the target's search, which also finds orders with similar ids.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        for each in self.search(export.order.id, context):
            return Found(remote_ids={"order": each["id"]})
        return Absent()


class FindsAnything(Good):
    """
    Says that the target has an order, whatever the target says.
    """

    def create(self, content: bytes, context: Context) -> str:
        self.search("", context)  # meets what closes connections, so that no order does
        return super().create(content, context)

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found:
        found = super().find_export(export, context)
        return found if isinstance(found, Found) else Found(remote_ids={"order": export.order.id})


class AbsentWhenAway(Good):
    """
    Says that the target does not have an order where the target could not be asked.
    """

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        try:
            return super().find_export(export, context)
        except ExportError:
            return Absent()


class CheckProvesAll(Good):
    """
    Says in its check that all is proven, also where the target refuses.
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
    Creates an order in its check, and leaves it at the target.
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
    Says that an order is cancelled, whatever the target says.
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
    Uses up a number of its own in each preview.
    """

    numbers: ClassVar[Iterator[int]] = count(1)

    @hookimpl
    def preview_order(self, order: Order, context: Context) -> Document:
        number = next(self.numbers)
        return Document(write_json({"reference": order.id, "number": number}), "application/json")
