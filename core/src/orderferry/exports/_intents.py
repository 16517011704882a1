"""
An intent beside what the ledger has of the same export already.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from orderferry.connectors import ExportState
from orderferry.exports._export import Export, SkipCause

__all__ = ["Intent", "intend"]


@frozen(kw_only=True)
class Intent:
    """
    What is to be done for an intent.

    Attributes:
        export: The row that stands for it.
        was: The row as the ledger has it, or `None` where it is new.
        begins: Whether the row is to be delivered; otherwise its recorded state is the answer.
    """

    export: Export
    was: Export | None = None
    begins: bool = True


def intend(draft: Export, rows: Iterable[Export]) -> Intent:
    """
    Find out what an intent means beside earlier rows: a repeated transition never sends twice.

    `rejected` and `dead` rows are tried again, unless any part of them may have been taken; rows
    that were skipped because their workflow was cancelled get the next generation; all others
    give their recorded state.

    Args:
        draft: The intent, in state `queued` and generation 0.
        rows: All exports of its order, in the order made.
    """
    same = [row for row in rows if row.key.same_but_generation(draft.key)]
    if not same:
        return Intent(export=draft)
    last = max(same, key=lambda row: row.key.generation)
    failed = last.state in (ExportState.REJECTED, ExportState.DEAD)
    if failed and not last.accepted_parts and not last.unsettled:
        again = last.to(
            ExportState.QUEUED,
            draft.created,
            origin=evolve(draft.origin, again=draft.created),
            reason="the transition was repeated",
            due=None,
        )
        return Intent(export=again, was=last)
    if last.state is ExportState.SKIPPED and last.skip is SkipCause.WORKFLOW:
        reason = f"repeats export {last.key.id}, whose workflow was cancelled"
        return Intent(export=evolve(draft, key=last.key.again(), reason=reason))
    return Intent(export=last, was=last, begins=False)
