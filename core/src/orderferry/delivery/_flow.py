"""
How an instance may be spoken to: `[connector.flow]`.
"""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["Flow", "Rate"]


@frozen
class Rate:
    """
    So many exports in so many seconds, at most.
    """

    count: float
    seconds: float = 1.0

    @property
    def per_second(self) -> float:
        """
        Exports a second.
        """
        return self.count / self.seconds

    def divided(self, shards: int) -> Rate:
        """
        The share of one shard.
        """
        return Rate(self.count / shards, self.seconds)


@frozen(kw_only=True)
class Flow:
    """
    Flow control of one instance, exact with many workers, since its lane has one owner.

    Attributes:
        concurrency: How many exports are under way at once.
        rate: How many may begin in a time.
        batch: How many are claimed in one transaction at most, and open at once; few for a slow
            target.
        shards: In how many lanes the instance's orders are spread.
        first: The most that the first wait before a retry lasts, in seconds.
        factor: What each further wait may grow by.
        most: What no wait exceeds, in seconds.
        deadline: Seconds from an export's making after which a failed attempt is its last.
        breaker: How many transient failures in a row pause the lane.
        cooldown: Seconds until a paused lane tries one export.
        timeout: Seconds that one attempt may take.
    """

    concurrency: int = 8
    rate: Rate | None = None
    batch: int = field()
    shards: int = 1
    first: float = 1.0
    factor: float = 2.0
    most: float = 300.0
    deadline: float = 86_400.0
    breaker: int = 10
    cooldown: float = 30.0
    timeout: float = 30.0

    @batch.default
    def _twice_what_is_under_way(self) -> int:
        return max(512, 2 * self.concurrency)
