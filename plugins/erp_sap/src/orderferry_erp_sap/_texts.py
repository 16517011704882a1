"""
What people wrote on the order and its lines, as SAP's long texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.orders import LineItem, Order, OrderNote
from orderferry_erp_sap._payload import Entry
from orderferry_erp_sap._settings import SapSettings

__all__ = ["comment", "notes"]


def _text(entity: str, kind: str, language: str, paragraphs: Iterable[str]) -> Entry:
    text = "\n".join(paragraphs)
    return Entry(entity=entity, values={"Language": language, "LongTextID": kind, "LongText": text})


def _paragraph(note: OrderNote) -> str:
    return ": ".join(filter(None, (note.title, note.detail)))


def notes(order: Order, settings: SapSettings) -> tuple[Entry, ...]:
    """
    The order's notes, one text for each LongTextID: SAP holds one a language.

    Args:
        order: The order.
        settings: The instance's settings.
    """
    texts: dict[str, list[str]] = {}
    for kind, group in (
        (settings.public_note_text, order.public_order_notes),
        (settings.note_text, order.order_notes),
    ):
        paragraphs = [text for note in group if (text := _paragraph(note))]
        if kind and paragraphs:
            texts.setdefault(kind, []).extend(paragraphs)
    return tuple(
        _text("A_SalesOrderText", kind, settings.text_language, paragraphs)
        for kind, paragraphs in texts.items()
    )


def comment(line: LineItem, settings: SapSettings) -> tuple[Entry, ...]:
    """
    A line's comment.

    Args:
        line: The line.
        settings: The instance's settings.
    """
    if not line.comment or not settings.comment_text:
        return ()
    kind, language = settings.comment_text, settings.text_language
    return (_text("A_SalesOrderItemText", kind, language, (line.comment,)),)
