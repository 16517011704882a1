"""
No network for a while: what a preview of a connector with a protocol of its own runs under.
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
from orderferry.connectors.instances._state import ForgetfulState
from orderferry.connectors.spec._context import InstanceName, Log, State
from orderferry.errors import NetworkForbiddenError, TransientError

if TYPE_CHECKING:
    from orderferry.connectors.http import BoundClient, Client
    from orderferry.export_result import ExportResult

__all__ = ["CallContext", "Means", "PreviewContext", "offline"]

REACHING_OUT: Final = frozenset(
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
"""The audit events of Python (its table of them) before anything reaches the network."""


class _Thread(local):
    who: str | None = None


_thread = _Thread()


@contextmanager
def offline(who: str) -> Iterator[None]:
    """
    Refuse the network to this thread, whatever library asks for it.

    It is no sandbox: another thread or process that the connector starts is not held back.

    Args:
        who: Whose call this is, for the message.

    Raises:
        NetworkForbiddenError: Raised inside, where the network is reached for.
    """
    _listen()
    before, _thread.who = _thread.who, who
    try:
        yield
    finally:
        _thread.who = before


@cache
def _listen() -> None:
    """
    Python has no way to take an audit hook back: it is added once, by the first that needs it.
    """
    sys.addaudithook(_audit)


def _audit(
    event: str, arguments: tuple[Any, ...]
) -> None:  # pragma: no cover - Python traces no audit hooks
    if event in REACHING_OUT and _thread.who is not None:
        at = arguments[0] if arguments else None
        if isinstance(at, socket.socket) and at.family == socket.AF_UNIX:
            return
        raise NetworkForbiddenError(
            f"{_thread.who} reached for the network in a preview ({event}); "
            "its preview_order has to do without"
        )


PREVIEW_SECONDS: Final = 30.0
"""What `time_left` says when a preview begins; nothing ends it."""


class Means:
    """
    What the calls of one instance have in common.

    Args:
        instance: The instance.
        redactor: Hides its secrets.
        state: Its memory.
        log: Makes its log, when it is first written to.
        http: The client that all instances share.
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

    It is built for every call, so all that costs anything waits until it is asked for.

    Args:
        means: What all calls of the instance have in common.
        key: The export's key, or empty.
        idempotency_key: The export's id; by default it follows from the key.
        attempt: Which attempt this is, or 0.
        deadline: When the call must have ended, in seconds of the monotonic clock.
        accepted: Earlier accepted results of the instance for the order.
        timeline: Where requests are recorded; by default one of the call's own.
        now: When the call began, in UTC.
        alive: Whether the caller may still send.
    """

    __slots__ = (
        "_alive",
        "_deadline",
        "_http",
        "_idempotency_key",
        "_means",
        "_state",
        "_timeline",
        "accepted",
        "attempt",
        "key",
        "now",
    )

    def __init__(
        self,
        means: Means,
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
        self._means = means
        self._deadline = deadline
        self._idempotency_key = idempotency_key
        self._timeline = timeline
        self._http: BoundClient | None = None
        self._state: State = means.state

    def __repr__(self) -> str:
        return f"<context of {self.instance}: {self.key or 'no export'}, attempt {self.attempt}>"

    @property
    def idempotency_key(self) -> UUID:
        """
        The same for every attempt of one export.
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
            self._timeline = Timeline(redactor=self._means.redactor)
        return self._timeline

    @property
    def http(self) -> BoundClient:
        """
        The shared HTTP client, with this call's deadline, recording and secrets.
        """
        if self._http is None:
            self._http = self._means.http.bind(
                deadline=lambda: self.time_left,
                timeline=self.timeline,
                redactor=self._means.redactor,
            )
        return self._http

    @property
    def state(self) -> State:
        """
        The instance's own memory.
        """
        return self._state

    @property
    def log(self) -> Log:
        """
        A log that hides the instance's secrets.
        """
        return self._means.log

    @property
    def instance(self) -> InstanceName:
        """
        The configured instance.
        """
        return self._means.instance

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        Tell the timeline of a request, and of its answer where there is one already.
        """
        if response is None and self._alive is not None and not self._alive():
            raise TransientError("this worker has lost its lane; nothing was sent")
        self.timeline.record(request, response)


class PreviewContext(CallContext):
    """
    The context of a preview: its `http` refuses, and its `state` forgets.

    Args:
        means: What all calls of the instance have in common.
        now: When the call began, in UTC; by default now.
    """

    __slots__ = ()

    def __init__(self, means: Means, *, now: datetime | None = None) -> None:
        super().__init__(means, deadline=monotonic() + PREVIEW_SECONDS, now=now)
        self._state = ForgetfulState(means.state)
        self._http = cast("BoundClient", _Refusal(means.instance))


class _Refusal:
    """
    Stands where the HTTP client would, and refuses whatever is asked of it.
    """

    def __init__(self, instance: InstanceName) -> None:
        self._instance = instance

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("_"):
            raise AttributeError(name)

        def refuse(*arguments: object, **_: object) -> NoReturn:
            asked = " ".join([name, *(str(each) for each in arguments)])
            raise NetworkForbiddenError(
                f"{self._instance} reached for the network in a preview (http {asked}); "
                "its preview_order has to do without"
            )

        return refuse
