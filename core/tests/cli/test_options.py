"""
Tests of the times of `orderferry.cli._options`: how they are parsed and printed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import click
import pytest

from orderferry.cli._options import MOMENT, format_time

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T12:00:00Z",
        "2026-11-24 13:00:00+01:00",
        "2026-11-24T12:00",
        " 2026-11-24 12:00:00 ",
        "20261124T120000Z",
    ],
)
def test_a_time_is_read_in_utc(text: str) -> None:
    """
    A time without a zone is in UTC.
    """
    assert NOON == MOMENT.convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("1.5 h", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
    ],
)
def test_a_time_may_be_a_duration_ago(text: str, ago: timedelta) -> None:
    """
    A duration is counted back from now.
    """
    before = datetime.now(UTC)
    moment = MOMENT.convert(text, None, None)

    assert before <= moment + ago <= datetime.now(UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "5", "9999999999d"])
def test_anything_else_is_not_a_time(text: str) -> None:
    """
    The message for an invalid time contains an example.
    """
    with pytest.raises(click.BadParameter, match="is not a time: give one such as 2026-11-24T12"):
        MOMENT.convert(text, None, None)


def test_a_time_is_shown_in_utc() -> None:
    """
    A time is printed in UTC to the second, and `None` as an empty text.
    """
    there = NOON.astimezone(timezone(timedelta(hours=1)))

    assert "2026-11-24 12:00:00Z" == format_time(there)
    assert "" == format_time(None)
    assert NOON == MOMENT.convert(format_time(there), None, None)
