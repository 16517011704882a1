"""
Values that mean the same in both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from core.tests.databases import Database
from orderferry.storage._tables import ForeignText, Moment

from .conftest import NOW

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("said", ForeignText),
)

OSLO = timezone(timedelta(hours=2))
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def database(database: Database) -> Database:
    """
    A database with the table.
    """
    things.metadata.create_all(database.engine)
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
def test_a_moment_comes_back_in_utc_to_the_microsecond(
    database: Database, moment: datetime | None
) -> None:
    """
    Whatever zone it was written in.
    """
    with database.engine.begin() as connection:
        connection.execute(insert(things).values(at=moment))
        found = connection.execute(select(things.c.at)).scalar_one()

    assert moment == found
    assert found is None or UTC == found.tzinfo


def test_moments_compare_and_sort_as_time_does(database: Database) -> None:
    """
    In SQL too, where SQLite has text.
    """
    moments = [NOW + timedelta(microseconds=n) for n in (0, 1, 999_999, -123_456, 86_400_000_000)]
    moments += [each.astimezone(INDIA) + timedelta(milliseconds=1) for each in moments]
    with database.engine.begin() as connection:
        connection.execute(insert(things), [{"at": each} for each in moments])
        ordered = connection.execute(select(things.c.at).order_by(things.c.at)).scalars().all()
        until = select(things.c.at).where(things.c.at <= NOW.astimezone(OSLO))
        earlier = set(connection.execute(until).scalars())
        first = connection.execute(select(func.min(things.c.at))).scalar_one()

    assert sorted(moments) == ordered
    assert {each for each in moments if each <= NOW} == earlier
    assert min(moments) == first


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """
    Nobody could tell later when it was.
    """
    with database.engine.connect() as connection, pytest.raises(StatementError, match="time zone"):
        connection.execute(insert(things).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Prøve \N{SNOWMAN}\n\t", "Prøve \N{SNOWMAN}\n\t"),
        ("null\x00here", "null\N{REPLACEMENT CHARACTER}here"),
        ("half \ud83d pair", "half ? pair"),
        ("", ""),
        (None, None),
    ],
)
def test_whatever_a_target_said_can_be_kept(
    database: Database, said: str | None, kept: str | None
) -> None:
    """
    An odd answer must not keep its export from being recorded.
    """
    with database.engine.begin() as connection:
        connection.execute(insert(things).values(said=said))
        assert kept == connection.execute(select(things.c.said)).scalar_one()
