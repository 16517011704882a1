"""
The processor time of frequent commands, compared with `import sqlalchemy`.

A list may take at most 1.6 times as long as the import of SQLAlchemy, so that it appears at once.
The other commands are reported without a limit.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from _measure import cpu_of_programs, report
from _site import STATUS, enqueue, install, orders

from orderferry.orders import order_document, write_json
from orderferry.storage import Store, open_engine, prepare

LIMIT = 1.6
ROUNDS = 11
ROWS = 20

LISTS = ("exports list", "lanes list", "orders list")
OTHERS = (
    "--help",
    "connectors",
    "check --offline",
    f"run --status {STATUS} --test ORDER.json",
    "worker --until-idle",
)


def furnish(folder: Path) -> None:
    """
    Write a configuration and an order, and fill the database that the configuration names.
    """
    step = {"name": "ExportOrder", "Connector": "measured"}
    workflow = {"name": "Online", "orderStatuses": [{"name": STATUS, "workflowSteps": [step]}]}
    (folder / "workflow.json").write_text(json.dumps(workflow))
    lines = ("[[connector]]", 'name = "measured"', 'settings.address = "http://127.0.0.1:9/"')
    (folder / "orderferry.toml").write_text("\n".join(lines))
    batch = orders("listed", ROWS)
    (folder / "ORDER.json").write_bytes(write_json(order_document(batch[0])))
    engine = open_engine(f"sqlite:///{folder}/orderferry.db")
    prepare(engine)
    enqueue(engine, batch)
    with Store(engine).transaction() as transaction:
        transaction.lanes.ensure([("measured/default", "measured", "default")])
        transaction.lanes.pause("measured/default", cause="person", reason="benchmark")
    engine.dispose()


def main() -> int:
    """
    Measure and report; return 1 if the limit is exceeded.
    """
    programs = {"import sqlalchemy": ["-c", "import sqlalchemy"]}
    for command in (*LISTS, *OTHERS):
        arguments = ["-m", "orderferry", *command.split()]
        programs[f"orderferry {command}"] = arguments
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install(folder)
        furnish(folder)
        seconds = cpu_of_programs(
            programs,
            rounds=ROUNDS,
            folder=folder,
            environment={"PYTHONPATH": os.pathsep.join([name, os.environ.get("PYTHONPATH", "")])},
        )
    medians = {name: value * 1000 for name, value in seconds.items()}
    slowest = max(LISTS, key=lambda command: medians[f"orderferry {command}"])
    ratio = medians[f"orderferry {slowest}"] / medians["import sqlalchemy"]
    return report(
        f"Processor time of commands, {ROUNDS} processes each, lists of {ROWS} rows",
        medians,
        unit="ms",
        limit=(f"orderferry {slowest} over import sqlalchemy (ratio)", ratio, LIMIT),
    )


if __name__ == "__main__":
    sys.exit(main())
