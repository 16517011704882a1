"""
A value that nobody may read by accident.
"""

from __future__ import annotations

from typing import Final, NoReturn, Self, final

__all__ = ["MASK", "SECRET_LENGTH", "Secret"]

MASK: Final = "***"
"""What stands where a secret was."""

SECRET_LENGTH: Final = 8
"""The fewest characters of a secret: a shorter one would be hidden all over innocent text."""


@final
class Secret:
    """
    A secret: shown as `***`, read with `reveal()`.

    It compares by value, and is neither pickled nor written as JSON.

    Args:
        value: The secret, at least eight characters.

    Raises:
        ValueError: It is shorter.
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
        The secret itself, for the one place that needs it.
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
        raise TypeError("a secret is not pickled; pass its name, and read it where it is used")
