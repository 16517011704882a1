"""
Tests of settings as a JSON Schema.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from attrs import Factory, field, frozen, validators
from msgspec import Meta

from orderferry.connectors import Connector, NoSettings, Secret, settings_schema

DEFAULT_SECRET = "a-default-secret"


class Mode(Enum):
    """
    An enum of strings.
    """

    LIVE = "live"
    DRY = "dry"


@frozen
class SignIn:
    """
    A settings class in a table.
    """

    password: Secret
    user: str = "me"


@frozen
class Settings:
    """
    A setting of each type.
    """

    text: str = field(metadata={"description": "Some text.", "example": "this"})
    secret: Secret = field(metadata={"description": "Some secret."})
    nothing: str | None = None
    either: str | int | None = None
    flag: bool = False
    whole: Annotated[int, Meta(ge=1)] = 3
    bounded: int = field(default=5, validator=[validators.ge(1), validators.lt(10)])
    optional: int | None = field(default=None, validator=validators.optional(validators.le(9)))
    number: float = 1.5
    amount: Decimal = Decimal("1.50")
    moment: datetime = datetime(2026, 11, 24, tzinfo=UTC)
    day: date = date(2026, 11, 24)
    noon: time = time(12)
    key: Path = Path("keys/id")
    mode: Mode = Mode.LIVE
    choice: Literal["x", "y"] = "x"
    chosen: str = field(default="b", validator=validators.in_(["a", "b"]))
    coded: str = field(
        default="AB", validator=[validators.matches_re("[A-Z]+"), validators.min_len(2)]
    )
    sign_in: SignIn = field(factory=lambda: SignIn(Secret(DEFAULT_SECRET)))
    listed: tuple[str, ...] = ("a",)
    pair: tuple[str, int] = ("a", 1)
    several: frozenset[str] = frozenset({"b", "a"})
    bare: list = field(factory=list)  # type: ignore[type-arg]
    table: dict[str, int] = field(factory=lambda: {"a": 1})
    loose: dict = field(factory=dict)  # type: ignore[type-arg]
    inner: NoSettings = field(factory=NoSettings)
    anything: Any = None
    derived: str = Factory(lambda self: self.text, takes_self=True)
    token: Secret = field(default=Secret(DEFAULT_SECRET))
    _private: int = 0
    revision: int = field(default=1, init=False)


class Acme(Connector):
    """
    A connector with all of these settings.
    """

    Settings: ClassVar[type] = Settings


SECRET = {"type": "string", "minLength": 8, "writeOnly": True}
TEXT = {"type": "string"}
REFERENCE = r"\$\{(?<kind>[a-z]+):(?<where>[^{}]*)\}"

PROPERTIES: dict[str, object] = {
    "text": {**TEXT, "description": "Some text.", "examples": ["this"]},
    "secret": {**SECRET, "description": "Some secret."},
    "nothing": TEXT,
    "either": {"anyOf": [TEXT, {"type": "integer"}]},
    "flag": {"type": "boolean", "default": False},
    "whole": {"type": "integer", "minimum": 1, "default": 3},
    "bounded": {"type": "integer", "minimum": 1, "exclusiveMaximum": 10, "default": 5},
    "optional": {"type": "integer", "maximum": 9},
    "number": {"type": "number", "default": 1.5},
    "amount": {"type": ["string", "integer"], "format": "decimal", "default": "1.50"},
    "moment": {**TEXT, "format": "date-time", "default": "2026-11-24T00:00:00+00:00"},
    "day": {**TEXT, "format": "date", "default": "2026-11-24"},
    "key": {**TEXT, "default": "keys/id"},
    "choice": {"enum": ["x", "y"], "default": "x"},
    "chosen": {**TEXT, "enum": ["a", "b"], "default": "b"},
    "coded": {**TEXT, "pattern": f"^(?:[A-Z]+)$|{REFERENCE}", "minLength": 2, "default": "AB"},
    "listed": {"type": "array", "items": TEXT, "default": ["a"]},
    "pair": {
        "type": "array",
        "prefixItems": [TEXT, {"type": "integer"}],
        "minItems": 2,
        "maxItems": 2,
        "default": ["a", 1],
    },
    "several": {"type": "array", "items": TEXT, "default": ["a", "b"]},
    "bare": {"type": "array", "items": True, "default": []},
    "table": {"type": "object", "additionalProperties": {"type": "integer"}, "default": {"a": 1}},
    "loose": {"type": "object", "additionalProperties": True, "default": {}},
    "anything": {},
    "derived": TEXT,
    "token": SECRET,
    "private": {"type": "integer", "default": 0},
    "sign_in": {
        "title": "SignIn",
        "type": "object",
        "properties": {"password": SECRET, "user": {**TEXT, "default": "me"}},
        "required": ["password"],
        "additionalProperties": False,
    },
    "inner": {
        "title": "NoSettings",
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": False,
        "default": {},
    },
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_setting_has_its_type_description_default_and_bounds(name: str) -> None:
    """
    A secret is `writeOnly`, and a default that contains a secret is not in the schema.
    """
    assert PROPERTIES[name] == settings_schema(Acme)["properties"][name]


def test_the_schema_has_exactly_the_settings() -> None:
    """
    Settings without a default are required, and attributes that cannot be set are not in the
    schema.
    """
    schema = settings_schema(Acme)

    assert ["text", "secret"] == schema["required"]
    assert schema["additionalProperties"] is False
    assert {"noon", "mode", *PROPERTIES} == set(schema["properties"])
    assert {"live", "dry"} == set(schema["properties"]["mode"]["enum"])


def test_the_schema_is_json_without_secrets() -> None:
    """
    The schema can be written as JSON, and contains no default secret.
    """
    assert DEFAULT_SECRET not in json.dumps(settings_schema(Acme))


def test_a_connector_without_settings_has_an_empty_table() -> None:
    """
    The schema of a connector without settings has no property.
    """
    assert {} == settings_schema(Connector)["properties"]
