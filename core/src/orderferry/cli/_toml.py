"""
Keys and values in the syntax of TOML (https://toml.io/en/v1.0.0).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

__all__ = ["toml_key", "toml_value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(key: str) -> str:
    """
    A key, quoted if TOML requires it.
    """
    return key if _BARE.fullmatch(key) else _string(key)


def toml_value(value: object) -> str:
    """
    A value on one line.

    Raises:
        TypeError: TOML has no such value.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return _string(value)
        case Mapping():
            pairs = (f"{toml_key(str(key))} = {toml_value(item)}" for key, item in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case Sequence() | frozenset() | set():
            items = sorted(value) if isinstance(value, frozenset | set) else value
            return "[" + ", ".join(toml_value(item) for item in items) + "]"
        case _:
            raise TypeError(f"TOML has no value for {type(value).__name__}")


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
