"""
A rate limit as a value.
"""

from __future__ import annotations

from attrs import evolve, frozen

from orderferry.delivery._flow import Rate

__all__ = ["Bucket"]


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
