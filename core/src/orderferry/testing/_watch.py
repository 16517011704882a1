"""
What a connector answers and raises, seen before the core hides secrets in it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, cast

from attrs import define, field, frozen

from orderferry.connectors import Connector, Context
from orderferry.errors import ConnectorError, ExportError

if TYPE_CHECKING:
    import pluggy

__all__ = ["Call", "Watch", "is_typed"]

_LITTLE: Final = 0.25
"""The part of its time that a call has left, if not more, when it was short of time."""


@frozen
class Call:
    """
    One call of a hook.

    Attributes:
        hook: The hook.
        answer: What it answered.
        error: What it raised instead.
        given: Seconds that it might take.
        left: How many of them were left at its end.
        stalled: Whether it met a fault that leaves it waiting.
        shown: All that could be seen of answer or error.
        recorded: What it told the timeline.
    """

    hook: str
    answer: object
    error: BaseException | None
    given: float
    left: float
    stalled: bool
    shown: str
    recorded: str

    @property
    def typed(self) -> bool:
        """
        Whether it failed with none but an error that connectors raise, if at all.
        """
        return is_typed(self.error)

    @property
    def hurried(self) -> bool:
        """
        Whether its time ran out, or nearly so, though nothing left it waiting.
        """
        return not self.stalled and self.left <= self.given * _LITTLE


def is_typed(error: BaseException | None) -> bool:
    """
    Whether a failure is one of the errors that connectors raise; no failure counts as one.
    """
    kind = type(error)
    return error is None or (
        issubclass(kind, ExportError) and kind not in (ExportError, ConnectorError)
    )


def _shown(answer: object, error: BaseException | None) -> str:
    """
    All that can be seen of an answer or an error, and of what the error chains.

    It is written down at once: the core hides secrets in the error itself.
    """
    if error is None:
        return repr(answer)
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


class _Recording:
    """
    A context that keeps what the connector tells the timeline, where the core hides secrets.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.texts: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._context, name)

    @property
    def time_left(self) -> float:
        """
        As the context's own.
        """
        return self._context.time_left

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        As the context's own.
        """
        for each in (request, response or ""):
            self.texts.append(each if isinstance(each, str) else each.decode(errors="replace"))
        self._context.record(request, response)


@define(eq=False)
class Watch:
    """
    Stands between the core and a connector (`Exporter.watched`).

    Attributes:
        ended: Called with each call that has ended.
        stalls: Whether a fault has been met that leaves the connector waiting.
        calls: The calls so far, oldest first.
        connector: The connector itself.
    """

    ended: Callable[[Call], None] = lambda call: None
    stalls: Callable[[], bool] = lambda: False
    calls: list[Call] = field(factory=list, init=False)
    connector: Connector | None = field(default=None, init=False)

    def __call__(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """
        A function that calls a hook, and keeps what came of it.
        """
        caller = cast("pluggy.HookCaller", function)
        self.connector = cast("Connector", caller.get_hookimpls()[0].plugin)

        def watched(*, context: Context, **arguments: object) -> object:
            given, heard = context.time_left, _Recording(context)
            try:
                answer = function(context=heard, **arguments)
                if isinstance(answer, Iterator):
                    answer = tuple(answer)
            except BaseException as error:
                self._keep(name, None, error, given, heard)
                raise
            self._keep(name, answer, None, given, heard)
            return answer

        watched.__wrapped__ = function  # type: ignore[attr-defined]
        return watched

    def _keep(
        self,
        name: str,
        answer: object,
        error: BaseException | None,
        given: float,
        heard: _Recording,
    ) -> None:
        call = Call(
            hook=name,
            answer=answer,
            error=error,
            given=given,
            left=heard.time_left,
            stalled=self.stalls(),
            shown=_shown(answer, error),
            recorded="\n".join(heard.texts),
        )
        self.calls.append(call)
        self.ended(call)
