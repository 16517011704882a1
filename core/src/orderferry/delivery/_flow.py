"""
Flow control of an instance: the settings of `[connector.flow]`, rate limit and claim window.
"""

from __future__ import annotations

from attrs import evolve, field, frozen

__all__ = ["WINDOW_SECONDS", "ClaimWindow", "Flow", "Rate", "TokenBucket"]

BURST_SECONDS = 0.1
"""The exports of how many seconds a rate limit allows at once after a pause."""

WINDOW_SECONDS = 0.25
"""For how many seconds open claims keep the senders busy while the lane records and claims."""


@frozen
class Rate:
    """
    A rate limit: at most `count` exports in `seconds` seconds.
    """

    count: float
    seconds: float = 1.0

    @property
    def per_second(self) -> float:
        """
        Exports per second.
        """
        return self.count / self.seconds

    def split(self, shards: int) -> Rate:
        """
        Return the share of one of several shards.
        """
        return Rate(self.count / shards, self.seconds)


@frozen(kw_only=True)
class Flow:
    """
    Flow control of one instance, exact with any number of workers, since a lane has one owner.

    Attributes:
        concurrency: How many exports are in flight at once.
        rate: How many exports may begin in a time; `None` for no limit.
        batch: How many exports are claimed in one transaction at most, and claimed at the same
            time; fewer for a slow target.
        shards: How many lanes the instance's orders are spread over.
        first: The longest that the first wait before a retry lasts, in seconds.
        factor: What each further wait may grow by.
        most: The longest wait, in seconds.
        deadline: Seconds since the export was created, after which a failed attempt is its last.
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
    def _twice_the_concurrency(self) -> int:
        return max(512, 2 * self.concurrency)


def _capacity(rate: Rate) -> float:
    return max(1.0, rate.per_second * BURST_SECONDS)


@frozen
class TokenBucket:
    """
    A bucket of tokens that refills at a rate; an export takes one token when it begins.

    Attributes:
        rate: How fast it refills, and how many tokens it holds at most.
        tokens: How many tokens are in it.
        at: The time of that number, in seconds of a monotonic clock.
    """

    rate: Rate
    tokens: float
    at: float

    @classmethod
    def full(cls, rate: Rate, at: float) -> TokenBucket:
        """
        Return a bucket with as many tokens as it can hold.
        """
        return cls(rate, _capacity(rate), at)

    def refill(self, at: float) -> TokenBucket:
        """
        Return the bucket at a later time.
        """
        added = max(0.0, at - self.at) * self.rate.per_second
        tokens = min(_capacity(self.rate), self.tokens + added)
        return evolve(self, tokens=tokens, at=max(at, self.at))

    def take(self, count: int) -> TokenBucket:
        """
        Return the bucket after `count` exports began.
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
        Seconds until one more export may begin.
        """
        return max(0.0, (1.0 - self.tokens) / self.rate.per_second)


@frozen
class ClaimWindow:
    """
    How many claims a lane may have open: many for a fast target, few for a slow one.

    A claim is a decision: an order that is cancelled after its export was claimed is still sent.

    Attributes:
        least: Enough claims for all senders.
        most: How many exports are claimed in one transaction at most.
        claims: How many claims may be open now.
        at: The time of the last round, in seconds of a monotonic clock.
    """

    least: int
    most: int
    claims: int
    at: float

    @classmethod
    def initial(cls, *, concurrency: int, most: int, at: float) -> ClaimWindow:
        """
        Return a window of two claims for each sender, as nothing is known of the target yet.
        """
        least = min(most, 2 * concurrency)
        return cls(least=least, most=most, claims=least, at=at)

    def adjust(self, responses: int, at: float) -> ClaimWindow:
        """
        Return the window after a round; it shrinks by half at most.

        Args:
            responses: How many responses arrived since the last round.
            at: The time of the round.
        """
        needed = int(responses * WINDOW_SECONDS / max(at - self.at, 1e-3))
        claims = min(self.most, max(self.least, needed, self.claims // 2))
        return evolve(self, claims=claims, at=at)
