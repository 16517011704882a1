"""
The context of a call, and of a preview, which has no network.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import local
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline, utc_now
from orderferry.connectors.instances._state import PreviewState
from orderferry.connectors.spec._context import InstanceName, Log, State
from orderferry.errors import NetworkForbiddenError, TransientError

if TYPE_CHECKING:
    from orderferry.connectors.http import BoundClient, Client
    from orderferry.export_result import ExportResult

__all__ = ["CallContext", "InstanceResources", "PreviewContext", "offline"]

NETWORK_EVENTS: Final = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)
"""The audit events (of Python's audit events table) that are raised before a network access."""


class _Offline(local):
    caller: str | None = None


_offline = _Offline()


@contextmanager
def offline(caller: str) -> Iterator[None]:
    """
    Prevent network access of this thread by any library.

    It is no sandbox: a thread or process that the connector starts is not prevented.

    Args:
        caller: The connector, for the message.

    Raises:
        NetworkForbiddenError: Raised by a network access within the context.
    """
    _add_audit_hook()
    before, _offline.caller = _offline.caller, caller
    try:
        yield
    finally:
        _offline.caller = before


@cache
def _add_audit_hook() -> None:
    """
    Add the audit hook once, when it is first needed: Python cannot remove one.
    """
    sys.addaudithook(_audit)


def _audit(
    event: str, arguments: tuple[Any, ...]
) -> None:  # pragma: no cover - Python traces no audit hooks
    if event in NETWORK_EVENTS and _offline.caller is not None:
        sock = arguments[0] if arguments else None
        if isinstance(sock, socket.socket) and sock.family == socket.AF_UNIX:
            return
        raise NetworkForbiddenError(
            f"{_offline.caller} accessed the network in a preview ({event}); "
            "preview_order must not use the network"
        )


PREVIEW_SECONDS: Final = 30.0
"""The initial `time_left` of a preview, in seconds; it is not enforced."""


class InstanceResources:
    """
    What all calls of one instance share.

    Args:
        instance: The instance.
        redactor: Hides its secrets.
        state: Its stored state.
        log: Makes its log when it is first used.
        http: The HTTP client that all instances share.
    """

    __slots__ = ("_log", "_make_log", "http", "instance", "redactor", "state")

    def __init__(
        self,
        *,
        instance: InstanceName,
        redactor: Redactor,
        state: State,
        log: Callable[[], Log],
        http: Client,
    ) -> None:
        self.instance = instance
        self.redactor = redactor
        self.state = state
        self.http = http
        self._make_log = log
        self._log: Log | None = None

    @property
    def log(self) -> Log:
        """
        The instance's log.
        """
        if self._log is None:
            self._log = self._make_log()
        return self._log


class CallContext:
    """
    The `Context` of one call.

    It is built for every call, so everything expensive is made when it is first used.

    Args:
        resources: What all calls of the instance share.
        key: The export's key, or empty.
        idempotency_key: The export's id; by default derived from the key.
        attempt: The number of the attempt, or 0.
        deadline: The end of the call, in seconds of the monotonic clock.
        accepted: Earlier accepted results of the instance for the order.
        timeline: Where requests are recorded; by default one of the call's own.
        now: The time when the call began, in UTC.
        alive: Whether the caller may still send.
    """

    __slots__ = (
        "_alive",
        "_deadline",
        "_http",
        "_idempotency_key",
        "_resources",
        "_state",
        "_timeline",
        "accepted",
        "attempt",
        "key",
        "now",
    )

    def __init__(
        self,
        resources: InstanceResources,
        *,
        key: str = "",
        idempotency_key: UUID | None = None,
        attempt: int = 0,
        deadline: float,
        accepted: Sequence[ExportResult] = (),
        timeline: Timeline | None = None,
        now: datetime | None = None,
        alive: Callable[[], bool] | None = None,
    ) -> None:
        self._alive = alive
        self.key = key
        self.attempt = attempt
        self.accepted = accepted
        self.now = utc_now() if now is None else now
        self._resources = resources
        self._deadline = deadline
        self._idempotency_key = idempotency_key
        self._timeline = timeline
        self._http: BoundClient | None = None
        self._state: State = resources.state

    def __repr__(self) -> str:
        return f"<context of {self.instance}: {self.key or 'no export'}, attempt {self.attempt}>"

    @property
    def idempotency_key(self) -> UUID:
        """
        An id that is the same for every attempt of one export.
        """
        if self._idempotency_key is None:
            self._idempotency_key = uuid5(NAMESPACE_URL, f"orderferry:{self.instance}:{self.key}")
        return self._idempotency_key

    @property
    def time_left(self) -> float:
        """
        Seconds until the deadline, never below 0.
        """
        if self._alive is not None and not self._alive():
            return 0.0
        return max(0.0, self._deadline - monotonic())

    @property
    def timeline(self) -> Timeline:
        """
        The requests and answers of this call.
        """
        if self._timeline is None:
            self._timeline = Timeline(redactor=self._resources.redactor)
        return self._timeline

    @property
    def http(self) -> BoundClient:
        """
        The shared HTTP client, bound to this call: it keeps the deadline, records requests, and
        hides secrets.
        """
        if self._http is None:
            self._http = self._resources.http.bind(
                deadline=lambda: self.time_left,
                timeline=self.timeline,
                redactor=self._resources.redactor,
            )
        return self._http

    @property
    def state(self) -> State:
        """
        The stored state of the instance.
        """
        return self._state

    @property
    def log(self) -> Log:
        """
        A log that hides the instance's secrets.
        """
        return self._resources.log

    @property
    def instance(self) -> InstanceName:
        """
        The configured instance.
        """
        return self._resources.instance

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        Record a request, and its response, in the timeline.
        """
        if response is None and self._alive is not None and not self._alive():
            raise TransientError("this worker has lost its lane; nothing was sent")
        self.timeline.record(request, response)


class PreviewContext(CallContext):
    """
    The context of a preview: its `http` raises, and its `state` stores nothing.

    Args:
        resources: What all calls of the instance share.
        now: The time when the call began, in UTC; by default now.
    """

    __slots__ = ()

    def __init__(self, resources: InstanceResources, *, now: datetime | None = None) -> None:
        super().__init__(resources, deadline=monotonic() + PREVIEW_SECONDS, now=now)
        self._state = PreviewState(resources.state)
        self._http = cast("BoundClient", _OfflineClient(resources.instance))


class _OfflineClient:
    """
    Replaces the HTTP client, and raises for every method.
    """

    def __init__(self, instance: InstanceName) -> None:
        self._instance = instance

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("_"):
            raise AttributeError(name)

        def fail(*arguments: object, **_: object) -> NoReturn:
            call = " ".join([name, *map(str, arguments)])
            raise NetworkForbiddenError(
                f"{self._instance} accessed the network in a preview (http {call}); "
                "preview_order must not use the network"
            )

        return fail
