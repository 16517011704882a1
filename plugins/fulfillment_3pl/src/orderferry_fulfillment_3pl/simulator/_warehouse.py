"""
A stand-in for a warehouse: an SFTP server that reads the 940s put into its folder.

It shows what a reader of release 004010 would object to. It does not show a partner's own rules,
nor acknowledgements.
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
from orderferry_fulfillment_3pl.simulator._reader import RefusedError, ShippingOrderRead, read

__all__ = ["Rejected", "Session", "ThreePlSimulator"]


@frozen
class Rejected:
    """
    A file that the warehouse could not use.

    Attributes:
        name: The file's name.
        reason: Why.
        content: Its bytes.
    """

    name: str
    reason: str
    content: bytes


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


class ThreePlSimulator:
    """
    A warehouse on a free port of the loopback address, with a folder and keys of its own.

    Files come into `/inbound`, by being renamed there to a name that is not hidden. An
    interchange number that another file has used is refused.

    Args:
        takes_files: Whether a file that was read is moved to `/archive`.
    """

    username = "depositor"
    folder = "/inbound"
    archive = "/archive"

    def __init__(self, *, takes_files: bool = False) -> None:
        self.takes_files = takes_files
        self.password = secrets.token_urlsafe(16)
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._client_key = asyncssh.generate_private_key("ssh-ed25519")
        self._root: Path | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._lock = Lock()
        self._received: dict[str, tuple[ShippingOrderRead, bytes]] = {}
        self._rejected: list[Rejected] = []

    def start(self) -> None:
        """
        Listen; returns when it does.
        """
        self._root = Path(mkdtemp(prefix="orderferry-3pl-"))
        for folder in (self.folder, self.archive):
            self._at(folder).mkdir()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="3pl-simulator", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def stop(self) -> None:
        """
        Stop listening, end what connections are open, and remove the folder.
        """
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        if self._acceptor is None:
            raise RuntimeError("the simulator is not started")
        return "127.0.0.1", self._acceptor.get_port()

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
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
        What was taken, in the order taken.
        """
        with self._lock:
            return [
                Received(
                    order_id=order.customer_order,
                    shipment_id=_shipment(order),
                    remote_id=name,
                    content=content,
                )
                for name, (order, content) in self._received.items()
            ]

    def rejected(self) -> list[Rejected]:
        """
        What could not be used, in the order in which it came.
        """
        with self._lock:
            return list(self._rejected)

    def names(self, folder: str) -> list[str]:
        """
        The files in a folder of the server, hidden ones too.

        Args:
            folder: The folder as a client sees it.
        """
        return sorted(path.name for path in self._at(folder).iterdir())

    def session(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        """
        A new SFTP session.

        Args:
            channel: Its channel.
        """
        return Session(channel, self._at("/"), self._named)

    def _at(self, folder: str) -> Path:
        if self._root is None:
            raise RuntimeError("the simulator is not started")
        return self._root / folder.lstrip("/")

    def _door(self) -> Door:
        key = self._client_key.convert_to_public()
        return Door(self.username, key, self.password, self._connections)

    async def _listen(self) -> None:
        self._acceptor = await asyncssh.create_server(
            self._door,
            "127.0.0.1",
            0,
            server_host_keys=[self._host_key],
            sftp_factory=self.session,
            config=None,
        )

    async def _end(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in tuple(self._connections):
                connection.abort()
                await connection.wait_closed()
            await self._acceptor.wait_closed()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _named(self, path: Path) -> None:
        if path.parent != self._at(self.folder) or path.name.startswith("."):
            return
        content = path.read_bytes()
        with self._lock:
            try:
                order = read(content)
                self._is_new(path.name, order)
            except RefusedError as error:
                self._rejected.append(Rejected(path.name, str(error), content))
                return
            self._received[path.name] = (order, content)
        if self.takes_files:
            path.rename(self._at(self.archive) / path.name)

    def _is_new(self, name: str, order: ShippingOrderRead) -> None:
        for other, (known, _) in self._received.items():
            if other != name and known.interchange == order.interchange:
                raise RefusedError(f"{other} had the interchange number {order.interchange}")


def _shipment(order: ShippingOrderRead) -> str | None:
    """
    The shipment in the depositor's order number, which begins with the order's id.
    """
    return order.depositor_number.removeprefix(order.customer_order).removeprefix("-") or None
