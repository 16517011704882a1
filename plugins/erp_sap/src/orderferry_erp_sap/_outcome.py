"""
What an answer to a posted sales order means.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from attrs import evolve

from orderferry.connectors.http import Response
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    Problem,
    RejectedError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_erp_sap._errors import Refusal, refusal
from orderferry_erp_sap._payload import Entry

__all__ = ["created_number", "error_of"]

_PRECONDITION = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED})

_OUTDATED_REQUEST_ID = "/IWBEP/CM_COS/005"
"""An earlier request with this RequestID was processed (sapdatasheet.org, that message)."""


def created_number(response: Response) -> str:
    """
    The number of the sales order that SAP made.

    Raises:
        UnknownOutcomeError: The answer is a success, and names no sales order.
    """
    body = response.json()
    entity = body.get("d") if isinstance(body, dict) else None
    number = (
        cast("Mapping[str, object]", entity).get("SalesOrder") if isinstance(entity, dict) else 0
    )
    if not isinstance(number, str) or not number:
        raise UnknownOutcomeError(
            f"{response.named()} answered {response.status} without the number of a sales order;"
            " SAP may have made it"
        )
    return number


def _redacted(response: Response, problem: Problem) -> Problem:
    value = None if problem.value is None else response.shown(problem.value)
    return evolve(problem, cause=response.shown(problem.cause), value=value)


def _remedy(response: Response, read: Refusal) -> str:
    if response.headers.get("RepeatabilityResult", "").lower() == "unsupported":
        return "; SAP is not set up for repeatable requests: turn the setting repeatability off"
    if response.status in _PRECONDITION:
        return "; a precondition failed: the sales order was changed meanwhile"
    return "" if read.problems else "; look at the message in SAP's log /IWFND/ERROR_LOG"


def error_of(
    response: Response, root: Entry, what: str, transient_codes: tuple[str, ...]
) -> ExportError:
    """
    The error that a refusal means.

    Args:
        response: The answer, of a status from 400 to 499.
        root: What was sent.
        what: What messages call the order.
        transient_codes: Codes of SAP's messages that pass by themselves.
    """
    # Before it is cut: half a secret would not be known as one.
    read = refusal(response.shown(response.content.decode(errors="replace")).encode(), root)
    said = response.shown(read.message) or f"{response.status} {response.reason}"
    problems = [_redacted(response, problem) for problem in read.problems]
    if response.status == HTTPStatus.FORBIDDEN:
        if response.headers.get("x-csrf-token", "").lower() == "required":
            return AuthenticationError(
                f"SAP refused the CSRF token of sales order {what} twice: {said}; check that no"
                " proxy drops SAP's cookies"
            )
        return AuthenticationError(
            f"SAP does not let this user create sales order {what}: {said}; check the user's roles"
        )
    if read.codes & set(transient_codes):
        return TransientError(f"SAP could not take order {what} now: {said}", problems=problems)
    if _OUTDATED_REQUEST_ID in read.codes:
        return UnknownOutcomeError(f"SAP has processed order {what} before: {said}")
    return RejectedError(
        f"SAP refused order {what}: {said}{_remedy(response, read)}", problems=problems
    )
