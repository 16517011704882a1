"""
Tests of settings classes: names, defaults, validators, and the secrets in them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from attrs import Attribute, Factory, define, field, frozen, validators

from orderferry.connectors import Secret
from orderferry.connectors.settings._structuring import find_secrets, structure_settings
from orderferry.reading import Fault, InvalidError


@frozen
class SignIn:
    """
    A settings class in a table.
    """

    user: str
    password: Secret


def _no_spaces(_: object, attribute: Attribute[str], value: str) -> None:
    if " " in value:
        raise ValueError(f"{attribute.name} has a space")


def _labels(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(labels)


def _upper(text: str) -> str:
    return text.upper()


@frozen(kw_only=True)
class Settings:
    """
    Settings with validators, converters and defaults of each kind.
    """

    base_url: str = field(validator=validators.matches_re("https://.*"))
    sign_in: SignIn
    port: int = field(default=443, validator=[validators.ge(1), validators.lt(65536)])
    plant: str = field(default="1000", validator=_no_spaces)
    labels: tuple[str, ...] = field(default=(), converter=_labels)
    upper: str = field(default="A", converter=_upper, validator=validators.in_(["A", "B"]))
    both: str = field(default=Factory(lambda self: self.plant, takes_self=True))
    limit: int = field(default=10)
    _hidden: int = 0
    revision: int = field(default=1, init=False)

    @limit.validator
    def _above_port(self, _: Attribute[int], value: int) -> None:
        if value > self.port:
            raise ValueError(f"limit {value} is above port {self.port}")


GOOD = {
    "base_url": "https://acme.invalid",
    "sign_in": {"user": "u", "password": "p4ssword"},
}


def faults_of(table: object) -> list[tuple[str, str]]:
    """
    The path and message of every fault.
    """
    with pytest.raises(InvalidError) as error:
        structure_settings(table, Settings)
    return [(fault.path, fault.message) for fault in error.value.faults]


def test_settings_have_the_configured_values_and_their_defaults() -> None:
    """
    Missing settings have their default, and a private attribute has its constructor's name.
    """
    settings = structure_settings(GOOD | {"hidden": 3, "labels": ["a"], "upper": "b"}, Settings)

    assert (
        Settings(
            base_url="https://acme.invalid",
            sign_in=SignIn("u", Secret("p4ssword")),
            hidden=3,
            labels=("a",),
            upper="B",
        )
        == settings
    )
    assert "1000" == settings.both


def test_all_faults_of_a_class_are_reported_at_once() -> None:
    """
    Unknown and missing names, wrong types and failed validators are reported, in inner tables too.
    """
    table = {
        "base_url": "http://acme.invalid",
        "sign_in": {"usr": "u", "password": 3},
        "port": 0,
        "plant": "a b",
        "limt": 3,
        "made": 3,
        "zzz": 1,
    }

    valid = "base_url, both, hidden, labels, limit, plant, port, sign_in, upper"
    assert [
        (".limt", "is unknown; did you mean limit?"),
        (".made", f"is unknown; use one of {valid}"),
        (".zzz", f"is unknown; use one of {valid}"),
        (".sign_in.usr", "is unknown; did you mean user?"),
        (".sign_in.user", "is missing"),
        (".sign_in.password", "expected a string, got an integer"),
        (".base_url", "'base_url' must match regex 'https://.*' ('http://acme.invalid' doesn't)"),
        (".port", "'port' must be >= 1: 0"),
        (".plant", "plant has a space"),
    ] == faults_of(table)


def test_each_missing_setting_is_a_fault() -> None:
    """
    An empty table has a fault for each required setting, and a value of another type has one.
    """
    assert [(".base_url", "is missing"), (".sign_in", "is missing")] == faults_of({})
    assert [("", "expected a table, got a list")] == faults_of([])


def test_a_validator_may_read_another_setting() -> None:
    """
    A validator may compare its setting with another, whether that has its default or a value.
    """
    assert [("", "limit 500 is above port 443")] == faults_of(GOOD | {"limit": 500})
    assert [(".limit", "limit 5 is above port 3")] == faults_of(GOOD | {"limit": 5, "port": 3})


def test_the_validator_of_a_field_with_a_converter_runs_in_the_constructor() -> None:
    """
    The fault of a converted value has the path of the whole table: only the constructor finds it.
    """
    [(path, message)] = faults_of(GOOD | {"upper": "c"})

    assert "" == path
    assert message.startswith("'upper' must be in")


def test_a_secret_in_the_message_of_a_validator_is_redacted() -> None:
    """
    Secrets are removed from the messages of a vendor's validators.
    """

    @define
    class Loud:
        token: Secret = field()

        @token.validator
        def _reveals(self, _: object, value: Secret) -> None:
            raise ValueError(f"{value.reveal()} is weak")

    with pytest.raises(InvalidError) as error:
        structure_settings({"token": "p4ssword"}, Loud)

    assert (Fault(".token", "*** is weak"),) == error.value.faults


def test_an_error_without_a_message_is_reported_by_its_type() -> None:
    """
    `raise ValueError` without a message is reported as `ValueError`.
    """

    @define
    class Wordless:
        a: int = 0

        def __attrs_post_init__(self) -> None:
            raise ValueError

    with pytest.raises(InvalidError) as error:
        structure_settings({}, Wordless)

    assert (Fault("", "ValueError"),) == error.value.faults


def test_secrets_are_found_at_any_depth_with_their_paths() -> None:
    """
    Secrets in classes, tables, lists and sets are found with their paths.
    """
    a, b, c, d = (Secret(letter * 8) for letter in "abcd")

    @frozen
    class Deep:
        sign_in: SignIn
        tokens: tuple[Secret, ...]
        by_name: dict[str, Secret | None]
        some: frozenset[Secret]

    deep = Deep(SignIn("u", a), (b,), {"x": c, "y": None}, frozenset({d}))

    assert [
        ("sign_in.password", a),
        ("tokens[0]", b),
        ("by_name.x", c),
        ("some[0]", d),
    ] == list(find_secrets(deep))
