"""
Column types that mean the same on both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from core.tests.databases import Database
from orderferry.storage._tables import ForeignText, Moment

from .conftest import NOW

samples = Table(
    "of_test",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("foreign", ForeignText),
)

OSLO = timezone(timedelta(hours=2))
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def database(database: Database) -> Database:
    """
    A database with the test's table.
    """
    samples.metadata.create_all(database.engine)
    return database


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(2026, 11, 24, tzinfo=UTC),
        datetime(2026, 6, 30, 1, 30, tzinfo=OSLO),
        datetime(1970, 1, 1, 5, 30, tzinfo=INDIA),
        datetime(850, 7, 26, 0, 0, 0, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC) - timedelta(days=1),
        None,
    ],
)
def test_a_datetime_is_read_in_utc_to_the_microsecond(
    database: Database, moment: datetime | None
) -> None:
    """
    A datetime of any time zone is read as the same moment in UTC.
    """
    with database.engine.begin() as connection:
        connection.execute(insert(samples).values(at=moment))
        stored = connection.execute(select(samples.c.at)).scalar_one()

    assert moment == stored
    assert stored is None or UTC == stored.tzinfo


def test_datetimes_compare_and_sort_in_sql(database: Database) -> None:
    """
    Stored datetimes compare and sort by time, even on SQLite, where they are text.
    """
    moments = [NOW + timedelta(microseconds=n) for n in (0, 1, 999_999, -123_456, 86_400_000_000)]
    moments += [moment.astimezone(INDIA) + timedelta(milliseconds=1) for moment in moments]
    with database.engine.begin() as connection:
        connection.execute(insert(samples), [{"at": moment} for moment in moments])
        sorted_by_sql = (
            connection.execute(select(samples.c.at).order_by(samples.c.at)).scalars().all()
        )
        until = select(samples.c.at).where(samples.c.at <= NOW.astimezone(OSLO))
        earlier = set(connection.execute(until).scalars())
        first = connection.execute(select(func.min(samples.c.at))).scalar_one()

    assert sorted(moments) == sorted_by_sql
    assert {moment for moment in moments if moment <= NOW} == earlier
    assert min(moments) == first


def test_a_datetime_without_a_time_zone_is_an_error(database: Database) -> None:
    """
    A datetime without a time zone, which is no certain moment, cannot be written.
    """
    with database.engine.connect() as connection, pytest.raises(StatementError, match="time zone"):
        connection.execute(insert(samples).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Prøve \N{SNOWMAN}\n\t", "Prøve \N{SNOWMAN}\n\t"),
        ("null\x00here", "null\N{REPLACEMENT CHARACTER}here"),
        ("half \ud83d pair", "half ? pair"),
        ("", ""),
        (None, None),
    ],
)
def test_any_text_of_a_target_can_be_stored(
    database: Database, text: str | None, stored: str | None
) -> None:
    """
    Characters that a database cannot store are replaced, so that the export can be recorded.
    """
    with database.engine.begin() as connection:
        connection.execute(insert(samples).values(foreign=text))
        assert stored == connection.execute(select(samples.c.foreign)).scalar_one()
