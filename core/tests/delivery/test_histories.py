"""
Histories that chance seldom finds: a request that arrives after its export seems to be settled.

They are run at the instance that can be asked, whose requests may take 10 seconds.
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
    Deliver the owner's one claim to a target that responds in some way.
    """
    owner = lane.take()
    lane.target.behave(answer, delay)
    lane.deliver(owner, owner.claims[0])


def ends_accepted_once(company: Company, lane: Lane) -> bool:
    """
    Return whether a target that works from now on receives the export once.
    """
    for _ in range(60):
        company.turn(lane, [Answer.ACCEPTS], 0.0)
        company.time.advance(0.5)
    lane.target.arrive()
    (row,) = company.rows()
    assert ExportState.ACCEPTED is row.state
    return {str(row.key): 1} == lane.target.received


def test_a_request_that_waited_for_a_thread_may_arrive_late(company: Company) -> None:
    """
    The time of a late request counts from its beginning, not from its claim.
    """
    lane = company.lanes["asks"]
    lane.round(lane.take())
    company.time.advance(4.0)
    send(lane, Answer.LINGERS, delay=10.0)

    assert ends_accepted_once(company, lane)


@pytest.mark.parametrize("waited", [0.0, 4.0])
def test_a_request_whose_sender_ended_may_arrive_late(company: Company, waited: float) -> None:
    """
    The request of a sender that ended may have begun as late as the sender lived.
    """
    lane = company.lanes["asks"]
    lane.round(lane.take())
    company.time.advance(waited)
    send(lane, Answer.LINGERS, delay=10.0)
    lane.crash()

    assert ends_accepted_once(company, lane)


def test_a_second_request_may_arrive_late_after_an_answered_first(company: Company) -> None:
    """
    The time of an answered first request does not apply to the second.
    """
    lane = company.lanes["asks"]
    company.turn(lane, [Answer.IS_AWAY], 0.0)
    company.time.advance(60.0)
    lane.round(lane.take())
    send(lane, Answer.LINGERS, delay=10.0)
    lane.crash()

    assert ends_accepted_once(company, lane)


def test_a_frozen_sender_may_send_until_its_lease_is_over(company: Company) -> None:
    """
    A frozen sender may send until its lease is over, and the request may arrive late.
    """
    lane = company.lanes["asks"]
    frozen = lane.take()
    lane.round(frozen)
    lane.freeze()
    company.turn(lane, [Answer.ACCEPTS], 0.0)
    company.time.advance(4.9)
    lane.target.behave(Answer.LINGERS, 10.0)
    lane.deliver(frozen, frozen.claims[0])

    assert ends_accepted_once(company, lane)


def test_a_frozen_sender_sends_nothing_when_its_lease_is_over(company: Company) -> None:
    """
    A frozen sender sends and writes nothing after its lease: the lane has another owner.
    """
    lane = company.lanes["asks"]
    frozen = lane.take()
    lane.round(frozen)
    lane.freeze()
    company.turn(lane, [Answer.ACCEPTS], 0.0)
    company.time.advance(5.0)
    lane.deliver(frozen, frozen.claims[0])
    lane.round(frozen)

    assert {} == lane.target.received
    assert ends_accepted_once(company, lane)


def test_one_of_two_answers_about_an_export_is_recorded(company: Company) -> None:
    """
    The first of two answers about one export is recorded, and the second is not.
    """
    lane = company.lanes["asks"]
    company.turn(lane, [Answer.LOSES], 0.0)
    owner = lane.take()
    lane.round(owner)
    company.time.advance(60.0)
    lane.round(owner)
    first, second = owner.claims
    lane.target.behave(Answer.ACCEPTS, 0.0)
    lane.deliver(owner, second)
    lane.round(owner)
    lane.deliver(owner, first)

    assert ends_accepted_once(company, lane)
