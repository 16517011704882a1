"""
Orders with their errors and their history.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.event import listen

from core.tests.effort import examples
from orderferry.errors import ConflictError
from orderferry.exports import (
    AddEvent,
    ClearErrors,
    OrderChange,
    SetError,
    SetStatus,
    apply_changes,
)
from orderferry.orders import (
    EntityError,
    ErrorStatus,
    HistoryEvent,
    Order,
    order_document,
    read_order,
    write_json,
)
from orderferry.storage import Store

from .conftest import NOW

FULL = """
{"id": "W1", "orderType": "Online", "status": "New", "versionId": 7, "marketId": "NOR",
 "ours": {"deep": [1, 2.50, null, true, {"ø": "\\u0001\\"'\\\\}"}]},
 "orderForm": {"lineItems": [
   {"lineItemId": "1", "code": "TG11", "quantity": 0.10, "placedPrice": 12345678901234567890.12,
    "mine": {"weight": 1E+2, "exact": 0.1000000000000000000000000001}}]},
 "errors": [{"key": "ExportOrder", "referenceId": "sap/main", "message": "said no", "unit": "x"}],
 "history": [{"timestamp": "2026-11-24T10:00:00+01:00", "category": "Host", "message": "made"}]}
"""


def event(message: str) -> HistoryEvent:
    """
    Make an event with a message.
    """
    return HistoryEvent(timestamp=NOW, category="Workflow", message=message)


def save(store: Store, order: Order, *, revision: int = 0, came_in: str = "d1") -> None:
    """
    Save an order in a transaction of its own.
    """
    with store.transaction() as batch:
        batch.orders.save(order, revision=revision, came_in=came_in, now=NOW)


def apply(store: Store, order_id: str, *changes: OrderChange) -> Order:
    """
    Apply changes in a transaction of their own, and read the order.
    """
    with store.transaction() as batch:
        batch.orders.apply(order_id, changes)
    stored = store.read(order_id)
    assert stored is not None
    return stored.order


def test_an_order_is_read_as_it_was_saved(store: Store) -> None:
    """
    An order keeps its unknown fields at every level, and each digit of each number.
    """
    order = read_order(FULL)
    save(store, order)

    stored = store.read("W1")
    assert stored is not None
    assert order == stored.order
    assert write_json(order_document(order)) == write_json(order_document(stored.order))
    assert 1 == stored.revision
    assert "d1" == stored.digest
    (line,) = stored.order.order_form.line_items
    assert "0.10" == str(line.quantity)
    assert Decimal("12345678901234567890.12") == line.placed_price


def test_an_order_that_is_not_stored_is_none(store: Store) -> None:
    """
    Reading an order that is not stored returns `None`, and is no error.
    """
    assert None is store.read("W404")


def test_a_save_replaces_the_document_but_no_errors_and_no_history(store: Store) -> None:
    """
    Saving an order that is stored keeps the stored errors and history, and ignores those it has.
    """
    order = read_order(FULL)
    save(store, order)
    later = evolve(
        order,
        status="Completed",
        version_id=8,
        market_id=None,
        extra={},
        errors=(),
        history=(event("from outside"),),
    )
    save(store, later, revision=1, came_in="d2")

    stored = store.read("W1")
    assert stored is not None
    assert evolve(later, errors=order.errors, history=order.history) == stored.order
    assert 2 == stored.revision
    assert "d2" == stored.digest


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_a_save_at_another_revision_is_a_conflict(store: Store, revision: int) -> None:
    """
    A save that is a conflict writes nothing, and lets the transaction continue.
    """
    save(store, Order(id="W1", status="New"))
    save(store, Order(id="W1", status="Ship"), revision=1)

    with store.transaction() as batch:
        with pytest.raises(ConflictError, match="order W1 was"):
            batch.orders.save(
                Order(id="W1", status="Lost"), revision=revision, came_in="x", now=NOW
            )
        batch.orders.apply("W1", [AddEvent(event("after the conflict"))])

    stored = store.read("W1")
    assert stored is not None
    assert "Ship" == stored.order.status
    assert 2 == stored.revision
    assert "d1" == stored.digest
    assert ["after the conflict"] == [entry.message for entry in stored.order.history]


def test_events_are_read_in_the_order_in_which_they_were_added(store: Store) -> None:
    """
    Events keep their order, even if many are added in one transaction.
    """
    save(store, Order(id="W1"))
    apply(store, "W1", *(AddEvent(event(str(n))) for n in range(30)))
    order = apply(store, "W1", AddEvent(event("last")))
    assert [*map(str, range(30)), "last"] == [entry.message for entry in order.history]


def test_success_clears_the_error_and_its_not_found_and_nothing_else(store: Store) -> None:
    """
    Errors of other instances, of other steps and solved errors stay when a success clears an error.
    """
    save(store, Order(id="W1"))
    cleared = EntityError(key="ExportOrder", reference_id="sap/main")
    not_found = EntityError(key="ExportOrder", reference_id="sap", not_found="not configured")
    remaining = (
        EntityError(key="ExportOrder", reference_id="wms/main"),
        EntityError(key="ExportOrder", reference_id="sap/main", status=ErrorStatus.SOLVED),
        EntityError(key="ExportInvoices", reference_id="sap/main"),
        EntityError(key="ExportOrder"),
    )
    apply(store, "W1", *(SetError(error) for error in (cleared, *remaining, not_found)))
    order = apply(store, "W1", ClearErrors("ExportOrder", "sap/main", ("sap",)))
    assert remaining == order.errors


def test_a_new_error_replaces_the_open_one_of_the_same_reference(store: Store) -> None:
    """
    An order has one open error for each key and reference, and the newest one is last.
    """
    save(store, Order(id="W1"))
    first = EntityError(key="ExportOrder", reference_id="sap/main", message="first")
    unrelated = EntityError(key="ExportOrder", reference_id="wms/main")
    second = evolve(first, message="second", occurred=NOW)
    order = apply(store, "W1", SetError(first), SetError(unrelated), SetError(second))
    assert (unrelated, second) == order.errors


@pytest.mark.parametrize(
    ("only_from", "status", "revision"), [(None, "Held", 2), ("New", "Held", 2), ("Ship", "New", 1)]
)
def test_a_status_is_set_only_from_the_expected_status(
    store: Store, only_from: str | None, status: str, revision: int
) -> None:
    """
    Setting a status increments the revision, so that a save of the earlier revision is a conflict.
    """
    save(store, Order(id="W1", status="New"))
    apply(store, "W1", SetStatus("Held", only_from))
    stored = store.read("W1")
    assert stored is not None
    assert status == stored.order.status
    assert revision == stored.revision


def test_several_orders_are_changed_in_the_sequence_of_their_ids(store: Store) -> None:
    """
    Orders are always changed in one sequence, so that two lanes cannot deadlock.
    """
    for name in "ABC":
        save(store, Order(id=name))
    changed: list[str] = []

    def record(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        if statement.startswith("UPDATE"):
            changed.append(next(name for name in "ABC" if f"'{name}'" in repr(parameters)))

    listen(store.engine, "before_cursor_execute", record)
    with store.lane_transaction() as batch:
        batch.orders.apply_to_many({name: [SetStatus("Held")] for name in "BCA"})
    assert ["A", "B", "C"] == changed


KEYS = st.sampled_from(["ExportOrder", "ExportInvoices"])
REFERENCES = st.sampled_from(["sap", "sap/main", "sap/main/S1", "wms/main"])
MESSAGES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
ERRORS = st.builds(
    EntityError,
    key=KEYS,
    reference_id=st.none() | REFERENCES,
    message=MESSAGES,
    status=st.sampled_from(list(ErrorStatus)),
    not_found=st.none() | st.just("not installed"),
    occurred=st.none() | st.just(NOW + timedelta(seconds=1)),
)
STATUSES = st.sampled_from(["New", "Ship", "Held"])
CHANGES = st.lists(
    st.builds(SetError, ERRORS)
    | st.builds(ClearErrors, KEYS, REFERENCES, st.lists(REFERENCES, max_size=2).map(tuple))
    | st.builds(AddEvent, st.builds(event, MESSAGES))
    | st.builds(SetStatus, STATUSES, st.none() | STATUSES),
    max_size=8,
)


@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.fixed_dictionaries({"A": CHANGES, "B": CHANGES}))
def test_changes_mean_in_the_database_what_they_mean_to_an_order(
    store: Store, changes: dict[str, list[OrderChange]]
) -> None:
    """
    Changes of several orders in the database have the result that `apply_changes` has.
    """
    run = uuid4()
    orders = {f"{name}-{run}": Order(id=f"{name}-{run}", status="New") for name in changes}
    with store.lane_transaction() as batch:
        for order in orders.values():
            batch.orders.save(order, revision=0, came_in="d", now=NOW)
    by_id = {order_id: changes[order_id[0]] for order_id in orders}
    with store.lane_transaction() as batch:
        batch.orders.apply_to_many(by_id)

    for order_id, order in orders.items():
        stored = store.read(order_id)
        assert stored is not None
        assert apply_changes(order, by_id[order_id]) == stored.order


def test_an_order_with_any_text_of_a_target_can_be_read(store: Store) -> None:
    """
    NUL is invalid in orders, so a target's text is in the history with marks in place of NUL.
    """
    save(store, Order(id="W1"))
    error = EntityError(key="ExportOrder", reference_id="sap/main", message="no\0")

    order = apply(store, "W1", AddEvent(event("half \ud83d\0 said")), SetError(error))

    assert ["half ?\N{REPLACEMENT CHARACTER} said"] == [entry.message for entry in order.history]
    assert ["no\N{REPLACEMENT CHARACTER}"] == [error.message for error in order.errors]
