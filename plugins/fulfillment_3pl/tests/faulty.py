"""
Warehouses whose server fails at one operation, in one way.
"""

import asyncio
from enum import Enum, auto
from io import IOBase
from pathlib import Path
from threading import Event

import asyncssh
from attrs import frozen

from orderferry_fulfillment_3pl.simulator import ThreePlSimulator
from orderferry_fulfillment_3pl.simulator._warehouse import Session

__all__ = ["Fault", "FaultyWarehouse", "Way"]


class Way(Enum):
    """
    How an operation fails.
    """

    CUT_BEFORE = auto()
    """The connection is cut, and nothing was done."""
    CUT_AFTER = auto()
    """It is done, and the connection is cut before the answer."""
    STALL = auto()
    """Nothing is done, and no answer comes."""
    DENY = auto()
    """Permission denied."""
    FAIL = auto()
    """SSH_FX_FAILURE, as of a full disk."""
    UNSUPPORTED = auto()
    """SSH_FX_OP_UNSUPPORTED."""


@frozen
class Fault:
    """
    An operation of the server (`open`, `write`, `close`, `stat`, `posix_rename`, ...), and a way.
    """

    operation: str
    way: Way


class FaultySession(Session):
    """
    A session with one fault. It does not show the timing of a real server under load.
    """

    def __init__(
        self,
        channel: asyncssh.SSHServerChannel[bytes],
        root: Path,
        warehouse: "FaultyWarehouse",
        fault: Fault,
    ) -> None:
        super().__init__(channel, root, warehouse._named)
        self._warehouse = warehouse
        inner = getattr(self, fault.operation)

        async def meet(*arguments: object) -> None:
            files = [each for each in arguments if isinstance(each, IOBase)]
            if fault.way is Way.CUT_AFTER:
                done = inner(*arguments)
                files += [done] if isinstance(done, IOBase) else []
            warehouse.met.set()
            try:
                await self._act(fault.way)
            finally:
                for file in files:
                    file.close()

        setattr(self, fault.operation, meet)

    async def _act(self, way: Way) -> None:
        if way is Way.DENY:
            raise asyncssh.SFTPPermissionDenied("not here")
        if way is Way.FAIL:
            raise asyncssh.SFTPFailure("no space left")
        if way is Way.UNSUPPORTED:
            raise asyncssh.SFTPOpUnsupported("never heard of it")
        if way is not Way.STALL:
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("cut")
        await self._warehouse.never.wait()


class FaultyWarehouse(ThreePlSimulator):
    """
    A warehouse with one fault.

    Attributes:
        fault: The fault, or `None` once it is mended.
        met: Set when the fault was met.
        never: What a stalled operation waits for.
    """

    def __init__(self, operation: str, way: Way) -> None:
        super().__init__()
        self.fault: Fault | None = Fault(operation, way)
        self.met = Event()
        self.never = asyncio.Event()

    def session(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        """
        A session with the fault, as long as there is one.
        """
        if self.fault is None:
            return super().session(channel)
        return FaultySession(channel, self._at("/"), self, self.fault)
