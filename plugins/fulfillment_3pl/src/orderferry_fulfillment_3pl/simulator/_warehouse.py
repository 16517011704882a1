"""
The simulator: asyncssh's SFTP server, for one account in a temporary folder.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock, Thread

import asyncssh
from attrs import define, field, frozen

from orderferry.connectors import Received
from orderferry_fulfillment_3pl.simulator._reader import (
    InvalidInterchangeError,
    ReceivedShippingOrder,
    read,
)

__all__ = ["Rejected", "SftpSession", "ThreePlSimulator"]


@frozen
class Rejected:
    """
    A file that the warehouse rejected.

    Attributes:
        name: The file's name.
        reason: Why the file was rejected.
        content: The file's bytes.
    """

    name: str
    reason: str
    content: bytes


@define(eq=False)
class SshServer(asyncssh.SSHServer):
    """
    The SSH server's side of one connection: it accepts one account, by key or by password.

    Attributes:
        username: The account's name.
        key: The account's public key.
        password: The account's password.
        connections: All open connections of the simulator.
    """

    username: str
    key: asyncssh.SSHKey
    password: str
    connections: set[asyncssh.SSHServerConnection]
    _connection: asyncssh.SSHServerConnection | None = field(default=None, init=False)

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """
        Add the connection to the open ones.
        """
        self._connection = conn
        self.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Remove the connection from the open ones.
        """
        if self._connection is not None:
            self.connections.discard(self._connection)

    def public_key_auth_supported(self) -> bool:
        """
        Offer authentication by key.
        """
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """
        Whether the key is the account's.
        """
        return username == self.username and key == self.key

    def password_auth_supported(self) -> bool:
        """
        Offer authentication by password.
        """
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """
        Whether the password is the account's.
        """
        return username == self.username and hmac.compare_digest(
            password.encode(), self.password.encode()
        )


class SftpSession(asyncssh.SFTPServer):
    """
    An SFTP session that reports each renamed file.

    Args:
        channel: The session's channel.
        root: The folder that the client sees as `/`.
        on_rename: Called with the new path of each renamed file.
    """

    def __init__(
        self,
        channel: asyncssh.SSHServerChannel[bytes],
        root: Path,
        on_rename: Callable[[Path], None],
    ) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._on_rename = on_rename

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """
        Rename a file; an existing file of the new name is an error.
        """
        super().rename(oldpath, newpath)
        self._on_rename(Path(os.fsdecode(self.map_path(newpath))))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """
        Rename a file, and replace an existing file of the new name.
        """
        super().posix_rename(oldpath, newpath)
        self._on_rename(Path(os.fsdecode(self.map_path(newpath))))


class ThreePlSimulator:
    """
    A warehouse on a free port of the loopback interface, with its own folders and keys.

    A file is received when it is renamed in `/inbound` to a name that is not hidden. An interchange
    whose control number another file has used is rejected.

    Args:
        archives_files: Whether a received file is moved to `/archive`.
    """

    username = "depositor"
    folder = "/inbound"
    archive = "/archive"

    def __init__(self, *, archives_files: bool = False) -> None:
        self.archives_files = archives_files
        self.password = secrets.token_urlsafe(16)
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._client_key = asyncssh.generate_private_key("ssh-ed25519")
        self._root: Path | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._lock = Lock()
        self._received: dict[str, tuple[ReceivedShippingOrder, bytes]] = {}
        self._rejected: list[Rejected] = []

    def start(self) -> None:
        """
        Start the server, and return when it accepts connections.
        """
        self._root = Path(mkdtemp(prefix="orderferry-3pl-"))
        for folder in (self.folder, self.archive):
            self._path(folder).mkdir()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="3pl-simulator", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def stop(self) -> None:
        """
        Stop the server, close the open connections, and remove the folders.
        """
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._shut_down(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)

    @property
    def address(self) -> tuple[str, int]:
        """
        The server's host and port.
        """
        if self._acceptor is None:
            raise RuntimeError("the simulator is not started")
        return "127.0.0.1", self._acceptor.get_port()

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that connects to the simulator.
        """
        host, port = self.address
        return {
            "host": host,
            "port": port,
            "known_hosts": self._host_key.export_public_key().decode().strip(),
            "username": self.username,
            "private_key": self._client_key.export_private_key().decode(),
            "folder": self.folder,
            "archive_folders": [self.archive],
            "sender_id": "DEPOSITOR",
            "receiver_id": "WAREHOUSE",
        }

    def received(self) -> list[Received]:
        """
        The accepted files, in the order of their arrival.
        """
        with self._lock:
            return [
                Received(
                    order_id=order.customer_order,
                    shipment_id=_shipment_id(order),
                    remote_id=name,
                    content=content,
                )
                for name, (order, content) in self._received.items()
            ]

    def rejected(self) -> list[Rejected]:
        """
        The rejected files, in the order of their arrival.
        """
        with self._lock:
            return list(self._rejected)

    def names(self, folder: str) -> list[str]:
        """
        The names of all files in a folder, including hidden files.

        Args:
            folder: The folder, by the path that clients use.
        """
        return sorted(path.name for path in self._path(folder).iterdir())

    def session(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        """
        Create an SFTP session.

        Args:
            channel: The session's channel.
        """
        return SftpSession(channel, self._path("/"), self._receive)

    def _path(self, folder: str) -> Path:
        if self._root is None:
            raise RuntimeError("the simulator is not started")
        return self._root / folder.lstrip("/")

    def _create_server(self) -> SshServer:
        key = self._client_key.convert_to_public()
        return SshServer(self.username, key, self.password, self._connections)

    async def _listen(self) -> None:
        self._acceptor = await asyncssh.create_server(
            self._create_server,
            "127.0.0.1",
            0,
            server_host_keys=[self._host_key],
            sftp_factory=self.session,
            config=None,
        )

    async def _shut_down(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in tuple(self._connections):
                connection.abort()
                await connection.wait_closed()
            await self._acceptor.wait_closed()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _receive(self, path: Path) -> None:
        if path.parent != self._path(self.folder) or path.name.startswith("."):
            return
        content = path.read_bytes()
        with self._lock:
            try:
                order = read(content)
                self._check_control_number(path.name, order)
            except InvalidInterchangeError as error:
                self._rejected.append(Rejected(path.name, str(error), content))
                return
            self._received[path.name] = (order, content)
        if self.archives_files:
            path.rename(self._path(self.archive) / path.name)

    def _check_control_number(self, name: str, order: ReceivedShippingOrder) -> None:
        for earlier, (earlier_order, _) in self._received.items():
            if earlier != name and earlier_order.interchange == order.interchange:
                raise InvalidInterchangeError(
                    f"{earlier} has the control number {order.interchange} already"
                )


def _shipment_id(order: ReceivedShippingOrder) -> str | None:
    """
    The shipment's id, which follows the order's id in the depositor's order number.
    """
    return order.depositor_number.removeprefix(order.customer_order).removeprefix("-") or None
