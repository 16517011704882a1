"""
Simulators whose server fails at one operation, in one way.
"""

import asyncio
from enum import Enum, auto
from io import IOBase
from pathlib import Path
from threading import Event

import asyncssh
from attrs import frozen

from orderferry_fulfillment_3pl.simulator import ThreePlSimulator
from orderferry_fulfillment_3pl.simulator._warehouse import SftpSession

__all__ = ["Failure", "Fault", "FaultyWarehouse"]


class Failure(Enum):
    """
    How an operation fails.
    """

    CUT_BEFORE = auto()
    """The operation is not done, and the connection is cut."""
    CUT_AFTER = auto()
    """The operation is done, and the connection is cut before the response."""
    STALL = auto()
    """The operation is not done, and there is no response."""
    DENY = auto()
    """The response is SSH_FX_PERMISSION_DENIED."""
    FAIL = auto()
    """The response is SSH_FX_FAILURE, as for a full disk."""
    UNSUPPORTED = auto()
    """The response is SSH_FX_OP_UNSUPPORTED."""


@frozen
class Fault:
    """
    An operation of the server, and how it fails.

    Attributes:
        operation: The name of the server's method, such as `open`, `write` or `posix_rename`.
        failure: How the operation fails.
    """

    operation: str
    failure: Failure


class FaultySession(SftpSession):
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
        super().__init__(channel, root, warehouse._receive)
        self._warehouse = warehouse
        operation = getattr(self, fault.operation)

        async def fail(*arguments: object) -> None:
            files = [argument for argument in arguments if isinstance(argument, IOBase)]
            if fault.failure is Failure.CUT_AFTER:
                result = operation(*arguments)
                files += [result] if isinstance(result, IOBase) else []
            warehouse.reached.set()
            try:
                await self._fail(fault.failure)
            finally:
                for file in files:
                    file.close()

        setattr(self, fault.operation, fail)

    async def _fail(self, failure: Failure) -> None:
        if failure is Failure.DENY:
            raise asyncssh.SFTPPermissionDenied("access denied")
        if failure is Failure.FAIL:
            raise asyncssh.SFTPFailure("no space left")
        if failure is Failure.UNSUPPORTED:
            raise asyncssh.SFTPOpUnsupported("unsupported operation")
        if failure is not Failure.STALL:
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("connection cut")
        await self._warehouse.never.wait()


class FaultyWarehouse(ThreePlSimulator):
    """
    A simulator with one fault.

    Attributes:
        fault: The fault, or `None` once the server works.
        reached: Set when the fault is reached.
        never: The event that a stalled operation waits for. It is never set.
    """

    def __init__(self, operation: str, failure: Failure) -> None:
        super().__init__()
        self.fault: Fault | None = Fault(operation, failure)
        self.reached = Event()
        self.never = asyncio.Event()

    def session(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        """
        Create a session, with the fault if there is one.
        """
        if self.fault is None:
            return super().session(channel)
        return FaultySession(channel, self._path("/"), self, self.fault)
