"""
The partner's folder in an open SFTP session, and the export errors that its failures raise.

A file is written under a hidden temporary name and then renamed, so that the partner sees the
complete file or none. Status codes: draft-ietf-secsh-filexfer-02, section 7.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast
from uuid import uuid4

import asyncssh
from attrs import define

from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["FAILURES", "Folder", "operation"]

FAILURES = (asyncssh.Error, OSError)
"""Every exception that the library and the network raise; a timeout is an OSError."""

_ACCESS_FAILURES = (
    asyncssh.HostKeyNotVerifiable,
    asyncssh.IllegalUserName,
    asyncssh.KeyExchangeFailed,
    asyncssh.PermissionDenied,
    asyncssh.SFTPNoSuchFile,
    asyncssh.SFTPNoSuchPath,
    asyncssh.SFTPPermissionDenied,
    asyncssh.SFTPWriteProtect,
)
_CONNECTION_FAILURES = (
    asyncssh.ChannelOpenError,
    asyncssh.DisconnectError,
    asyncssh.SFTPBadMessage,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPEOFError,
    asyncssh.SFTPNoConnection,
)

_ISA_LENGTH = 106
"""The length of an ISA segment, including its terminator."""

_WRITE_BYTES = 32 * 1024
"""The size of one write that every server accepts (draft-ietf-secsh-filexfer-02, section 3)."""

_CLEANUP_SECONDS = 2.0
"""The time limit for removing a temporary file after a failure."""


@define
class Folder:
    """
    The folder that the settings name, in an open session.

    Attributes:
        settings: The instance's settings.
        sftp: The session.
        end: The deadline of the call, in the event loop's time.
    """

    settings: ThreePlSettings
    sftp: asyncssh.SFTPClient
    end: float

    @property
    def _operation_end(self) -> float:
        return min(self.end, asyncio.get_running_loop().time() + self.settings.timeout_seconds)

    async def find(self, name: str) -> bytes | None:
        """
        Find a file in the folder or in the archive folders, and read its first bytes.

        Args:
            name: The file's name.

        Returns:
            The length of an ISA segment from the file's beginning; empty if the file cannot be
            read; `None` if there is no such file.

        Raises:
            AuthenticationError: A folder is missing, or access to it is denied.
        """
        for folder in (self.settings.folder, *self.settings.archive_folders):
            async with operation(f"search {folder}", self._operation_end):
                await self.sftp.stat(folder)
                if await self._exists(_join(folder, name)):
                    return await self._read_head(_join(folder, name))
        return None

    async def _exists(self, path: str) -> bool:
        try:
            await self.sftp.stat(path)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return False
        return True

    async def _read_head(self, path: str) -> bytes:
        try:
            file = await self.sftp.open(path, "rb", block_size=0)
            head = await file.read(_ISA_LENGTH)
            await file.close()
        except asyncssh.SFTPPermissionDenied:
            return b""
        return cast("bytes", head)

    async def write(self, name: str, content: bytes) -> str:
        """
        Write a file under a hidden temporary name that no other attempt uses.

        Args:
            name: The file's name.
            content: The file's bytes.

        Returns:
            The path of the temporary file.
        """
        temporary = _join(self.settings.folder, f".{name}.{uuid4().hex[:8]}.tmp")
        try:
            async with operation(f"write {temporary}", self._operation_end):
                # Not with `async with`: closing the file after the timeout would wait for ever.
                # Not with parallel requests: their tasks would outlive a cancelled write.
                file = await self.sftp.open(temporary, "wb", block_size=0)
                for start in range(0, len(content), _WRITE_BYTES):
                    await file.write(content[start : start + _WRITE_BYTES])
                await file.close()
                size = (await self.sftp.stat(temporary)).size
        except BaseException:
            await self.remove(temporary)
            raise
        if size is not None and size != len(content):
            await self.remove(temporary)
            raise TransientError(
                f"write {temporary}: the server stored {size} of {len(content)} bytes"
            )
        return temporary

    async def publish(self, temporary: str, name: str) -> None:
        """
        Rename a temporary file to its final name, which makes it visible to the partner.

        Args:
            temporary: The temporary file's path.
            name: The final name.
        """
        path = _join(self.settings.folder, name)
        description = f"rename {temporary} to {path}"
        async with operation(description, self._operation_end, publishes=True):
            await self._rename(temporary, path)

    async def _rename(self, temporary: str, path: str) -> None:
        try:
            await self.sftp.posix_rename(temporary, path)
        except asyncssh.SFTPOpUnsupported:
            await self.sftp.rename(temporary, path)

    async def remove(self, path: str) -> None:
        """
        Remove a file, and ignore a failure to do so.

        Args:
            path: The file's path.
        """
        now = asyncio.get_running_loop().time()
        with suppress(*FAILURES):
            async with asyncio.timeout_at(min(self._operation_end, now + _CLEANUP_SECONDS)):
                await self.sftp.remove(path)

    async def remove_leftovers(self, name: str) -> None:
        """
        Remove the temporary files of earlier attempts, and ignore a failure to do so.

        Args:
            name: The final name of the file.
        """
        names: Sequence[str] = ()
        with suppress(*FAILURES):
            async with asyncio.timeout_at(self._operation_end):
                names = await self.sftp.listdir(self.settings.folder)
        for temporary in names:
            if temporary.startswith(f".{name}.") and temporary.endswith(".tmp"):
                await self.remove(_join(self.settings.folder, temporary))

    async def probe(self, name: str) -> None:
        """
        Write, rename and remove a probe file, always under hidden names.

        Args:
            name: The probe file's name.
        """
        temporary = await self.write(name, b"orderferry check\n")
        renamed = f"{temporary}.renamed"
        try:
            async with operation(f"rename {temporary}", self._operation_end):
                await self._rename(temporary, renamed)
        except BaseException:
            await self.remove(temporary)
            raise
        async with operation(f"remove {renamed}", self._operation_end):
            await self.sftp.remove(renamed)

    async def check_listing(self, folder: str) -> None:
        """
        Check that a folder exists and can be listed.

        Args:
            folder: The folder.
        """
        async with operation(f"list {folder}", self._operation_end):
            await self.sftp.listdir(folder)


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder.strip("/") else f"/{name}"


@asynccontextmanager
async def operation(
    description: str, end: float, *, publishes: bool = False
) -> AsyncIterator[None]:
    """
    Run one operation of the protocol within a deadline, and convert its failures.

    Args:
        description: The operation, for the message.
        end: The deadline, in the event loop's time.
        publishes: Whether the operation makes the file visible to the partner, so that the outcome
            is unknown if there is no response.

    Raises:
        AuthenticationError: The server, the account or the folder differs from the configuration,
            which an operator must correct. The order is not the cause.
        UnknownOutcomeError: The connection was lost in an operation that publishes.
        TransientError: Any other failure. The partner received nothing.
    """
    try:
        async with asyncio.timeout_at(end):
            yield
    except FAILURES as error:
        raise _export_error(description, error, publishes=publishes) from error


def _export_error(description: str, error: Exception, *, publishes: bool) -> ExportError:
    if isinstance(error, TimeoutError):
        message = f"{description}: no response in time"
    else:
        message = f"{description}: {str(error) or type(error).__name__}"
    if publishes:
        if isinstance(error, (*_CONNECTION_FAILURES, OSError)):
            return UnknownOutcomeError(f"{message}; the partner may have received the file")
        if isinstance(error, asyncssh.SFTPNoSuchFile):
            return TransientError(f"{message}; another process removed the temporary file")
    if isinstance(error, _ACCESS_FAILURES):
        return AuthenticationError(f"{message}; {_remedy(error)}")
    return TransientError(message)


def _remedy(error: Exception) -> str:
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return "known_hosts may have keys of another type than the server's"
    if isinstance(error, asyncssh.PermissionDenied | asyncssh.IllegalUserName):
        return "check the settings username, private_key and password"
    if isinstance(error, asyncssh.SFTPError):
        return "check the setting folder, and the account's permissions on the server"
    return "check the setting known_hosts"
