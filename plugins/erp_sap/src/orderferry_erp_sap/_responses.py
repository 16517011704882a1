"""
SAP's responses to a posted sales order: the number, the warnings, and the errors.

The body of an error is `{"error": {"code", "message": {"value"}, "innererror": {...}}}`, the inner
part with `transactionid` and `errordetails`, each of these with `code`, `message`, `propertyref`,
`severity`, `target`. Sources: SAP Gateway's documentation
(help.sap.com/saphelp_em92/helpdata/en/95/fd2651c294256ee10000000a445394/content.htm);
`errordetails` as a list, or as an object with `errordetail`, is seen in public client code; the
text "Property '...' at offset '...' has invalid value '...'" is that of SAP's KBA 3642265.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import cast

from attrs import evolve, frozen

from orderferry.connectors.http import Response
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    Problem,
    RejectedError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_erp_sap._deep_insert import Entry, json_value

__all__ = ["ErrorResponse", "created_number", "error_of", "read_error", "warnings"]

_ITEM_KEY = re.compile(r"SalesOrderItem='?0*(\d+)")
_ITEM_PLACE = re.compile(r"to_Item\[(\d+)\]")
_ITEM_TEXT = re.compile(r"\b[Ii]tem 0*(\d+)\b")
_PROPERTY_TEXT = re.compile(r"\bProperty ['\"](\w+)['\"]")
_VALUE_TEXT = re.compile(r"has invalid value '(.*)'", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MAX_QUOTED = 300
_PRECONDITION = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED})

_OUTDATED_REQUEST_ID = "/IWBEP/CM_COS/005"
"""An earlier request with this RequestID was processed (sapdatasheet.org, that message)."""


@frozen(kw_only=True)
class ErrorResponse:
    """
    An error of SAP.

    Attributes:
        message: SAP's message, with its code and the transaction id.
        codes: The codes of all messages.
        problems: A problem for each message.
    """

    message: str
    codes: frozenset[str]
    problems: tuple[Problem, ...]


@frozen(kw_only=True)
class _Message:
    code: str
    text: str
    target: str
    severity: str


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    if isinstance(value, dict):
        value = value.get("errordetail")
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def _message(raw: object) -> _Message:
    source = _object(raw)
    text = source.get("message")
    text = _object(text).get("value", "") if isinstance(text, dict) else text
    return _Message(
        code=str(source.get("code") or ""),
        text=str(text or "").strip(),
        target=str(source.get("target") or source.get("propertyref") or ""),
        severity=str(source.get("severity") or "error").lower(),
    )


def _messages(error: Mapping[str, object]) -> tuple[_Message, ...]:
    """
    Return the messages that explain an error: the details that are errors, else the head.

    SAP repeats a message, without a target, for each exception that it passed through.
    """
    head = _message(error)
    details = [
        _message(detail) for detail in _list(_object(error.get("innererror")).get("errordetails"))
    ]
    errors = [item for item in details if item.severity in ("error", "abort") and item.text]
    targeted = {message.text for message in errors if message.target}
    unique: dict[tuple[str, str], _Message] = {}
    for message in errors or [head]:
        if message.target or message.text not in targeted:
            unique.setdefault((message.text, message.target), message)
    return tuple(unique.values())


def _field(message: _Message) -> str | None:
    last = message.target.rstrip("/").rpartition("/")[2]
    if re.fullmatch(r"[A-Z]\w*", last) and not last.startswith("A_"):
        return last
    match = _PROPERTY_TEXT.search(message.text)
    return match[1] if match else None


def _item_number(message: _Message, items: tuple[Entry, ...]) -> str | None:
    place = _ITEM_PLACE.search(message.target)
    if place is not None and int(place[1]) < len(items):
        return str(items[int(place[1])].values["SalesOrderItem"])
    match = _ITEM_KEY.search(message.target) or _ITEM_TEXT.search(message.text)
    return match[1] if match else None


def _places(
    root: Entry, field: str | None, number: str | None, line: str | None
) -> Iterator[tuple[str, str | None]]:
    """
    Yield the values of a field in the deep insert, as they were sent, with their lines.
    """
    if field is None:
        return
    for entry, owner in root.walk():
        if field in entry.values and (number is None or owner == line):
            yield str(json_value(entry.values[field])), owner


def _problem(message: _Message, root: Entry) -> Problem:
    items = root.children.get("to_Item", ())
    field, number = _field(message), _item_number(message, items)
    line = next((item.line for item in items if item.values["SalesOrderItem"] == number), None)
    number = number if line is not None else None
    places = list(_places(root, field, number, line))
    match = _VALUE_TEXT.search(message.text)
    value = match[1] if match else None
    if value is not None:
        places = [place for place in places if place[0] == value] or places
    if len(set(places)) == 1:
        value, line = places[0]
    return Problem(
        line_item_id=line,
        field=field,
        value=value,
        cause=message.text or "no reason given",
        code=message.code or None,
    )


def _plain_text(content: bytes) -> str:
    text = " ".join(_TAG.sub(" ", content.decode(errors="replace")).split())
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."


def read_error(content: bytes, root: Entry | None = None) -> ErrorResponse:
    """
    Read the body of an error response.

    Args:
        content: The body, in SAP's format or any other.
        root: The deep insert that was sent, to trace fields to lines.
    """
    try:
        body = _object(json.loads(content))
    except (ValueError, RecursionError):
        body = {}
    error = _object(body.get("error"))
    if not error:
        return ErrorResponse(message=_plain_text(content), codes=frozenset(), problems=())
    messages = _messages(error)
    head = _message(error)
    transaction = _object(error.get("innererror")).get("transactionid")
    marks = ", ".join(
        filter(None, (head.code, f"transaction {transaction}" if transaction else ""))
    )
    text = head.text or "no reason given"
    return ErrorResponse(
        message=f"{text} ({marks})" if marks else text,
        codes=frozenset(message.code for message in (head, *messages) if message.code),
        problems=() if root is None else tuple(_problem(message, root) for message in messages),
    )


def warnings(header: str | None) -> tuple[str, ...]:
    """
    Read the warnings of a successful response, in its header `sap-message`.

    Source: SAP Gateway, "Map Message Container to Message Protocol Format"
    (help.sap.com/saphelp_gateway20sp12/helpdata/en/b0/469552f4c93258e10000000a423f68/content.htm).

    Args:
        header: The header's value, or `None` if it is missing.
    """
    try:
        source = _object(json.loads(header or "{}"))
    except (ValueError, RecursionError):
        return ()
    details = source.get("details")
    raw = [source, *(details if isinstance(details, list) else [])]
    messages = [_message(entry) for entry in raw]
    return tuple(
        dict.fromkeys(m.text for m in messages if m.text and m.severity in ("warning", "error"))
    )


def created_number(response: Response) -> str:
    """
    Return the number of the sales order that SAP created.

    Raises:
        UnknownOutcomeError: The response is successful, but has no number.
    """
    body = response.json()
    entity = body.get("d") if isinstance(body, dict) else None
    number = (
        cast("Mapping[str, object]", entity).get("SalesOrder") if isinstance(entity, dict) else 0
    )
    if not isinstance(number, str) or not number:
        raise UnknownOutcomeError(
            f"{response.named()} answered {response.status} without the number of a sales order;"
            " SAP may have created it"
        )
    return number


def _redacted(response: Response, problem: Problem) -> Problem:
    value = None if problem.value is None else response.shown(problem.value)
    return evolve(problem, cause=response.shown(problem.cause), value=value)


def _remedy(response: Response, error: ErrorResponse) -> str:
    if response.headers.get("RepeatabilityResult", "").lower() == "unsupported":
        return "; SAP does not support repeatable requests: set repeatability to false"
    if response.status in _PRECONDITION:
        return "; a precondition failed: the sales order was changed meanwhile"
    return "" if error.problems else "; see the message in SAP's log /IWFND/ERROR_LOG"


def error_of(
    response: Response, root: Entry, number: str, transient_codes: tuple[str, ...]
) -> ExportError:
    """
    Return the error of a response.

    Args:
        response: The response, with a status from 400 to 499.
        root: The deep insert that was sent.
        number: The purchase order number, by which messages name the order.
        transient_codes: Codes of SAP's messages that are transient.
    """
    # Secrets are hidden before the text is cut: part of a secret would not be recognized.
    error = read_error(response.shown(response.content.decode(errors="replace")).encode(), root)
    message = response.shown(error.message) or f"{response.status} {response.reason}"
    problems = [_redacted(response, problem) for problem in error.problems]
    if response.status == HTTPStatus.FORBIDDEN:
        if response.headers.get("x-csrf-token", "").lower() == "required":
            return AuthenticationError(
                f"SAP rejected the CSRF token of sales order {number} twice: {message}; check that"
                " no proxy drops SAP's cookies"
            )
        return AuthenticationError(
            f"SAP does not allow this user to create sales order {number}: {message}; check the"
            " user's roles"
        )
    if error.codes & set(transient_codes):
        return TransientError(
            f"SAP cannot process order {number} now: {message}", problems=problems
        )
    if _OUTDATED_REQUEST_ID in error.codes:
        return UnknownOutcomeError(f"SAP has processed order {number} before: {message}")
    return RejectedError(
        f"SAP rejected order {number}: {message}{_remedy(response, error)}", problems=problems
    )
