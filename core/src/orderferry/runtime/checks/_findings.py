"""
The findings of `check`. A separate module, which commands import without the database.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

__all__ = ["CheckFinding", "CheckState"]


class CheckState(StrEnum):
    """
    The result of one point of `check`.
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
        subject: What was checked: an instance (`erp_sap/default`), a step with its path, a file.
        what: The point, such as `loads, and its settings are valid`.
        state: Proven, failed, not provable, or a warning.
        detail: What was found, and what to do; may be empty.
        distribution: The connector's distribution, or `None` if the finding is not about one.
        version: That distribution's version.
    """

    subject: str
    what: str
    state: CheckState
    detail: str = ""
    distribution: str | None = None
    version: str | None = None
