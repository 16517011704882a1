"""
References in configured values: `${env:NAME}` and `${file:PATH}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

__all__ = ["REFERENCE", "Referenced", "Unresolved", "has_reference", "resolve"]

REFERENCE: Final = re.compile(r"\$\{(?P<kind>[a-z]+):(?P<where>[^{}]*)\}")
"""A reference in a string; the hook API pins its groups, which are in schemas of settings."""

MAX_FILE_BYTES: Final = 64 * 1024
"""The maximum size of a file that a reference names."""


class Referenced(str):
    """
    A string that came from a reference, as a whole or in part. It is never shown.
    """

    __slots__ = ()


@frozen
class Unresolved:
    """
    Replaces a string whose reference cannot be resolved.

    Attributes:
        reason: Why it cannot, naming the variable or path, and what to do.
    """

    reason: str


class _UnresolvedError(Exception):
    pass


def has_reference(text: str) -> bool:
    """
    Whether a string is a reference, or contains one.
    """
    return REFERENCE.search(text) is not None


def resolve(value: object, environment: Mapping[str, str], folder: Path) -> object:
    """
    Resolve every reference in a value's strings, at any depth.

    Args:
        value: The value as configured.
        environment: The variables of `${env:NAME}`.
        folder: The folder where relative paths of `${file:PATH}` start.

    Returns:
        The value. A string that came from a reference is `Referenced`, or `Unresolved`.
    """
    if isinstance(value, str):
        return _resolve_text(value, environment, folder)
    if isinstance(value, Mapping):
        return {key: resolve(item, environment, folder) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, environment, folder) for item in value]
    return value


def _resolve_text(text: str, environment: Mapping[str, str], folder: Path) -> str | Unresolved:
    if not has_reference(text):
        return text

    def follow(reference: re.Match[str]) -> str:
        if reference["kind"] == "env":
            return _read_variable(reference["where"], environment)
        if reference["kind"] == "file":
            return _read_file(reference["where"], folder)
        raise _UnresolvedError(
            f'"{reference["kind"]}" is an unknown kind of reference; '
            "use ${env:NAME} or ${file:PATH}"
        )

    try:
        return Referenced(REFERENCE.sub(follow, text))
    except _UnresolvedError as error:
        return Unresolved(str(error))


def _read_variable(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name)
    if value is None:
        raise _UnresolvedError(f"the environment variable {name} is not set; set it")
    if not value:
        raise _UnresolvedError(f"the environment variable {name} is empty; set it")
    return value


def _read_file(name: str, folder: Path) -> str:
    path = folder / Path(name).expanduser()
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        text = content.decode().rstrip("\r\n")
    except OSError as error:
        raise _UnresolvedError(f"the file {name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _UnresolvedError(f"the file {name} is not UTF-8 text") from error
    if len(content) > MAX_FILE_BYTES:
        raise _UnresolvedError(f"the file {name} is longer than {MAX_FILE_BYTES} bytes")
    if not text:
        raise _UnresolvedError(f"the file {name} is empty")
    return text
