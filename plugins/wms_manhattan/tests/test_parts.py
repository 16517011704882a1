"""
Sending an order of several shipments.
"""

from collections.abc import Sequence

import pytest

from orderferry import ExportResult, ExportState
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    Problem,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_wms_manhattan._identity import Identity
from orderferry_wms_manhattan._parts import (
    completed_parts,
    new_records,
    result_of,
    send_parts,
)
from orderferry_wms_manhattan._service import Record, Saved


def _identity(shipment_id: str) -> Identity:
    return Identity(
        original_order_id=f"W-{shipment_id}",
        shipment_id=shipment_id,
        facility="DC01",
        organization="ORG",
        location="DC01",
    )


A, B, C = (_identity(shipment_id) for shipment_id in "ABC")


def _accepted(identity: Identity, pk: str | None = None) -> ExportResult:
    return result_of(identity, Record(identity.original_order_id, pk), "saved")


def _find_nothing(identity: Identity) -> Record | None:
    return None


def _save(identity: Identity) -> Saved:
    return Saved(Record(identity.original_order_id, f"pk-{identity.shipment_id}"))


@pytest.mark.parametrize(
    ("accepted", "completed"),
    [
        ((), set()),
        ((_accepted(A),), {"W-A"}),
        ((_accepted(A), _accepted(B)), {"W-A", "W-B"}),
        ((_accepted(A), _accepted(B), _accepted(C)), set()),
        ((_accepted(A), _accepted(B), _accepted(C), _accepted(A)), {"W-A"}),
    ],
)
def test_parts_that_were_accepted_are_complete(
    accepted: Sequence[ExportResult], completed: set[str]
) -> None:
    """
    A part that was accepted is complete, unless all of them were: then a new export sends them.
    """
    assert completed == set(completed_parts((A, B, C), accepted))


def test_ids_of_a_found_order_count_for_its_parts() -> None:
    """
    The ids that `find_export` returned for several shipments count for each of them.
    """
    result = ExportResult(remote_ids={"original_order[A]": "W-A", "pk[A]": "1"})
    assert {"W-A": result} == completed_parts((A, B), (result,))
    assert () == new_records((Record("W-A", "1"),), (result,))


@pytest.mark.parametrize(
    ("records", "accepted", "fresh"),
    [
        ((), (), ()),
        ((Record("W-A", "1"),), (), (Record("W-A", "1"),)),
        ((Record("W-A", "1"),), (_accepted(A, "1"),), ()),
        ((Record("W-A", "1"), Record("W-A", "2")), (_accepted(A, "1"),), (Record("W-A", "2"),)),
        ((Record("W-A", "2"),), (_accepted(A, "1"),), (Record("W-A", "2"),)),
        ((Record("W-A", "1"), Record("W-A", "2")), (_accepted(A),), (Record("W-A", "2"),)),
        ((Record("W-A"), Record("W-A")), (_accepted(A, "1"),), (Record("W-A"),)),
        ((Record("W-A"),), (_accepted(B),), (Record("W-A"),)),
    ],
)
def test_records_of_earlier_exports_are_not_new(
    records: Sequence[Record], accepted: Sequence[ExportResult], fresh: tuple[Record, ...]
) -> None:
    """
    A record that an earlier result names does not count, by its key or by their number.
    """
    assert fresh == new_records(records, accepted)


def test_every_part_is_sent_in_order() -> None:
    """
    A first attempt sends all parts, and returns a result for each one.
    """
    sent = []

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        return _save(identity)

    results = send_parts((A, B, C), {}, _find_nothing, send)
    assert ["A", "B", "C"] == sent
    assert [("A", "pk-A"), ("B", "pk-B"), ("C", "pk-C")] == [
        (result.shipment_id, result.remote_ids["pk"]) for result in results
    ]


def test_completed_and_found_parts_are_not_sent() -> None:
    """
    A part that an earlier attempt sent has a result, and is not sent again.
    """
    sent = []

    def find(identity: Identity) -> Record | None:
        return Record("W-B", "9") if identity is B else None

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        return _save(identity)

    results = send_parts((A, B, C), {"W-A": _accepted(A, "1")}, find, send)
    assert ["C"] == sent
    assert ["1", "9", "pk-C"] == [result.remote_ids["pk"] for result in results]
    assert "found at the target; not sent again" == results[1].message


def test_rejected_part_does_not_stop_the_others() -> None:
    """
    A part that is rejected has a result with its problems, and the later parts are sent.
    """
    problem = Problem(cause="no such item")

    def send(identity: Identity) -> Saved:
        if identity is A:
            raise RejectedError("rejected", problems=[problem])
        return _save(identity)

    results = send_parts((A, B), {}, _find_nothing, send)
    assert [ExportState.REJECTED, ExportState.ACCEPTED] == [result.state for result in results]
    assert (problem,) == results[0].problems
    assert "A" == results[0].shipment_id
    assert "rejected" == results[0].message


@pytest.mark.parametrize(
    "kind", [TransientError, ThrottledError, AuthenticationError, UnknownOutcomeError]
)
def test_failure_has_the_results_so_far(kind: type[ExportError]) -> None:
    """
    A failure ends the export with its kind, the shipment, and the parts that were accepted.
    """
    sent = []

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        if identity is A:
            raise RejectedError("rejected")
        if identity is C:
            raise kind("broken", problems=[Problem(cause="why")])
        return _save(identity)

    with pytest.raises(kind) as caught:
        send_parts((A, B, C, A), {}, _find_nothing, send)
    assert ["A", "B", "C"] == sent
    assert "shipment C: broken" == str(caught.value)
    assert ["B"] == [result.shipment_id for result in caught.value.accepted]
    assert ["why"] == [problem.cause for problem in caught.value.problems]


def test_retry_after_of_a_part_is_kept() -> None:
    """
    The error of a throttled part has the seconds that the target asked to wait.
    """

    def send(identity: Identity) -> Saved:
        raise ThrottledError("slow down", retry_after=7.0)

    with pytest.raises(ThrottledError) as caught:
        send_parts((A, B), {}, _find_nothing, send)
    assert 7.0 == caught.value.retry_after
