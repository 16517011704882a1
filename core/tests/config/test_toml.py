"""
The configuration file.
"""

import os
import pickle
from pathlib import Path

import pytest

from orderferry.config import RuntimeSettings, read_config
from orderferry.connectors import ExportState, InstanceConfig, InstanceName, Secret
from orderferry.delivery import Flow, Rate
from orderferry.errors import ConfigurationError

from .conftest import STEPS, Files

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


def test_all_that_the_file_may_say_is_read(files: Files) -> None:
    """
    Paths are relative to the file; settings stay as they are written.
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
def test_what_is_not_said_has_a_default(files: Files, toml: str) -> None:
    """
    An empty file is a configuration without connectors.
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
    Their ids tell them apart.
    """
    config = files.read(WORKFLOW, '[[connector]]\nname="sap"\n[[connector]]\nname="sap"\nid="eu"')

    assert [InstanceName("sap", "default"), InstanceName("sap", "eu")] == [
        instance.reference for instance in config.connectors
    ]


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("[runtime]\nwork = ", "it is not TOML: Invalid value (at line 2, column 8)"),
        ("[runtime\n", "it is not TOML: Expected ']' at the end of a table declaration (at line 1"),
        (b'a = "\xff"', "it is not UTF-8: line 1, column 6"),
        (b'\na = "\xff"', "it is not UTF-8: line 2, column 6"),
        ("a = " + "[" * 100_000, "it is nested too deeply"),
        ("a = " + "9" * 5000, "it is not TOML"),
        ("[runtimes]", "'runtimes' is unknown in the file; did you mean runtime? @ runtimes"),
        ('["a b"]', """'a b' is unknown in the file; known are connector, runtime @ ["a b"]"""),
        ("runtime = 1", "runtime: expected a table, got 1 (a number) @ runtime"),
        (
            "[runtime]\norder_limit = 1",
            (
                "'order_limit' is unknown in [runtime]; known are age_limits, "
                "api_deadline_seconds, api_interval_seconds, api_token, api_url, database, "
                "document_retention_days, foreign_steps, grace_seconds, inline_deadline_seconds, "
                "lease_seconds, order_limit_bytes, state_directory, workflow "
                "@ runtime.order_limit"
            ),
        ),
        (
            "[runtime]\norder_limit_byte = 1",
            (
                "'order_limit_byte' is unknown in [runtime]; did you mean order_limit_bytes? "
                "@ runtime.order_limit_byte"
            ),
        ),
        ("[runtime]\nWorkflow = 'a'", "'Workflow' is unknown in [runtime]; did you mean workflow?"),
        ("[runtime]\nworkflow = 1", "workflow: expected a string, got 1 (a number) @ runtime.work"),
        ("[runtime]\nworkflow = ''", 'workflow: expected a path, got "" (a string)'),
        ('[runtime]\nstate_directory = "\\u0000"', "state_directory: expected a path"),
        (
            "[runtime]\norder_limit_bytes = 0",
            "order_limit_bytes: expected an integer from 1, got 0",
        ),
        ("[runtime]\norder_limit_bytes = true", "expected an integer from 1, got true (a boolean)"),
        ("[runtime]\norder_limit_bytes = 1.5", "expected an integer from 1, got 1.5 (a number)"),
        ("[runtime]\ninline_deadline_seconds = 0", "expected seconds over 0, at most 3600, got 0"),
        ("[runtime]\ninline_deadline_seconds = nan", "expected seconds over 0, at most 3600, got"),
        ("[runtime]\ninline_deadline_seconds = inf", "expected seconds over 0, at most 3600, got"),
        ("[runtime]\ninline_deadline_seconds = true", "at most 3600, got true (a boolean)"),
        ("[runtime]\nforeign_steps = 'A'", 'foreign_steps: expected a list, got "A" (a string)'),
        (
            "[runtime]\nforeign_steps = ['A', 1]",
            "expected a list of names, got 1 (a number) at [1]",
        ),
        ("[connector]\nname='sap'", "each connector is a [[connector]] table, in double brackets"),
        ("connector = 1", "connector: expected a list, got 1 (a number) @ connector"),
        ("connector = [1]", "connector: expected a table, got 1 (a number) @ connector[0]"),
        ("[[connector]]\nid = 'eu'", "name is required, and missing @ connector[0]"),
        (
            "[[connector]]\nname = ''",
            "name: expected a name, got an empty string @ connector[0].name",
        ),
        ("[[connector]]\nname = 'a/b'", 'name: expected a name without "/", got "a/b" (a string)'),
        ("[[connector]]\nname = 'a'\nid = 'a/b'", 'id: expected a name without "/", got "a/b"'),
        (
            "[[connector]]\nname = ' a'",
            "name: expected a name without control characters or spaces",
        ),
        ('[[connector]]\nname = "a\\u0007"', "name: expected a name without control characters"),
        ("[[connector]]\nname = 'a'\nmarkets = 'NOR'", 'markets: expected a list, got "NOR"'),
        ("[[connector]]\nname = 'a'\nmarkets = ['']", "expected a list of names, got"),
        (
            "[[connector]]\nname = 'a'\nmarket = []",
            "'market' is unknown in [[connector]]; did you m",
        ),
        (
            "[[connector]]\nname = 'a'\nrate_limit = 5",
            "'rate_limit' is unknown in [[connector]]; kn",
        ),
        (
            "[[connector]]\nname = 'a'\nsettings = 1",
            "settings: expected a table, got 1 (a number)",
        ),
        (
            "[[connector]]\nname = 'a'\n[[connector]]\nname = 'a'\nid = 'default'",
            "a/default stands twice: here, and at connector[0] @ connector[1]",
        ),
    ],
)
def test_what_does_not_hold_is_told_with_its_place(
    files: Files, toml: str | bytes, fault: str
) -> None:
    """
    Line and column, or the path of the key; the nearest right name, or all of them.
    """
    [told] = files.faults(WORKFLOW, toml)

    assert told.startswith("orderferry.toml: ")
    assert fault in told


def test_a_configuration_that_is_not_there_is_told_with_the_way_out(files: Files) -> None:
    """
    `orderferry init` writes one.
    """
    with pytest.raises(ConfigurationError, match="no such file; `orderferry init` writes one"):
        read_config(files.path, steps=STEPS)


def test_a_folder_is_no_configuration(files: Files) -> None:
    """
    The system's own words.
    """
    files.path.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        read_config(files.path, steps=STEPS)


def test_a_workflow_that_is_not_there_is_told_with_its_path(files: Files) -> None:
    """
    As the configuration names it.
    """
    assert ["web.json: cannot be read: No such file or directory"] == files.faults(
        WORKFLOW, '[runtime]\nworkflow = "web.json"'
    )


def test_the_faults_of_both_files_are_told_at_once(files: Files) -> None:
    """
    In the attribute, and in the message a line each.
    """
    files.write({"name": "Online", "orderStatuses": 1}, "[runtime]\nx = 1\n[[connector]]\nid='a'")
    with pytest.raises(ConfigurationError) as caught:
        read_config(files.path, steps=STEPS)

    told = [fault.removeprefix(f"{files.folder}{os.sep}") for fault in caught.value.faults]
    assert ["'x' is unknown", "name is required", "OrderStatuses: expected a list"] == [
        fault.partition(": ")[2][: len(start)]
        for fault, start in zip(
            told,
            ["'x' is unknown", "name is required", "OrderStatuses: expected a list"],
            strict=True,
        )
    ]
    lines = str(caught.value).splitlines()
    assert "3 faults in the configuration:" == lines[0]
    assert [f"  {fault}" for fault in caught.value.faults] == lines[1:]


def test_the_error_pickles(files: Files) -> None:
    """
    With its faults.
    """
    files.write(1)
    with pytest.raises(ConfigurationError) as caught:
        read_config(files.path, steps=STEPS)
    copy = pickle.loads(pickle.dumps(caught.value))

    assert (str(caught.value), caught.value.faults) == (str(copy), copy.faults)


def test_settings_stand_in_no_fault(files: Files) -> None:
    """
    They may hold secrets.
    """
    toml = '[[connector]]\nname = 1\npasword = "hunter22"\n[connector.settings]\na = "hunter22"'

    assert "hunter22" not in "".join(files.faults(WORKFLOW, toml))
