"""
The simulator: the files that it receives and rejects, and its start and stop.
"""

import asyncio
import socket
from pathlib import PurePosixPath

import asyncssh
import pytest

from orderferry.connectors import Received
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .test_reader import VALID


async def upload(simulator: ThreePlSimulator, files: dict[str, bytes]) -> None:
    """
    Upload files with a client other than the connector.
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
    A simulator that is not started.
    """
    return ThreePlSimulator()


def test_valid_files_are_received_and_others_are_rejected(simulator: ThreePlSimulator) -> None:
    """
    A rejected file is reported with the reason, and a hidden file is ignored.
    """
    simulator.start()
    another = VALID.replace(b"000000042", b"000000043")
    files = {
        "valid.edi": VALID,
        "sum.edi": VALID.replace(b"W76*2.5", b"W76*3"),
        "repeat.edi": VALID,
        ".hidden": another,
        "another.edi": another,
    }
    asyncio.run(upload(simulator, files))
    simulator.stop()

    assert [
        Received(order_id="WEB-1", shipment_id="S1", remote_id=name, content=content)
        for name, content in (("valid.edi", VALID), ("another.edi", another))
    ] == simulator.received()
    assert [
        ("sum.edi", "there are no lines, or W76 is not the sum of their quantities"),
        ("repeat.edi", "valid.edi has the control number 000000042 already"),
    ] == [(file.name, file.reason) for file in simulator.rejected()]


def test_an_order_without_shipments_has_no_shipment_id(simulator: ThreePlSimulator) -> None:
    """
    A depositor's number that equals the order's id has no shipment id.
    """
    simulator.start()
    asyncio.run(upload(simulator, {"order.edi": VALID.replace(b"WEB-1-S1", b"WEB-1")}))
    simulator.stop()

    assert [None] == [received.shipment_id for received in simulator.received()]


def test_the_simulator_can_be_stopped_twice(simulator: ThreePlSimulator) -> None:
    """
    A stopped simulator does not accept connections, and stopping it again does nothing.
    """
    simulator.start()
    address = simulator.address
    simulator.stop()
    simulator.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_a_simulator_has_no_address_before_its_start(simulator: ThreePlSimulator) -> None:
    """
    The address of a simulator that is not started is an error, and stopping it does nothing.
    """
    simulator.stop()

    with pytest.raises(RuntimeError, match="not started"):
        _ = simulator.address
