"""
From when an interrupted export that the target does not have can no longer arrive there.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderferry.connectors import ExportState

from ..conftest import FakeTime, MakeFerry, export_to, only, order

if TYPE_CHECKING:
    from core.tests.conftest import Site

SOURCE = """
from attrs import define, frozen

from orderferry import Absent, Capabilities, Connector, ExportResult, hookimpl


@frozen
class Settings:
    url: str


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings
    capabilities = Capabilities(records=@RECORDS@)

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        if context.attempt > 1:
            return ExportResult({"order": "R2"})
        context.http.post(self.settings.url, content=b"order", timeout=0.2)

    @hookimpl
    def find_export(self, export, context):
        return Absent()
"""


@pytest.fixture
def silent() -> Iterator[str]:
    """
    The address of a target that receives requests and never responds.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/orders"


@pytest.mark.parametrize(
    ("records", "state", "seconds"),
    [
        pytest.param(True, ExportState.ACCEPTED, 0.0, id="all requests are known"),
        pytest.param(False, ExportState.UNKNOWN, 11.0, id="others may be under way"),
    ],
)
def test_absent_counts_when_the_request_s_own_timeout_has_passed(
    make_ferry: MakeFerry,
    site: Site,
    time: FakeTime,
    silent: str,
    records: bool,
    state: ExportState,
    seconds: float,
) -> None:
    """
    `Absent` counts after the request's timeout where all requests are recorded, else after the
    attempt's time.
    """
    site.connector("slow", SOURCE.replace("@RECORDS@", str(records)))
    settings = {"name": "slow", "settings": {"url": silent}}
    ferry = make_ferry([settings], deliver=False, New=[export_to("slow")])
    began = time.now()

    export = only(ferry.transition(order(), "New"))

    assert state is export.state
    if seconds:
        assert began + timedelta(seconds=seconds) == export.settles
