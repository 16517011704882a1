"""
All that a process says meanwhile: output, warnings, and every logger at its most talkative.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from attrs import field, frozen

__all__ = ["Heard", "listening"]


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
