"""
What is allowed under each fault.
"""

from __future__ import annotations

import pytest

from orderferry.testing import GUARANTEES, Fault
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._recorded_traffic import Position
from orderferry.testing.trials._verdict import RULES, faults_of

LOST = [
    Fault.DROP_REQUEST,
    Fault.STALL_REQUEST,
    Fault.LOSE_ANSWER,
    Fault.LOSE_ANSWER_STALLED,
    Fault.TRUNCATED,
    Fault.GARBAGE,
    Fault.GARBAGE_BODY,
    Fault.FLOOD,
    Fault.STATUS_500,
    Fault.STATUS_502,
    Fault.STATUS_500_AFTER,
    Fault.STATUS_502_AFTER,
    Fault.OK_EMPTY,
]


def test_there_is_a_rule_for_every_fault() -> None:
    """
    And each is tried for a guarantee that is in the table.
    """
    assert {*Fault, *FolderFault} == set(RULES)
    assert {rule.guarantee for rule in RULES.values()} <= set(GUARANTEES)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
def test_without_an_answer_a_write_is_unknown(fault: Fault) -> None:
    """
    A client cannot know whether the target has it; before the write it can, and nothing was taken.
    """
    rule = RULES[fault]

    assert {"UnknownOutcomeError"} == rule.allowed(Position.AT, start=False)
    assert {"UnknownOutcomeError"} == rule.allowed(Position.AFTER, start=False)
    before = rule.allowed(Position.BEFORE, start=False)
    assert "TransientError" in before
    assert "UnknownOutcomeError" not in before


def test_where_nobody_knows_the_place_both_are_honest() -> None:
    """
    Except at a connection's first byte, where nothing can have been taken.
    """
    rule = RULES[Fault.CUT]

    assert {"TransientError", "ThrottledError", "UnknownOutcomeError"} == rule.allowed(
        None, start=False
    )
    assert {"TransientError", "ThrottledError"} == rule.allowed(None, start=True)


def test_a_refused_sign_in_is_an_authentication_error() -> None:
    """
    And nothing else.
    """
    rule = RULES[Fault.STATUS_401]

    assert {"AuthenticationError"} == rule.allowed(Position.AT, start=False)
    assert {"AuthenticationError"} == rule.allowed(Position.BEFORE, start=False)


def test_the_faults_of_a_guarantee_are_found() -> None:
    """
    In the order of the table.
    """
    assert [Fault.REFUSE, Fault.RESET, Fault.WRONG_CERTIFICATE] == faults_of("unreachable")
