"""
What an SSH or SFTP failure means for an export.

Status codes: draft-ietf-secsh-filexfer-02, section 7.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["FAILURES", "step"]

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
