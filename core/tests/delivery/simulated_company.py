"""
All that may happen to the orders of a company, one event at a time, chosen at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from hypothesis import strategies as st

from orderferry.connectors import ExportState
from orderferry.delivery import Pause, PauseCause
from orderferry.delivery._claim import Claim
from orderferry.exports import (
    PENDING,
    RECEIVED,
    Act,
    Export,
    export_again,
    give_up,
    reason_not_to_resend,
    record_accepted,
    record_not_received,
    retry,
)

from .simulated_lane import Lane
from .simulated_ledger import Owner
from .simulated_orders import ANSWERS, DELAYS, FAILED, ORDERS, Draw, Orders
from .simulated_target import Answer

__all__ = ["ENDED", "Company"]

_T = TypeVar("_T")

ENDED = RECEIVED | {ExportState.REJECTED, ExportState.DEAD, ExportState.SKIPPED}
AGAIN = RECEIVED | {ExportState.SKIPPED}
LOST_RESPONSES = st.sampled_from([Answer.LOSES, Answer.LINGERS, Answer.VANISHES])
WAITS = st.sampled_from([0.0, 0.0, 4.0])
ACT = Act(user="operator", reason="looked it up in the target")


class Company(Orders):
    """
    Orders, the lanes of some instances, and their operators.
    """

    def possible(self) -> list[str]:
        """
        Return the names of the events that can happen now, the frequent ones several times.
        """
        lanes = self.lanes.values()
        in_hand, busy = bool(self.in_hand(frozen=False)), bool(self.busy())
        weights = {
            "transition": 3,
            "repeated_transition": bool(self.rows(*FAILED)),
            "transition_that_dies": not any(lane.orphans for lane in lanes),
            "round": 3 * busy,
            "delivery": 2 * busy,
            "next_turn": 2 * bool(self.dues()),
            "request": 3 * in_hand,
            "takeover": 2 * in_hand,
            "loss": in_hand,
            "request_of_a_frozen_owner": 2 * bool(self.in_hand(frozen=True)),
            "round_of_a_frozen_owner": any(lane.frozen for lane in lanes),
            "wait": bool(self.rows(*PENDING)),
            "decision": len(self.rows()) > 4,
            "retry": bool(self.rows(*FAILED)),
            "re_export": bool(self.rows(*AGAIN)),
            "acknowledgement": bool(self.rows(ExportState.ACCEPTED)),
            "look_into": bool(self.rows(ExportState.UNKNOWN)),
        }
        return [name for name, weight in weights.items() for _ in range(weight)]

    # --- lanes

    def busy(self) -> list[Lane]:
        """
        Return the lanes in which a round would do something.
        """
        return [lane for lane in self.lanes.values() if lane.has_work]

    def dues(self) -> list[datetime]:
        """
        Return the times at which exports become due.
        """
        dues = [row.due for row in self.rows() if row.due is not None]
        return [due for due in dues if due > self.time.now]

    def in_hand(self, *, frozen: bool) -> list[tuple[Lane, Owner, Claim]]:
        """
        Return all claims that an owner has not delivered yet, with their lanes.
        """
        return [
            (lane, owner, claim)
            for lane in self.lanes.values()
            for owner in (lane.frozen if frozen else [lane.owner])
            if owner is not None
            for claim in owner.claims
        ]

    def round(self, draw: Draw) -> None:
        """
        Let an owner record and claim; if the lane is free, take it first.
        """
        lane = _one_of(self.busy(), draw)
        lane.round(lane.take())

    def delivery(self, draw: Draw) -> None:
        """
        Run a whole turn of a lane.
        """
        lane = _one_of(self.busy(), draw)
        self.turn(lane, [draw(ANSWERS), draw(ANSWERS)], draw(DELAYS))

    def next_turn(self, draw: Draw) -> None:
        """
        Advance time until an export is due, and run a turn of a lane.
        """
        self.time.now = min(self.dues())
        if self.busy():
            self.delivery(draw)

    def turn(self, lane: Lane, answers: Sequence[Answer], delay: float) -> None:
        """
        Claim, send all claims, and record.
        """
        owner = lane.take()
        lane.round(owner)
        for number, claim in enumerate(list(owner.claims)):
            lane.target.behave(answers[number % len(answers)], delay)
            lane.deliver(owner, claim)
        lane.round(owner)

    def request(self, draw: Draw) -> None:
        """
        Let an owner send or ask about one claim; the outcome is not recorded yet.
        """
        self._request(_one_of(self.in_hand(frozen=False), draw), draw, ANSWERS)

    def request_of_a_frozen_owner(self, draw: Draw) -> None:
        """
        Let a frozen owner resume, as if the lane were still its own.
        """
        self._request(_one_of(self.in_hand(frozen=True), draw), draw, ANSWERS)

    def round_of_a_frozen_owner(self, draw: Draw) -> None:
        """
        Let a frozen owner run a round, which must not write anything.
        """
        lane = _one_of([lane for lane in self.lanes.values() if lane.frozen], draw)
        lane.round(_one_of(lane.frozen, draw))

    def takeover(self, draw: Draw) -> None:
        """
        Let an owner end after it sent one claim, before the outcome; another takes the lane.
        """
        claim = _one_of(self.in_hand(frozen=False), draw)
        self._request(claim, draw, LOST_RESPONSES)
        lane = claim[0]
        draw(st.sampled_from([lane.crash, lane.freeze]))()
        self.turn(lane, [draw(ANSWERS)], draw(DELAYS))

    def loss(self, draw: Draw) -> None:
        """
        Let a lane lose its owner: it crashes, freezes and is cut off, or is stopped.
        """
        lane = _one_of(self.in_hand(frozen=False), draw)[0]
        draw(st.sampled_from([lane.crash, lane.freeze, lane.freeze, lane.leave]))()

    def _request(
        self, selected: tuple[Lane, Owner, Claim], draw: Draw, answers: st.SearchStrategy[Answer]
    ) -> None:
        lane, owner, claim = selected
        self.time.advance(draw(WAITS))
        lane.target.behave(draw(answers), draw(DELAYS))
        lane.deliver(owner, claim)

    # --- time, and operators

    def wait(self, draw: Draw) -> None:
        """
        Advance time.
        """
        self.time.advance(draw(st.sampled_from([1.0, 4.0, 11.0, 40.0, 300.0])))

    def decision(self, draw: Draw) -> None:
        """
        Let an operator pause a lane or cancel an order, or undo that.
        """
        lane = _one_of(sorted(self.lanes.values(), key=lambda lane: lane.exporter.name.id), draw)
        if draw(st.booleans()):
            self.cancelled ^= {ORDERS[0]}
        elif lane.pause is None:
            lane.pause = Pause(cause=PauseCause.PERSON, reason="maintenance", until=None)
        else:
            lane.pause = None

    def retry(self, draw: Draw) -> None:
        """
        Let an operator retry an export that the target cannot have.
        """
        row = _one_of(self.rows(*FAILED), draw)
        if reason_not_to_resend(row) is None:
            self.ledger.change(retry(row, ACT, self.time.now), was=row)

    def re_export(self, draw: Draw) -> None:
        """
        Let an operator export again: a new row that is really sent.
        """
        row = _one_of(self.rows(*AGAIN), draw)
        same = [export for export in self.rows() if export.key.same_but_generation(row.key)]
        last = max(same, key=lambda export: export.key.generation)
        if last.state in AGAIN:
            self.ledger.add([export_again(last, ACT, self.time.now)])

    def acknowledgement(self, draw: Draw) -> None:
        """
        Let the target confirm or reject later what it accepted.
        """
        row = _one_of(self.rows(ExportState.ACCEPTED), draw)
        state = draw(st.sampled_from([ExportState.ACKNOWLEDGED, ExportState.REJECTED]))
        self.ledger.change(row.to(state, self.time.now), was=row)

    def look_into(self, draw: Draw) -> None:
        """
        Let an operator resolve an unknown outcome, or mark it as skipped.
        """
        row = _one_of(self.rows(ExportState.UNKNOWN), draw)
        self.settle(row, gives_up=draw(st.integers(0, 3)) == 3)

    def settle(self, row: Export, *, gives_up: bool = False) -> None:
        """
        Resolve an unknown outcome as an operator does, once nothing can arrive any more.
        """
        now, target = self.time.now, self.target_of(row)
        if gives_up:
            self.given_up.add(row.key)
            settled = give_up(row, ACT, now)
        elif target.received[str(row.key)]:
            settled = record_accepted(row, {"order": f"R-{row.key}"}, ACT, now)
        elif target.is_certain(str(row.key)) and (row.settles is None or now >= row.settles):
            settled = record_not_received(row, ACT, now)
        else:
            return
        self.ledger.change(settled, was=row)


def _one_of(items: Sequence[_T], draw: Draw) -> _T:
    return items[draw(st.integers(0, len(items) - 1))]
