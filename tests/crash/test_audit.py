"""
The audit of lanes finds what it is there for.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.tests.databases import Database
from tests.crash.audit import assert_one_owner, install_audit, owners
from tests.crash.configuration import saved
from tests.crash.conftest import Configure
from tests.crash.databases import rows
from tests.crash.processes import Starter
from tests.crash.taken import Target


def test_a_write_under_an_old_fence_is_found(
    configure: Configure, database: Database, target: Target, starter: Starter
) -> None:
    """
    Also the second owner of one fence.
    """
    install_audit(database)
    config = configure(database, target, {"asking": {}}, Online={"New": [saved("asking")]})
    assert 0 == starter.start("recovering", config=config, order_id="W1", ahead=0.0).end()
    assert_one_owner(database)
    assert [1] == [fence for fence, _ in owners(database, "asking/main")]

    for statement in (
        "UPDATE orderferry_exports SET state = 'sending', fence = 0",
        "UPDATE orderferry_lanes SET owner = 'one'",
        "UPDATE orderferry_lanes SET owner = 'other'",
    ):
        with database.engine.begin() as connection:
            connection.execute(text(statement))

    with pytest.raises(AssertionError):
        assert_one_owner(database)
    assert 2 == len(rows(database, "SELECT what FROM crash_faults"))
