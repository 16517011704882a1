"""
Hides secrets in what a connector returns, raises and logs.
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

__all__ = ["connector_log", "hide_in_error", "hide_in_result", "hide_in_value"]

_WITHOUT_SECRETS = (bool, Enum, date, time, type(None))


def hide_in_result(result: object, redactor: Redactor) -> object:
    """
    Hide secrets in the result of a hook.

    Nearly every result is one `ExportResult` without secrets: searching its joined texts once costs
    a tenth of walking through its fields.
    """
    if isinstance(result, ExportResult) and not result.problems:
        texts = (result.message, result.shipment_id, result.link, *result.remote_ids.values())
        shown = "\n".join(map(str, texts))
        if redactor.text(shown) is shown:
            return result
    return hide_in_value(result, redactor)


def hide_in_value(value: object, redactor: Redactor) -> object:
    """
    Hide secrets in a value, to any depth.

    Args:
        value: Text, bytes, numbers, lists, mappings, attrs instances; anything else is returned as
            it is.
        redactor: Replaces the secrets.

    Returns:
        The same object if it contains no secret.
    """
    if isinstance(value, str):
        return value if isinstance(value, Enum) else redactor.text(value)
    if isinstance(value, _WITHOUT_SECRETS):
        return value
    if isinstance(value, int | float | Decimal):
        shown = str(value)
        hidden = redactor.text(shown)
        return value if hidden == shown else hidden
    if isinstance(value, bytes | bytearray):
        return redactor.content(bytes(value))
    if isinstance(value, list | tuple | set | frozenset):
        return _hide_in_items(value, redactor)
    if isinstance(value, Mapping):
        return _hide_in_mapping(value, redactor)
    if attrs.has(type(value)):
        return _hide_in_fields(value, redactor)
    return value


def _hide_in_items(
    items: list[object] | tuple[object, ...] | set[object] | frozenset[object], redactor: Redactor
) -> object:
    hidden = [hide_in_value(item, redactor) for item in items]
    if all(new is old for new, old in zip(hidden, items, strict=True)):
        return items
    if isinstance(items, tuple) and type(items) is not tuple:
        return tuple(hidden)
    return type(items)(hidden)


def _hide_in_mapping(mapping: Mapping[object, object], redactor: Redactor) -> object:
    hidden = {
        hide_in_value(key, redactor): hide_in_value(value, redactor)
        for key, value in mapping.items()
    }
    unchanged = len(hidden) == len(mapping) and all(
        key in mapping and mapping[key] is value for key, value in hidden.items()
    )
    if unchanged:
        return mapping
    return MappingProxyType(hidden) if isinstance(mapping, MappingProxyType) else hidden


def _hide_in_fields(value: Any, redactor: Redactor) -> object:  # noqa: ANN401 - any attrs class
    changes = {}
    for attribute in attrs.fields(type(value)):
        if attribute.init:
            old = getattr(value, attribute.name)
            new = hide_in_value(old, redactor)
            if new is not old:
                changes[attribute.alias] = new
    return attrs.evolve(value, **changes) if changes else value


def hide_in_error(error: BaseException, redactor: Redactor) -> BaseException:
    """
    Hide secrets in an exception: its arguments, attributes and notes, and all that it chains.

    Args:
        error: The exception; it is changed in place if that is possible.
        redactor: Replaces the secrets.

    Returns:
        The exception, or a replacement if it shows a secret that cannot be hidden in it.
    """
    return _hide_in_error(error, redactor, {})


def _hide_in_error(
    error: BaseException, redactor: Redactor, seen: dict[int, BaseException]
) -> BaseException:
    if id(error) in seen:
        return seen[id(error)]
    seen[id(error)] = error
    hidden_args = tuple(hide_in_value(argument, redactor) for argument in error.args)
    BaseException.__setattr__(error, "args", hidden_args)
    for name, value in list(vars(error).items()):
        vars(error)[name] = hide_in_value(value, redactor)
    for member in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _hide_in_error(member, redactor, seen)
    suppressed = error.__suppress_context__
    for link in ("__cause__", "__context__"):
        linked = getattr(error, link)
        if linked is not None:
            setattr(error, link, _hide_in_error(linked, redactor, seen))
    BaseException.__setattr__(error, "__suppress_context__", suppressed)
    if _shows_secrets(error, redactor):
        seen[id(error)] = _replacement(error, redactor)
    return seen[id(error)]


def _shows_secrets(error: BaseException, redactor: Redactor) -> bool:
    shown = [*traceback.format_exception_only(error), _message_of(error), repr(error)]
    if isinstance(error, BaseExceptionGroup):
        shown += traceback.format_exception(error)
    return any(redactor.text(text) != text for text in shown)


def _message_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - a vendor's exception whose __str__ fails
        return f"its message cannot be shown: {type(broken).__name__}"


def _replacement(error: BaseException, redactor: Redactor) -> BaseException:
    text = redactor.text(f"{type(error).__name__}: {_message_of(error)}")
    replacement = OrderferryError(text).with_traceback(error.__traceback__)
    replacement.__cause__ = error.__cause__
    replacement.__context__ = error.__context__
    replacement.__suppress_context__ = error.__suppress_context__
    return replacement


LOGGER = "orderferry.connectors"


def connector_log(name: InstanceName, redactor: Redactor) -> Log:
    """
    Make the log of an instance, under the logger `orderferry.connectors.<name>`.

    A message is the event and its fields as `key=value`; the record also has them as
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
            redactor.text(key): hide_in_value(_plain(value), redactor)
            for key, value in event.items()
        }

    return hide


def _plain(value: object) -> object:
    """
    Return a value whose parts can be searched for secrets, or the `repr` of any other value.
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
