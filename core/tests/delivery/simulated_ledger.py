"""
A ledger that checks its changes against the allowed transitions, and the owners of lanes.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from attrs import define, field

from orderferry.delivery._claim import Claim
from orderferry.delivery._lease import Lease
from orderferry.delivery._senders import Outcome
from orderferry.exports import RECEIVED, AttemptDetails, Export, ExportKey, MemoryLedger, is_allowed

__all__ = ["CheckedLedger", "Owner"]


class CheckedLedger(MemoryLedger):
    """
    A ledger that allows only the transitions of the table of states.
    """

    def __init__(self) -> None:
        super().__init__()
        self.accepted: Counter[ExportKey] = Counter()

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row, and count how often an export was accepted.
        """
        assert export.state is was.state or is_allowed(was.state, export.state)
        super().change(export, was=was, details=details)
        self.accepted[export.key] += export.state in RECEIVED and was.state not in RECEIVED


@define(eq=False)
class Owner:
    """
    The owner of a lane, with the claims and outcomes that only it knows.
    """

    fence: int
    lease: Lease
    claims: list[Claim] = field(factory=list)
    outcomes: list[Outcome] = field(factory=list)

    def has(self, export_id: UUID) -> bool:
        """
        Return whether the owner has a claim or an outcome of an export.
        """
        claimed = [claim.export.key.id for claim in self.claims]
        ended = [outcome.recorded.export.key.id for outcome in self.outcomes]
        return export_id in [*claimed, *ended]
