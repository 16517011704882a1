"""
Exporting an order of several shipments, of which each is an original order, a part of the order.

Whether `save` accepts an `OriginalOrderId` twice is not documented, so a part is not sent again
when it was accepted in an earlier attempt of the same export, or when a search finds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from orderferry import ExportResult, ExportState
from orderferry.errors import ExportError, RejectedError, ThrottledError
from orderferry_wms_manhattan._identity import Identity
from orderferry_wms_manhattan._service import Record, Saved

__all__ = ["completed_parts", "new_records", "result_of", "send_parts"]

_ORDER = "original_order"
_PK = "pk"


def result_of(identity: Identity, record: Record, message: str) -> ExportResult:
    """
    Build the result of an accepted original order.
    """
    ids = {_ORDER: record.original_order_id}
    if record.pk is not None:
        ids[_PK] = record.pk
    return ExportResult(remote_ids=ids, message=message, shipment_id=identity.shipment_id)


def completed_parts(
    identities: Sequence[Identity], accepted: Iterable[ExportResult]
) -> dict[str, ExportResult]:
    """
    Return the parts that were accepted in earlier attempts of this export, by `OriginalOrderId`.

    `accepted` also has the results of earlier exports of the order. A part is complete when it was
    accepted more often than the part that was accepted least often.

    Args:
        identities: All parts of the order.
        accepted: The instance's accepted results for the order, oldest first.
    """
    order_ids = [identity.original_order_id for identity in identities]
    latest: dict[str, ExportResult] = {}
    times: Counter[str] = Counter()
    for result in accepted:
        for record in _records(result):
            times[record.original_order_id] += 1
            latest[record.original_order_id] = result
    least = min(times[order_id] for order_id in order_ids)
    return {order_id: latest[order_id] for order_id in order_ids if times[order_id] > least}


def new_records(records: Iterable[Record], accepted: Iterable[ExportResult]) -> tuple[Record, ...]:
    """
    Return the records that no earlier result names: those of an export whose response was lost.

    Records are distinguished by `PK`, or counted if a response did not contain it.

    Args:
        records: The records of one `OriginalOrderId`.
        accepted: The instance's accepted results for the order.
    """
    records = tuple(records)
    ids = {record.original_order_id for record in records}
    named = [
        record
        for result in accepted
        for record in _records(result)
        if record.original_order_id in ids
    ]
    keys = {record.pk for record in named if record.pk is not None}
    unnamed = [record for record in records if record.pk not in keys]
    is_keyless = any(record.pk is None for record in records)
    named_by_count = sum(1 for record in named if is_keyless or record.pk is None)
    return tuple(unnamed[named_by_count:])


def send_parts(
    identities: Sequence[Identity],
    completed: dict[str, ExportResult],
    find: Callable[[Identity], Record | None],
    send: Callable[[Identity], Saved],
) -> tuple[ExportResult, ...]:
    """
    Send the parts one after the other; a rejected part does not stop the others.

    Args:
        identities: The parts, in the sequence of the order's shipments.
        completed: The parts that are not sent again, by `OriginalOrderId`.
        find: Searches for a part before it is sent.
        send: Sends a part.

    Raises:
        ExportError: A part failed and was not rejected. The error has the results of the parts
            that were accepted until then, and the later ones were not sent.
    """
    results: list[ExportResult] = []
    for identity in identities:
        try:
            results.append(_send_part(identity, completed, find, send))
        except RejectedError as error:
            results.append(
                ExportResult(
                    message=str(error),
                    state=ExportState.REJECTED,
                    problems=error.problems,
                    shipment_id=identity.shipment_id,
                )
            )
        except ExportError as error:
            raise _with_results(error, identity, results) from error
    return tuple(results)


def _send_part(
    identity: Identity,
    completed: dict[str, ExportResult],
    find: Callable[[Identity], Record | None],
    send: Callable[[Identity], Saved],
) -> ExportResult:
    earlier = completed.get(identity.original_order_id)
    if earlier is not None:
        return earlier
    record = find(identity)
    if record is not None:
        return result_of(identity, record, "found at the target; not sent again")
    saved = send(identity)
    return result_of(identity, saved.record, saved.message)


def _with_results(
    error: ExportError, identity: Identity, results: Iterable[ExportResult]
) -> ExportError:
    accepted = tuple(result for result in results if result.state is not ExportState.REJECTED)
    message = f"shipment {identity.shipment_id}: {error}"
    if isinstance(error, ThrottledError):
        return ThrottledError(
            message,
            retry_after=error.retry_after,
            problems=error.problems,
            accepted=accepted,
        )
    return type(error)(message, problems=error.problems, accepted=accepted)


def _records(result: ExportResult) -> tuple[Record, ...]:
    """
    Return the records that a result names: one, or one for each shipment (`original_order[S1]`).
    """
    ids = result.remote_ids
    return tuple(
        Record(value, ids.get(_PK + kind.removeprefix(_ORDER)))
        for kind, value in ids.items()
        if kind.partition("[")[0] == _ORDER
    )
