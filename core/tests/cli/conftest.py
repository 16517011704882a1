"""
A folder to run `orderferry` in, with connectors, a configuration and orders.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from attrs import evolve, frozen

from core.tests.databases import Database

from .in_process import invoke
from .target import TARGET

ABLE = """
    @hookimpl
    def find_export(self, export, context):
        from orderferry import Absent, Found
        taken = Path(self.settings.taken)
        there = taken.exists() and export.order.id in taken.read_text().split()
        return Found({"order": f"R-{export.order.id}"}) if there else Absent()

    @hookimpl
    def cancel_order(self, order, shipment, properties, context):
        (accepted,) = context.accepted
        with open(self.settings.taken, "a") as file:
            file.write(f"cancelled-{accepted.remote_ids['order']}\\n")
        return ExportResult(remote_ids={"cancellation": "C1"})
"""
"""The optional hooks find_export and cancel_order."""


class Site(Protocol):
    """
    Where a test installs distributions: the fixture `site`.
    """

    folder: Path

    def connector(self, name: str, source: str = ..., *, distribution: str | None = None) -> str:
        """
        Install a connector.
        """

    def distribution(
        self,
        name: str,
        *,
        modules: Mapping[str, str],
        entry_points: Mapping[str, Mapping[str, str]],
    ) -> Path:
        """
        Install any distribution.
        """


@frozen
class Ran:
    """
    The exit code and output of `orderferry`.
    """

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """
        Standard output as text.
        """
        return self.out.decode()

    def json(self) -> Any:
        """
        Standard output as JSON.
        """
        return json.loads(self.out)


@frozen
class Workplace:
    """
    A folder with a configuration, and a site with connectors in addition to the installed ones.
    """

    folder: Path
    site: Path
    database: str | None = None

    def configure(
        self,
        *connectors: Mapping[str, Any],
        workflow: Any = None,
        text: str = "",
        runtime: str = "",
    ) -> None:
        """
        Write the configuration: an instance for each mapping of settings, and a workflow.

        The keys `name`, `id`, `markets` and `disabled_markets` are keys of the instance, and all
        others are settings.
        """
        lines = [text, "[runtime]", runtime]
        if self.database is not None:
            lines += _pairs({"database": self.database})
        for instance in connectors:
            own = {key: value for key, value in instance.items() if key in OWN}
            settings = {"taken": str(self.folder / "taken")} | {
                key: value for key, value in instance.items() if key not in OWN
            }
            lines += ["[[connector]]", *_pairs({"name": "acme"} | own)]
            lines += ["[connector.settings]", *_pairs(settings)]
        (self.folder / "orderferry.toml").write_text("\n".join(lines))
        (self.folder / "workflow.json").write_text(json.dumps(workflow or workflow_of({})))

    def write(self, name: str, content: object) -> Path:
        """
        Write a file: bytes or text as they are, anything else as JSON.
        """
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def order(self, order_id: str = "A1", **fields: object) -> str:
        """
        Write an order, and return the name of its file.
        """
        return self.write(f"{order_id}.json", {"id": order_id, **fields}).name

    @property
    def taken(self) -> list[str]:
        """
        The ids of the orders that the target received.
        """
        path = self.folder / "taken"
        return path.read_text().split() if path.exists() else []

    def start(
        self,
        *arguments: str,
        program: Sequence[str] = ("-m", "orderferry"),
        before: Sequence[str] = (),
        **variables: str,
    ) -> subprocess.Popen[bytes]:
        """
        Start `orderferry` as a separate process in the folder.

        Args:
            arguments: The arguments of the command.
            program: The program that Python runs.
            before: A program that starts Python, with its arguments.
            variables: Environment variables.
        """
        path = os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "80", **variables}
        return subprocess.Popen(
            [*before, sys.executable, *program, *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        variables: Mapping[str, str] | None = None,
        **more: str,
    ) -> Ran:
        """
        Run `orderferry` to its end; further arguments are environment variables.
        """
        with self.start(*arguments, **{**(variables or {}), **more}) as process:
            out, err = process.communicate(stdin, timeout=60)
        return Ran(process.returncode, out, err.decode())

    def call(
        self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> Ran:
        """
        Run `orderferry` in this process, which is faster.
        """
        result = invoke(
            *arguments,
            folder=self.folder,
            site=self.site,
            stdin=stdin,
            variables={"COLUMNS": "80", **(variables or {})},
        )
        return Ran(result.exit_code, result.stdout_bytes, result.stderr)


OWN = {"name", "id", "markets", "disabled_markets"}


def workflow_of(*steps: Mapping[str, object], **statuses: object) -> object:
    """
    A workflow of one order type, whose steps at New are by default an ExportOrder to acme.
    """
    placed = [{"name": "ExportOrder", "connector": "acme", **step} for step in steps]
    others = [{"name": name, "workflowSteps": list_} for name, list_ in statuses.items()]
    return {"name": "Online", "orderStatuses": [{"name": "New", "workflowSteps": placed}, *others]}


def _pairs(table: Mapping[str, object]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]


@pytest.fixture
def workplace(tmp_path: Path, site: Site) -> Workplace:
    """
    A workplace whose connector `acme` writes to a file, with one instance and one step.
    """
    site.connector("acme", TARGET)
    folder = tmp_path / "work"
    folder.mkdir()
    place = Workplace(folder, site.folder)
    place.configure({})
    return place


@pytest.fixture
def able(site: Site) -> str:
    """
    The name of a connector that can also find and cancel exports in its target.
    """
    site.connector("able", TARGET + ABLE)
    return "able"


@pytest.fixture
def stored(workplace: Workplace, database: Database) -> Workplace:
    """
    A workplace on each kind of database.
    """
    place = evolve(workplace, database=database.url)
    place.configure({})
    return place
