"""
Connectors that report the wrong outcome of an export.
"""

# ruff: noqa: D102 - the class's docstring describes the fault

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from orderferry import Absent, Capabilities, Context, ExportResult, Order, SentExport, hookimpl
from orderferry.connectors.http import Response
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)

from .good import Good, document

__all__ = [
    "AlwaysAccepts",
    "Duplicates",
    "IgnoresRetryAfter",
    "RejectsOn401",
    "RejectsOnServerError",
    "RetriesRefusals",
    "RetriesWrites",
    "SendsNoKey",
    "StatusIsEnough",
    "TimeoutIsTransient",
    "UnknownWhenRefused",
    "UntypedErrors",
    "WrongRemoteId",
]


class RetriesWrites(Good):
    """
    Sends the order again, with another idempotency key, when the first response is lost.
    """

    def post(self, content: bytes, headers: Mapping[str, str], context: Context) -> Response:
        try:
            return super().post(content, headers, context)
        except UnknownOutcomeError:
            return super().post(content, {"Idempotency-Key": uuid4().hex}, context)


class StatusIsEnough(Good):
    """
    Treats every JSON response with status 200 as a success, even one that reports an error.
    """

    def create(self, content: bytes, context: Context) -> str:
        response: dict[str, Any] = self.post(content, self.headers(context), context).json()
        return str(response.get("id", ""))


class AlwaysAccepts(Good):
    """
    Swallows every exception, and reports that the order was accepted.
    """

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        try:
            return ExportResult(remote_ids={"order": self.create(document(order), context)})
        except ExportError:
            return ExportResult(remote_ids={"order": order.id})


class TimeoutIsTransient(Good):
    """
    Reports a read timeout as transient: not received, safe to send again.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except UnknownOutcomeError as error:
            if context.time_left < 0.1:
                raise TransientError(str(error)) from None
            raise


class UnknownWhenRefused(Good):
    """
    Reports an unknown outcome when the port was closed and nothing was sent.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except TransientError as error:
            if "was not sent" in str(error):
                raise UnknownOutcomeError(str(error)) from None
            raise


class IgnoresRetryAfter(Good):
    """
    Does not report how long the target asks to wait (429 and 503 with Retry-After).
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except ThrottledError as error:
            raise ThrottledError(str(error)) from None


class RejectsOn401(Good):
    """
    Reports the order as rejected when authentication fails (401).
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except AuthenticationError as error:
            raise RejectedError(str(error)) from None


class RejectsOnServerError(Good):
    """
    Reports the order as rejected when the server fails (500, 502).
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except UnknownOutcomeError as error:
            if " answered 50" in str(error):
                raise RejectedError(str(error)) from None
            raise


class RetriesRefusals(Good):
    """
    Reports a rejection of the order (400, 409) as transient, so that it is sent again and again.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except RejectedError as error:
            raise TransientError(str(error)) from None


class UntypedErrors(Good):
    """
    Raises KeyError when the response has no id.
    """

    def create(self, content: bytes, context: Context) -> str:
        return str(self.post(content, self.headers(context), context).json()["id"])


class WrongRemoteId(Good):
    """
    Returns the order's own id instead of the id that the target assigned.
    """

    def create(self, content: bytes, context: Context) -> str:
        super().create(content, context)
        return context.key.partition("/")[0]


class Duplicates(Good):
    """
    Sends no idempotency key, and reports that the target does not have the order, for every order.
    """

    capabilities = Capabilities(records=True)

    def headers(self, context: Context) -> dict[str, str]:
        return {}

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Absent:
        self.search(export.order.id, context)
        return Absent()


class SendsNoKey(Good):
    """
    Declares that the target ignores a repeated idempotency key, but sends no key.
    """

    def headers(self, context: Context) -> dict[str, str]:
        return {}
