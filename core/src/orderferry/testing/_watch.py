"""
What a connector answers and raises, seen before the core hides secrets in it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, cast

from attrs import define, field, frozen

from orderferry.connectors import Connector
from orderferry.errors import ConnectorError, ExportError

if TYPE_CHECKING:
    import pluggy

__all__ = ["Call", "Watch"]


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
    """

    hook: str
    answer: object
    error: BaseException | None
    seconds: float
    shown: str

    @property
    def typed(self) -> bool:
        """
        Whether it failed with none but an error that connectors raise, if at all.
        """
        kind = type(self.error)
        if self.error is None:
            return True
        return issubclass(kind, ExportError) and kind not in (ExportError, ConnectorError)


def _shown(answer: object, error: BaseException | None) -> str:
    """
    All that can be seen of an answer or an error, and of what the error chains.

    It is written down at once: the core hides secrets in the error itself.
    """
    if error is None:
        return repr(answer)
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


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

        def watched(**arguments: object) -> object:
            began = monotonic()
            try:
                answer = function(**arguments)
                if isinstance(answer, Iterator):
                    answer = tuple(answer)
            except BaseException as error:
                self._keep(name, None, error, began)
                raise
            self._keep(name, answer, None, began)
            return answer

        watched.__wrapped__ = function  # type: ignore[attr-defined]
        return watched

    def _keep(self, name: str, answer: object, error: BaseException | None, began: float) -> None:
        seconds = monotonic() - began
        self.calls.append(Call(name, answer, error, seconds, _shown(answer, error)))
