"""
A value that nobody may read by accident.
"""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from orderferry.connectors import Secret

VALUE = "correct horse"


def test_a_secret_is_revealed_where_it_is_asked_for() -> None:
    """
    `reveal` is the one way to read it.
    """
    assert VALUE == Secret(VALUE).reveal()


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "{:>20}".format, ascii])
def test_a_secret_is_shown_as_stars(show: object) -> None:
    """
    However it is made text.
    """
    shown = show(Secret(VALUE))  # type: ignore[operator]

    assert "***" in shown
    assert VALUE not in shown


def test_secrets_compare_by_value() -> None:
    """
    So that settings that hold them do.
    """
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("battery staple")
    assert Secret(VALUE) != VALUE
    assert {Secret(VALUE)} == {Secret(VALUE), Secret(VALUE)}


@pytest.mark.parametrize("length", [0, 1, 7])
def test_a_short_secret_is_refused_without_being_shown(length: int) -> None:
    """
    It could not be hidden: it would be in innocent text.
    """
    with pytest.raises(ValueError, match=f"at least 8 characters; this one has {length}") as error:
        Secret("qzjxkvw"[:length])

    assert "qzj" not in str(error.value)


def test_a_secret_leaves_the_process_in_no_document() -> None:
    """
    Neither pickled nor as JSON.
    """
    with pytest.raises(TypeError, match="is not pickled"):
        pickle.dumps(Secret(VALUE))
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"token": Secret(VALUE)})


def test_copies_of_a_secret_are_the_secret() -> None:
    """
    Settings can be copied.
    """
    secret = Secret(VALUE)

    assert secret is copy.copy(secret)
    assert secret is copy.deepcopy({"token": secret})["token"]
