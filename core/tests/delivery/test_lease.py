"""
How long an owner may send.
"""

import time

from orderferry.delivery._lease import Lease, boot_time


class SetClock:
    """
    A clock that the test sets.
    """

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        """
        Return the time.
        """
        return self.at


def lease_with_clock(seconds: float = 5.0) -> tuple[SetClock, Lease]:
    """
    Return a clock, and a lease that a commit has just renewed.
    """
    clock = SetClock()
    lease = Lease(seconds, clock)
    lease.renew(lease.now())
    return clock, lease


def test_a_lease_begins_with_the_first_commit() -> None:
    """
    A lease is not valid before the first commit.
    """
    assert not Lease(5.0, SetClock()).is_valid()


def test_a_lease_ends_by_itself() -> None:
    """
    A lease is over at its last moment, when the next owner may begin.
    """
    clock, lease = lease_with_clock()

    clock.at += 4.999
    assert lease.is_valid()
    clock.at += 0.001
    assert not lease.is_valid()


def test_a_commit_renews_the_lease_from_before_the_commit() -> None:
    """
    A commit renews the lease from before the commit, however long the commit took.
    """
    clock, lease = lease_with_clock()
    before = lease.now()
    clock.at += 4.0
    lease.renew(before)

    clock.at += 0.999
    assert lease.is_valid()
    clock.at += 0.001
    assert not lease.is_valid()


def test_an_older_commit_does_not_shorten_the_lease() -> None:
    """
    An older commit that is reported later does not shorten the lease.
    """
    clock, lease = lease_with_clock()
    before = lease.now()
    clock.at += 3.0
    lease.renew(lease.now())
    lease.renew(before)

    clock.at += 4.9
    assert lease.is_valid()


def test_a_lost_lane_has_no_lease() -> None:
    """
    The lease of a lost lane is over at once, until the lane is owned again.
    """
    clock, lease = lease_with_clock()
    lease.expire()

    assert not lease.is_valid()
    lease.renew(clock())
    assert lease.is_valid()


def test_the_clock_of_leases_counts_from_the_machines_start() -> None:
    """
    The clock of leases advances at least as far as the clock that stops during suspension.
    """
    before = time.monotonic()

    assert boot_time() >= before
