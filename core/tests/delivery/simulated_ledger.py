"""
A ledger that holds each change to the table of states, and the owners of lanes that write to it.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from attrs import define, field

from orderferry.delivery._claim import Claimed
from orderferry.delivery._lease import Lease
from orderferry.delivery._senders import Outcome
from orderferry.exports import TAKEN, Export, ExportKey, Made, MemoryLedger, is_allowed

__all__ = ["CheckedLedger", "Owner"]


class CheckedLedger(MemoryLedger):
    """
    A ledger that holds each change to the table of states.
    """

    def __init__(self) -> None:
        super().__init__()
        self.accepted: Counter[ExportKey] = Counter()

    def change(self, export: Export, *, was: Export, made: Made | None = None) -> None:
        """
        Replace a row, and count how often it came to be accepted.
        """
        assert export.state is was.state or is_allowed(was.state, export.state)
        super().change(export, was=was, made=made)
        self.accepted[export.key] += export.state in TAKEN and was.state not in TAKEN


@define(eq=False)
class Owner:
    """
    Who runs a lane, and what only he knows.
    """

    fence: int
    lease: Lease
    todo: list[Claimed] = field(factory=list)
    done: list[Outcome] = field(factory=list)

    def has(self, export_id: UUID) -> bool:
        """
        Whether an export is in his hands.
        """
        ids = [claimed.export.key.id for claimed in self.todo]
        return export_id in [*ids, *(each.recorded.export.key.id for each in self.done)]
