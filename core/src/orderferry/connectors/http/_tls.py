"""
How TLS is spoken with a target.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from attrs import field, frozen

from orderferry.connectors._secret import Secret
from orderferry.errors import TransientError

__all__ = ["Tls"]


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


@frozen(kw_only=True)
class Tls:
    """
    Which certificates to trust, and which to show. The host's name is always verified.

    Attributes:
        ca_file: PEM certificates of the authorities to trust, instead of the system's.
        certificate: The client certificate with its chain, PEM.
        key: Its private key, PEM, where that is not in the same file.
        key_password: The key's password, where it has one.
    """

    ca_file: Path | None = field(default=None, converter=_path)
    certificate: Path | None = field(default=None, converter=_path)
    key: Path | None = field(default=None, converter=_path)
    key_password: Secret | None = None

    def __attrs_post_init__(self) -> None:
        if self.certificate is None and (self.key or self.key_password):
            raise ValueError("a client key needs its certificate")

    @property
    def without_certificate(self) -> Tls:
        """
        The same trust without the client certificate, for other origins than its own.
        """
        return Tls(ca_file=self.ca_file)


def target_context(tls: Tls | None) -> ssl.SSLContext:
    """
    The TLS context for a target.

    Raises:
        TransientError: A file cannot be read.
    """
    tls = tls or Tls()
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
    except OSError as error:
        raise _unreadable("CA file", tls.ca_file, error) from error
    if tls.certificate is not None:
        password = "" if tls.key_password is None else tls.key_password.reveal()
        try:
            context.load_cert_chain(tls.certificate, tls.key, lambda: password)
        except OSError as error:
            raise _unreadable("client certificate", tls.certificate, error) from error
    return context


def proxy_context(tls: Tls | None) -> ssl.SSLContext:
    """
    The TLS context for a proxy that is itself reached over TLS: the system's authorities and ours.
    """
    context = ssl.create_default_context()
    if tls is not None and tls.ca_file is not None:
        context.load_verify_locations(tls.ca_file)
    return context


def _unreadable(what: str, path: Path | None, error: OSError) -> TransientError:
    reason = error.strerror or str(error)
    if isinstance(error, ssl.SSLError):
        reason = f"not PEM, or the wrong key or password ({error.reason})"
    return TransientError(
        f"nothing was sent: the {what} {path} cannot be used: {reason}; mend the settings"
    )
