"""
Attempts, and what was said in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from orderferry.exports import Export, Made
from orderferry.storage._many import insert_many
from orderferry.storage._tables import attempts, documents
from orderferry.storage._values import failure_text

__all__ = ["add_attempts"]


def add_attempts(connection: Connection, made: Sequence[tuple[Export, Export, Made]]) -> None:
    """
    Keep attempts: each with the export after it, and as it was while it was under way.
    """
    insert_many(connection, attempts, [_attempt(*each) for each in made])
    insert_many(connection, documents, [row for each in made for row in _documents(*each)])


def _attempt(export: Export, was: Export, made: Made) -> dict[str, Any]:
    return {
        "export_id": export.key.id_text,
        "number": was.attempts,
        "began": made.began,
        "duration_ms": export.duration_ms,
        "state": export.state.value,
        "failure": failure_text(export.failure),
    }


def _documents(export: Export, was: Export, made: Made) -> Iterator[dict[str, Any]]:
    for exchange in made.exchanges:
        yield {
            "export_id": export.key.id_text,
            "attempt": was.attempts,
            "request": exchange.request,
            "response": exchange.response,
            "fault": exchange.fault,
            "began": exchange.began,
            "duration_ms": None if exchange.seconds is None else round(exchange.seconds * 1000),
        }
