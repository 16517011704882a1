"""
The stand-in for a warehouse: what it takes, what it keeps aside, and that it ends.
"""

import asyncio
import socket
from pathlib import PurePosixPath

import asyncssh
import pytest

from orderferry.connectors import Received
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .test_reader import GOOD


async def put(simulator: ThreePlSimulator, files: dict[str, bytes]) -> None:
    """
    Put files there as any other client would.
    """
    settings = simulator.settings
    async with asyncssh.connect(
        str(settings["host"]),
        int(str(settings["port"])),
        username=simulator.username,
        client_keys=[asyncssh.import_private_key(str(settings["private_key"]))],
        known_hosts=f"* {settings['known_hosts']}".encode(),
        config=None,
    ) as connection:
        sftp = await connection.start_sftp_client()
        for name, content in files.items():
            path = PurePosixPath("/inbound") / name
            async with sftp.open(f"{path}.tmp", "wb") as file:
                await file.write(content)
            await sftp.rename(f"{path}.tmp", str(path))


@pytest.fixture
def simulator() -> ThreePlSimulator:
    """
    A warehouse that is not started.
    """
    return ThreePlSimulator()


def test_what_holds_is_taken_and_the_rest_is_kept_aside(simulator: ThreePlSimulator) -> None:
    """
    With the reason; a hidden file is nobody's business yet.
    """
    simulator.start()
    other = GOOD.replace(b"000000042", b"000000043")
    files = {
        "one.edi": GOOD,
        "two.edi": GOOD.replace(b"W76*2.5", b"W76*3"),
        "three.edi": GOOD,
        ".hidden": other,
        "four.edi": other,
    }
    asyncio.run(put(simulator, files))
    simulator.stop()

    assert [
        Received(order_id="WEB-1", shipment_id="S1", remote_id=name, content=content)
        for name, content in (("one.edi", GOOD), ("four.edi", other))
    ] == simulator.received()
    assert [
        ("two.edi", "there are no lines, or W76 is not their sum"),
        ("three.edi", "one.edi had the interchange number 000000042"),
    ] == [(each.name, each.reason) for each in simulator.rejected()]


def test_an_order_without_shipments_has_none(simulator: ThreePlSimulator) -> None:
    """
    The depositor's number is the order's id then.
    """
    simulator.start()
    asyncio.run(put(simulator, {"one.edi": GOOD.replace(b"WEB-1-S1", b"WEB-1")}))
    simulator.stop()

    assert [None] == [each.shipment_id for each in simulator.received()]


def test_it_stops_listening_also_when_told_twice(simulator: ThreePlSimulator) -> None:
    """
    And its port is free.
    """
    simulator.start()
    address = simulator.address
    simulator.stop()
    simulator.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_before_the_start_there_is_no_address(simulator: ThreePlSimulator) -> None:
    """
    It says so, and stopping it does nothing.
    """
    simulator.stop()

    with pytest.raises(RuntimeError, match="not started"):
        _ = simulator.address
