"""
One export, or one order, with everything that is stored about it.

Only `orderferry exports show` and `orders show` import this module, because it imports rich.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from orderferry.cli._export_rows import export_notes, print_exports
from orderferry.cli._options import format_time
from orderferry.cli._table import console, print_indented
from orderferry.cli._text import printable
from orderferry.exports import Export, export_document, failure_document
from orderferry.orders import Order, order_document
from orderferry.storage import AttemptRecord, DocumentRecord, ExportDetails

__all__ = ["details_document", "print_details", "print_order"]


def details_document(details: ExportDetails) -> dict[str, Any]:
    """
    The export as a JSON object, with its attempts, documents and history.
    """
    history = order_document(Order(id="-", history=details.history)).get("history", [])
    return {
        **export_document(details.export),
        "predecessor": None if details.predecessor is None else str(details.predecessor),
        "attemptsMade": [
            {
                "number": attempt.number,
                "began": attempt.began,
                "durationMs": attempt.duration_ms,
                "state": attempt.state.value,
                "error": failure_document(attempt.failure),
            }
            for attempt in details.attempts
        ],
        "documents": [
            {
                "attempt": document.attempt,
                "began": document.began,
                "durationMs": document.duration_ms,
                "request": document.request,
                "response": document.response,
                "fault": document.fault,
            }
            for document in details.documents
        ],
        "history": history,
        "order": order_document(details.export.order),
    }


def print_details(details: ExportDetails) -> None:
    """
    Print an export, its attempts, its history, and its requests with their responses.
    """
    out = console()
    export = details.export
    key = export.key
    title = f"{key.operation} of order {key.order_id} to {key.reference} is {export.state}"
    print_indented(Text(printable(title), style="bold"), out, indent=0, hanging=2)
    for line in (*_facts(details), *export_notes(export)):
        hanging = 4 if line.startswith("- ") else 2
        print_indented(Text(line), out, indent=2, hanging=hanging)
    _print_section("Attempts", (_attempt_line(attempt) for attempt in details.attempts), out)
    _print_section(
        "History",
        (
            f"{format_time(event.timestamp)}  {_user_prefix(event.user)}{event.message}"
            for event in details.history
        ),
        out,
    )
    for document in details.documents:
        _print_document(document, out)


def _facts(details: ExportDetails) -> Iterator[str]:
    export = details.export
    yield f"id {export.key.id}"
    yield printable(
        f"created at status {export.key.status or '-'}, for version {export.key.version}"
    )
    yield f"created {format_time(export.created)}, changed {format_time(export.changed)}"
    if details.predecessor is not None:
        yield f"repeats export {details.predecessor}"


def _attempt_line(attempt: AttemptRecord) -> str:
    duration = "" if attempt.duration_ms is None else f" in {attempt.duration_ms} ms"
    failure = "" if attempt.failure is None else f": {attempt.failure}"
    return f"{attempt.number}. {format_time(attempt.began)}  {attempt.state}{duration}{failure}"


def _print_document(document: DocumentRecord, out: Console) -> None:
    duration = "" if document.duration_ms is None else f", {document.duration_ms} ms"
    title = f"Request of attempt {document.attempt} at {format_time(document.began)}{duration}"
    _print_text(title, document.request, out)
    if document.response is not None:
        _print_text("Response", document.response, out)
    if document.fault is not None:
        _print_text("No response", document.fault, out)


def _print_text(title: str, text: str, out: Console) -> None:
    out.print()
    out.print(Text(title, style="bold"))
    for line in text.splitlines():
        out.print(Text(f"  {printable(line)}"), soft_wrap=True)


def print_order(order: Order, exports: Sequence[Export]) -> None:
    """
    Print an order, its exports, its errors and its history.

    Args:
        exports: All exports of the order, in the order in which they were created.
    """
    out = console()
    parts = (
        f"order {order.id}",
        order.order_type and f"of type {order.order_type}",
        order.status and f"at status {order.status}",
        order.market_id and f"market {order.market_id}",
        None if order.version_id is None else f"version {order.version_id}",
    )
    title = ", ".join(part for part in parts if part)
    print_indented(Text(printable(title), style="bold"), out, indent=0, hanging=2)
    if exports:
        out.print()
        print_exports(exports, as_json=False)
    _print_section(
        "Errors",
        (
            f"{format_time(error.occurred)}  {error.key}"
            f"{f' {error.reference_id}' if error.reference_id else ''}: {error.message}"
            f"{f' ({error.status})' if error.status != 'New' else ''}"
            for error in order.errors
        ),
        out,
    )
    _print_section(
        "History",
        (
            f"{format_time(event.timestamp)}  {_user_prefix(event.user)}{event.message}"
            for event in order.history
        ),
        out,
    )


def _user_prefix(user: str | None) -> str:
    return f"{user}: " if user else ""


def _print_section(title: str, lines: Iterable[str], out: Console) -> None:
    lines = list(lines)
    if lines:
        out.print()
        out.print(Text(title, style="bold"))
    for line in lines:
        print_indented(Text(printable(line)), out, indent=2, hanging=4)
