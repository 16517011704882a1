"""
What the warehouse would refuse, found before anything is sent.
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

_DECIMALS = 3
_NAMED = 10
"""Problems that the message names; all of them are in `problems`."""


@define
class Checks:
    """
    Turns an order's values into elements, and gathers what is wrong with them.

    A value that does not hold becomes a problem, and what is returned for it is never sent:
    `raise_found` is called before anything is.
    """

    settings: ThreePlSettings
    problems: list[Problem] = field(factory=list)

    def refuse(
        self,
        name: str,
        cause: str,
        *,
        value: object = None,
        line: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """
        Note a problem.

        Args:
            name: The order's field, by JSON's name.
            cause: Why it was refused.
            value: The value.
            line: The line's id, for a field of a line.
            remedy: What to do.
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
        Text for people. It is transliterated, and delimiters replaced, where the settings say so.

        Args:
            element: The element, such as `N3-01`.
            name: The order's field, by JSON's name.
            value: Its value; `None` and blanks are nothing.
            line: The line's id, for a field of a line.
            remedy: What to do about a value that does not fit.

        Returns:
            The element, empty where there is no value.
        """
        found = self._clean(value or "")
        self._characters(element, name, found, line)
        self._length(element, name, found, line, remedy)
        return found

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
        An id: sent as it is, or refused. Arguments and answer as of `text`.
        """
        found = value or ""
        if found != found.strip(" "):
            self.refuse(name, "has a space round it", value=found, line=line, remedy="remove it")
        self._characters(element, name, found, line)
        self._length(element, name, found, line, remedy)
        return found

    def code(self, element: str, name: str, value: str) -> str:
        """
        A code of X12: capitals and digits.

        Args:
            element: The element, such as `W66-10`.
            name: The order's field or the step's property.
            value: Its value.
        """
        if re.fullmatch("[A-Z0-9]*", value) is None:
            self.refuse(name, f"is no code for {element}: capitals and digits", value=value)
        self._length(element, name, value, None, None)
        return value

    def fits(self, element: str, value: str) -> bool:
        """
        Whether an id that may be left out could stand in an element as it is.

        Args:
            element: The element.
            value: The id.
        """
        low, high = LENGTHS[element]
        return (
            low <= len(value) <= high
            and value == value.strip(" ")
            and all(self.settings.writes(each) for each in value)
        )

    def pieces(
        self,
        element: str,
        name: str,
        value: str | None,
        most: int | None,
        *,
        line: str | None = None,
    ) -> list[str]:
        """
        Long text in elements of full length, broken at spaces where that is possible.

        Args:
            element: The element.
            name: The order's field, by JSON's name.
            value: Its value.
            most: The most elements, or `None`; what is left of the text is cut off.
            line: The line's id, for a field of a line.
        """
        rest = " ".join(part for part in self._clean(value or "").split(" ") if part)
        self._characters(element, name, rest, line)
        length = LENGTHS[element][1]
        pieces: list[str] = []
        while rest and (most is None or len(pieces) < most):
            cut = rest.rfind(" ", 0, length + 1) if len(rest) > length else len(rest)
            cut = cut if cut > 0 else length
            pieces.append(rest[:cut].rstrip(" "))
            rest = rest[cut:].lstrip(" ")
        return pieces

    def quantity(self, name: str, value: Decimal, *, line: str | None = None) -> None:
        """
        A line's quantity: more than zero, at most three decimals, at most 15 digits (W01-01).

        Args:
            name: The order's field, by JSON's name.
            value: The quantity.
            line: The line's id.
        """
        remedy = "mend the line, or leave it out"
        if not value.is_finite() or value <= 0:
            self.refuse(name, "must be more than zero", value=value, line=line, remedy=remedy)
        elif value.adjusted() >= LENGTHS["W01-01"][1]:
            self.refuse(
                name, "has more digits than W01-01 takes, 15", value=value, line=line, remedy=remedy
            )
        elif value != round(value, _DECIMALS):
            remedy = f"round it to {_DECIMALS} decimals"
            self.refuse(
                name, f"has more than {_DECIMALS} decimals", value=value, line=line, remedy=remedy
            )
        elif len(self.number(value).replace(".", "")) > LENGTHS["W01-01"][1]:
            self.refuse(
                name, "has more digits than W01-01 takes, 15", value=value, line=line, remedy=remedy
            )

    @staticmethod
    def number(value: Decimal) -> str:
        """
        A number as X12 writes it (type R): no exponent, no needless zeros (X12.6, 3.3.1.3).

        Args:
            value: A finite number, not below zero.
        """
        text = f"{value:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return re.sub(r"^0+(?=[.\d])", "", text) or "0"

    def raise_found(self, what: str) -> None:
        """
        Raise what was found, if anything was.

        Args:
            what: The order, for the message.

        Raises:
            InvalidOrderError: There is at least one problem.
        """
        if self.problems:
            faults = "; ".join(str(problem) for problem in self.problems[:_NAMED])
            if len(self.problems) > _NAMED:
                faults += f"; and {len(self.problems) - _NAMED} more"
            raise InvalidOrderError(
                f"{what} cannot be sent as a 940: {faults}", problems=self.problems
            )

    def _clean(self, value: str) -> str:
        if self.settings.outside_characters is Outside.TRANSLITERATE:
            value = self.settings.character_set.transliterate(value)
        if self.settings.delimiters_in_text is Delimited.REPLACE:
            value = "".join(" " if self._delimits(each) else each for each in value)
        return value.strip(" ")

    def _delimits(self, character: str) -> bool:
        return character in self.settings.delimiters.characters or _is_control(character)

    def _characters(self, element: str, name: str, value: str, line: str | None) -> None:
        for character in value:
            if character in self.settings.delimiters.characters:
                cause = f"has {character!r}, which is a delimiter and has no escape in X12"
                remedy = "remove it, or choose another delimiter"
            elif _is_control(character):
                cause = f"has the control character U+{ord(character):04X}"
                remedy = "remove it"
            elif not self.settings.character_set.holds(character):
                cause = f"has U+{ord(character):04X}, outside the character set"
                cause += f" {self.settings.character_set.value!r} ({element})"
                remedy = "write it otherwise, or see character_set and outside_characters"
            else:
                continue
            self.refuse(name, cause, value=value, line=line, remedy=remedy)
            return

    def _length(
        self, element: str, name: str, value: str, line: str | None, remedy: str | None
    ) -> None:
        low, high = LENGTHS[element]
        if len(value) > high:
            cause = f"has {len(value)} characters, {element} takes {high}"
            remedy = remedy or f"shorten it to {high} characters"
            self.refuse(name, cause, value=value, line=line, remedy=remedy)
        elif 0 < len(value) < low:
            cause = f"is shorter than {low} characters, the least that {element} takes"
            self.refuse(name, cause, value=value, line=line, remedy=remedy)


def _is_control(character: str) -> bool:
    return ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or character in "\u2028\u2029"
