"""
Secrets taken out of what a connector returns, raises and logs.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import attrs

from orderferry.connectors._redaction import Redactor
from orderferry.connectors.spec._context import InstanceName, Log
from orderferry.errors import OrderferryError
from orderferry.export_result import ExportResult

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["connector_log", "hidden_answer", "hidden_error", "hidden_value"]

_AS_THEY_ARE = (bool, Enum, date, time, type(None))


def hidden_answer(answer: object, redactor: Redactor) -> object:
    """
    What a connector answered, without the secrets.

    Nearly every answer is one `ExportResult` with nothing to hide: that is seen in one look, which
    costs a tenth of walking through it.
    """
    if isinstance(answer, ExportResult) and not answer.problems:
        texts = (answer.message, answer.shipment_id, answer.link, *answer.remote_ids.values())
        shown = "\n".join(map(str, texts))
        if redactor.text(shown) is shown:
            return answer
    return hidden_value(answer, redactor)


def hidden_value(value: object, redactor: Redactor) -> object:
    """
    A value without the secrets, to any depth.

    Args:
        value: What a connector answers: text, bytes, numbers, lists, mappings, attrs instances.
            Anything else is left as it is.
        redactor: Knows the secrets.

    Returns:
        The same object where there was nothing to hide.
    """
    if isinstance(value, str):
        return value if isinstance(value, Enum) else redactor.text(value)
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, int | float | Decimal):
        shown = str(value)
        hidden = redactor.text(shown)
        return value if hidden == shown else hidden
    if isinstance(value, bytes | bytearray):
        return redactor.content(bytes(value))
    if isinstance(value, list | tuple | set | frozenset):
        return _hidden_items(value, redactor)
    if isinstance(value, Mapping):
        return _hidden_mapping(value, redactor)
    if attrs.has(type(value)):
        return _hidden_fields(value, redactor)
    return value


def _hidden_items(
    items: list[object] | tuple[object, ...] | set[object] | frozenset[object], redactor: Redactor
) -> object:
    hidden = [hidden_value(item, redactor) for item in items]
    if all(new is old for new, old in zip(hidden, items, strict=True)):
        return items
    if isinstance(items, tuple) and type(items) is not tuple:
        return tuple(hidden)
    return type(items)(hidden)


def _hidden_mapping(mapping: Mapping[object, object], redactor: Redactor) -> object:
    hidden = {
        hidden_value(key, redactor): hidden_value(value, redactor) for key, value in mapping.items()
    }
    unchanged = len(hidden) == len(mapping) and all(
        key in mapping and mapping[key] is value for key, value in hidden.items()
    )
    if unchanged:
        return mapping
    return MappingProxyType(hidden) if isinstance(mapping, MappingProxyType) else hidden


def _hidden_fields(value: Any, redactor: Redactor) -> object:  # noqa: ANN401 - any attrs class
    changes = {}
    for attribute in attrs.fields(type(value)):
        if attribute.init:
            old = getattr(value, attribute.name)
            new = hidden_value(old, redactor)
            if new is not old:
                changes[attribute.alias] = new
    return attrs.evolve(value, **changes) if changes else value


def hidden_error(error: BaseException, redactor: Redactor) -> BaseException:
    """
    An exception without the secrets: its arguments, attributes and notes, and all that it chains.

    Args:
        error: The exception; it is changed in place where that is possible.
        redactor: Knows the secrets.

    Returns:
        The exception, or a stand-in where it shows a secret that cannot be taken out of it.
    """
    return _hidden_error(error, redactor, {})


def _hidden_error(
    error: BaseException, redactor: Redactor, seen: dict[int, BaseException]
) -> BaseException:
    if id(error) in seen:
        return seen[id(error)]
    seen[id(error)] = error
    hidden_args = tuple(hidden_value(each, redactor) for each in error.args)
    BaseException.__setattr__(error, "args", hidden_args)
    for name, value in list(vars(error).items()):
        vars(error)[name] = hidden_value(value, redactor)
    for member in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _hidden_error(member, redactor, seen)
    suppressed = error.__suppress_context__
    for link in ("__cause__", "__context__"):
        linked = getattr(error, link)
        if linked is not None:
            setattr(error, link, _hidden_error(linked, redactor, seen))
    BaseException.__setattr__(error, "__suppress_context__", suppressed)
    if _shows_secrets(error, redactor):
        seen[id(error)] = _stand_in(error, redactor)
    return seen[id(error)]


def _shows_secrets(error: BaseException, redactor: Redactor) -> bool:
    shown = [*traceback.format_exception_only(error), _said(error), repr(error)]
    if isinstance(error, BaseExceptionGroup):
        shown += traceback.format_exception(error)
    return any(redactor.text(text) != text for text in shown)


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - a vendor's exception whose own __str__ fails
        return f"its message cannot be shown: {type(broken).__name__}"


def _stand_in(error: BaseException, redactor: Redactor) -> BaseException:
    text = redactor.text(f"{type(error).__name__}: {_said(error)}")
    stand_in = OrderferryError(text).with_traceback(error.__traceback__)
    stand_in.__cause__ = error.__cause__
    stand_in.__context__ = error.__context__
    stand_in.__suppress_context__ = error.__suppress_context__
    return stand_in


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
