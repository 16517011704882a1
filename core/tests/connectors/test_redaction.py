"""
Tests of `orderferry.connectors.Redactor`.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderferry.connectors import Redactor

SECRET = "p4ß &w/\"'+<\\é?"

FORMS = {
    "plain": SECRET,
    "percent": quote(SECRET, safe=""),
    "percent, lower case": quote(SECRET, safe="").replace("%C3%9F", "%c3%9f").lower(),
    "path": quote(SECRET),
    "form": quote_plus(SECRET),
    "query": urlencode({"password": SECRET}),
    "json": json.dumps({"password": SECRET}),
    "json in unicode": json.dumps({"password": SECRET}, ensure_ascii=False),
    "json with escaped slashes": json.dumps([SECRET]).replace("/", "\\/"),
    "repr": repr([SECRET]),
    "html": escape(SECRET),
    "xml": f"<password>{escape(SECRET, quote=False)}</password>",
    "base64": b64encode(SECRET.encode()).decode(),
    "basic": "Basic " + b64encode(f"user:{SECRET}".encode()).decode(),
    "url-safe base64": urlsafe_b64encode(f"id:{SECRET}~".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_hidden_in_every_encoding(form: str) -> None:
    """
    A secret is replaced in every encoding that requests and responses use.
    """
    text = f"before {FORMS[form]} after"

    shown = Redactor([SECRET]).text(text)

    assert "***" in shown
    assert not any(encoded in shown for encoded in FORMS.values())
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@given(
    before=st.binary(max_size=7),
    secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789ß%", min_size=8, max_size=40),
    after=st.binary(max_size=7),
)
@example(before=b"user:", secret="aaaaaaaa", after=b"")
def test_a_secret_is_hidden_anywhere_within_base64(
    before: bytes, secret: str, after: bytes
) -> None:
    """
    A secret is replaced at each of the three offsets in the Base64 of longer data.
    """
    encoded = b64encode(before + secret.encode() + after).decode()

    shown = Redactor([secret]).text(encoded)

    assert "***" in shown
    assert len(shown.replace("***", "")) <= len(encoded) - len(secret)


@given(st.text())
def test_text_without_secrets_stays_the_same_object(text: str) -> None:
    """
    A text that contains no secret is returned unchanged.
    """
    assert text is Redactor(["a secret that nobody writes"]).text(text)


def test_a_secret_that_contains_another_is_hidden_whole() -> None:
    """
    A secret that contains another one is replaced before the shorter one.
    """
    redactor = Redactor(["password", "password-of-the-other"])

    assert "*** and ***" == redactor.text("password-of-the-other and password")


def test_a_token_that_is_added_is_hidden_from_then_on() -> None:
    """
    A token is replaced once it is added, such as one that a target issued.
    """
    redactor = Redactor([])
    assert "Bearer eyJhbGciOi" == redactor.text("Bearer eyJhbGciOi")
    redactor.add("eyJhbGciOi")
    assert "Bearer ***" == redactor.text("Bearer eyJhbGciOi")


def test_a_short_token_is_hidden_alone_and_as_base64() -> None:
    """
    A token of five characters is replaced as it is and as Base64, but not within longer Base64.
    """
    redactor = Redactor([])
    redactor.add("t0k3n")

    assert "*** ***" == redactor.text("t0k3n " + b64encode(b"t0k3n").decode())


def test_a_header_of_basic_authentication_is_hidden_whole() -> None:
    """
    The value of an `Authorization` header is replaced with the name of the user in it.
    """
    redactor = Redactor([])
    redactor.add_basic("user", "secret-12")

    assert "Basic ***" == redactor.text("Basic " + b64encode(b"user:secret-12").decode())


def test_the_latest_added_secrets_are_hidden() -> None:
    """
    Only the latest 64 added secrets are replaced, and all secrets of the settings.
    """
    redactor = Redactor(["declared-secret"])
    for number in range(100):
        redactor.add(f"token-{number:03}-x")

    assert "token-035-x ***" == redactor.text("token-035-x token-036-x")
    assert "*** ***" == redactor.text("token-099-x declared-secret")


def test_a_secret_that_is_too_short_is_not_hidden() -> None:
    """
    An added secret of three letters is not replaced, because any text may contain it.
    """
    redactor = Redactor([])
    redactor.add("the")

    assert "the other" == redactor.text("the other")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "latin-1"])
def test_a_secret_is_hidden_in_bytes(encoding: str) -> None:
    """
    A secret is replaced in bytes in each encoding that documents are sent in.
    """
    content = f"PASS*{SECRET}~".encode(encoding)

    shown = Redactor([SECRET]).content(content)

    assert SECRET.encode(encoding)[2:] not in shown
    assert b"***" in shown


def test_a_redactor_does_not_show_its_secrets() -> None:
    """
    The `repr` of a redactor shows no secret.
    """
    assert "Redactor()" == repr(Redactor([SECRET]))
