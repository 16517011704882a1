"""
The SFTP server under the simulator: asyncssh's own, for one account, in one folder.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from pathlib import Path

import asyncssh
from attrs import define, field

__all__ = ["Door", "Session"]


@define(eq=False)
class Door(asyncssh.SSHServer):
    """
    Lets one account in, with its key or its password.

    Attributes:
        username: The account.
        key: Its public key.
        password: Its password.
        connections: Every open connection, for ending them.
    """

    username: str
    key: asyncssh.SSHKey
    password: str
    connections: set[asyncssh.SSHServerConnection]
    _connection: asyncssh.SSHServerConnection | None = field(default=None, init=False)

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """
        Keep the connection.
        """
        self._connection = conn
        self.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Forget it.
        """
        if self._connection is not None:
            self.connections.discard(self._connection)

    def public_key_auth_supported(self) -> bool:
        """
        A key is asked for.
        """
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """
        Whether it is the account's.
        """
        return username == self.username and key == self.key

    def password_auth_supported(self) -> bool:
        """
        A password will do too.
        """
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """
        Whether it is the account's.
        """
        return username == self.username and hmac.compare_digest(
            password.encode(), self.password.encode()
        )


class Session(asyncssh.SFTPServer):
    """
    A session that tells of each file that got a new name.
    """

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], root: Path, named: Callable[[Path], None]
    ) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._named = named

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """
        Rename a file; one that has the name already is in the way.
        """
        super().rename(oldpath, newpath)
        self._named(Path(os.fsdecode(self.map_path(newpath))))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """
        Rename a file over one that has the name already.
        """
        super().posix_rename(oldpath, newpath)
        self._named(Path(os.fsdecode(self.map_path(newpath))))
