"""
A secret, which is not shown by accident.
"""

from __future__ import annotations

from typing import Final, NoReturn, Self, final

__all__ = ["MASK", "SECRET_LENGTH", "Secret"]

MASK: Final = "***"
"""Replaces a secret in text."""

SECRET_LENGTH: Final = 8
"""The shortest length of a secret: a shorter one may be part of any text."""


@final
class Secret:
    """
    A secret, which is shown as `***` and read with `reveal()`.

    It compares by value, and can neither be pickled nor written as JSON.

    Args:
        value: The secret, at least eight characters.

    Raises:
        ValueError: The value is shorter.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        if len(value) < SECRET_LENGTH:
            raise ValueError(
                f"a secret has at least {SECRET_LENGTH} characters; this one has {len(value)}"
            )
        self.__value = value

    def reveal(self) -> str:
        """
        Return the secret itself, for the code that needs it.
        """
        return self.__value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled; pass its name, and read it where it is used")
