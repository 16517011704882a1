"""
Any history of transitions, lanes, operators, crashes and responses keeps the invariants.

A whole run takes at least 10,000 steps, a quick one (`core.tests.effort`) at least 1,000. The
target counts what it has received.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.tests.effort import examples
from orderferry.connectors import Exporter, ExportState
from orderferry.exports import RECEIVED

from .simulated_company import ENDED, Company
from .simulated_instances import FLOWS, installed
from .simulated_target import Answer

HISTORIES = examples(25, 200)
STEPS = examples(1_000, 10_000)
KINDS = st.lists(st.sampled_from(sorted(FLOWS)), min_size=1, unique=True)


class History(RuleBasedStateMachine):
    """
    A company to which anything may happen.
    """

    exporters: Mapping[str, Exporter]
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.company = Company(self.exporters)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """
        Let one of the possible events happen.

        It is one rule, since hypothesis would leave most of many rules out of any one history.
        """
        if not self.company.lanes:
            for kind in data.draw(KINDS, "instances"):
                self.company.add(kind)
        name = data.draw(st.sampled_from(self.company.possible()), "what happens")
        happen: Callable[[Any], None] = getattr(self.company, name)
        happen(data.draw)

    @invariant()
    def the_invariants_hold(self) -> None:
        """
        Check the invariants after each step.
        """
        History.steps += 1
        self.nothing_is_received_twice()
        self.the_ledger_says_only_what_is_known()
        self.every_state_has_a_next_step()

    def nothing_is_received_twice(self) -> None:
        """
        Check that no target receives an export twice, and the ledger accepts it once at most.
        """
        for lane in self.company.lanes.values():
            lane.target.arrive()
            assert max(lane.target.received.values(), default=0) <= 1
        assert max(self.company.ledger.accepted.values(), default=0) <= 1

    def the_ledger_says_only_what_is_known(self) -> None:
        """
        Check that an accepted export was received, and one that may be received is not over.
        """
        for row in self.company.rows():
            target, key = self.company.target_of(row), str(row.key)
            may_be_received = target.received[key] > 0 or not target.is_certain(key)
            if row.state in RECEIVED:
                assert target.received[key] == 1
            elif row.state is not ExportState.SENDING and row.key not in self.company.given_up:
                known = row.unsettled or row.accepted_parts
                assert known or not may_be_received, f"{row.key} is {row.state}, may be received"
            if row.state is ExportState.DEAD:
                assert not row.unsettled
            if row.state is ExportState.RETRYING and row.unsettled:
                assert row.key.connector == "drops"

    def every_state_has_a_next_step(self) -> None:
        """
        Check that each row is over, due at a time, in an owner's hands, or an operator's.
        """
        for row in self.company.rows():
            lane = self.company.lanes[row.key.connector]
            match row.state:
                case ExportState.SENDING:
                    owned = lane.owner is None or lane.owner.has(row.key.id)
                    assert owned or row.key.id in lane.orphans
                case ExportState.RETRYING:
                    assert row.due is not None
                case ExportState.UNKNOWN if row.due is None:
                    since = self.company.time.now - row.created
                    over = since.total_seconds() >= lane.flow.deadline
                    assert over or not (lane.asks or lane.drops)

    def teardown(self) -> None:
        """
        Check that everything ends with targets that work, and operators who act.
        """
        self.company.time.advance(30.0)
        for lane in self.company.lanes.values():
            lane.pause, lane.owner, lane.frozen = None, None, []
        for _ in range(400):
            if not self.company.rows_but(ENDED):
                break
            for lane in self.company.lanes.values():
                self.company.turn(lane, [Answer.ACCEPTS], 0.0)
            for row in self.company.rows(ExportState.UNKNOWN):
                if row.due is None:
                    self.company.settle(row)
            self.company.time.advance(5.0)
        self.nothing_is_received_twice()
        self.the_ledger_says_only_what_is_known()
        assert [] == [str(row.key) for row in self.company.rows_but(ENDED)]


def test_any_history_keeps_the_invariants(site: Any) -> None:
    """
    Any history keeps the invariants, and all exports end.
    """
    History.steps = 0
    with installed(site) as exporters:
        History.exporters = exporters
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=60,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    assert STEPS <= History.steps
