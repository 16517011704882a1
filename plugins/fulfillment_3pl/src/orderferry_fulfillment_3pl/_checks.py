"""
Checks on an order's values, made before anything is sent to the warehouse.
"""

from __future__ import annotations

import re
from decimal import Decimal

from attrs import define, field

from orderferry.errors import InvalidOrderError, Problem
from orderferry_fulfillment_3pl._characters import Delimited, Outside
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._x12 import LENGTHS

__all__ = ["Checks"]

_MAX_DECIMALS = 3
_MAX_NAMED = 10
"""Number of problems that the message names; the attribute `problems` has all of them."""


@define
class Checks:
    """
    Converts an order's values to elements, and collects the problems with them.

    An invalid value adds a problem. The element returned for it is never sent, because
    `raise_problems` is called first.
    """

    settings: ThreePlSettings
    problems: list[Problem] = field(factory=list)

    def add_problem(
        self,
        name: str,
        cause: str,
        *,
        value: object = None,
        line: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """
        Add a problem.

        Args:
            name: The order's field, by its JSON name.
            cause: Why the value is invalid.
            value: The value.
            line: The line's id, for a field of a line.
            remedy: How to fix it.
        """
        self.problems.append(
            Problem(
                line_item_id=line,
                field=name,
                value=None if value is None else str(value),
                cause=cause,
                remedy=remedy,
            )
        )

    def text(
        self,
        element: str,
        name: str,
        value: str | None,
        *,
        line: str | None = None,
        remedy: str | None = None,
    ) -> str:
        """
        The element for a text that people read.

        If the settings say so, text is transliterated, and delimiters in it are replaced.

        Args:
            element: The element, such as `N3-01`.
            name: The order's field, by its JSON name.
            value: The field's value; `None` and blanks count as no value.
            line: The line's id, for a field of a line.
            remedy: How to fix a value of invalid length.

        Returns:
            The element, which is empty if there is no value.
        """
        text = self._clean(value or "")
        self._check_characters(element, name, text, line)
        self._check_length(element, name, text, line, remedy)
        return text

    def identifier(
        self,
        element: str,
        name: str,
        value: str | None,
        *,
        line: str | None = None,
        remedy: str | None = None,
    ) -> str:
        """
        The element for an id, which is never changed.

        Args:
            element: The element, such as `N9-02`.
            name: The order's field, by its JSON name.
            value: The field's value; `None` counts as no value.
            line: The line's id, for a field of a line.
            remedy: How to fix a value of invalid length.

        Returns:
            The element, which is empty if there is no value.
        """
        text = value or ""
        if text != text.strip(" "):
            cause = "has leading or trailing spaces"
            self.add_problem(name, cause, value=text, line=line, remedy="remove them")
        self._check_characters(element, name, text, line)
        self._check_length(element, name, text, line, remedy)
        return text

    def code(self, element: str, name: str, value: str) -> str:
        """
        The element for an X12 code, which has capital letters and digits only.

        Args:
            element: The element, such as `W66-10`.
            name: The order's field or the step's property.
            value: The code.
        """
        if re.fullmatch("[A-Z0-9]*", value) is None:
            cause = f"is not a valid code for {element}: expected capital letters and digits"
            self.add_problem(name, cause, value=value)
        self._check_length(element, name, value, None, None)
        return value

    def fits(self, element: str, value: str) -> bool:
        """
        Whether an optional id fits an element unchanged.

        Args:
            element: The element.
            value: The id.
        """
        low, high = LENGTHS[element]
        return (
            low <= len(value) <= high
            and value == value.strip(" ")
            and all(self.settings.can_write(character) for character in value)
        )

    def split_text(
        self,
        element: str,
        name: str,
        value: str | None,
        limit: int | None,
        *,
        line: str | None = None,
    ) -> list[str]:
        """
        Split a long text into elements of full length, at spaces if possible.

        Args:
            element: The element.
            name: The order's field, by its JSON name.
            value: The field's value.
            limit: The maximum number of elements, or `None`; text beyond the last is cut off.
            line: The line's id, for a field of a line.
        """
        rest = " ".join(word for word in self._clean(value or "").split(" ") if word)
        self._check_characters(element, name, rest, line)
        length = LENGTHS[element][1]
        pieces: list[str] = []
        while rest and (limit is None or len(pieces) < limit):
            cut = rest.rfind(" ", 0, length + 1) if len(rest) > length else len(rest)
            cut = cut if cut > 0 else length
            pieces.append(rest[:cut].rstrip(" "))
            rest = rest[cut:].lstrip(" ")
        return pieces

    def check_quantity(self, name: str, value: Decimal, *, line: str | None = None) -> None:
        """
        Check that a line's quantity is positive and fits W01-01.

        Args:
            name: The order's field, by its JSON name.
            value: The quantity.
            line: The line's id.
        """
        cause, remedy = "", "correct the line, or remove it"
        max_digits = LENGTHS["W01-01"][1]
        too_many_digits = f"has more than {max_digits} digits, the maximum of W01-01"
        if not value.is_finite() or value <= 0:
            cause = "must be greater than zero"
        elif value.adjusted() >= max_digits:
            cause = too_many_digits
        elif value != round(value, _MAX_DECIMALS):
            cause = f"has more than {_MAX_DECIMALS} decimals"
            remedy = f"round it to {_MAX_DECIMALS} decimals"
        elif len(self.format_number(value).replace(".", "")) > max_digits:
            cause = too_many_digits
        if cause:
            self.add_problem(name, cause, value=value, line=line, remedy=remedy)

    @staticmethod
    def format_number(value: Decimal) -> str:
        """
        Format a number as X12's type R: no exponent, no redundant zeros (X12.6, 3.3.1.3).

        Args:
            value: A finite number, not less than zero.
        """
        text = f"{value:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return re.sub(r"^0+(?=[.\d])", "", text) or "0"

    def raise_problems(self, subject: str) -> None:
        """
        Raise the problems, if there are any.

        Args:
            subject: The order, for the message.

        Raises:
            InvalidOrderError: There is at least one problem.
        """
        if self.problems:
            causes = "; ".join(str(problem) for problem in self.problems[:_MAX_NAMED])
            if len(self.problems) > _MAX_NAMED:
                causes += f"; and {len(self.problems) - _MAX_NAMED} more"
            raise InvalidOrderError(
                f"{subject} cannot be sent as a 940: {causes}", problems=self.problems
            )

    def _clean(self, value: str) -> str:
        if self.settings.outside_characters is Outside.TRANSLITERATE:
            value = self.settings.character_set.transliterate(value)
        if self.settings.delimiters_in_text is Delimited.REPLACE:
            value = "".join(
                " " if self._is_delimiter(character) or _is_control(character) else character
                for character in value
            )
        return value.strip(" ")

    def _is_delimiter(self, character: str) -> bool:
        return character in self.settings.delimiters.characters

    def _check_characters(self, element: str, name: str, value: str, line: str | None) -> None:
        for character in value:
            if self._is_delimiter(character):
                cause = f"contains {character!r}, a delimiter, which X12 cannot escape"
                remedy = "remove it, or choose another delimiter"
            elif _is_control(character):
                cause = f"contains the control character U+{ord(character):04X}"
                remedy = "remove it"
            elif not self.settings.character_set.contains(character):
                cause = f"contains U+{ord(character):04X}, which is not in the character set"
                cause += f" {self.settings.character_set.value!r} ({element})"
                remedy = "replace it, or change the setting character_set or outside_characters"
            else:
                continue
            self.add_problem(name, cause, value=value, line=line, remedy=remedy)
            return

    def _check_length(
        self, element: str, name: str, value: str, line: str | None, remedy: str | None
    ) -> None:
        low, high = LENGTHS[element]
        if len(value) > high:
            cause = f"has {len(value)} characters; {element} allows at most {high}"
            remedy = remedy or f"shorten it to {high} characters"
            self.add_problem(name, cause, value=value, line=line, remedy=remedy)
        elif 0 < len(value) < low:
            cause = f"is too short; {element} requires at least {low} characters"
            self.add_problem(name, cause, value=value, line=line, remedy=remedy)


def _is_control(character: str) -> bool:
    return ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or character in "\u2028\u2029"
