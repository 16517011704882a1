"""
How exports stand, for who waits for them.
"""

from __future__ import annotations

from uuid import uuid4

from orderferry.connectors import ExportState
from orderferry.exports import Operation, Origin
from orderferry.storage import Store, read_progress

from ..conftest import NOW, MakeExport


def test_an_export_stands_in_its_lane(store: Store, make_export: MakeExport) -> None:
    """
    With its state, its attempts, and when it is due; one that is not there is left out.
    """
    origin = Origin(step="ExportOrder", deferred=True)
    export = make_export(state=ExportState.RETRYING, attempts=2, due=NOW, origin=origin)
    store.add([export])

    found = read_progress(store, [export.key.id, uuid4()])

    assert [export.key.id] == list(found)
    standing = found[export.key.id]
    assert (ExportState.RETRYING, 2, NOW, "sap/main", False) == (
        standing.state,
        standing.attempts,
        standing.due,
        standing.lane,
        standing.is_awaited,
    )


def test_what_a_transition_awaits_is_told(store: Store, make_export: MakeExport) -> None:
    """
    It is not the lane's.
    """
    store.owner = "a process"
    export = make_export()
    store.add([export])

    assert read_progress(store, [export.key.id])[export.key.id].is_awaited


def test_what_holds_an_export_back_is_told(store: Store, make_export: MakeExport) -> None:
    """
    What ended badly holds nothing back, and nobody is held back from being told of an order.
    """
    dead = make_export(state=ExportState.DEAD, version="1")
    free = make_export(version="2", state=ExportState.RETRYING)
    later = make_export(version="3", state=ExportState.UNKNOWN)
    last = make_export(version="4")
    told = make_export(version="4", operation=Operation.ORDER_SAVED)
    made = [dead, free, later, last, told]
    store.add(made)

    found = read_progress(store, [each.key.id for each in made])

    assert [(False, False), (False, False), (False, True), (True, True), (False, False)] == [
        (found[each.key.id].behind_unknown, found[each.key.id].behind_retrying) for each in made
    ]


def test_many_are_looked_at_at_once(store: Store, make_export: MakeExport) -> None:
    """
    More than one statement may have arguments.
    """
    made = [make_export(order_id=f"W{number}") for number in range(1001)]
    store.add(made)

    assert {each.key.id for each in made} == set(
        read_progress(store, [each.key.id for each in made])
    )
