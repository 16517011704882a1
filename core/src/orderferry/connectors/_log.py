"""
The log that a connector writes to: structlog over the standard library, secrets hidden.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, cast

from orderferry.connectors._context import InstanceName, Log
from orderferry.connectors._hiding import hidden_value
from orderferry.connectors._redaction import Redactor

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["connector_log"]

LOGGER = "orderferry.connectors"


def connector_log(name: InstanceName, redactor: Redactor) -> Log:
    """
    An instance's log, under the logger `orderferry.connectors.<name>`.

    A message is the event and its fields as `key=value`; the fields are on the record too, as
    `record.fields`. It does not depend on how the host configures structlog.

    Args:
        name: The instance; its id is a field of every message.
        redactor: Hides the instance's secrets.
    """
    from structlog import processors, stdlib, wrap_logger

    log = wrap_logger(
        logging.getLogger(f"{LOGGER}.{name.connector}"),
        wrapper_class=stdlib.BoundLogger,
        processors=[
            stdlib.filter_by_level,
            stdlib.PositionalArgumentsFormatter(),
            processors.format_exc_info,
            _hide(redactor),
            _message,
        ],
    )
    return cast("Log", log.bind(connector_id=name.id))


def _hide(redactor: Redactor) -> Processor:
    def hide(_: WrappedLogger, __: str, event: EventDict) -> Mapping[str, Any]:
        return {
            redactor.text(key): hidden_value(_plain(value), redactor)
            for key, value in event.items()
        }

    return hide


def _plain(value: object) -> object:
    """
    Only what can be looked through; anything else as its own text.
    """
    known = (str, bytes, int, float, list, tuple, set, frozenset, Mapping, type(None))
    return value if isinstance(value, known) else repr(value)


def _message(
    _: WrappedLogger, __: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], dict[str, Any]]:
    fields = dict(event)
    text = str(fields.pop("event"))
    exception = fields.pop("exception", None)
    parts = [text, *(f"{key}={value!r}" for key, value in fields.items())]
    message = " ".join(parts)
    return (message if exception is None else f"{message}\n{exception}",), {
        "extra": {"fields": fields}
    }
