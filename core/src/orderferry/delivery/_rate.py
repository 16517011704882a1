"""
A rate limit as a value.
"""

from __future__ import annotations

from attrs import evolve, frozen

from orderferry.delivery._flow import Rate

__all__ = ["Bucket"]


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
        A bucket with room for one second's exports, at least one, and as many in it.
        """
        return cls(rate, max(1.0, rate.per_second), at)

    def filled(self, at: float) -> Bucket:
        """
        The bucket at a later time.
        """
        most = max(1.0, self.rate.per_second)
        tokens = min(most, self.tokens + max(0.0, at - self.at) * self.rate.per_second)
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
