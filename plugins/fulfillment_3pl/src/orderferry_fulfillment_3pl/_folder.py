"""
The partner's folder in an open SFTP session.

A file is written under a hidden temporary name and then renamed, so that the partner sees all of
it or nothing.
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

__all__ = ["FAILURES", "Folder", "step"]

FAILURES = (asyncssh.Error, OSError)
"""Everything that the library and the network raise; a timeout is an OSError."""

_NOT_LET_IN = (
    asyncssh.HostKeyNotVerifiable,
    asyncssh.IllegalUserName,
    asyncssh.KeyExchangeFailed,
    asyncssh.PermissionDenied,
    asyncssh.SFTPNoSuchFile,
    asyncssh.SFTPNoSuchPath,
    asyncssh.SFTPPermissionDenied,
    asyncssh.SFTPWriteProtect,
)
_CONNECTION_LOST = (
    asyncssh.ChannelOpenError,
    asyncssh.DisconnectError,
    asyncssh.SFTPBadMessage,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPEOFError,
    asyncssh.SFTPNoConnection,
)

_HEAD = 106
"""The length of an ISA segment with its terminator."""

_PACKET = 32 * 1024
"""What every server takes in one write (draft-ietf-secsh-filexfer-02, section 3)."""

_TIDYING_SECONDS = 2.0
"""How long removing a temporary file may take, after something has failed."""


@define
class Folder:
    """
    An open session, in the folder that the settings name.

    Attributes:
        settings: The instance's settings.
        end: The loop's time at which the call must have ended.
    """

    settings: ThreePlSettings
    sftp: asyncssh.SFTPClient
    end: float

    @property
    def _step_end(self) -> float:
        return min(self.end, asyncio.get_running_loop().time() + self.settings.timeout_seconds)

    async def find(self, name: str) -> bytes | None:
        """
        The beginning of a file in the folder or in the archive folders; `None` where it is not.

        Of a file that is there and may not be read, no bytes.

        Args:
            name: The file's name.

        Raises:
            AuthenticationError: A folder is not there, or may not be looked into.
        """
        for folder in (self.settings.folder, *self.settings.archive_folders):
            async with step(f"look into {folder}", self._step_end):
                await self.sftp.stat(folder)
                if await self._is_there(_path(folder, name)):
                    return await self._head(_path(folder, name))
        return None

    async def _is_there(self, path: str) -> bool:
        try:
            await self.sftp.stat(path)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return False
        return True

    async def _head(self, path: str) -> bytes:
        try:
            file = await self.sftp.open(path, "rb", block_size=0)
            head = await file.read(_HEAD)
            await file.close()
        except asyncssh.SFTPPermissionDenied:
            return b""
        return cast("bytes", head)

    async def write(self, name: str, content: bytes) -> str:
        """
        Write a file under a hidden temporary name, which nobody else writes to.

        Args:
            name: The file's name.
            content: Its bytes.

        Returns:
            The path of the temporary file.
        """
        temporary = _path(self.settings.folder, f".{name}.{uuid4().hex[:8]}.tmp")
        try:
            async with step(f"write {temporary}", self._step_end):
                # Without `async with`: closing the file after the step has run out of time would
                # wait for ever. Without parallel requests, whose tasks outlive a cancelled write.
                file = await self.sftp.open(temporary, "wb", block_size=0)
                for start in range(0, len(content), _PACKET):
                    await file.write(content[start : start + _PACKET])
                await file.close()
                size = (await self.sftp.stat(temporary)).size
        except BaseException:
            await self.remove(temporary)
            raise
        if size is not None and size != len(content):
            await self.remove(temporary)
            raise TransientError(f"write {temporary}: {size} of {len(content)} bytes are there")
        return temporary

    async def publish(self, temporary: str, name: str) -> None:
        """
        Rename a temporary file to its name, at which moment the partner may take it.

        Args:
            temporary: The temporary file's path.
            name: The file's name.
        """
        path = _path(self.settings.folder, name)
        async with step(f"rename {temporary} to {path}", self._step_end, visible=True):
            await self._rename(temporary, path)

    async def _rename(self, temporary: str, path: str) -> None:
        try:
            await self.sftp.posix_rename(temporary, path)
        except asyncssh.SFTPOpUnsupported:
            await self.sftp.rename(temporary, path)

    async def remove(self, path: str) -> None:
        """
        Remove a file, where that is possible.

        Args:
            path: Its path.
        """
        now = asyncio.get_running_loop().time()
        with suppress(*FAILURES):
            async with asyncio.timeout_at(min(self._step_end, now + _TIDYING_SECONDS)):
                await self.sftp.remove(path)

    async def remove_leftovers(self, name: str) -> None:
        """
        Remove the temporary files of earlier attempts, where that is possible.

        Args:
            name: The file's name.
        """
        names: Sequence[str] = ()
        with suppress(*FAILURES):
            async with asyncio.timeout_at(self._step_end):
                names = await self.sftp.listdir(self.settings.folder)
        for each in names:
            if each.startswith(f".{name}.") and each.endswith(".tmp"):
                await self.remove(_path(self.settings.folder, each))

    async def try_writing(self, name: str) -> None:
        """
        Write a probe file, rename it and remove it, always under names that are hidden.

        Args:
            name: The probe's name.
        """
        temporary = await self.write(name, b"orderferry check\n")
        renamed = f"{temporary}.renamed"
        try:
            async with step(f"rename {temporary}", self._step_end):
                await self._rename(temporary, renamed)
        except BaseException:
            await self.remove(temporary)
            raise
        async with step(f"remove {renamed}", self._step_end):
            await self.sftp.remove(renamed)

    async def list_all(self, folder: str) -> None:
        """
        List a folder, to see that it is there and may be listed.

        Args:
            folder: The folder.
        """
        async with step(f"list {folder}", self._step_end):
            await self.sftp.listdir(folder)


def _path(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder.strip("/") else f"/{name}"


@asynccontextmanager
async def step(what: str, end: float, *, visible: bool = False) -> AsyncIterator[None]:
    """
    One step of the protocol, with its deadline, and with its failures as typed errors.

    Args:
        what: What is done, for the message.
        end: The loop's time at which it must have ended.
        visible: Whether the step makes the file visible, so that no answer leaves it unknown.

    Raises:
        AuthenticationError: The server, the account or the folder is not as configured: a person
            must mend that, and the order is not at fault.
        UnknownOutcomeError: The connection was lost in a step that makes the file visible.
        TransientError: Anything else; the partner saw nothing.
    """
    try:
        async with asyncio.timeout_at(end):
            yield
    except FAILURES as error:
        raise _meaning(what, error, visible=visible) from error


def _meaning(what: str, error: Exception, *, visible: bool) -> ExportError:
    if isinstance(error, TimeoutError):
        message = f"{what}: no answer in time"
    else:
        message = f"{what}: {str(error) or type(error).__name__}"
    if visible:
        unanswered = isinstance(error, (*_CONNECTION_LOST, OSError))
        if unanswered:
            return UnknownOutcomeError(f"{message}; the file may be at the partner")
        if isinstance(error, asyncssh.SFTPNoSuchFile):
            return TransientError(f"{message}; something took the temporary file away")
    if isinstance(error, _NOT_LET_IN):
        return AuthenticationError(f"{message}; {_remedy(error)}")
    return TransientError(message)


def _remedy(error: Exception) -> str:
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return "known_hosts may have keys of another kind than the server's"
    if isinstance(error, asyncssh.PermissionDenied | asyncssh.IllegalUserName):
        return "see username, private_key and password"
    if isinstance(error, asyncssh.SFTPError):
        return "see the setting folder, and the account's rights at the server"
    return "see the setting known_hosts"
