"""
What a trial observes: values before and after it, output and logs, and what each hook returned or
raised, before secrets are redacted.
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

__all__ = ["Call", "CallRecorder", "Output", "capture_output", "changes", "is_typed", "snapshot"]


def snapshot(value: object, path: str = "") -> dict[str, str]:
    """
    Every value inside a value, by its path; a secret is represented by its digest.

    Args:
        value: Attrs instances, mappings, sequences and plain values, to any depth.
        path: The path of the value itself.
    """
    values = {path: type(value).__name__}
    for name, inner in _members(value):
        values |= snapshot(inner, f"{path}.{name}" if path else name)
    if len(values) == 1:
        values[path] = _text(value)
    return values


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """
    The differences between two snapshots of one value, one text for each path.
    """
    paths = [*before, *(path for path in after if path not in before)]
    return [
        f"{path} changed from {before.get(path, 'nothing')} to {after.get(path, 'nothing')}"
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
class Output:
    """
    The output of this process while it was captured.

    Attributes:
        texts: Each text, preceded by its source, such as `standard output`.
    """

    texts: list[tuple[str, str]] = field(factory=list)


class _OutputHandler(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__(1)
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        text = logging.Formatter("%(message)s").format(record)
        more = {key: value for key, value in vars(record).items() if key not in ("msg", "message")}
        self._output.texts.append((f"the log {record.name}", f"{text} {more!r}"))


@contextmanager
def capture_output() -> Iterator[Output]:
    """
    Capture standard output, standard error, warnings and every logger while the block runs.

    Yields:
        The output; that of the standard streams and the warnings are added at the end.
    """
    output, out, err = Output(), io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        warnings.catch_warnings(record=True) as caught,
        _handle_all_loggers(_OutputHandler(output)),
    ):
        warnings.simplefilter("always")
        yield output
    output.texts.extend([("standard output", out.getvalue()), ("standard error", err.getvalue())])
    output.texts.extend(
        (f"a {warning.category.__name__}", str(warning.message)) for warning in caught or ()
    )


@contextmanager
def _handle_all_loggers(handler: logging.Handler) -> Iterator[None]:
    known = logging.root.manager.loggerDict.values()
    loggers = [logger for logger in known if isinstance(logger, logging.Logger)]
    levels = [(logger, logger.level) for logger in (logging.root, *loggers)]
    closed = [logging.root, *(logger for logger in loggers if not logger.propagate)]
    disabled = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    handlers = [(logger, logger.handlers) for logger, _ in levels]
    for logger, _ in levels:
        logger.setLevel(1)
        logger.handlers = [handler] if logger in closed else []
    try:
        yield
    finally:
        for logger, level in levels:
            logger.setLevel(level)
        for logger, before in handlers:
            logger.handlers = before
        logging.disable(disabled)


_SHORT_OF_TIME: Final = 0.25
"""A call was short of time if no more than this part of its time was left at its end."""


@frozen
class Call:
    """
    One call of a hook.

    Attributes:
        hook: The hook.
        result: What the hook returned.
        error: The error that the hook raised instead.
        seconds: The time of the call, in seconds.
        left: The seconds that were left at its end.
        stalled: Whether it met a fault that leaves the connector waiting.
        text: The whole text of the result or the error.
        recorded: The text that the connector recorded in the timeline.
    """

    hook: str
    result: object
    error: BaseException | None
    seconds: float
    left: float
    stalled: bool
    text: str
    recorded: str

    @property
    def typed(self) -> bool:
        """
        Whether the call raised nothing, or one of the errors for connectors.
        """
        return is_typed(self.error)

    @property
    def short_of_time(self) -> bool:
        """
        Whether its time ran out, or nearly so, although no fault left it waiting.
        """
        return not self.stalled and self.left <= self.seconds * _SHORT_OF_TIME


def is_typed(error: BaseException | None) -> bool:
    """
    Whether an error is one of the errors for connectors; true for no error.
    """
    kind = type(error)
    return error is None or (
        issubclass(kind, ExportError) and kind not in (ExportError, ConnectorError)
    )


def _whole_text(result: object, error: BaseException | None) -> str:
    """
    The text of a result, or of an error with the errors that it chains.

    The text is made at once: the core later redacts secrets in the error itself.
    """
    if error is None:
        return repr(result)
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


class _RecordingContext:
    """
    A context that keeps what the connector records, before the core redacts secrets.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.texts: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._context, name)

    @property
    def time_left(self) -> float:
        """
        The seconds that are left, as in the context.
        """
        return self._context.time_left

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        Record a request as the context does, and keep its text.
        """
        for text in (request, response or ""):
            self.texts.append(text if isinstance(text, str) else text.decode(errors="replace"))
        self._context.record(request, response)


@define(eq=False)
class CallRecorder:
    """
    Records the calls of a connector's hooks; wraps each hook (`Exporter.watched`).

    Attributes:
        on_end: Called with each call that has ended.
        stalls: Whether a fault was met that leaves the connector waiting.
        calls: The calls so far, oldest first.
        connector: The connector itself.
    """

    on_end: Callable[[Call], None] = lambda call: None
    stalls: Callable[[], bool] = lambda: False
    calls: list[Call] = field(factory=list, init=False)
    connector: Connector | None = field(default=None, init=False)

    def __call__(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """
        Wrap a hook in a function that records each call of it.
        """
        caller = cast("pluggy.HookCaller", function)
        self.connector = cast("Connector", caller.get_hookimpls()[0].plugin)

        def call_and_record(*, context: Context, **arguments: object) -> object:
            seconds, recording = context.time_left, _RecordingContext(context)
            try:
                result = function(context=recording, **arguments)
                if isinstance(result, Iterator):
                    result = tuple(result)
            except BaseException as error:
                self._record(name, None, error, seconds, recording)
                raise
            self._record(name, result, None, seconds, recording)
            return result

        call_and_record.__wrapped__ = function  # type: ignore[attr-defined]
        return call_and_record

    def _record(
        self,
        name: str,
        result: object,
        error: BaseException | None,
        seconds: float,
        recording: _RecordingContext,
    ) -> None:
        call = Call(
            hook=name,
            result=result,
            error=error,
            seconds=seconds,
            left=recording.time_left,
            stalled=self.stalls(),
            text=_whole_text(result, error),
            recorded="\n".join(recording.texts),
        )
        self.calls.append(call)
        self.on_end(call)
