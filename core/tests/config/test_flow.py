"""
Tests of flow control: `[connector.flow]`.
"""

import pytest

from orderferry.connectors import InstanceName
from orderferry.delivery import Flow, Rate

from .conftest import Files

WORKFLOW = {"name": "Online"}
SAP = "[[connector]]\nname = 'sap'\n"


def flow(files: Files, lines: str) -> Flow:
    """
    The flow control of sap with these lines in its table.
    """
    config = files.read(WORKFLOW, f"{SAP}[connector.flow]\n{lines}")
    return config.flows[InstanceName("sap", "default")]


def test_every_instance_has_its_own_flow(files: Files) -> None:
    """
    Missing keys have defaults, for each instance by itself.
    """
    toml = (
        f"{SAP}flow.concurrency = 2\n{SAP}id = 'eu'\n[[connector]]\nname = 'wms'\n[connector.flow]"
    )
    config = files.read(WORKFLOW, toml)

    assert {
        InstanceName("sap", "default"): Flow(concurrency=2),
        InstanceName("sap", "eu"): Flow(),
        InstanceName("wms", "default"): Flow(),
    } == config.flows


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10/s", Rate(10.0, 1.0)),
        ("600/min", Rate(600.0, 60.0)),
        ("3600/h", Rate(3600.0, 3600.0)),
        ("2.5 / min", Rate(2.5, 60.0)),
        ("10000/s", Rate(10_000.0, 1.0)),
    ],
)
def test_a_rate_is_a_number_with_a_unit(files: Files, text: str, rate: Rate) -> None:
    """
    The unit of a rate is a second, a minute or an hour.
    """
    assert rate == flow(files, f'rate = "{text}"').rate


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("30", 30.0), ("0.25", 0.25), ('"30s"', 30.0), ('"1.5m"', 90.0), ('"2h"', 7200.0)],
)
def test_a_duration_is_seconds_or_a_string_with_a_unit(
    files: Files, duration: str, seconds: float
) -> None:
    """
    A number is a duration in seconds, and a string has a unit.
    """
    assert seconds == flow(files, f"cooldown = {duration}").cooldown


@pytest.mark.parametrize(("concurrency", "batch"), [(1, 512), (256, 512)])
def test_a_batch_has_a_default(files: Files, concurrency: int, batch: int) -> None:
    """
    The default of a batch does not depend on the concurrency, and the file may set another.
    """
    assert batch == flow(files, f"concurrency = {concurrency}").batch
    assert 7 == flow(files, f"concurrency = {concurrency}\nbatch = 7").batch


def test_the_longest_wait_may_be_the_first(files: Files) -> None:
    """
    The first wait may be the maximum, so that all waits are equal.
    """
    read = flow(files, "retry.first = 600\nretry.max = '10m'")

    assert 600.0 == read.first
    assert 600.0 == read.most


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("concurrency = 0", "concurrency: expected an integer from 1 to 256, got 0 (an integer)"),
        ("concurrency = 257", "expected an integer from 1 to 256, got 257 (an integer)"),
        ("concurrency = true", "expected an integer from 1 to 256, got true (a boolean)"),
        ("concurrency = 1.0", "expected an integer from 1 to 256, got 1.0 (a number)"),
        ("batch = 0", "batch: expected an integer from 1 to 10000, got 0 (an integer)"),
        ("shards = 65", "shards: expected an integer from 1 to 64, got 65 (an integer)"),
        ("breaker = 0", "breaker: expected an integer from 1 to 10000, got 0"),
        (
            "rate = 10",
            'rate: expected a number and a unit, such as "10/s", "600/min" or "3600/h", got 10',
        ),
        ("rate = '10'", 'such as "10/s", "600/min" or "3600/h", got "10" (a string)'),
        ("rate = '10/d'", 'such as "10/s", "600/min" or "3600/h", got "10/d" (a string)'),
        ("rate = '-1/s'", 'such as "10/s", "600/min" or "3600/h", got "-1/s"'),
        ('rate = "1/s\\n"', 'such as "10/s", "600/min" or "3600/h", got'),
        ("rate = '0/s'", 'rate: expected a rate from 1 a day to 10000 a second, got "0/s"'),
        ("rate = '10001/s'", "expected a rate from 1 a day to 10000 a second"),
        (
            "cooldown = 0",
            "cooldown: expected a duration of more than 0 and at most 1d, got 0 (an integer)",
        ),
        (
            "cooldown = '0s'",
            'expected a duration of more than 0 and at most 1d, got "0s" (a string)',
        ),
        (
            "cooldown = '25h'",
            'expected a duration of more than 0 and at most 1d, got "25h" (a string)',
        ),
        ("cooldown = nan", "expected a duration of more than 0 and at most 1d, got nan"),
        ("cooldown = inf", "expected a duration of more than 0 and at most 1d, got inf"),
        (
            "timeout = '30'",
            'timeout: expected seconds, or a string such as "30s", "5m", "2h" or "1d", got "30"',
        ),
        ("timeout = true", 'or a string such as "30s", "5m", "2h" or "1d", got true (a boolean)'),
        ("timeout = '30 s'", 'or a string such as "30s", "5m", "2h" or "1d", got "30 s"'),
        (
            "timeout = 3601",
            "expected a duration of more than 0 and at most 1h, got 3601 (an integer)",
        ),
        ("retry = 1", "retry: expected a table, got 1 (an integer) @ connector[0].flow.retry"),
        (
            "retry.factor = 0.9",
            (
                "factor: expected a number from 1 to 100, got 0.9 (a number) "
                "@ connector[0].flow.retry.factor"
            ),
        ),
        ("retry.max = '8d'", 'max: expected a duration of more than 0 and at most 7d, got "8d"'),
        (
            "retry.deadline = '366d'",
            "deadline: expected a duration of more than 0 and at most 365d",
        ),
        (
            "retry.first = 301",
            ("first (301 seconds) exceeds max (300 seconds) @ connector[0].flow.retry"),
        ),
        (
            "concurency = 1",
            (
                "'concurency' is unknown in [connector.flow]; did you mean concurrency? "
                "@ connector[0].flow.concurency"
            ),
        ),
        (
            "speed = 1",
            (
                "'speed' is unknown in [connector.flow]; use one of batch, breaker, concurrency, "
                "cooldown, rate, retry, shards, timeout @ connector[0].flow.speed"
            ),
        ),
        (
            "deadline = 1",
            "deadline belongs in [connector.flow.retry] @ connector[0].flow.deadline",
        ),
        (
            "retry.maximum = 1",
            "'maximum' is unknown in [connector.flow.retry]; use one of deadline, factor, first",
        ),
        ("retry.frist = 1", "'frist' is unknown in [connector.flow.retry]; did you mean first?"),
    ],
)
def test_a_fault_is_reported(files: Files, lines: str, fault: str) -> None:
    """
    A fault has what was expected, what was found, and the path.
    """
    [message] = files.faults(WORKFLOW, f"{SAP}[connector.flow]\n{lines}")

    assert fault in message


def test_all_faults_are_reported_at_once(files: Files) -> None:
    """
    The faults of all connectors are reported, also of a connector without a name.
    """
    toml = (
        "[[connector]]\nid = 'a'\nflow.batch = 0\nflow.x = 1\n"
        f"{SAP}flow.retry.first = 0\nflow.rate = 1"
    )

    assert 5 == len(files.faults(WORKFLOW, toml))
