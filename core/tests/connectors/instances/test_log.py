"""
Tests of the log of an instance.
"""

from __future__ import annotations

import logging

import pytest

from orderferry.connectors import InstanceName, Redactor, Secret
from orderferry.connectors.instances._redaction import connector_log

SECRET = "hunter2-hunter2"
LOG = connector_log(InstanceName("acme", "main"), Redactor([SECRET]))


@pytest.fixture(autouse=True)
def all_levels(caplog: pytest.LogCaptureFixture) -> None:
    """
    Record messages of every level.
    """
    caplog.set_level(logging.DEBUG, "orderferry")


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_message_is_a_record_with_fields(level: str, caplog: pytest.LogCaptureFixture) -> None:
    """
    A message is a record of the standard library under the connector's name, with the event, its
    fields and the instance.
    """
    getattr(LOG, level)("order sent", order="1001", lines=3)

    [record] = caplog.records
    assert "orderferry.connectors.acme" == record.name
    assert level.upper() == record.levelname
    assert "order sent connector_id='main' order='1001' lines=3" == record.getMessage()
    assert {"connector_id": "main", "order": "1001", "lines": 3} == vars(record)["fields"]


def test_a_level_that_is_not_enabled_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """
    A message below the level of its logger is not recorded.
    """
    caplog.set_level(logging.WARNING, "orderferry.connectors.acme")

    LOG.info("order sent")

    assert [] == caplog.records


class Opaque:
    """
    A value that only has a `repr`.
    """

    def __repr__(self) -> str:
        return f"<opaque {SECRET}>"


def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """
    No secret is logged in the event, in a field, in its name, at any depth, or in a traceback.
    """

    def fail() -> None:
        raise ValueError(f"bad {SECRET}")

    event = f"failed {SECRET}"
    try:
        fail()
    except ValueError as error:
        LOG.error(
            event,
            token=SECRET,
            secret=Secret(SECRET),
            headers={"Authorization": [f"Bearer {SECRET}"]},
            body=f"password={SECRET}".encode(),
            opaque=Opaque(),
            exc_info=error,
            **{SECRET: 1},
        )

    [record] = caplog.records
    text = caplog.text
    assert SECRET not in text + repr(vars(record))
    assert "failed ***" in text
    assert "ValueError: bad ***" in text
    assert "Traceback (most recent call last)" in text
    assert "opaque='<opaque ***>'" in text


def test_percent_signs_are_logged_unchanged(caplog: pytest.LogCaptureFixture) -> None:
    """
    Percent signs in an event are not format specifiers.
    """
    LOG.info("100 % sent %s")

    assert "100 % sent %s connector_id='main'" == caplog.messages[0]
