"""
The errors for network faults.
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
from orderferry.connectors.http._reading import UnreadableResponseError
from orderferry.connectors.http._request import Request
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["FAULTS", "cause_of", "error_of", "is_stale"]

FAULTS = (HTTPError, OSError, http.client.HTTPException, UnreadableResponseError)
"""The exceptions of a request before its response is read."""

_HOSTNAME_MISMATCH = 62
_IP_ADDRESS_MISMATCH = 64
_REJECTED_CERTIFICATE = (
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REQUIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "UNSUPPORTED_CERTIFICATE",
)
_CAUSES = (
    (NameResolutionError, "the host name cannot be resolved; check the address and the DNS"),
    (ConnectTimeoutError, "no connection in time; check the address and the firewall"),
    (http.client.RemoteDisconnected, "the connection was closed without a response"),
    ((IncompleteRead, http.client.IncompleteRead), "the response ended early"),
    (http.client.HTTPException, "the response is not HTTP"),
    (
        ConnectionRefusedError,
        "the connection was refused; check the port, and that the target is running",
    ),
)


def error_of(fault: Exception, request: Request, call: Call) -> ExportError:
    """
    Return the error for a fault.

    Before the first byte was sent, the failure is transient. After it, the target may have accepted
    a write. The rejection of a client certificate is received after the request was sent (TLS 1.3),
    but the target discards that request (RFC 8446, section 6.2).

    Args:
        fault: One of `FAULTS`.
        request: The request.
        call: The call, which has recorded how far it got.
    """
    cause = cause_of(fault, call)
    origin = _origin(fault)
    if isinstance(origin, ssl.SSLError) and _rejects_client_certificate(origin):
        return AuthenticationError(f"{request.name} was not accepted: {cause}")
    if isinstance(fault, ProxyError) and "407" in str(origin):
        return AuthenticationError(f"{request.name} was not sent: {cause}")
    if not call.began:
        return TransientError(f"{request.name} was not sent: {cause}")
    if request.write:
        return UnknownOutcomeError(
            f"{request.name} was sent, and its response was lost: {cause}; "
            "the target may have accepted it"
        )
    return TransientError(f"{request.name} failed: {cause}")


def is_stale(fault: Exception, call: Call) -> bool:
    """
    Whether the request failed because its kept-alive connection was already closed.
    """
    return call.reused and isinstance(_origin(fault), ConnectionError)


def cause_of(fault: Exception, call: Call) -> str:
    """
    Describe the cause of a fault.
    """
    origin = _origin(fault)
    if isinstance(fault, ProxyError):
        return f"the proxy could not be used: {_plain(origin, call)}"
    return _plain(origin, call)


def _plain(fault: BaseException, call: Call) -> str:
    if isinstance(fault, ssl.SSLError):
        return _tls(fault)
    if isinstance(fault, ReadTimeoutError | TimeoutError):
        return f"no response within {call.seconds:.3g} s"
    for kinds, cause in _CAUSES:
        if isinstance(fault, kinds):
            return cause
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror.lower()
    return str(fault) or type(fault).__name__


def _origin(fault: BaseException) -> BaseException:
    """
    Return the exception that urllib3 wrapped.
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


def _rejects_client_certificate(fault: ssl.SSLError) -> bool:
    reason = fault.reason or ""
    return "ALERT" in reason and reason.endswith(_REJECTED_CERTIFICATE)


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
            "configure the issuing CA as CA file, or fix the server's certificate"
        )
    if _rejects_client_certificate(fault):
        return (
            f"the target rejects the client certificate ({reason}); check the certificate and its "
            "key"
        )
    if reason in ("wrong version number", "record layer failure", "unknown protocol"):
        return "the target does not use TLS on this port; check the port and the scheme"
    if "handshake failure" in reason:
        return f"the TLS handshake failed ({reason}); the target may require a client certificate"
    return f"TLS failed ({reason or fault})"
