"""
A target that finds the order of an earlier export does not settle the later one.
"""

from __future__ import annotations

import pytest

from orderferry import ExportState, Ferry
from orderferry.exports import Act

from .conftest import Calls, FakeTime, Install, MakeFerry, export_to, only, order, sap

ACT = Act(user="ann", reason="they have lost it")


def accepted_before(
    make_ferry: MakeFerry, install: Install, *, idempotent: bool
) -> tuple[Ferry, Calls]:
    """
    A ferry that has found W1 at the target as F1, and whose next answer is lost.
    """
    calls = install("sap", find=True, updates=True, idempotent=idempotent)
    ferry = make_ferry(
        [sap("unknown", "unknown", "accept", found="found")], deliver=False, New=[export_to("sap")]
    )
    assert {"order": "F1"} == only(ferry.transition(order(), "New")).remote_ids
    return ferry, calls


def keys(calls: Calls) -> list[object]:
    """
    The idempotency keys that the target received.
    """
    return [call[5] for call in calls.exports]


@pytest.mark.parametrize(
    ("idempotent", "state"), [(False, ExportState.UNKNOWN), (True, ExportState.ACCEPTED)]
)
def test_an_awaited_export_is_not_settled_by_what_an_earlier_one_sent(
    make_ferry: MakeFerry, install: Install, idempotent: bool, state: ExportState
) -> None:
    """
    The export is sent again under its own key where the target discards duplicates, else it is
    unknown.
    """
    ferry, calls = accepted_before(make_ferry, install, idempotent=idempotent)

    export = only(ferry.transition(order(version_id=2), "New"))

    assert state == export.state
    assert (not idempotent) == export.unsettled
    assert [export.key.id] * (1 + idempotent) == keys(calls)[1:]


def test_a_re_export_is_not_settled_by_what_its_predecessor_sent(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A lane does not settle a re-export by the order of its predecessor.
    """
    ferry, calls = accepted_before(make_ferry, install, idempotent=True)
    (planned,) = ferry.acts.plan_exports("W1", "sap", None, ACT)

    again = ferry.acts.carry_out(planned, ACT)
    for _ in range(400):
        (again,) = ferry.wait([again], seconds=1)
        if again.state is ExportState.ACCEPTED:
            break
        time.wait(2)

    assert 1 == again.key.generation
    assert ExportState.ACCEPTED is again.state
    assert again.unsettled is False
    assert [again.key.id] * 2 == keys(calls)[1:]
