"""
What a fault of the network means.
"""

from __future__ import annotations

import http.client
import ssl

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from orderferry.connectors.http._deadline import Call
from orderferry.connectors.http._reading import UnreadableAnswerError
from orderferry.connectors.http._request import Outgoing
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["FAULTS", "cause_of", "error_of", "is_stale"]

FAULTS = (HTTPError, OSError, http.client.HTTPException, UnreadableAnswerError)
"""What a request can fail with, before an answer is read whole."""

_HOSTNAME_MISMATCH = 62
_IP_ADDRESS_MISMATCH = 64
_REFUSED_CERTIFICATE = (
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REQUIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "UNSUPPORTED_CERTIFICATE",
)
_CAUSES = (
    (NameResolutionError, "the host's name is not known; check the address, or the name service"),
    (ConnectTimeoutError, "no connection in time; check address and firewall"),
    (http.client.RemoteDisconnected, "the connection was closed without an answer"),
    ((IncompleteRead, http.client.IncompleteRead), "the answer ended early"),
    (http.client.HTTPException, "the answer is not HTTP"),
    (
        ConnectionRefusedError,
        "the connection was refused; check that the target runs, and its port",
    ),
)


def error_of(fault: Exception, outgoing: Outgoing, call: Call) -> ExportError:
    """
    The error that a fault means.

    Before the first byte left, nothing was sent: it may pass. After it, a write may have been
    taken. A certificate of ours that is refused is told only after the request left (TLS 1.3), but
    what came with it is thrown away (RFC 8446, section 6.2).

    Args:
        fault: One of `FAULTS`.
        outgoing: The request.
        call: How far it got.
    """
    cause = cause_of(fault, call)
    origin = _origin(fault)
    if isinstance(origin, ssl.SSLError) and _refuses_us(origin):
        return AuthenticationError(f"{outgoing.name} was not taken: {cause}")
    if isinstance(fault, ProxyError) and "407" in str(origin):
        return AuthenticationError(f"{outgoing.name} was not sent: {cause}")
    if not call.began:
        return TransientError(f"{outgoing.name} was not sent: {cause}")
    if outgoing.write:
        return UnknownOutcomeError(
            f"{outgoing.name} was sent, and its answer was lost: {cause}; "
            "the target may have taken it"
        )
    return TransientError(f"{outgoing.name} failed: {cause}")


def is_stale(fault: Exception, call: Call) -> bool:
    """
    Whether a kept-alive connection turned out to be closed already.
    """
    return call.reused and isinstance(_origin(fault), ConnectionError)


def cause_of(fault: Exception, call: Call) -> str:
    """
    What went wrong, for people.
    """
    origin = _origin(fault)
    if isinstance(fault, ProxyError):
        return f"the proxy could not be used: {_plain(origin, call)}"
    return _plain(origin, call)


def _plain(fault: BaseException, call: Call) -> str:
    if isinstance(fault, ssl.SSLError):
        return _tls(fault)
    if isinstance(fault, ReadTimeoutError | TimeoutError):
        return f"no answer within {call.seconds:.3g} s"
    for kinds, cause in _CAUSES:
        if isinstance(fault, kinds):
            return cause
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror.lower()
    return str(fault) or type(fault).__name__


def _origin(fault: BaseException) -> BaseException:
    """
    What urllib3 wrapped.
    """
    match fault:
        case ProxyError():
            return _origin(fault.original_error)
        case (
            ProtocolError(args=(_, BaseException() as inner))
            | SSLError(args=(BaseException() as inner,))
        ):
            return _origin(inner)
        case NewConnectionError(__cause__=OSError() as inner) if not isinstance(
            fault, NameResolutionError
        ):
            return inner
        case _:
            return fault


def _refuses_us(fault: ssl.SSLError) -> bool:
    reason = fault.reason or ""
    return "ALERT" in reason and reason.endswith(_REFUSED_CERTIFICATE)


def _tls(fault: ssl.SSLError) -> str:
    reason = (fault.reason or "").replace("_", " ").lower()
    if isinstance(fault, ssl.SSLCertVerificationError):
        if fault.verify_code in (_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH):
            return (
                f"its certificate is for another name ({fault.verify_message}); "
                "use the name that is in the certificate"
            )
        return (
            f"its certificate is not trusted ({fault.verify_message}); "
            "give its authority as CA file, or have the certificate mended"
        )
    if _refuses_us(fault):
        return f"the target refuses our client certificate ({reason}); check certificate and key"
    if reason in ("wrong version number", "record layer failure", "unknown protocol"):
        return "the target does not answer with TLS; check port and scheme"
    if "handshake failure" in reason:
        return f"TLS was refused ({reason}); the target may want a client certificate"
    return f"TLS failed ({reason or fault})"
