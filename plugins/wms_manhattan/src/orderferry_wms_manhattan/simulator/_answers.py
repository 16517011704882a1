"""
The simulator's own writer of envelopes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["Json", "message", "refused", "taken"]

Json = dict[str, object]


def message(
    code: str,
    description: str,
    field: str | None = None,
    keys: Mapping[str, str] | None = None,
    kind: str = "ERROR",
) -> Json:
    """
    One entry of `messages`.
    """
    return {
        "Type": kind,
        "Code": code,
        "Description": description,
        "ErrorCode": None,
        "ErrorField": field,
        "BusinessKeys": None if keys is None else dict(keys),
    }


def taken(data: object, total: int | None = None) -> Json:
    """
    An envelope that says yes.
    """
    return {
        "success": True,
        "header": None if total is None else {"totalCount": total},
        "data": data,
        "messageKey": None,
        "message": None,
        "errors": [],
        "exceptions": [],
        "messages": {"Message": [], "Size": 0},
    }


def refused(messages: Sequence[Json], key: str | None = None) -> Json:
    """
    An envelope that says no.
    """
    return {
        "success": False,
        "header": None,
        "data": None,
        "messageKey": key,
        "message": key,
        "errors": [],
        "exceptions": None,
        "messages": {"Message": list(messages), "Size": len(messages)},
    }
