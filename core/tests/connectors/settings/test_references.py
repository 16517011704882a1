"""
`${env:NAME}` and `${file:PATH}`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orderferry.connectors.settings._references import Absentee, Referred, has_reference, resolved

ENVIRONMENT = {"HOST": "acme.invalid", "EMPTY": ""}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${env:HOST}", "acme.invalid"),
        ("https://${env:HOST}/${env:HOST}", "https://acme.invalid/acme.invalid"),
        ("plain", "plain"),
        ("$env:HOST ${HOST} $", "$env:HOST ${HOST} $"),
        ({"a": ["${env:HOST}", 1, True]}, {"a": ["acme.invalid", 1, True]}),
        (3, 3),
    ],
)
def test_references_are_followed_at_any_depth(
    value: object, expected: object, tmp_path: Path
) -> None:
    """
    Wholly, or as a part of a text.
    """
    assert expected == resolved(value, ENVIRONMENT, tmp_path)


def test_text_that_came_by_reference_is_known_as_such(tmp_path: Path) -> None:
    """
    So that no message shows it.
    """
    assert isinstance(resolved("x${env:HOST}", ENVIRONMENT, tmp_path), Referred)
    assert not isinstance(resolved("x", ENVIRONMENT, tmp_path), Referred)
    assert (True, False) == (has_reference("x${env:HOST}"), has_reference("${HOST}"))


def test_a_file_is_read_beside_the_configuration_without_its_line_end(tmp_path: Path) -> None:
    """
    As `echo` and secret mounts write it.
    """
    (tmp_path / "token").write_text("first\nsecond\r\n")

    assert "first\nsecond" == resolved("${file:token}", {}, tmp_path)
    assert "first\nsecond" == resolved(f"${{file:{tmp_path}/token}}", {}, Path("/nowhere"))


def test_a_reference_is_not_followed_twice(tmp_path: Path) -> None:
    """
    What a variable holds is data.
    """
    environment = {"A": "${env:B}", "B": "deep"}

    assert "${env:B}" == resolved("${env:A}", environment, tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${env:MISSING}", "the environment variable MISSING is not set; set it"),
        ("${env:EMPTY}", "the environment variable EMPTY is empty; set it"),
        ("${file:missing}", "the file missing cannot be read: No such file or directory"),
        ("${file:.}", "the file . cannot be read: Is a directory"),
        ("${file:empty}", "the file empty is empty"),
        ("${file:binary}", "the file binary is not UTF-8 text"),
        ("${file:long}", "the file long is longer than 65536 bytes"),
        (
            "${vault:x}",
            "no reference of the kind 'vault' is known; write ${env:NAME} or ${file:PATH}",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_says_why(text: str, reason: str, tmp_path: Path) -> None:
    """
    It names the variable or the file.
    """
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_text("x" * 65537)

    assert Absentee(reason) == resolved(text, ENVIRONMENT, tmp_path)
