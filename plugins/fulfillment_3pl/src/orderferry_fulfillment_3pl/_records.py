"""
The control number of each document, and how far its upload has progressed.

Both are stored in the instance's state (`context.state`), which threads, processes and restarts
share. Every attempt of one export finds the record of the first, so it sends the same bytes.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from orderferry.connectors import State
from orderferry_fulfillment_3pl._x12 import control_number

__all__ = ["Record", "Records", "Stage"]

MAX_FINISHED = 200
"""Number of finished documents whose records are kept."""

_COUNTER = "interchange"
_FINISHED = "finished"


class Stage(StrEnum):
    """
    How far the upload of a document has progressed.
    """

    MADE = "made"
    """The file was never visible to the partner."""
    RENAMING = "renaming"
    """The file may be visible to the partner."""
    PUT = "put"
    """The server has confirmed that the file is visible."""


@frozen
class Record:
    """
    A document's control number, creation time and stage.

    Attributes:
        number: ISA13 and GS06.
        created: When the first attempt began, in UTC.
        stage: How far the upload has progressed.
    """

    number: int
    created: datetime
    stage: Stage = Stage.MADE

    def serialize(self) -> str:
        """
        The record as text, for the instance's state.
        """
        return f"{self.number} {self.created.isoformat()} {self.stage.value}"

    @classmethod
    def parse(cls, text: str) -> Record:
        """
        Read a record from its text.

        Args:
            text: The text, as `serialize` returns it.
        """
        number, created, stage = text.split(" ")
        return cls(int(number), datetime.fromisoformat(created), Stage(stage))


@frozen
class Records:
    """
    The records of one instance's documents.

    Attributes:
        state: The instance's state.
    """

    state: State

    def find(self, document: str) -> Record | None:
        """
        The record of a document, or `None` if it has none or its record was removed.

        Args:
            document: The document's name.
        """
        text = self.state.get(_key(document))
        return None if text is None else Record.parse(text)

    def assign(self, document: str, now: datetime) -> Record:
        """
        The record of a document; a document without one is assigned the next control number.

        Args:
            document: The document's name.
            now: When this attempt began, in UTC.
        """
        while (record := self.find(document)) is None:
            record = Record(control_number(self.state.next(_COUNTER)), now)
            if self.state.compare_and_set(_key(document), None, record.serialize()):
                break
        return record

    def advance(self, document: str, record: Record, stage: Stage) -> Record:
        """
        Store that a document has reached a stage, unless another process has advanced it already.

        Args:
            document: The document's name.
            record: The document's record.
            stage: The stage.
        """
        advanced = evolve(record, stage=stage)
        if advanced != record:
            self.state.compare_and_set(_key(document), record.serialize(), advanced.serialize())
            if stage is Stage.PUT:
                self._finish(document)
        return advanced

    def _finish(self, document: str) -> None:
        """
        Remove the oldest finished records, so that the state does not grow without limit.
        """
        while True:
            before = self.state.get(_FINISHED)
            finished = [*json.loads(before or "[]"), document]
            recent = finished[-MAX_FINISHED:]
            if self.state.compare_and_set(_FINISHED, before, json.dumps(recent)):
                break
        for name in finished[: len(finished) - len(recent)]:
            self.state.compare_and_set(_key(name), self.state.get(_key(name)), None)


def _key(document: str) -> str:
    return f"document:{document}"
