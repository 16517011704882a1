"""
What a setting must be: validators, each naming the setting and what it expects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute

__all__ = [
    "code",
    "code_values",
    "delimiter",
    "host_keys",
    "name",
    "party_id",
    "release",
    "time_zone",
    "zone",
]

Validator = Callable[[object, "Attribute[str]", str], None]
ValuesValidator = Callable[[object, "Attribute[Mapping[str, str]]", Mapping[str, str]], None]


def zone(key: str) -> tzinfo:
    """
    A time zone by its IANA name.

    Raises:
        ValueError: There is no such zone on this machine.
    """
    if key == "UTC":
        return UTC
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {key!r} here") from error


def time_zone(_: object, __: Attribute[str], value: str) -> None:
    """
    The name of a time zone.
    """
    zone(value)


def name(_: object, __: Attribute[str], value: str) -> None:
    """
    Text that is not empty, without control characters and space round it.
    """
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError(f"expected text without control characters, got {value!r}")


def party_id(_: object, __: Attribute[str], value: str) -> None:
    """
    An interchange id, at most 15 characters.
    """
    if not re.fullmatch(r"[!-~]([ -~]{0,13}[!-~])?", value):
        raise ValueError(f"expected 1 to 15 ASCII characters, got {value!r}")


def release(_: object, __: Attribute[str], value: str) -> None:
    """
    Release 004010, with or without an industry's mark.
    """
    if not re.fullmatch(r"004010[A-Z0-9]{0,6}", value):
        raise ValueError(f"expected 004010 or a version of it, got {value!r}")


def delimiter(_: object, __: Attribute[str], value: str) -> None:
    """
    One character that parts an interchange: no letter, digit or space.
    """
    if len(value) != 1 or not value.isascii() or value.isalnum() or value in " +-.\r\n\0":
        raise ValueError(
            f"expected one ASCII character that is no letter, digit, space or"
            f" sign of a number, got {value!r}"
        )


def code(low: int, high: int, *, optional: bool = False) -> Validator:
    """
    An X12 code: capitals and digits.

    Args:
        low: The fewest characters.
        high: The most.
        optional: Whether it may be empty.
    """

    def check(_: object, __: Attribute[str], value: str) -> None:
        if not (optional and not value) and not _is_code(value, low, high):
            raise ValueError(f"expected {_span(low, high)} capitals or digits, got {value!r}")

    return check


def code_values(low: int, high: int) -> ValuesValidator:
    """
    A mapping whose values are X12 codes.

    Args:
        low: The fewest characters of a value.
        high: The most.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        for key, each in value.items():
            if not _is_code(each, low, high):
                raise ValueError(
                    f"{key}: expected {_span(low, high)} capitals or digits, got {each!r}"
                )

    return check


def host_keys(_: object, __: Attribute[str], value: str) -> None:
    """
    Lines of known_hosts, or bare public keys.
    """
    lines = [line for line in value.splitlines() if line.strip() and not line.startswith("#")]
    if not lines or any(len(line.split()) < 2 for line in lines):
        raise ValueError(
            "expected public host keys, a line each, such as"
            " `ssh-ed25519 AAAA...` or a line of known_hosts"
        )


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _is_code(value: str, low: int, high: int) -> bool:
    return re.fullmatch(f"[A-Z0-9]{{{low},{high}}}", value) is not None
