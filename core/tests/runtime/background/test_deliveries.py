"""
Lanes that a ferry runs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.tests.databases import Database
from orderferry import Ferry
from orderferry.connectors import ExportState
from orderferry.delivery import _owned
from orderferry.exports import Backoff

from ..conftest import Install, export_to, only, order, sap, write_configuration


def test_the_only_order_of_a_lane_is_retried_when_it_is_due(
    install: Install, tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A lane looks for due exports after it recorded a failure, and needs no sweep.
    """
    install("sap")
    monkeypatch.setattr(_owned, "SWEEP_SECONDS", 3600.0)
    step = export_to("sap", runAfterOrderIsSaved=True)
    write_configuration(
        tmp_path, [sap("transient", "transient", "accept")], {"New": [step]}, database=database.url
    )
    backoff = Backoff(first=0.05, factor=1.0, most=0.05, chance=lambda: 1.0)
    configuration = tmp_path / "orderferry.toml"
    with Ferry.from_config(configuration, environment={}, backoff=backoff) as ferry:
        (result,) = ferry.settle([ferry.transition(order(), "New")], seconds=20)

    assert ExportState.ACCEPTED is only(result).state
    assert 3 == only(result).attempts
