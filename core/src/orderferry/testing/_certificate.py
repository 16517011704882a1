"""
A certificate that nobody should trust.
"""

from __future__ import annotations

import ssl
from functools import cache

__all__ = ["wrong_certificate"]


@cache
def wrong_certificate() -> ssl.SSLContext:
    """
    TLS of a server that is another host, by an authority that nobody knows.

    Raises:
        RuntimeError: trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise RuntimeError(
            "a wrong certificate cannot be made without trustme: "
            "pip install 'orderferry[testing]', or skip this fault"
        ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("another-host.example").configure_cert(context)
    return context
