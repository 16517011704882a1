"""
Of a split order, no part is sent twice, and none that was accepted is lost.
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
    accepted_already,
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


A, B, C = (_identity(each) for each in "ABC")


def _accepted(identity: Identity, pk: str | None = None) -> ExportResult:
    return result_of(identity, Record(identity.original_order_id, pk), "saved")


def _nothing_found(identity: Identity) -> Record | None:
    return None


def _saved(identity: Identity) -> Saved:
    return Saved(Record(identity.original_order_id, f"pk-{identity.shipment_id}"))


@pytest.mark.parametrize(
    ("accepted", "done"),
    [
        ((), set()),
        ((_accepted(A),), {"W-A"}),
        ((_accepted(A), _accepted(B)), {"W-A", "W-B"}),
        ((_accepted(A), _accepted(B), _accepted(C)), set()),
        ((_accepted(A), _accepted(B), _accepted(C), _accepted(A)), {"W-A"}),
    ],
)
def test_parts_ahead_of_the_others_are_done(
    accepted: Sequence[ExportResult], done: set[str]
) -> None:
    """
    A part that was accepted is done; when all were, a further export is a new one, and sends all.
    """
    assert done == set(accepted_already((A, B, C), accepted))


def test_ids_of_a_found_split_count_as_its_parts() -> None:
    """
    What `find_export` told of several shipments in one answer is read back by shipment.
    """
    found = ExportResult(remote_ids={"original_order[A]": "W-A", "pk[A]": "1"})
    assert {"W-A": found} == accepted_already((A, B), (found,))
    assert () == new_records((Record("W-A", "1"),), (found,))


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
    A record that an earlier result names is known by its key, or counted where keys are not shown.
    """
    assert fresh == new_records(records, accepted)


def test_every_part_is_sent_in_order() -> None:
    """
    A first attempt sends all parts, and answers for each.
    """
    sent = []

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        return _saved(identity)

    results = send_parts((A, B, C), {}, _nothing_found, send)
    assert ["A", "B", "C"] == sent
    assert [("A", "pk-A"), ("B", "pk-B"), ("C", "pk-C")] == [
        (result.shipment_id, result.remote_ids["pk"]) for result in results
    ]


def test_done_and_found_parts_are_not_sent() -> None:
    """
    Parts of an earlier attempt, accepted or found by a search, are answered for and not sent.
    """
    sent = []

    def found(identity: Identity) -> Record | None:
        return Record("W-B", "9") if identity is B else None

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        return _saved(identity)

    results = send_parts((A, B, C), {"W-A": _accepted(A, "1")}, found, send)
    assert ["C"] == sent
    assert ["1", "9", "pk-C"] == [result.remote_ids["pk"] for result in results]
    assert "was there already, and was not sent again" == results[1].message


def test_refused_part_does_not_keep_the_others() -> None:
    """
    A part that is refused is a rejected result with its problems; the later parts are sent.
    """
    problem = Problem(cause="no such item")

    def send(identity: Identity) -> Saved:
        if identity is A:
            raise RejectedError("refused", problems=[problem])
        return _saved(identity)

    results = send_parts((A, B), {}, _nothing_found, send)
    assert [ExportState.REJECTED, ExportState.ACCEPTED] == [each.state for each in results]
    assert ((problem,), "A", "refused") == (
        results[0].problems,
        results[0].shipment_id,
        results[0].message,
    )


@pytest.mark.parametrize(
    "kind", [TransientError, ThrottledError, AuthenticationError, UnknownOutcomeError]
)
def test_failure_carries_what_was_accepted_before(kind: type[ExportError]) -> None:
    """
    A failure in the middle stops, keeps its kind, names the shipment, and loses no accepted part.
    """
    sent = []

    def send(identity: Identity) -> Saved:
        sent.append(identity.shipment_id)
        if identity is A:
            raise RejectedError("refused")
        if identity is C:
            raise kind("broken", problems=[Problem(cause="why")])
        return _saved(identity)

    with pytest.raises(kind) as caught:
        send_parts((A, B, C, A), {}, _nothing_found, send)
    assert ["A", "B", "C"] == sent
    assert "shipment C: broken" == str(caught.value)
    assert ["B"] == [result.shipment_id for result in caught.value.accepted]
    assert ["why"] == [problem.cause for problem in caught.value.problems]


def test_throttle_keeps_its_seconds() -> None:
    """
    What the target asked to wait is not lost on the way.
    """

    def send(identity: Identity) -> Saved:
        raise ThrottledError("slow down", retry_after=7.0)

    with pytest.raises(ThrottledError) as caught:
        send_parts((A, B), {}, _nothing_found, send)
    assert 7.0 == caught.value.retry_after
