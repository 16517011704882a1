"""
What a trial observes: values before and after, output and logs, and what a hook returned or raised
before secrets were redacted.
"""

from __future__ import annotations

import io
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

import attrs
from attrs import define, field, frozen

from orderferry.connectors import Connector, Context, Properties, Secret
from orderferry.errors import ConnectorError, ExportError

if TYPE_CHECKING:
    import pluggy

__all__ = ["Call", "Heard", "Watch", "changes", "is_typed", "listening", "snapshot"]


def snapshot(value: object, path: str = "") -> dict[str, str]:
    """
    Every value inside a value, by its path; a secret only by its digest.

    Args:
        value: Attrs instances, mappings, sequences and plain values, to any depth.
        path: Where it stands.
    """
    found = {path: type(value).__name__}
    for name, inner in _members(value):
        found |= snapshot(inner, f"{path}.{name}" if path else name)
    if len(found) == 1:
        found[path] = _text(value)
    return found


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """
    What differs between two snapshots of one value, a sentence each.
    """
    paths = [*before, *(path for path in after if path not in before)]
    return [
        f"{path}: {before.get(path, 'not there')} became {after.get(path, 'not there')}"
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _members(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Secret):
        return
    if attrs.has(type(value)):
        fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(value))  # type: ignore[arg-type]
        for field in fields:
            yield field.name, getattr(value, field.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
        if isinstance(value, Properties):
            yield from ((name, value.group(name)) for name in value.groups)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield str(number), inner


def _text(value: object) -> str:
    if isinstance(value, Secret):
        return f"Secret({sha256(value.reveal().encode()).hexdigest()[:12]})"
    return f"{type(value).__name__}({value!r})"


@frozen
class Heard:
    """
    What was said.

    Attributes:
        texts: Where each text was said, and the text.
    """

    texts: list[tuple[str, str]] = field(factory=list)


class _Ear(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(1)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        text = logging.Formatter("%(message)s").format(record)
        more = {key: value for key, value in vars(record).items() if key not in ("msg", "message")}
        self._heard.texts.append((f"the log {record.name}", f"{text} {more!r}"))


@contextmanager
def listening() -> Iterator[Heard]:
    """
    Hear whatever is said in this process.

    Yields:
        What was heard; output and warnings are in it at the end.
    """
    heard, out, err = Heard(), io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        warnings.catch_warnings(record=True) as warned,
        _all_loggers(_Ear(heard)),
    ):
        warnings.simplefilter("always")
        yield heard
    heard.texts.extend([("standard output", out.getvalue()), ("standard error", err.getvalue())])
    heard.texts.extend((f"a {each.category.__name__}", str(each.message)) for each in warned or ())


@contextmanager
def _all_loggers(ear: logging.Handler) -> Iterator[None]:
    known = [each for each in logging.root.manager.loggerDict.values() if _is_logger(each)]
    loggers = [each for each in known if isinstance(each, logging.Logger)]
    levels = [(each, each.level) for each in (logging.root, *loggers)]
    closed = [logging.root, *(each for each in loggers if not each.propagate)]
    disabled = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    handlers = [(each, each.handlers) for each, _ in levels]
    for logger, _ in levels:
        logger.setLevel(1)
        logger.handlers = [ear] if logger in closed else []
    try:
        yield
    finally:
        for logger, level in levels:
            logger.setLevel(level)
        for logger, before in handlers:
            logger.handlers = before
        logging.disable(disabled)


def _is_logger(known: object) -> bool:
    return isinstance(known, logging.Logger)


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
