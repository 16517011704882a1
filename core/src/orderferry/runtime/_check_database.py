"""
The part of `check` that asks the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from orderferry.config import RuntimeSettings
from orderferry.errors import ConfigurationError
from orderferry.runtime._findings import CheckFinding, CheckState
from orderferry.storage import check_schema, open_engine, shares_sessions

__all__ = ["database_findings"]

SCHEMA = "the database answers, and has the schema that this program works with"
SESSIONS = "its sessions are not shared"


def database_findings(runtime: RuntimeSettings) -> Iterator[CheckFinding]:
    """
    What can be said of the database without changing it; nothing of a file that is not made yet.
    """
    if runtime.missing_database is not None:
        yield CheckFinding(
            subject="[runtime]",
            what=SCHEMA,
            state=CheckState.FAILED,
            detail=runtime.missing_database,
        )
        return
    subject = runtime.shown_database
    engine = open_engine(runtime.database_url)
    try:
        file = engine.url.database
        if engine.dialect.name == "sqlite" and not Path(str(file)).exists():
            return
        try:
            check_schema(engine)
        except ConfigurationError as error:
            yield CheckFinding(
                subject=subject, what=SCHEMA, state=CheckState.FAILED, detail=str(error)
            )
            return
        yield CheckFinding(subject=subject, what=SCHEMA, state=CheckState.PROVEN)
        if engine.dialect.name == "postgresql":
            yield _sessions(subject, shared=shares_sessions(engine))
    except DBAPIError as error:
        yield CheckFinding(
            subject=subject, what=SESSIONS, state=CheckState.FAILED, detail=str(error.orig)
        )
    finally:
        engine.dispose()


def _sessions(subject: str, *, shared: bool) -> CheckFinding:
    if not shared:
        return CheckFinding(subject=subject, what=SESSIONS, state=CheckState.PROVEN)
    return CheckFinding(
        subject=subject,
        what=SESSIONS,
        state=CheckState.FAILED,
        detail=(
            "a pooler lends one session to several connections, so a lane could have two owners:"
            " connect to PostgreSQL itself, or set pool_mode = session in PgBouncer"
        ),
    )
