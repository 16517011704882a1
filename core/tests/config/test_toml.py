"""
Tests of reading the configuration file.
"""

from pathlib import Path

import pytest

from orderferry.config import RuntimeSettings
from orderferry.connectors import ExportState, InstanceConfig, InstanceName, Secret
from orderferry.delivery import Flow, Rate

from .conftest import Files

WORKFLOW = {"name": "Online"}

FULL = """
[runtime]
workflow = "flows/web.json"
foreign_steps = ["SendMail", "PrintOrder"]
order_limit_bytes = 1000
inline_deadline_seconds = 2.5
state_directory = "/var/lib/orderferry"
database = "postgresql://${env:DB_USER}:${env:DB_PASSWORD}@db.example/orders"
api_url = "https://oms.example/api/orders/"
api_deadline_seconds = 30
api_interval_seconds = 0.5
api_token = "${env:API_TOKEN}"
document_retention_days = 7
lease_seconds = 2
grace_seconds = 0
[runtime.age_limits]
queued = "5m"
accepted = "2d"

[[connector]]
name = "sap"
id = "eu"
markets = ["NOR", "SWE"]
[connector.settings]
base_url = "https://sap.example"
password = "${env:SAP_PASSWORD}"
[connector.flow]
concurrency = 40
rate = "600/min"
breaker = 3
cooldown = "1m"
timeout = 12.5
shards = 2
[connector.flow.retry]
first = 2
factor = 1.5
max = "10m"
deadline = "2d"

[[connector]]
name = "wms"
disabled_markets = ["DEN"]
"""


def test_every_key_of_the_file_is_read(files: Files) -> None:
    """
    Paths are relative to the file, and settings of connectors are not interpreted.
    """
    (files.folder / "flows").mkdir()
    (files.folder / "flows" / "web.json").write_text('{"name": "Online"}')
    config = files.read(WORKFLOW, FULL)

    assert files.path == config.path
    assert (
        RuntimeSettings(
            workflow=files.folder / "flows" / "web.json",
            foreign_steps=frozenset({"SendMail", "PrintOrder"}),
            order_limit_bytes=1000,
            inline_deadline_seconds=2.5,
            state_directory=Path("/var/lib/orderferry"),
            database="postgresql://ferry:p%40ss%2Fw%3Ard%3F@db.example/orders",
            api_url="https://oms.example/api/orders",
            api_deadline_seconds=30.0,
            api_interval_seconds=0.5,
            api_token=Secret("oms-token-1"),
            document_retention_days=7.0,
            lease_seconds=2.0,
            grace_seconds=0.0,
            age_limits={
                ExportState.QUEUED: 300.0,
                ExportState.SENDING: 600.0,
                ExportState.RETRYING: 21_600.0,
                ExportState.UNKNOWN: 3600.0,
                ExportState.ACCEPTED: 172_800.0,
            },
        )
        == config.runtime
    )
    assert (
        InstanceConfig(
            name="sap",
            id="eu",
            markets=frozenset({"NOR", "SWE"}),
            settings={"base_url": "https://sap.example", "password": "${env:SAP_PASSWORD}"},
            path="connector[0]",
            folder=files.folder,
        ),
        InstanceConfig(
            name="wms",
            disabled_markets=frozenset({"DEN"}),
            path="connector[1]",
            folder=files.folder,
        ),
    ) == config.connectors
    assert {
        InstanceName("sap", "eu"): Flow(
            concurrency=40,
            rate=Rate(600.0, 60.0),
            batch=512,
            shards=2,
            first=2.0,
            factor=1.5,
            most=600.0,
            deadline=172_800.0,
            breaker=3,
            cooldown=60.0,
            timeout=12.5,
        ),
        InstanceName("wms", "default"): Flow(),
    } == config.flows
    assert frozenset({"SendMail", "PrintOrder"}) == config.workflow.foreign_steps


@pytest.mark.parametrize("toml", ["", "[runtime]\n", "\ufeff# nothing\r\n"])
def test_missing_keys_have_defaults(files: Files, toml: str) -> None:
    """
    An empty file is a configuration without connectors, with the default of each key.
    """
    config = files.read(WORKFLOW, toml)

    assert () == config.connectors
    assert {} == config.flows
    assert (
        RuntimeSettings(
            workflow=files.folder / "workflow.json",
            foreign_steps=frozenset(),
            order_limit_bytes=5_000_000,
            inline_deadline_seconds=10.0,
            state_directory=None,
            database=f"sqlite:///{files.folder}/orderferry.db",
            api_url=None,
            api_deadline_seconds=60.0,
            api_interval_seconds=1.0,
            api_token=None,
            document_retention_days=30.0,
            lease_seconds=5.0,
            grace_seconds=20.0,
            age_limits={
                ExportState.QUEUED: 900.0,
                ExportState.SENDING: 600.0,
                ExportState.RETRYING: 21_600.0,
                ExportState.UNKNOWN: 3600.0,
            },
        )
        == config.runtime
    )


def test_one_connector_has_many_instances(files: Files) -> None:
    """
    Instances of one connector are distinguished by their ids.
    """
    config = files.read(WORKFLOW, '[[connector]]\nname="sap"\n[[connector]]\nname="sap"\nid="eu"')

    assert [InstanceName("sap", "default"), InstanceName("sap", "eu")] == [
        instance.reference for instance in config.connectors
    ]
