"""
The ledger in memory, and the journal.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orderferry.connectors import ExportState
from orderferry.errors import ConflictError
from orderferry.exports import Journal, MemoryLedger

from .conftest import NOW, MakeExport


def test_intents_are_written_all_or_none(make_export: MakeExport) -> None:
    """
    One key that exists prevents all intents from being written.
    """
    ledger = MemoryLedger()
    ledger.add([make_export()])

    with pytest.raises(ConflictError, match="in the ledger already"):
        ledger.add([make_export(status="Ship"), make_export()])

    assert (make_export(),) == ledger.of_order("W1")


def test_exports_of_an_order_are_listed_in_the_order_made(make_export: MakeExport) -> None:
    """
    The exports of an order are returned in the order in which they were made.
    """
    ledger = MemoryLedger()
    rows = [make_export(status=status) for status in ("New", "Ship", "Completed")]

    ledger.add(rows)

    assert tuple(rows) == ledger.of_order("W1")
    assert rows[1] == ledger.find(rows[1].key.id)
    assert () == ledger.of_order("W2")


def test_only_one_of_many_claims_a_row(make_export: MakeExport) -> None:
    """
    Every other claim raises a ConflictError and sends nothing.
    """
    ledger = MemoryLedger()
    row = make_export()
    ledger.add([row])
    barrier = Barrier(8)

    def claim(number: int) -> bool:
        barrier.wait()
        try:
            ledger.change(row.to(ExportState.SENDING, NOW, attempts=number + 1), was=row)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(8)))

    assert 1 == sum(won)


def test_a_journal_returns_each_change_once(make_export: MakeExport) -> None:
    """
    A journal returns each change to the first caller only.
    """
    journal = Journal(MemoryLedger())
    row = make_export()
    sending = row.to(ExportState.SENDING, NOW)

    journal.add([row])
    journal.change(sending, was=row)

    assert ((row, sending),) == journal.take()
    assert () == journal.take()
    assert (sending,) == journal.of_order("W1")
    assert sending == journal.find(row.key.id)
