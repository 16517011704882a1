"""
Tests of `orderferry.Secret`.
"""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from orderferry.connectors import Secret

VALUE = "correct horse"


def test_a_secret_is_revealed() -> None:
    """
    The method `reveal` returns the value of a secret.
    """
    assert VALUE == Secret(VALUE).reveal()


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "{:>20}".format, ascii])
def test_a_secret_is_shown_as_stars(show: object) -> None:
    """
    A secret is shown as `***` by every way to convert it to text.
    """
    shown = show(Secret(VALUE))  # type: ignore[operator]

    assert "***" in shown
    assert VALUE not in shown


def test_secrets_compare_by_value() -> None:
    """
    Two secrets are equal if their values are, so that settings with secrets compare by value.
    """
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("battery staple")
    assert Secret(VALUE) != VALUE
    assert {Secret(VALUE)} == {Secret(VALUE), Secret(VALUE)}


@pytest.mark.parametrize("length", [0, 1, 7])
def test_a_short_secret_is_an_error_that_does_not_show_it(length: int) -> None:
    """
    A secret of fewer than eight characters is an error that does not show it.
    """
    with pytest.raises(ValueError, match=f"at least 8 characters; this one has {length}") as error:
        Secret("qzjxkvw"[:length])

    assert "qzj" not in str(error.value)


def test_a_secret_cannot_be_serialized() -> None:
    """
    A secret can neither be pickled nor written as JSON.
    """
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Secret(VALUE))
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"token": Secret(VALUE)})


def test_copies_of_a_secret_are_the_secret() -> None:
    """
    A copy of a secret is the secret itself, so that settings can be copied.
    """
    secret = Secret(VALUE)

    assert secret is copy.copy(secret)
    assert secret is copy.deepcopy({"token": secret})["token"]
