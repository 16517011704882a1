"""
The same transition, two hundred times at once.
"""

from __future__ import annotations

import signal
from collections import Counter

from core.tests.databases import Database
from tests.crash.configuration import export_to, saved
from tests.crash.conftest import Configure
from tests.crash.databases import rows
from tests.crash.processes import Starter
from tests.crash.taken import Target

PROCESSES = 4
THREADS = 50


def test_two_hundred_at_once_make_one_export(
    configure: Configure, database: Database, target: Target, starter: Starter
) -> None:
    """
    In four processes: one export for each instance, and each answer is the recorded result or
    that the transition is under way.
    """
    target.set(seconds=0.2)
    steps = [export_to("asking"), saved("blind")]
    config = configure(database, target, {"asking": {}, "blind": {}}, Online={"New": steps})
    crowd = [
        starter.start("crowd", config=config, order_id="W1", threads=THREADS)
        for _ in range(PROCESSES)
    ]
    for process in crowd:
        process.wait_for("ready")
    for process in crowd:
        process.send(signal.SIGTERM)
    told = [process.wait_for("done", 120)["answers"] for process in crowd]
    answers: Counter[str] = sum((Counter(each) for each in told), Counter())
    starter.start("recovering", config=config, order_id="W1", ahead=0.0).wait_for("done")

    assert PROCESSES * THREADS == answers.total()
    assert answers.keys() <= {"ConflictError", "Success accepted deferred"}
    assert answers["Success accepted deferred"] >= 1
    assert ({"W1": 1}, {"W1": 1}) == (target.taken("asking"), target.taken("blind"))
    query = "SELECT connector, state FROM orderferry_exports ORDER BY connector"
    assert [("asking", "accepted"), ("blind", "accepted")] == [
        tuple(row) for row in rows(database, query)
    ]
