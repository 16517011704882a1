"""
The threads that call the connector of a lane.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from orderferry.connectors import Catalogue, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry.delivery import Flow
from orderferry.delivery._claim import OrderReadback
from orderferry.delivery._lease import Lease
from orderferry.delivery._senders import Senders
from orderferry.delivery._wakeup import Wakeup
from orderferry.exports import Clock

from .conftest import LONGEST

if TYPE_CHECKING:
    from core.tests.conftest import Site


@pytest.fixture
def threads_take_turns_only_when_they_wait() -> Iterator[None]:
    """
    A thread runs until it waits, so what it does not wait for has not happened.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_take_turns_only_when_they_wait")
def test_idle_threads_have_ended_when_close_returns(site: Site) -> None:
    """
    Threads without a claim have ended when `close` returns.
    """
    site.connector("sap")
    config = InstanceConfig(name="sap")
    with Client(environment={}) as client:
        instances = Instances(
            [config],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: MemoryState(),
            http=client,
        )
        before = set(threading.enumerate())
        senders = Senders(
            instances.exporter(config.reference),
            Flow(concurrency=8),
            Lease(60.0),
            clock=Clock(),
            backoff=LONGEST,
            readback=OrderReadback(),
            wakeup=Wakeup(),
            name="sap/default",
        )
        started = set(threading.enumerate()) - before

        senders.close()

        assert 8 == len(started)
        assert [] == [thread.name for thread in started if thread.is_alive()]
        instances.close()
