"""
What `check` finds.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

__all__ = ["CheckFinding", "CheckState"]


class CheckState(StrEnum):
    """
    How a point stands.
    """

    PROVEN = "proven"
    FAILED = "failed"
    NOT_PROVABLE = "not provable"
    WARNING = "warning"


@frozen(kw_only=True)
class CheckFinding:
    """
    One point of `check`.

    Attributes:
        subject: What it is about: an instance (`erp_sap/default`), a step with its path, a file.
        what: The point, such as `settings are valid`.
        state: Proven, failed, not provable, or a warning.
        detail: What was seen, and what to do.
        distribution: The connector's distribution, where it is about one.
        version: That distribution's version.
    """

    subject: str
    what: str
    state: CheckState
    detail: str = ""
    distribution: str | None = None
    version: str | None = None
