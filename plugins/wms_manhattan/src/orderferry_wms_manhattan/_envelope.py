"""
The envelope of every response of Manhattan Active, whose `success` precedes the HTTP status.

`{success, header, data, messageKey, message, errors[], exceptions, messages: {Message: [{Type,
Code, Description, ErrorCode, ErrorField, BusinessKeys}], Size}}`, and `header.totalCount` on a
search: as in responses that public client code shows; Manhattan publishes no schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from orderferry.errors import Problem

__all__ = ["Envelope", "read_envelope"]


@frozen(kw_only=True)
class Envelope:
    """
    The envelope of a response.

    Attributes:
        success: Whether the request succeeded.
        data: The record, or the records that a search found.
        problems: The messages of the type `ERROR`, else other fields that explain the error.
        notes: The other messages.
        total: How many records a search found, if the envelope contains it.
    """

    success: bool
    data: object = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    total: int | None = None


def read_envelope(content: object) -> Envelope | None:
    """
    Read the envelope of a response, or return `None` if the JSON value is not an envelope.

    Args:
        content: The JSON value.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("success"), bool):
        return None
    messages = list(_messages(content))
    errors = [_problem(message) for message in messages if _is_error(message)]
    notes = [_text(message) for message in messages if not _is_error(message)]
    if not errors and not content["success"]:
        errors = list(_other_problems(content))
    return Envelope(
        success=content["success"],
        data=content.get("data"),
        problems=tuple(errors),
        notes=tuple(note for note in notes if note),
        total=_total(content),
    )


def _messages(content: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    messages = content.get("messages")
    entries = messages.get("Message") if isinstance(messages, Mapping) else messages
    if isinstance(entries, list):
        yield from (entry for entry in entries if isinstance(entry, Mapping))


def _is_error(message: Mapping[str, object]) -> bool:
    return str(message.get("Type") or "ERROR").upper() in ("ERROR", "FATAL", "SEVERE")


def _text(message: Mapping[str, object]) -> str:
    for name in ("Description", "description", "message", "Message", "Code", "ErrorCode"):
        if message.get(name):
            return str(message[name])
    return ""


def _problem(message: Mapping[str, object]) -> Problem:
    code = message.get("Code") or message.get("ErrorCode")
    name = message.get("ErrorField")
    keys = message.get("BusinessKeys")
    cause = _text(message) or "no reason given"
    if keys:
        cause += f" (business keys {_keys(keys)})"
    return Problem(field=str(name) if name else None, cause=cause, code=str(code) if code else None)


def _keys(keys: object) -> str:
    if isinstance(keys, Mapping):
        return ", ".join(f"{name} {value}" for name, value in keys.items())
    if isinstance(keys, list):
        return "; ".join(_keys(key) for key in keys)
    return str(keys)


def _other_problems(content: Mapping[str, object]) -> Iterator[Problem]:
    is_explained = False
    for name in ("errors", "exceptions"):
        entries = content.get(name)
        for entry in entries if isinstance(entries, list) else [entries]:
            if entry:
                is_explained = True
                yield _problem(entry if isinstance(entry, Mapping) else {"Description": entry})
    if not is_explained:
        text = content.get("message") or content.get("messageKey")
        yield Problem(
            cause=str(text) if text else "no reason given",
            code=str(content["messageKey"]) if content.get("messageKey") else None,
        )


def _total(content: Mapping[str, object]) -> int | None:
    header = content.get("header")
    total = header.get("totalCount") if isinstance(header, Mapping) else None
    if isinstance(total, bool) or not isinstance(total, int | str):
        return None
    return int(total) if str(total).isdecimal() else None
