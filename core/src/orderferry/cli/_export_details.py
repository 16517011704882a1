"""
One export with all that is known of it, for people and programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from orderferry.cli._export_rows import notes_of
from orderferry.cli._options import shown
from orderferry.cli._table import console, print_indented
from orderferry.cli._text import printable
from orderferry.exports import export_document, failure_document
from orderferry.orders import Order, order_document
from orderferry.storage import AttemptRecord, DocumentRecord, ExportDetails

__all__ = ["details_document", "print_details"]


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
                "number": each.number,
                "began": each.began,
                "durationMs": each.duration_ms,
                "state": each.state.value,
                "error": failure_document(each.failure),
            }
            for each in details.attempts
        ],
        "documents": [
            {
                "attempt": each.attempt,
                "began": each.began,
                "durationMs": each.duration_ms,
                "request": each.request,
                "response": each.response,
                "fault": each.fault,
            }
            for each in details.documents
        ],
        "history": history,
        "order": order_document(details.export.order),
    }


def print_details(details: ExportDetails) -> None:
    """
    Print the export for people.
    """
    out = console()
    export = details.export
    key = export.key
    title = f"{key.operation} of order {key.order_id} to {key.reference} is {export.state}"
    print_indented(Text(printable(title), style="bold"), out, indent=0, hanging=2)
    for line in (*_facts(details), *notes_of(export)):
        hanging = 4 if line.startswith("- ") else 2
        print_indented(Text(line), out, indent=2, hanging=hanging)
    _section("Attempts", (_attempt(each) for each in details.attempts), out)
    _section(
        "History",
        (f"{shown(each.timestamp)}  {_by(each.user)}{each.message}" for each in details.history),
        out,
    )
    for each in details.documents:
        _print_document(each, out)


def _facts(details: ExportDetails) -> Iterator[str]:
    key = details.export.key
    yield f"id {key.id}"
    yield printable(f"made at status {key.status or '-'}, of version {key.version}")
    yield f"made {shown(details.export.created)}, changed {shown(details.export.changed)}"
    if details.predecessor is not None:
        yield f"repeats export {details.predecessor}"


def _attempt(each: AttemptRecord) -> str:
    took = "" if each.duration_ms is None else f" in {each.duration_ms} ms"
    why = "" if each.failure is None else f": {each.failure}"
    return f"{each.number}. {shown(each.began)}  {each.state}{took}{why}"


def _by(user: str | None) -> str:
    return "" if user is None else f"{user}: "


def _section(name: str, lines: Iterable[str], out: Console) -> None:
    lines = list(lines)
    if lines:
        out.print()
        out.print(Text(name, style="bold"))
    for line in lines:
        print_indented(Text(printable(line)), out, indent=2, hanging=4)


def _print_document(each: DocumentRecord, out: Console) -> None:
    took = "" if each.duration_ms is None else f", {each.duration_ms} ms"
    title = f"Request of attempt {each.attempt} at {shown(each.began)}{took}"
    _text(title, each.request, out)
    if each.response is not None:
        _text("Answer", each.response, out)
    if each.fault is not None:
        _text("No answer", each.fault, out)


def _text(title: str, text: str, out: Console) -> None:
    out.print()
    out.print(Text(title, style="bold"))
    for line in text.splitlines():
        out.print(Text(f"  {printable(line)}"), soft_wrap=True)
