"""
The log of a connector.
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
    An operator who wants to read everything.
    """
    caplog.set_level(logging.DEBUG, "orderferry")


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_message_goes_to_the_standard_library_with_its_fields(
    level: str, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Under the connector's name, and naming the instance.
    """
    getattr(LOG, level)("order sent", order="1001", lines=3)

    [record] = caplog.records
    assert ("orderferry.connectors.acme", level.upper()) == (record.name, record.levelname)
    assert "order sent connector_id='main' order='1001' lines=3" == record.getMessage()
    assert {"connector_id": "main", "order": "1001", "lines": 3} == vars(record)["fields"]


def test_a_level_that_nobody_reads_is_not_rendered(caplog: pytest.LogCaptureFixture) -> None:
    """
    The host decides, with the standard library's settings.
    """
    caplog.set_level(logging.WARNING, "orderferry.connectors.acme")

    LOG.info("order sent")

    assert [] == caplog.records


class Opaque:
    """
    Something that only has a `repr`.
    """

    def __repr__(self) -> str:
        return f"<opaque {SECRET}>"


def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """
    Not in the event, a field, its name, its depth, nor a traceback.
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


def test_a_message_with_percent_signs_is_left_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """
    It is no template.
    """
    LOG.info("100 % sent %s")

    assert "100 % sent %s connector_id='main'" == caplog.messages[0]
