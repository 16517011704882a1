"""
Validators of settings. Each raises a ValueError that states what it expects.
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
    Load a time zone by its IANA name.

    Raises:
        ValueError: This machine has no such time zone.
    """
    if key == "UTC":
        return UTC
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {key!r} on this machine") from error


def time_zone(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect the name of a time zone.
    """
    zone(value)


def name(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect text that is not empty, has no control characters, and no surrounding spaces.
    """
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError(
            f"expected text without control characters and surrounding spaces, got {value!r}"
        )


def party_id(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect an interchange id of 1 to 15 characters.
    """
    if not re.fullmatch(r"[!-~]([ -~]{0,13}[!-~])?", value):
        raise ValueError(f"expected 1 to 15 ASCII characters, got {value!r}")


def release(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect release 004010, with or without an industry's suffix.
    """
    if not re.fullmatch(r"004010[A-Z0-9]{0,6}", value):
        raise ValueError(f"expected 004010 or an industry version of it, got {value!r}")


def delimiter(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect a delimiter: one character that is not a letter, a digit, a space, or part of a number.
    """
    if len(value) != 1 or not value.isascii() or value.isalnum() or value in " +-.\r\n\0":
        raise ValueError(
            "expected one ASCII character that is not a letter, digit, space, line break, +, - or"
            f" ., got {value!r}"
        )


def code(low: int, high: int, *, optional: bool = False) -> Validator:
    """
    Expect an X12 code: capital letters and digits.

    Args:
        low: The minimum length.
        high: The maximum length.
        optional: Whether the code may be empty.
    """

    def check(_: object, __: Attribute[str], value: str) -> None:
        if not (optional and not value) and not _is_code(value, low, high):
            raise ValueError(
                f"expected {_length_range(low, high)} capital letters or digits, got {value!r}"
            )

    return check


def code_values(low: int, high: int) -> ValuesValidator:
    """
    Expect a mapping whose values are X12 codes.

    Args:
        low: The minimum length of a value.
        high: The maximum length of a value.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        for key, item in value.items():
            if not _is_code(item, low, high):
                length = _length_range(low, high)
                raise ValueError(
                    f"{key}: expected {length} capital letters or digits, got {item!r}"
                )

    return check


def host_keys(_: object, __: Attribute[str], value: str) -> None:
    """
    Expect lines of known_hosts, or bare public keys.
    """
    lines = [line for line in value.splitlines() if line.strip() and not line.startswith("#")]
    if not lines or any(len(line.split()) < 2 for line in lines):
        raise ValueError(
            "expected public host keys, one on each line, such as"
            " `ssh-ed25519 AAAA...` or a line of known_hosts"
        )


def _length_range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _is_code(value: str, low: int, high: int) -> bool:
    return re.fullmatch(f"[A-Z0-9]{{{low},{high}}}", value) is not None
