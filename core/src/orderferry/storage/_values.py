"""
Values of an export as JSON text in a column: results, failure, origin and properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from attrs import asdict

from orderferry.connectors import ExportResult, ExportState, Properties
from orderferry.errors import Problem
from orderferry.exports import Failure, Origin
from orderferry.storage._surrogates import to_json_text

__all__ = [
    "failure_from",
    "failure_text",
    "origin_from",
    "origin_text",
    "properties_from",
    "properties_text",
    "results_from",
    "results_text",
]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_decode_origin = msgspec.json.Decoder(Origin).decode


_NO_PROPERTIES = Properties()
_NO_PROPERTIES_TEXT = '[{"$object":{}},{}]'


def _text(value: object) -> str:
    return to_json_text(_encode, value)


def results_text(results: tuple[ExportResult, ...]) -> str:
    """
    Encode results as text.
    """
    if not results:
        return "[]"
    return _text(
        [
            {
                "remoteIds": dict(result.remote_ids),
                "message": result.message,
                "state": result.state.value,
                "problems": [asdict(problem) for problem in result.problems],
                "shipmentId": result.shipment_id,
                "link": result.link,
            }
            for result in results
        ]
    )


def results_from(text: str) -> tuple[ExportResult, ...]:
    """
    Decode results from text.
    """
    if text == "[]":
        return ()
    return tuple(
        ExportResult(
            remote_ids=result["remoteIds"],
            message=result["message"],
            state=ExportState(result["state"]),
            problems=[Problem(**problem) for problem in result["problems"]],
            shipment_id=result["shipmentId"],
            link=result["link"],
        )
        for result in _decode(text)
    )


def failure_text(failure: Failure | None) -> str | None:
    """
    Encode a failure as text.
    """
    return None if failure is None else _text(asdict(failure))


def failure_from(text: str | None) -> Failure | None:
    """
    Decode a failure from text.
    """
    if text is None:
        return None
    fields = _decode(text)
    problems = tuple(Problem(**problem) for problem in fields.pop("problems"))
    return Failure(**fields, problems=problems)


def origin_text(origin: Origin) -> str:
    """
    Encode an origin as text.
    """
    return _text(origin)


def origin_from(text: str) -> Origin:
    """
    Decode an origin from text.
    """
    return _decode_origin(text)


def properties_text(properties: Properties) -> str:
    """
    Encode a step's further properties as text, with the types of their values.
    """
    groups = {name: _tag(dict(properties.group(name))) for name in properties.groups}
    return _text([_tag(dict(properties)), groups])


def properties_from(text: str) -> Properties:
    """
    Decode a step's further properties from text.
    """
    if text == _NO_PROPERTIES_TEXT:
        return _NO_PROPERTIES
    values, groups = _decode(text)
    return Properties(_untag(values), {name: _untag(group) for name, group in groups.items()})


def _tag(value: object) -> object:
    match value:
        case Decimal():
            return {"$decimal": str(value)}
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case Mapping():
            return {"$object": {key: _tag(member) for key, member in value.items()}}
        case list() | tuple():
            return [_tag(element) for element in value]
    return value


def _untag(value: Any) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, list):
        return [_untag(element) for element in value]
    if not isinstance(value, dict):
        return value
    ((tag, inner),) = value.items()
    match tag:
        case "$decimal":
            return Decimal(inner)
        case "$datetime":
            return datetime.fromisoformat(inner)
        case "$date":
            return date.fromisoformat(inner)
    return {key: _untag(member) for key, member in inner.items()}
