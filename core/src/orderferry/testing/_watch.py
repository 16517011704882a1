"""
What a connector answers and raises, seen before the core hides secrets in it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, cast

from attrs import define, field, frozen

from orderferry.connectors import Connector, Context
from orderferry.errors import ConnectorError, ExportError

if TYPE_CHECKING:
    import pluggy

__all__ = ["Call", "Watch", "is_typed"]


@frozen
class Call:
    """
    One call of a hook.

    Attributes:
        hook: The hook.
        answer: What it answered.
        error: What it raised instead.
        seconds: How long it took.
        shown: All that could be seen of answer or error.
        recorded: What it told the timeline.
    """

    hook: str
    answer: object
    error: BaseException | None
    seconds: float
    shown: str
    recorded: str

    @property
    def typed(self) -> bool:
        """
        Whether it failed with none but an error that connectors raise, if at all.
        """
        return is_typed(self.error)


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
        calls: The calls so far, oldest first.
        connector: The connector itself.
    """

    calls: list[Call] = field(factory=list)
    connector: Connector | None = None

    def __call__(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """
        A function that calls a hook, and keeps what came of it.
        """
        caller = cast("pluggy.HookCaller", function)
        self.connector = cast("Connector", caller.get_hookimpls()[0].plugin)

        def watched(*, context: Context, **arguments: object) -> object:
            began, heard = monotonic(), _Recording(context)
            try:
                answer = function(context=heard, **arguments)
                if isinstance(answer, Iterator):
                    answer = tuple(answer)
            except BaseException as error:
                self._keep(name, None, error, began, heard)
                raise
            self._keep(name, answer, None, began, heard)
            return answer

        watched.__wrapped__ = function  # type: ignore[attr-defined]
        return watched

    def _keep(
        self,
        name: str,
        answer: object,
        error: BaseException | None,
        began: float,
        heard: _Recording,
    ) -> None:
        self.calls.append(
            Call(
                hook=name,
                answer=answer,
                error=error,
                seconds=monotonic() - began,
                shown=_shown(answer, error),
                recorded="\n".join(heard.texts),
            )
        )
