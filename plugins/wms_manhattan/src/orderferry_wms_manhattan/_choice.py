"""
One of a tenant's codes, chosen by a value of the order.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["UnmappedError", "choose"]


class UnmappedError(Exception):
    """
    A mapping is configured, and neither it nor a default has an answer.
    """


def choose(codes: Mapping[str, str], *values: str | None) -> str | None:
    """
    The code of the first value that has one, else the last value, which is the default.

    Args:
        codes: The tenant's codes by the order's values.
        values: The order's values, the most telling first, and the default at the end.

    Raises:
        UnmappedError: Codes are configured, and neither they nor a default know the order's value.
    """
    *given, default = values
    present = [value for value in given if value]
    for value in present:
        if value in codes:
            return codes[value]
    if default is None and codes and present:
        raise UnmappedError
    return default
