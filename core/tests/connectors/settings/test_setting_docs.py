"""
Tests of the documentation of settings.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NewType

from attrs import field, frozen
from msgspec import Meta

from orderferry.connectors import Connector, Secret, SettingDoc, setting_docs

Plant = NewType("Plant", str)


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

    password: Secret = field(metadata={"description": "Acme's password."})


@frozen
class Settings:
    """
    A setting of each type.
    """

    base_url: str = field(
        metadata={"description": "Where Acme answers.", "example": "https://acme.example"}
    )
    sign_in: SignIn | None = None
    mode: Mode = Mode.LIVE
    choice: Literal["x", 1] = "x"
    timeout: Annotated[float, Meta(gt=0)] = 30.0
    amount: Decimal = Decimal("1.50")
    since: datetime | None = None
    key: Path | None = None
    either: str | int = 1
    plant: Plant = Plant("1000")
    tokens: tuple[Secret, ...] = ()
    bare: list = field(factory=list)  # type: ignore[type-arg]
    names: dict[str, bool] = field(factory=dict)
    loose: dict = field(factory=dict)  # type: ignore[type-arg]
    anything: Any = None
    odd: complex = 1j
    revision: int = field(default=1, init=False)


class Acme(Connector):
    """
    A connector with all of these settings.
    """

    Settings: ClassVar[type] = Settings


def test_settings_are_documented_in_their_order() -> None:
    """
    The settings of a table follow it, under its name.
    """
    assert (
        SettingDoc(
            "base_url", "text", True, None, "Where Acme answers.", False, "https://acme.example"
        ),
        SettingDoc("sign_in", "table", False, None, "", False),
        SettingDoc("sign_in.password", "secret", True, None, "Acme's password.", True),
    ) == setting_docs(Acme)[:3]


def test_types_are_in_words_and_defaults_in_json_s_values() -> None:
    """
    The type of a setting is in words, and its default in the values of JSON.
    """
    docs = [(doc.name, doc.type, doc.default, doc.secret) for doc in setting_docs(Acme)[3:]]

    assert [
        ("mode", "one of live, dry", "live", False),
        ("choice", "one of x, 1", "x", False),
        ("timeout", "number", 30.0, False),
        ("amount", "decimal number as text", "1.50", False),
        ("since", "time with a zone", None, False),
        ("key", "path", None, False),
        ("either", "text or whole number", 1, False),
        ("plant", "text", "1000", False),
        ("tokens", "list of secret", [], True),
        ("bare", "list", [], False),
        ("names", "table of true or false", {}, False),
        ("loose", "table", {}, False),
        ("anything", "any value", None, False),
        ("odd", "complex", 1j, False),
    ] == docs


def test_a_connector_without_settings_has_no_documentation() -> None:
    """
    The base class of connectors has no settings.
    """
    assert () == setting_docs(Connector)
