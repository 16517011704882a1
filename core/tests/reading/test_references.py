"""
Tests of references: `${env:NAME}` and `${file:PATH}`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orderferry.reading import Referenced, Unresolved, has_reference, resolve

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
def test_references_are_resolved_at_any_depth(
    value: object, expected: object, tmp_path: Path
) -> None:
    """
    A reference may be the whole string or a part of it, in lists and tables.
    """
    assert expected == resolve(value, ENVIRONMENT, tmp_path)


def test_a_referenced_string_has_a_type_of_its_own(tmp_path: Path) -> None:
    """
    A string that came from a reference is marked by its type, so that no message shows it.
    """
    assert isinstance(resolve("x${env:HOST}", ENVIRONMENT, tmp_path), Referenced)
    assert not isinstance(resolve("x", ENVIRONMENT, tmp_path), Referenced)
    assert has_reference("x${env:HOST}")
    assert not has_reference("${HOST}")


def test_a_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    """
    A relative path starts at the configuration's folder, and line ends at the end are removed.
    """
    (tmp_path / "token").write_text("first\nsecond\r\n")

    assert "first\nsecond" == resolve("${file:token}", {}, tmp_path)
    assert "first\nsecond" == resolve(f"${{file:{tmp_path}/token}}", {}, Path("/nowhere"))


def test_the_value_of_a_variable_is_not_resolved_again(tmp_path: Path) -> None:
    """
    A reference in the value of a variable is data.
    """
    environment = {"A": "${env:B}", "B": "deep"}

    assert "${env:B}" == resolve("${env:A}", environment, tmp_path)


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
            '"vault" is an unknown kind of reference; use ${env:NAME} or ${file:PATH}',
        ),
    ],
)
def test_a_reference_that_cannot_be_resolved_has_a_reason(
    text: str, reason: str, tmp_path: Path
) -> None:
    """
    The reason names the variable or the file.
    """
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_text("x" * 65537)

    assert Unresolved(reason) == resolve(text, ENVIRONMENT, tmp_path)
