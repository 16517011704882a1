"""
Flow control of an instance: the settings of `[connector.flow]`, rate limit and claim window.
"""

from __future__ import annotations

from attrs import evolve, field, frozen

__all__ = ["AHEAD_SECONDS", "Ahead", "Bucket", "Flow", "Rate"]

BURST_SECONDS = 0.1
"""The exports of how many seconds a rate limit allows at once after a pause."""

AHEAD_SECONDS = 0.25
"""For how many seconds open claims keep the senders busy while the lane records and claims."""


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
