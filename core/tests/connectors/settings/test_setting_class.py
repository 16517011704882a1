"""
Settings classes: names, defaults, validators, and the secrets in them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from attrs import Attribute, Factory, define, field, frozen, validators

from orderferry.connectors import Secret
from orderferry.connectors.settings._faults import Fault, FaultsError
from orderferry.connectors.settings._structuring import secrets_in, structured


@frozen
class SignIn:
    """
    A table of its own.
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
    A bit of everything.
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
    made: int = field(default=1, init=False)

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
    Path and message of every fault.
    """
    with pytest.raises(FaultsError) as error:
        structured(table, Settings)
    return [(fault.path, fault.message) for fault in error.value.faults]


def test_settings_take_what_is_given_and_keep_their_defaults() -> None:
    """
    A private attribute goes by the name that the constructor has for it.
    """
    settings = structured(GOOD | {"hidden": 3, "labels": ["a"], "upper": "b"}, Settings)

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


def test_every_fault_of_a_class_is_told_at_once() -> None:
    """
    Unknown names, missing ones, wrong types and failing validators, in tables within too.
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

    known = "base_url, sign_in, port, plant, labels, upper, both, limit, hidden"
    assert [
        ("limt", "is no setting; did you mean limit?"),
        ("made", f"is no setting; known: {known}"),
        ("zzz", f"is no setting; known: {known}"),
        ("sign_in.usr", "is no setting; did you mean user?"),
        ("sign_in.user", "is required, and missing"),
        ("sign_in.password", "expected text, got a whole number"),
        ("base_url", "'base_url' must match regex 'https://.*' ('http://acme.invalid' doesn't)"),
        ("port", "'port' must be >= 1: 0"),
        ("plant", "plant has a space"),
    ] == faults_of(table)


def test_no_setting_at_all_is_as_many_faults_as_are_required() -> None:
    """
    And something else than a table is one.
    """
    missing = "is required, and missing"

    assert [("base_url", missing), ("sign_in", missing)] == faults_of({})
    assert [("", "expected a table, got a list")] == faults_of([])


def test_a_validator_that_looks_at_another_setting_is_obeyed() -> None:
    """
    Where that one has its default, and where it is given.
    """
    assert [("", "limit 500 is above port 443")] == faults_of(GOOD | {"limit": 500})
    assert [("limit", "limit 5 is above port 3")] == faults_of(GOOD | {"limit": 5, "port": 3})


def test_the_fault_of_a_field_with_a_converter_is_the_class_s() -> None:
    """
    Only the constructor knows what the converter makes of it.
    """
    [(path, message)] = faults_of(GOOD | {"upper": "c"})

    assert ("", True) == (path, message.startswith("'upper' must be in"))


def test_a_validator_that_shows_a_secret_is_hushed() -> None:
    """
    A vendor's message goes through the same redaction.
    """

    @define
    class Loud:
        token: Secret = field()

        @token.validator
        def _reveals(self, _: object, value: Secret) -> None:
            raise ValueError(f"{value.reveal()} is weak")

    with pytest.raises(FaultsError) as error:
        structured({"token": "p4ssword"}, Loud)

    assert (Fault("*** is weak", "token"),) == error.value.faults


def test_an_error_without_words_is_told_by_its_name() -> None:
    """
    `raise ValueError` says at least that.
    """

    @define
    class Wordless:
        a: int = 0

        def __attrs_post_init__(self) -> None:
            raise ValueError

    with pytest.raises(FaultsError) as error:
        structured({}, Wordless)

    assert (Fault("ValueError"),) == error.value.faults


def test_secrets_are_found_at_any_depth_with_their_paths() -> None:
    """
    In classes, tables, lists and sets.
    """
    a, b, c, d = (Secret(each * 8) for each in "abcd")

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
    ] == list(secrets_in(deep))
