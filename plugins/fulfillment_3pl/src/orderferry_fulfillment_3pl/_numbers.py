"""
What the connector remembers of its documents: control numbers, and how far each one came.

It is kept in the instance's own memory (`context.state`), so it holds between threads, processes
and restarts. Every attempt of one export finds the numbers of the first, so that what is sent
again is the same file byte for byte.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from orderferry.connectors import State
from orderferry_fulfillment_3pl._x12 import control_number

__all__ = ["Numbers", "Record", "Stage"]

KEPT = 200
"""Finished documents that are remembered."""

_COUNTER = "interchange"
_FINISHED = "finished"


class Stage(StrEnum):
    """
    How far a document came.
    """

    MADE = "made"
    RENAMING = "renaming"
    PUT = "put"


@frozen
class Record:
    """
    A document's control number and time, and its stage.

    Attributes:
        number: ISA13 and GS06.
        made: When its first attempt began, in UTC.
        stage: `MADE`: nothing of it was ever visible to the partner; `RENAMING`: it may be;
            `PUT`: the server said that it is.
    """

    number: int
    made: datetime
    stage: Stage = Stage.MADE

    def text(self) -> str:
        """
        The record as it is stored.
        """
        return f"{self.number} {self.made.isoformat()} {self.stage.value}"

    @classmethod
    def read(cls, text: str) -> Record:
        """
        A record from what was stored.

        Args:
            text: As `text` wrote it.
        """
        number, made, stage = text.split(" ")
        return cls(int(number), datetime.fromisoformat(made), Stage(stage))


@frozen
class Numbers:
    """
    The records of one instance.

    Attributes:
        state: The instance's memory.
    """

    state: State

    def find(self, document: str) -> Record | None:
        """
        The record of a document, or `None` where it has none (any more).

        Args:
            document: The document's name.
        """
        text = self.state.get(_key(document))
        return None if text is None else Record.read(text)

    def take(self, document: str, now: datetime) -> Record:
        """
        The record of a document, a new one with the next control number where it has none.

        Args:
            document: The document's name.
            now: When this attempt began, in UTC.
        """
        while (record := self.find(document)) is None:
            fresh = Record(control_number(self.state.next(_COUNTER)), now)
            if self.state.compare_and_set(_key(document), None, fresh.text()):
                return fresh
        return record

    def reach(self, document: str, record: Record, stage: Stage) -> Record:
        """
        Note that a document came further. Another process may have done so already.

        Args:
            document: The document's name.
            record: Its record.
            stage: How far it came.
        """
        reached = evolve(record, stage=stage)
        if reached != record:
            self.state.compare_and_set(_key(document), record.text(), reached.text())
            if stage is Stage.PUT:
                self._finish(document)
        return reached

    def _finish(self, document: str) -> None:
        """
        Forget the oldest finished documents, so that the memory does not grow for ever.
        """
        while True:
            before = self.state.get(_FINISHED)
            finished = [*json.loads(before or "[]"), document]
            kept = finished[-KEPT:]
            if self.state.compare_and_set(_FINISHED, before, json.dumps(kept)):
                break
        for each in finished[: len(finished) - len(kept)]:
            self.state.compare_and_set(_key(each), self.state.get(_key(each)), None)


def _key(document: str) -> str:
    return f"document:{document}"
