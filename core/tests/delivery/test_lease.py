"""
How long an owner may send.
"""

import time

from orderferry.delivery._lease import Lease, boot_time


class Hands:
    """
    A clock that goes on when it is told to.
    """

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """
        The time.
        """
        return self.at


def leased(seconds: float = 5.0) -> tuple[Hands, Lease]:
    """
    A lease that a commit has just begun, and its clock.
    """
    clock = Hands()
    lease = Lease(seconds, clock)
    lease.renewed(lease.now())
    return clock, lease


def test_a_lease_begins_with_the_first_commit() -> None:
    """
    Nothing is sent before.
    """
    assert not Lease(5.0, Hands()).holds()


def test_a_lease_ends_by_itself() -> None:
    """
    At its last moment it is over: the next owner may begin then.
    """
    clock, lease = leased()

    clock.at += 4.999
    assert lease.holds()
    clock.at += 0.001
    assert not lease.holds()


def test_a_commit_renews_it_from_before_the_commit() -> None:
    """
    However long the commit took.
    """
    clock, lease = leased()
    before = lease.now()
    clock.at += 4.0
    lease.renewed(before)

    clock.at += 0.999
    assert lease.holds()
    clock.at += 0.001
    assert not lease.holds()


def test_an_older_commit_does_not_shorten_it() -> None:
    """
    Two threads may tell of their commits in any order.
    """
    clock, lease = leased()
    before = lease.now()
    clock.at += 3.0
    lease.renewed(lease.now())
    lease.renewed(before)

    clock.at += 4.9
    assert lease.holds()


def test_a_lost_lane_has_no_lease() -> None:
    """
    At once, and until it is owned again.
    """
    clock, lease = leased()
    lease.over()

    assert not lease.holds()
    lease.renewed(clock())
    assert lease.holds()


def test_its_clock_counts_from_the_machines_start() -> None:
    """
    So that it goes on while the machine sleeps: at least as far as the clock that stops then.
    """
    before = time.monotonic()

    assert boot_time() >= before
