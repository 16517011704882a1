"""
`${env:NAME}` and `${file:PATH}`: settings whose value stands elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

__all__ = ["Absentee", "Referred", "has_reference", "resolved"]

REFERENCE: Final = re.compile(r"\$\{(?P<kind>[a-z]+):(?P<where>[^{}]*)\}")

LONGEST: Final = 64 * 1024
"""The most bytes of a file that a setting refers to."""


class Referred(str):
    """
    Text that came through a reference, wholly or in part. It is never shown.
    """

    __slots__ = ()


@frozen
class Absentee:
    """
    Stands for text whose reference leads nowhere.

    Attributes:
        reason: Why, naming the variable or path, and what to do.
    """

    reason: str


class _DanglingError(Exception):
    pass


def has_reference(text: str) -> bool:
    """
    Whether the value, or a part of it, stands elsewhere.
    """
    return REFERENCE.search(text) is not None


def resolved(value: object, environment: Mapping[str, str], folder: Path) -> object:
    """
    A setting's value with every reference in its texts followed, to any depth.

    Args:
        value: The value as the configuration has it.
        environment: Where `${env:NAME}` looks.
        folder: Where relative paths of `${file:PATH}` start.

    Returns:
        The value; text that came through a reference is `Referred`, or an `Absentee`.
    """
    if isinstance(value, str):
        return _text(value, environment, folder)
    if isinstance(value, Mapping):
        return {key: resolved(each, environment, folder) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(each, environment, folder) for each in value]
    return value


def _text(text: str, environment: Mapping[str, str], folder: Path) -> str | Absentee:
    if not has_reference(text):
        return text

    def follow(found: re.Match[str]) -> str:
        if found["kind"] == "env":
            return _variable(found["where"], environment)
        if found["kind"] == "file":
            return _file(found["where"], folder)
        raise _DanglingError(
            f"no reference of the kind {found['kind']!r} is known; "
            "write ${env:NAME} or ${file:PATH}"
        )

    try:
        return Referred(REFERENCE.sub(follow, text))
    except _DanglingError as error:
        return Absentee(str(error))


def _variable(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name)
    if value is None:
        raise _DanglingError(f"the environment variable {name} is not set; set it")
    if not value:
        raise _DanglingError(f"the environment variable {name} is empty; set it")
    return value


def _file(where: str, folder: Path) -> str:
    path = folder / Path(where).expanduser()
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
        text = content.decode().rstrip("\r\n")
    except OSError as error:
        raise _DanglingError(f"the file {where} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _DanglingError(f"the file {where} is not UTF-8 text") from error
    if len(content) > LONGEST:
        raise _DanglingError(f"the file {where} is longer than {LONGEST} bytes")
    if not text:
        raise _DanglingError(f"the file {where} is empty")
    return text
