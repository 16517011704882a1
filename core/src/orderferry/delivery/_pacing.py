"""
A rate limit as a value.
"""

from __future__ import annotations

from attrs import evolve, frozen

from orderferry.delivery._flow import Rate

__all__ = ["AHEAD_SECONDS", "Ahead", "Bucket"]

BURST_SECONDS = 0.1
"""What may begin at once after a pause: so many seconds' exports."""


def _room(rate: Rate) -> float:
    return max(1.0, rate.per_second * BURST_SECONDS)


@frozen
class Bucket:
    """
    A bucket of tokens that fills at a rate; an export takes one when it begins.

    Attributes:
        rate: How fast it fills, and how many it holds.
        tokens: How many are in it.
        at: When that was, in seconds of a monotonic clock.
    """

    rate: Rate
    tokens: float
    at: float

    @classmethod
    def full(cls, rate: Rate, at: float) -> Bucket:
        """
        A bucket with as many in it as it has room for.
        """
        return cls(rate, _room(rate), at)

    def filled(self, at: float) -> Bucket:
        """
        The bucket at a later time.
        """
        tokens = min(_room(self.rate), self.tokens + max(0.0, at - self.at) * self.rate.per_second)
        return evolve(self, tokens=tokens, at=max(at, self.at))

    def taken(self, count: int) -> Bucket:
        """
        The bucket after so many exports began.
        """
        return evolve(self, tokens=self.tokens - count)

    @property
    def available(self) -> int:
        """
        How many exports may begin now.
        """
        return max(0, int(self.tokens + 1e-9))

    @property
    def wait(self) -> float:
        """
        Seconds until one more may begin.
        """
        return max(0.0, (1.0 - self.tokens) / self.rate.per_second)


AHEAD_SECONDS = 0.25
"""For how long the senders have something to do, while the lane records and claims."""


@frozen
class Ahead:
    """
    How many claims may be open: as many as a quick target answers in a moment, few for a slow one.

    What is claimed is decided upon: an order that is cancelled later is sent all the same.

    Attributes:
        least: Enough for all senders.
        most: What is claimed in one transaction at most.
        claims: How many may be open now.
        at: When the last round was, in seconds of a monotonic clock.
    """

    least: int
    most: int
    claims: int
    at: float

    @classmethod
    def first(cls, *, concurrency: int, most: int, at: float) -> Ahead:
        """
        Twice as many as there are senders, until more is known of the target.
        """
        least = min(most, 2 * concurrency)
        return cls(least=least, most=most, claims=least, at=at)

    def after(self, answers: int, at: float) -> Ahead:
        """
        So many answers came since the last round; it falls by half a round at most.
        """
        wanted = int(answers * AHEAD_SECONDS / max(at - self.at, 1e-3))
        claims = min(self.most, max(self.least, wanted, self.claims // 2))
        return evolve(self, claims=claims, at=at)
