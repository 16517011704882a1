"""
An SFTP session with the partner's server: host keys, sign-in, and what `check` finds.

Host key signatures: RFC 8709, RFC 5656, RFC 8332.
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
from orderferry_fulfillment_3pl._folder import FAILURES, Folder, operation
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["connect", "inspect", "run"]

T = TypeVar("T")

_CLOSE_SECONDS = 1.0
"""The time limit for closing a connection."""

_ALGORITHMS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
"""The algorithms of host key signatures that the connector accepts."""


def run(work: Callable[[], Awaitable[T]]) -> T:
    """
    Run asynchronous work in a new event loop, and wait for its result.

    If the caller is inside an event loop, the new loop runs in a separate thread.

    Args:
        work: Creates the awaitable.
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
    Open a session with the partner's server, and close it afterwards.

    Args:
        settings: The instance's settings.
        time_left: Seconds until the deadline of the call.

    Raises:
        AuthenticationError: The server's host key is unknown, or the sign-in failed.
        TransientError: The server cannot be reached.
    """
    now = asyncio.get_running_loop().time()
    end = now + time_left
    server = f"{settings.host}:{settings.port}"
    if time_left <= 0:
        raise TransientError(f"connect to {server}: no time left before the deadline")
    connect_end = min(end, now + settings.timeout_seconds)
    unknown_keys: list[str] = []
    try:
        async with operation(f"connect to {server}", connect_end):
            connection = await _open(settings, unknown_keys)
    except AuthenticationError as error:
        if not unknown_keys:
            raise
        raise AuthenticationError(
            f"connect to {server}: the host key {unknown_keys[0]} is not in known_hosts; nothing"
            " was sent; ask the partner whether the key has changed"
        ) from error
    graceful = False
    try:
        async with operation(f"start SFTP on {server}", connect_end):
            sftp = await connection.start_sftp_client()
        yield Folder(settings, sftp, end)
        graceful = True
    finally:
        await _close(connection, graceful=graceful)


async def _open(settings: ThreePlSettings, unknown_keys: list[str]) -> asyncssh.SSHClientConnection:
    class Client(asyncssh.SSHClient):
        def validate_host_public_key(
            self, host: str, addr: str, port: int, key: asyncssh.SSHKey
        ) -> bool:
            unknown_keys.append(f"{key.get_algorithm()} {key.get_fingerprint()}")
            return False

    known_hosts = _parse_known_hosts(settings.known_hosts)
    key = settings.private_key
    return await asyncssh.connect(
        settings.host,
        settings.port,
        client_factory=Client,
        config=None,
        known_hosts=known_hosts,
        server_host_key_algs=_host_key_algorithms(known_hosts, settings),
        x509_trusted_certs=None,
        username=settings.username,
        password=None if settings.password is None else settings.password.reveal(),
        client_keys=None if key is None else [_load_private_key(key, settings.passphrase)],
        agent_path=None,
        gss_host=None,
    )


async def _close(connection: asyncssh.SSHClientConnection, *, graceful: bool) -> None:
    """
    Close the connection after success, and abort it after a failure.
    """
    if graceful:
        connection.close()
    else:
        connection.abort()
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await connection.wait_closed()
    except FAILURES:
        connection.abort()


def _parse_known_hosts(text: str) -> asyncssh.SSHKnownHosts:
    """
    Read the server's public keys.

    Args:
        text: Lines of known_hosts, or bare public keys, which apply to any host.

    Raises:
        AuthenticationError: The text cannot be read.
    """
    lines = (
        f"* {line}" if re.match(r"(ssh|ecdsa|sk)-", line) else line for line in text.splitlines()
    )
    try:
        return asyncssh.import_known_hosts("\n".join(lines))
    except ValueError as error:
        raise AuthenticationError(f"known_hosts cannot be read: {error}") from error


def _host_key_algorithms(
    known_hosts: asyncssh.SSHKnownHosts, settings: ThreePlSettings
) -> tuple[str, ...]:
    """
    The host key algorithms to offer to the server.

    The algorithms of known keys come first. The others follow, so that a server without a known
    key presents one, and the error can name its fingerprint.

    Args:
        known_hosts: The known keys.
        settings: The instance's settings.

    Returns:
        The algorithms. An empty tuple leaves the choice to the library, for host certificates and
        rare algorithms.
    """
    keys, authorities, *_ = known_hosts.match(settings.host, "", settings.port)
    known = {key.get_algorithm() for key in keys}
    first = [
        algorithm
        for algorithm in _ALGORITHMS
        if algorithm in known or (algorithm.startswith("rsa-") and "ssh-rsa" in known)
    ]
    if authorities or not first:
        return ()
    return (*first, *(algorithm for algorithm in _ALGORITHMS if algorithm not in first))


@lru_cache(maxsize=8)
def _load_private_key(text: Secret, passphrase: Secret | None) -> asyncssh.SSHKey:
    """
    Load the account's private key. It is cached, since decrypting a key can take seconds.

    Args:
        text: The key, in OpenSSH or PEM format.
        passphrase: The key's passphrase.

    Raises:
        AuthenticationError: The key cannot be read.
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
        time_left: Seconds until the deadline of the call.

    Returns:
        A finding for each operation, up to the first that fails.
    """
    subject = f"connect to {settings.host}:{settings.port} and sign in as {settings.username}"
    findings: list[Finding] = []
    try:
        async with connect(settings, time_left) as folder:
            detail = "the host key is known, and the server accepted the account"
            findings.append(Finding(subject, FindingState.PROVEN, detail))
            for path in (settings.folder, *settings.archive_folders):
                subject = f"list {path}"
                await folder.check_listing(path)
                findings.append(Finding(subject, FindingState.PROVEN))
            subject = f"write to {settings.folder}"
            await folder.probe(f"orderferry-check-{uuid4().hex}")
            detail = "a hidden probe file was written, renamed and removed"
            findings.append(Finding(subject, FindingState.PROVEN, detail))
    except ExportError as error:
        findings.append(Finding(subject, FindingState.FAILED, str(error)))
    return findings
