"""
A session at the partner's SFTP server: connected, signed in, and closed again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncssh

from orderferry.errors import AuthenticationError, TransientError
from orderferry_fulfillment_3pl._faults import FAILURES, step
from orderferry_fulfillment_3pl._folder import Folder
from orderferry_fulfillment_3pl._keys import client_key, host_key_kinds, known_hosts
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["connect", "run"]

T = TypeVar("T")

_GOODBYE_SECONDS = 1.0


def run(work: Callable[[], Awaitable[T]]) -> T:
    """
    Run asynchronous work in an event loop of its own, and wait for it.

    A caller inside an event loop is given a thread for it: a loop cannot run inside another.

    Args:
        work: Makes the awaitable.
    """

    async def main() -> T:
        return await work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(main())).result()


@asynccontextmanager
async def connect(settings: ThreePlSettings, time_left: float) -> AsyncIterator[Folder]:
    """
    A session at the partner's server, which is closed afterwards whatever happens.

    Args:
        settings: The instance's settings.
        time_left: Seconds until everything must have ended.

    Raises:
        AuthenticationError: The server has another host key, or does not let the account in.
        TransientError: There is no connection to be had.
    """
    now = asyncio.get_running_loop().time()
    end = now + time_left
    where = f"{settings.host}:{settings.port}"
    if time_left <= 0:
        raise TransientError(f"connect to {where}: no time left before the deadline")
    first_end = min(end, now + settings.timeout_seconds)
    stranger: list[str] = []
    try:
        async with step(f"connect to {where}", first_end):
            connection = await _open(settings, stranger)
    except AuthenticationError as error:
        if not stranger:
            raise
        raise AuthenticationError(
            f"connect to {where}: its host key {stranger[0]} is not one of known_hosts; nothing was"
            " sent: ask the partner whether the key was changed"
        ) from error
    orderly = False
    try:
        async with step(f"start SFTP at {where}", first_end):
            sftp = await connection.start_sftp_client()
        yield Folder(settings, sftp, end)
        orderly = True
    finally:
        await _close(connection, orderly=orderly)


async def _open(settings: ThreePlSettings, stranger: list[str]) -> asyncssh.SSHClientConnection:
    class Client(asyncssh.SSHClient):
        def validate_host_public_key(
            self, host: str, addr: str, port: int, key: asyncssh.SSHKey
        ) -> bool:
            stranger.append(f"{key.get_algorithm()} {key.get_fingerprint()}")
            return False

    known = known_hosts(settings.known_hosts)
    key = settings.private_key
    return await asyncssh.connect(
        settings.host,
        settings.port,
        client_factory=Client,
        config=None,
        known_hosts=known,
        server_host_key_algs=host_key_kinds(known, settings),
        x509_trusted_certs=None,
        username=settings.username,
        password=None if settings.password is None else settings.password.reveal(),
        client_keys=None if key is None else [client_key(key, settings.passphrase)],
        agent_path=None,
        gss_host=None,
    )


async def _close(connection: asyncssh.SSHClientConnection, *, orderly: bool) -> None:
    """
    Say goodbye after orderly work, for a moment; else drop the connection.
    """
    if orderly:
        connection.close()
    else:
        connection.abort()
    try:
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await connection.wait_closed()
    except FAILURES:
        connection.abort()
