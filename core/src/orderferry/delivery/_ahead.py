"""
How far a lane claims ahead of its senders.
"""

from __future__ import annotations

from attrs import evolve, frozen

__all__ = ["AHEAD_SECONDS", "Ahead"]

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
