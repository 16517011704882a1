"""
A session at the partner's SFTP server: connected, signed in, and closed again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TypeVar
from uuid import uuid4

import asyncssh

from orderferry import Finding, FindingState, Secret
from orderferry.errors import AuthenticationError, ExportError, TransientError
from orderferry_fulfillment_3pl._folder import FAILURES, Folder, step
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["connect", "inspect", "run"]

T = TypeVar("T")

_GOODBYE_SECONDS = 1.0

_KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
"""Signatures that we accept of a server (RFC 8709, RFC 5656, RFC 8332)."""


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


def known_hosts(text: str) -> asyncssh.SSHKnownHosts:
    """
    The server's public keys.

    Args:
        text: Lines of known_hosts, or bare public keys, which then are this server's.

    Raises:
        AuthenticationError: They cannot be read.
    """
    lines = (
        f"* {line}" if re.match(r"(ssh|ecdsa|sk)-", line) else line for line in text.splitlines()
    )
    try:
        return asyncssh.import_known_hosts("\n".join(lines))
    except ValueError as error:
        raise AuthenticationError(f"known_hosts cannot be read: {error}") from error


def host_key_kinds(known: asyncssh.SSHKnownHosts, settings: ThreePlSettings) -> tuple[str, ...]:
    """
    The kinds of host key to ask the server for: those that are known first, but the others too, so
    that a server with none of the known kinds shows a key that can be named.

    Args:
        known: The keys that are known.
        settings: The instance's settings.

    Returns:
        The kinds; none leaves the choice to the library (host certificates, rare kinds).
    """
    keys, authorities, *_ = known.match(settings.host, "", settings.port)
    kinds = {key.get_algorithm() for key in keys}
    first = [
        kind for kind in _KINDS if kind in kinds or (kind.startswith("rsa-") and "ssh-rsa" in kinds)
    ]
    if authorities or not first:
        return ()
    return (*first, *(kind for kind in _KINDS if kind not in first))


@lru_cache(maxsize=8)
def client_key(text: Secret, passphrase: Secret | None) -> asyncssh.SSHKey:
    """
    The account's private key. It is remembered: opening one takes up to seconds of computing.

    Args:
        text: The key, in OpenSSH's form or PEM.
        passphrase: What opens it.

    Raises:
        AuthenticationError: It cannot be read.
    """
    try:
        return asyncssh.import_private_key(
            text.reveal(), None if passphrase is None else passphrase.reveal()
        )
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise AuthenticationError(f"private_key cannot be read: {error}") from None


async def inspect(settings: ThreePlSettings, time_left: float) -> list[Finding]:
    """
    Connect, list each folder, and write, rename and remove a probe file.

    Args:
        settings: The instance's settings.
        time_left: Seconds until the answer is needed.
    """
    where = f"{settings.host}:{settings.port}"
    what = f"reach {where} and sign in as {settings.username}"
    findings: list[Finding] = []
    try:
        async with connect(settings, time_left) as folder:
            detail = "the host key is known, and the account was let in"
            findings.append(Finding(what, FindingState.PROVEN, detail))
            for each in (settings.folder, *settings.archive_folders):
                what = f"list {each}"
                await folder.list_all(each)
                findings.append(Finding(what, FindingState.PROVEN))
            what = f"write into {settings.folder}"
            await folder.try_writing(f"orderferry-check-{uuid4().hex}")
            detail = "a hidden probe file was written, renamed and removed"
            findings.append(Finding(what, FindingState.PROVEN, detail))
    except ExportError as error:
        findings.append(Finding(what, FindingState.FAILED, str(error)))
    return findings
