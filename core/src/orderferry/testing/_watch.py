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
    """

    hook: str
    answer: object
    error: BaseException | None
    seconds: float

    @property
    def shown(self) -> str:
        """
        All that can be seen of the answer or the error, and of what the error chains.
        """
        if self.error is None:
            return repr(self.answer)
        lines = traceback.format_exception(self.error)
        return "".join(lines) + repr(self.error) + repr(vars(self.error))


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
                self.calls.append(Call(name, None, error, monotonic() - began))
                raise
            self.calls.append(Call(name, answer, None, monotonic() - began))
            return answer

        watched.__wrapped__ = function  # type: ignore[attr-defined]
        return watched
