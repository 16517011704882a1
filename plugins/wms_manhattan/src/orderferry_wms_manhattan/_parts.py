"""
An order of several shipments: one original order each, and what of it stands already.

Nothing says whether `save` takes an `OriginalOrderId` twice, so a part is never sent again that
an earlier attempt of the same export got accepted, or that a search finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from orderferry import ExportResult, ExportState
from orderferry.errors import ExportError, RejectedError, ThrottledError
from orderferry_wms_manhattan._identity import Identity
from orderferry_wms_manhattan._service import Record, Saved

__all__ = ["accepted_already", "new_records", "result_of", "send_parts"]

_ORDER = "original_order"
_PK = "pk"


def result_of(identity: Identity, record: Record, message: str) -> ExportResult:
    """
    The result of an accepted original order.
    """
    ids = {_ORDER: record.original_order_id}
    if record.pk is not None:
        ids[_PK] = record.pk
    return ExportResult(remote_ids=ids, message=message, shipment_id=identity.shipment_id)


def accepted_already(
    identities: Sequence[Identity], accepted: Iterable[ExportResult]
) -> dict[str, ExportResult]:
    """
    The parts that earlier attempts of this export got accepted, by `OriginalOrderId`.

    `accepted` holds those of earlier exports of the order too, where it is exported again; so a
    part counts only where it was accepted more often than the part that was accepted least.

    Args:
        identities: All parts of the order.
        accepted: What this instance had accepted of the order, oldest first.
    """
    wanted = [identity.original_order_id for identity in identities]
    latest: dict[str, ExportResult] = {}
    times: Counter[str] = Counter()
    for result in accepted:
        for record in _records(result):
            times[record.original_order_id] += 1
            latest[record.original_order_id] = result
    least = min(times[each] for each in wanted)
    return {each: latest[each] for each in wanted if times[each] > least}


def new_records(records: Iterable[Record], accepted: Iterable[ExportResult]) -> tuple[Record, ...]:
    """
    The records that no earlier result names: those of an export whose answer was lost.

    Records are told apart by `PK`. Where an answer showed none, they are counted.

    Args:
        records: The records of one `OriginalOrderId`.
        accepted: What this instance had accepted of the order.
    """
    there = tuple(records)
    ids = {record.original_order_id for record in there}
    named = [
        record
        for result in accepted
        for record in _records(result)
        if record.original_order_id in ids
    ]
    keys = {record.pk for record in named if record.pk is not None}
    fresh = [record for record in there if record.pk not in keys]
    keyless = any(record.pk is None for record in there)
    counted = sum(1 for record in named if keyless or record.pk is None)
    return tuple(fresh[counted:])


def send_parts(
    identities: Sequence[Identity],
    done: dict[str, ExportResult],
    found: Callable[[Identity], Record | None],
    send: Callable[[Identity], Saved],
) -> tuple[ExportResult, ...]:
    """
    Send the parts one after the other; one refused does not keep the others from being sent.

    Args:
        identities: The parts, in the order's order.
        done: The parts that need no sending, by `OriginalOrderId`.
        found: Searches for a part before it is sent.
        send: Sends a part.

    Raises:
        ExportError: A part failed otherwise than by a refusal. The error carries the parts that
            were accepted until then, and the later ones were not sent.
    """
    results: list[ExportResult] = []
    for identity in identities:
        try:
            results.append(_part(identity, done, found, send))
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
            raise _carrying(error, identity, results) from error
    return tuple(results)


def _part(
    identity: Identity,
    done: dict[str, ExportResult],
    found: Callable[[Identity], Record | None],
    send: Callable[[Identity], Saved],
) -> ExportResult:
    earlier = done.get(identity.original_order_id)
    if earlier is not None:
        return earlier
    record = found(identity)
    if record is not None:
        return result_of(identity, record, "was there already, and was not sent again")
    saved = send(identity)
    return result_of(identity, saved.record, saved.message)


def _carrying(
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
    The records that a result names: one, or one a shipment (`original_order[S1]`).
    """
    ids = result.remote_ids
    return tuple(
        Record(value, ids.get(_PK + kind.removeprefix(_ORDER)))
        for kind, value in ids.items()
        if kind.partition("[")[0] == _ORDER
    )
