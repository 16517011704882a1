"""
Connectors that are wrong about what became of an order.
"""

# ruff: noqa: D102 - a class says what is wrong with it

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
    Sends an order once more, under another key, where the answer to the first request was lost.
    """

    def post(self, content: bytes, headers: Mapping[str, str], context: Context) -> Response:
        try:
            return super().post(content, headers, context)
        except UnknownOutcomeError:
            return super().post(content, {"Idempotency-Key": uuid4().hex}, context)


class StatusIsEnough(Good):
    """
    Takes every JSON answer with status 200 for a success, also one that tells of an error.
    """

    def create(self, content: bytes, context: Context) -> str:
        told: dict[str, Any] = self.post(content, self.headers(context), context).json()
        return str(told.get("id", ""))


class AlwaysAccepts(Good):
    """
    Swallows every exception, and says that the order was accepted.
    """

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        try:
            return ExportResult(remote_ids={"order": self.create(document(order), context)})
        except ExportError:
            return ExportResult(remote_ids={"order": order.id})


class TimeoutIsTransient(Good):
    """
    Says after a read timeout that nothing was taken, and that it may be sent again.
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
    Says that an order may have been taken, where the port was closed and nothing was sent.
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
    Does not say how long the target asked to wait (429 and 503 with Retry-After).
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except ThrottledError as error:
            raise ThrottledError(str(error)) from None


class RejectsOn401(Good):
    """
    Calls an order rejected where the target refused the sign-in (401).
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except AuthenticationError as error:
            raise RejectedError(str(error)) from None


class RejectsOnServerError(Good):
    """
    Calls an order rejected where the server failed (500, 502).
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
    Calls a refusal of the order (400, 409) transient, so that it is sent again and again.
    """

    def create(self, content: bytes, context: Context) -> str:
        try:
            return super().create(content, context)
        except RejectedError as error:
            raise TransientError(str(error)) from None


class UntypedErrors(Good):
    """
    Lets a KeyError out where the answer has no id.
    """

    def create(self, content: bytes, context: Context) -> str:
        return str(self.post(content, self.headers(context), context).json()["id"])


class WrongRemoteId(Good):
    """
    Answers with the order's own id in place of the one that the target gave.
    """

    def create(self, content: bytes, context: Context) -> str:
        super().create(content, context)
        return context.key.partition("/")[0]


class Duplicates(Good):
    """
    Sends no idempotency key, and says of every order that the target does not have it.
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
    Declares that the target drops repeats of an idempotency key, and sends none.
    """

    def headers(self, context: Context) -> dict[str, str]:
        return {}
