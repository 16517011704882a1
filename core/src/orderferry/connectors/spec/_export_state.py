"""
The states of an export.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ExportState"]


class ExportState(StrEnum):
    """
    What is known of an export.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    DEAD = "dead"
    SKIPPED = "skipped"
