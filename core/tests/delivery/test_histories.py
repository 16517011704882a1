"""
Histories that chance seldom finds: a request that arrives when its export seems to be settled.

Each is played at the instance that can be asked, whose requests may take 10 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orderferry.connectors import ExportState

from .simulated_company import Company
from .simulated_instances import installed
from .simulated_lane import Lane
from .simulated_orders import intent_of
from .simulated_target import Answer


@pytest.fixture
def company(site: Any) -> Iterator[Company]:
    """
    A company with one order to export to the instance that can be asked.
    """
    with installed(site) as exporters:
        company = Company(exporters)
        company.add("asks")
        company.ledger.add([intent_of("asks", "W1", company.time.now)])
        yield company


def send(lane: Lane, answer: Answer, delay: float = 0.0) -> None:
    """
    Deliver the owner's one claim to a target that answers in some way.
    """
    owner = lane.take()
    lane.target.behave(answer, delay)
    lane.deliver(owner, owner.todo[0])


def ends_accepted_once(company: Company, lane: Lane) -> bool:
    """
    Whether the target, from now on well, gets the export once, and the ledger says so.
    """
    for _ in range(60):
        company.turn(lane, [Answer.TAKES], 0.0)
        company.time.go_on(0.5)
    lane.target.arrive()
    (row,) = company.rows()
    assert ExportState.ACCEPTED is row.state
    return {str(row.key): 1} == lane.target.taken


def test_a_request_that_waited_for_a_thread_may_arrive_late(company: Company) -> None:
    """
    Its time counts from when it began, not from when it was claimed.
    """
    lane = company.lanes["asks"]
    lane.round(lane.take())
    company.time.go_on(4.0)
    send(lane, Answer.LINGERS, delay=10.0)

    assert ends_accepted_once(company, lane)


@pytest.mark.parametrize("waited", [0.0, 4.0])
def test_a_request_may_arrive_late_whose_sender_died(company: Company, waited: float) -> None:
    """
    Nobody knows when it began: as late as he lived.
    """
    lane = company.lanes["asks"]
    lane.round(lane.take())
    company.time.go_on(waited)
    send(lane, Answer.LINGERS, delay=10.0)
    lane.crash()

    assert ends_accepted_once(company, lane)


def test_a_second_request_may_arrive_late_whose_first_was_answered(company: Company) -> None:
    """
    When the first began says nothing of the second.
    """
    lane = company.lanes["asks"]
    company.turn(lane, [Answer.IS_AWAY], 0.0)
    company.time.go_on(60.0)
    lane.round(lane.take())
    send(lane, Answer.LINGERS, delay=10.0)
    lane.crash()

    assert ends_accepted_once(company, lane)


def test_a_frozen_sender_may_go_on_until_his_lease_is_over(company: Company) -> None:
    """
    And his request arrive as late as any.
    """
    lane = company.lanes["asks"]
    frozen = lane.take()
    lane.round(frozen)
    lane.freeze()
    company.turn(lane, [Answer.TAKES], 0.0)
    company.time.go_on(4.9)
    lane.target.behave(Answer.LINGERS, 10.0)
    lane.deliver(frozen, frozen.todo[0])

    assert ends_accepted_once(company, lane)


def test_a_frozen_sender_sends_nothing_when_his_lease_is_over(company: Company) -> None:
    """
    What he would give back is not written: the lane is another's.
    """
    lane = company.lanes["asks"]
    frozen = lane.take()
    lane.round(frozen)
    lane.freeze()
    company.turn(lane, [Answer.TAKES], 0.0)
    company.time.go_on(5.0)
    lane.deliver(frozen, frozen.todo[0])
    lane.round(frozen)

    assert {} == lane.target.taken
    assert ends_accepted_once(company, lane)


def test_of_two_answers_about_one_export_the_second_is_not_heard(company: Company) -> None:
    """
    The first question took so long that the target was asked again.
    """
    lane = company.lanes["asks"]
    company.turn(lane, [Answer.LOSES], 0.0)
    owner = lane.take()
    lane.round(owner)
    company.time.go_on(60.0)
    lane.round(owner)
    first, second = owner.todo
    lane.target.behave(Answer.TAKES, 0.0)
    lane.deliver(owner, second)
    lane.round(owner)
    lane.deliver(owner, first)

    assert ends_accepted_once(company, lane)
