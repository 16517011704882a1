"""
The server's keys that we know, and the account's own.
"""

from __future__ import annotations

import re
from functools import lru_cache

import asyncssh

from orderferry import Secret
from orderferry.errors import AuthenticationError
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["client_key", "host_key_kinds", "known_hosts"]

_KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
"""Signatures that we accept of a server (RFC 8709, RFC 5656, RFC 8332)."""


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
