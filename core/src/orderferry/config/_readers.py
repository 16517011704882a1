"""
How the values of both files are read: strictly, and with what was expected where one does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from orderferry.config._faults import UnfitError
from orderferry.orders import described

__all__ = [
    "as_boolean",
    "as_file",
    "as_id",
    "as_list",
    "as_name",
    "as_names",
    "as_object",
    "as_seconds",
    "as_size",
    "as_table",
    "as_text",
    "unfit",
]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST_SECONDS = 3600
_BOOLEANS = {"true": True, "false": False}


def unfit(expected: str, value: object) -> UnfitError:
    """
    The error of a value that is not what was expected.
    """
    return UnfitError(f"expected {expected}, got {described(value)}")


def as_boolean(value: object) -> bool:
    """
    A boolean, or one of the strings `true` and `false`.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise unfit('true or false, or one of the strings "true" and "false"', value)


def as_text(value: object) -> str:
    """
    A string.
    """
    if isinstance(value, str):
        return value
    raise unfit("a string", value)


def as_file(value: object) -> str:
    """
    A path of a file or folder.
    """
    path = as_text(value)
    if not path or "\0" in path:
        raise unfit("a path", value)
    return path


def as_name(value: object) -> str:
    """
    A name or id: a string that is not empty, with no slash, control character or space around it.
    """
    name = as_text(value)
    if not name:
        raise UnfitError("expected a name, got an empty string")
    if "/" in name:
        raise UnfitError(f'expected a name without "/", got {described(name)}')
    if _CONTROL.search(name) or name.strip() != name:
        raise UnfitError(
            f"expected a name without control characters or spaces around it, got {described(name)}"
        )
    return name


def as_id(value: object) -> str:
    """
    A name or id, or an empty string where there is none.
    """
    return "" if value == "" else as_name(value)


def as_names(value: object) -> frozenset[str]:
    """
    A list of strings.
    """
    names = as_list(value)
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise UnfitError(f"expected a list of names, got {described(name)} at [{index}]")
    return frozenset(str(name) for name in names)


def as_list(value: object) -> list[object]:
    """
    A list.
    """
    if isinstance(value, list):
        return value
    raise unfit("a list", value)


def as_object(value: object) -> Mapping[str, object]:
    """
    An object.
    """
    if isinstance(value, dict):
        return value
    raise unfit("an object", value)


def as_table(value: object) -> Mapping[str, object]:
    """
    A table of TOML.
    """
    if isinstance(value, dict):
        return value
    raise unfit("a table", value)


def as_size(value: object) -> int:
    """
    An integer from 1.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise unfit("an integer from 1", value)


def as_seconds(value: object) -> float:
    """
    Seconds: over 0, and no more than an hour.
    """
    if isinstance(value, int | float) and value is not True and 0 < value <= _MOST_SECONDS:
        return float(value)
    raise unfit(f"seconds over 0, at most {_MOST_SECONDS}", value)
