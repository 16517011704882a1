"""
All that may happen to the orders of a company, each time to one of them, chosen by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from hypothesis import strategies as st

from orderferry.connectors import ExportState
from orderferry.delivery import Pause, PauseCause
from orderferry.delivery._claim import Claimed
from orderferry.exports import (
    PENDING,
    TAKEN,
    Act,
    Export,
    exported_again,
    given_up,
    may_be_taken,
    not_taken,
    retried,
    taken,
)

from .simulated_lane import Lane
from .simulated_ledger import Owner
from .simulated_orders import ANSWERS, DELAYS, FAILED, ORDERS, Draw, Orders
from .simulated_target import Answer

__all__ = ["ENDED", "Company"]

_T = TypeVar("_T")

ENDED = TAKEN | {ExportState.REJECTED, ExportState.DEAD, ExportState.SKIPPED}
AGAIN = TAKEN | {ExportState.SKIPPED}
LOST = st.sampled_from([Answer.LOSES, Answer.LINGERS, Answer.VANISHES])
WAITS = st.sampled_from([0.0, 0.0, 4.0])
ACT = Act(user="operator", reason="looked into it")


class Company(Orders):
    """
    Orders, the lanes of some instances, and the persons who look after them.
    """

    def possible(self) -> list[str]:
        """
        What can happen now; what is to happen more often stands there more than once.
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
        The lanes in which a round would do something.
        """
        return [lane for lane in self.lanes.values() if lane.has_work]

    def dues(self) -> list[datetime]:
        """
        When exports are due that are not yet.
        """
        dues = [row.due for row in self.rows() if row.due is not None]
        return [due for due in dues if due > self.time.now]

    def in_hand(self, *, frozen: bool) -> list[tuple[Lane, Owner, Claimed]]:
        """
        Every claim that an owner has not delivered yet, with its lane.
        """
        return [
            (lane, owner, claimed)
            for lane in self.lanes.values()
            for owner in (lane.frozen if frozen else [lane.owner])
            if owner is not None
            for claimed in owner.todo
        ]

    def round(self, draw: Draw) -> None:
        """
        The owner records and claims; whoever finds the lane free owns it first.
        """
        lane = _one_of(self.busy(), draw)
        lane.round(lane.take())

    def delivery(self, draw: Draw) -> None:
        """
        A whole turn of a lane.
        """
        lane = _one_of(self.busy(), draw)
        self.turn(lane, [draw(ANSWERS), draw(ANSWERS)], draw(DELAYS))

    def next_turn(self, draw: Draw) -> None:
        """
        Time goes on until an export is due, and a lane looks for itself.
        """
        self.time.now = min(self.dues())
        if self.busy():
            self.delivery(draw)

    def turn(self, lane: Lane, answers: Sequence[Answer], delay: float) -> None:
        """
        Claim, send all, record.
        """
        owner = lane.take()
        lane.round(owner)
        for number, claimed in enumerate(list(owner.todo)):
            lane.target.behave(answers[number % len(answers)], delay)
            lane.deliver(owner, claimed)
        lane.round(owner)

    def request(self, draw: Draw) -> None:
        """
        An owner sends one claim, or asks about it; he knows what came of it, the ledger does not.
        """
        self._request(_one_of(self.in_hand(frozen=False), draw), draw, ANSWERS)

    def request_of_a_frozen_owner(self, draw: Draw) -> None:
        """
        He goes on where he stopped, as if the lane were still his.
        """
        self._request(_one_of(self.in_hand(frozen=True), draw), draw, ANSWERS)

    def round_of_a_frozen_owner(self, draw: Draw) -> None:
        """
        Whatever he wants to record is not written any more.
        """
        lane = _one_of([lane for lane in self.lanes.values() if lane.frozen], draw)
        lane.round(_one_of(lane.frozen, draw))

    def takeover(self, draw: Draw) -> None:
        """
        An owner sends one claim, and is gone before he hears of it; another takes his place.
        """
        claim = _one_of(self.in_hand(frozen=False), draw)
        self._request(claim, draw, LOST)
        lane = claim[0]
        draw(st.sampled_from([lane.crash, lane.freeze]))()
        self.turn(lane, [draw(ANSWERS)], draw(DELAYS))

    def loss(self, draw: Draw) -> None:
        """
        A lane loses its owner: he dies, he freezes and is cut off, or he is told to stop.
        """
        lane = _one_of(self.in_hand(frozen=False), draw)[0]
        draw(st.sampled_from([lane.crash, lane.freeze, lane.freeze, lane.leave]))()

    def _request(
        self, of: tuple[Lane, Owner, Claimed], draw: Draw, answers: st.SearchStrategy[Answer]
    ) -> None:
        lane, owner, claimed = of
        self.time.go_on(draw(WAITS))
        lane.target.behave(draw(answers), draw(DELAYS))
        lane.deliver(owner, claimed)

    # --- time, and persons

    def wait(self, draw: Draw) -> None:
        """
        Time goes on.
        """
        self.time.go_on(draw(st.sampled_from([1.0, 4.0, 11.0, 40.0, 300.0])))

    def decision(self, draw: Draw) -> None:
        """
        A person pauses a lane, or cancels an order; or takes it back.
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
        A person has an export tried again of which nothing may have been taken.
        """
        row = _one_of(self.rows(*FAILED), draw)
        if may_be_taken(row) is None:
            self.ledger.change(retried(row, ACT, self.time.now), was=row)

    def re_export(self, draw: Draw) -> None:
        """
        A person has an export made again: a row of its own, that is really sent.
        """
        row = _one_of(self.rows(*AGAIN), draw)
        same = [each for each in self.rows() if each.key.same_but_generation(row.key)]
        last = max(same, key=lambda each: each.key.generation)
        if last.state in AGAIN:
            self.ledger.add([exported_again(last, ACT, self.time.now)])

    def acknowledgement(self, draw: Draw) -> None:
        """
        The other side confirms later what it took, or refuses it after all.
        """
        row = _one_of(self.rows(ExportState.ACCEPTED), draw)
        state = draw(st.sampled_from([ExportState.ACKNOWLEDGED, ExportState.REJECTED]))
        self.ledger.change(row.to(state, self.time.now), was=row)

    def look_into(self, draw: Draw) -> None:
        """
        A person looks into an unknown outcome, and says what is so, or gives it up.
        """
        row = _one_of(self.rows(ExportState.UNKNOWN), draw)
        self.settle(row, gives_up=draw(st.integers(0, 3)) == 3)

    def settle(self, row: Export, *, gives_up: bool = False) -> None:
        """
        What a person makes of an unknown outcome, once nothing can arrive any more.
        """
        now, target = self.time.now, self.target_of(row)
        if gives_up:
            self.given_up.add(row.key)
            settled = given_up(row, ACT, now)
        elif target.taken[str(row.key)]:
            settled = taken(row, {"order": f"R-{row.key}"}, ACT, now)
        elif target.is_certain(str(row.key)) and (row.settles is None or now >= row.settles):
            settled = not_taken(row, ACT, now)
        else:
            return
        self.ledger.change(settled, was=row)


def _one_of(items: Sequence[_T], draw: Draw) -> _T:
    return items[draw(st.integers(0, len(items) - 1))]
