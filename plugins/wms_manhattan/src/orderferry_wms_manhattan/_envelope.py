"""
The envelope that Manhattan Active puts round every answer: it decides, not the HTTP status.

`{success, header, data, messageKey, message, errors[], exceptions, messages: {Message: [{Type,
Code, Description, ErrorCode, ErrorField, BusinessKeys}], Size}}`, and `header.totalCount` on a
search: as seen in answers that public clients show; Manhattan publishes no schema of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from orderferry.errors import Problem

__all__ = ["Envelope", "read_envelope"]


@frozen(kw_only=True)
class Envelope:
    """
    An answer.

    Attributes:
        success: What the target says of the request.
        data: What it answers with: the record, or the records found.
        problems: Its messages of the type `ERROR`, else what else it says of a refusal.
        notes: Its other messages.
        total: How many records a search found, where it says so.
    """

    success: bool
    data: object = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    total: int | None = None


def read_envelope(answer: object) -> Envelope | None:
    """
    The envelope in an answer's JSON, or `None` where it is none.

    Args:
        answer: The JSON value.
    """
    if not isinstance(answer, Mapping) or not isinstance(answer.get("success"), bool):
        return None
    messages = list(_messages(answer))
    errors = [_problem(each) for each in messages if _is_error(each)]
    notes = [_text(each) for each in messages if not _is_error(each)]
    if not errors and not answer["success"]:
        errors = list(_other_problems(answer))
    return Envelope(
        success=answer["success"],
        data=answer.get("data"),
        problems=tuple(errors),
        notes=tuple(note for note in notes if note),
        total=_total(answer),
    )


def _messages(answer: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    messages = answer.get("messages")
    listed = messages.get("Message") if isinstance(messages, Mapping) else messages
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, Mapping))


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
    cause = _text(message) or "refused without a reason"
    if keys:
        cause += f" (business keys {_keys(keys)})"
    return Problem(field=str(name) if name else None, cause=cause, code=str(code) if code else None)


def _keys(keys: object) -> str:
    if isinstance(keys, Mapping):
        return ", ".join(f"{name} {value}" for name, value in keys.items())
    if isinstance(keys, list):
        return "; ".join(_keys(each) for each in keys)
    return str(keys)


def _other_problems(answer: Mapping[str, object]) -> Iterator[Problem]:
    told = False
    for name in ("errors", "exceptions"):
        entries = answer.get(name)
        for entry in entries if isinstance(entries, list) else [entries]:
            if entry:
                told = True
                yield _problem(entry if isinstance(entry, Mapping) else {"Description": entry})
    if not told:
        said = answer.get("message") or answer.get("messageKey")
        yield Problem(
            cause=str(said) if said else "refused without a reason",
            code=str(answer["messageKey"]) if answer.get("messageKey") else None,
        )


def _total(answer: Mapping[str, object]) -> int | None:
    header = answer.get("header")
    total = header.get("totalCount") if isinstance(header, Mapping) else None
    if isinstance(total, bool) or not isinstance(total, int | str):
        return None
    return int(total) if str(total).isdecimal() else None
