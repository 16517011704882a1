"""
What the database itself sees of lanes: who had them, and who wrote under which fence.
"""

from __future__ import annotations

from core.tests.databases import Database
from tests.crash.databases import rows

TABLES = (
    "CREATE TABLE crash_owners (lane TEXT, fence BIGINT, owner TEXT)",
    "CREATE TABLE crash_faults (what TEXT)",
)

OWNED = "NEW.fence <> OLD.fence"
SHARED = "NEW.fence = OLD.fence AND OLD.owner IS NOT NULL AND NEW.owner <> OLD.owner"
WRITTEN = """
    ((NEW.state = 'sending' AND NEW.owner IS NULL)
      OR (OLD.state = 'sending' AND OLD.owner IS NULL AND NEW.state <> 'sending'))
    AND NEW.fence <> (SELECT fence FROM orderferry_lanes WHERE name = NEW.lane)
"""

INTO_OWNERS = "INSERT INTO crash_owners VALUES (NEW.name, NEW.fence, NEW.owner)"
INTO_FAULTS = "INSERT INTO crash_faults VALUES ({what} || {name})"

TRIGGERS = (
    ("owned", "orderferry_lanes", OWNED, INTO_OWNERS),
    (
        "shared",
        "orderferry_lanes",
        SHARED,
        INTO_FAULTS.format(what="'two owners of one fence of lane '", name="NEW.name"),
    ),
    (
        "written",
        "orderferry_exports",
        WRITTEN,
        INTO_FAULTS.format(what="'written under an old fence: export '", name="NEW.id"),
    ),
)


def install_audit(database: Database) -> None:
    """
    Have the database note each owner of each lane, and whatever is written by another.
    """
    statements = list(TABLES)
    for name, table, condition, action in TRIGGERS:
        if database.kind == "sqlite":
            statements.append(
                f"CREATE TRIGGER crash_{name} AFTER UPDATE ON {table} WHEN {condition}"
                f" BEGIN {action}; END"
            )
            continue
        told = f" PERFORM pg_notify('crash', '{name}');" if name == "owned" else ""
        statements += [
            (
                f"CREATE FUNCTION crash_{name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF {condition} THEN {action};{told} END IF; RETURN NULL; END $$"
            ),
            (
                f"CREATE TRIGGER crash_{name} AFTER UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION crash_{name}()"
            ),
        ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def owners(database: Database, lane: str) -> list[tuple[int, str]]:
    """
    The owners of a lane, one after the other, each with its fence.
    """
    query = "SELECT fence, owner FROM crash_owners WHERE lane = :lane ORDER BY fence"
    return [(row[0], row[1]) for row in rows(database, query, lane=lane)]


def assert_one_owner(database: Database) -> None:
    """
    Never two workers in one lane: each fence had one owner, and nobody wrote under an old one.
    """
    assert [] == rows(database, "SELECT what FROM crash_faults")
    query = "SELECT lane, fence FROM crash_owners GROUP BY lane, fence HAVING count(*) > 1"
    assert [] == rows(database, query)
