"""
Tests of the `[runtime]` table: times, age limits and its environment.
"""

import os

import pytest

from orderferry.config import RuntimeSettings, read_config
from orderferry.connectors import ExportState

from .conftest import STEPS, Files

WORKFLOW = {"name": "Online"}


def runtime(files: Files, lines: str) -> RuntimeSettings:
    """
    Read these lines of the `[runtime]` table.
    """
    return files.read(WORKFLOW, f"[runtime]\n{lines}").runtime


def fault(files: Files, lines: str) -> str:
    """
    The only fault of these lines.
    """
    [message] = files.faults(WORKFLOW, f"[runtime]\n{lines}")
    return message.removeprefix("orderferry.toml: ")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("lease_seconds = 0.5", "lease_seconds: expected seconds from 1 to 60, got 0.5 (a number)"),
        ("lease_seconds = 61", "lease_seconds: expected seconds from 1 to 60, got 61 (an integer)"),
        ("lease_seconds = true", "lease_seconds: expected seconds from 1 to 60, got true"),
        ("grace_seconds = -1", "grace_seconds: expected seconds from 0 to 3600, got -1"),
        (
            "api_deadline_seconds = 0",
            "api_deadline_seconds: expected seconds, more than 0 and at most",
        ),
        (
            "api_interval_seconds = '1s'",
            "api_interval_seconds: expected seconds, more than 0 and at most 36",
        ),
        ("document_retention_days = -1", "document_retention_days: expected days from 0 to 36500"),
        ("document_retention_days = nan", "document_retention_days: expected days from 0 to 36500"),
        ("age_limits = 1", "age_limits: expected a table, got 1 (an integer) @ runtime.age_limits"),
        ("age_limits.queued = 0", "queued: expected a duration of more than 0 and at most 365d"),
        (
            "age_limits.skipped = 1",
            "'skipped' is unknown in [runtime.age_limits]; use one of accepted, dead, queued",
        ),
        (
            "age_limits.retyring = 1",
            (
                "'retyring' is unknown in [runtime.age_limits]; did you mean retrying? "
                "@ runtime.age_limits.retyring"
            ),
        ),
    ],
)
def test_times_have_bounds(files: Files, lines: str, reason: str) -> None:
    """
    A fault has what was expected and what was found.
    """
    assert fault(files, lines).startswith(reason)


def test_an_age_limit_changes_its_state_alone(files: Files) -> None:
    """
    The other states have their default limits.
    """
    limits = runtime(files, "age_limits.dead = '2d'\nage_limits.queued = 60").age_limits

    assert {
        ExportState.QUEUED: 60.0,
        ExportState.SENDING: 600.0,
        ExportState.RETRYING: 21_600.0,
        ExportState.UNKNOWN: 3600.0,
        ExportState.DEAD: 172_800.0,
    } == limits


def test_references_use_the_environment_of_the_process_by_default(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without an environment in the call, variables are those of the process.
    """
    monkeypatch.setitem(os.environ, "ORDERFERRY_TEST_TOKEN", "from-the-process")
    files.write(WORKFLOW, '[runtime]\napi_token = "${env:ORDERFERRY_TEST_TOKEN}"')
    token = read_config(files.path, steps=STEPS).runtime.api_token

    assert token is not None
    assert "from-the-process" == token.reveal()
