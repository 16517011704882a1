"""
Times as people give them and read them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

__all__ = ["MOMENT", "shown"]

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def shown(moment: datetime | None) -> str:
    """
    A time for people, in UTC and to the second; empty where there is none.
    """
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


if TYPE_CHECKING:
    _MomentType = click.ParamType[datetime]
else:
    _MomentType = click.ParamType  # not generic in click 8.2


class _Moment(_MomentType):
    """
    A time, or how long ago: `2026-11-24T12:00:00Z`, `2h`.
    """

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """
        The time in UTC; one without a zone is in UTC already.
        """
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        ago = _AGO.fullmatch(text)
        try:
            if ago is not None:
                return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: float(ago[1])})
            moment = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail(
                f"{text!r} is no time: give one such as 2026-11-24T12:00:00Z, or how long ago it"
                " was, such as 30m, 2h or 1d",
                param,
                ctx,
            )
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


MOMENT = _Moment()
"""The type of options that are a time."""
