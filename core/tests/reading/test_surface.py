"""
Tests of the public names of the room.
"""

import subprocess
import sys

from orderferry import reading


def test_the_public_names_are_these() -> None:
    """
    The names that other rooms use are pinned.
    """
    assert [
        "A_DATE",
        "A_TIME",
        "Fault",
        "InvalidError",
        "REFERENCE",
        "Referenced",
        "Unresolved",
        "collect",
        "describe",
        "describe_type",
        "gather",
        "has_reference",
        "invalid",
        "member",
        "mismatch",
        "nearest",
        "read_boolean",
        "read_choice",
        "read_integer",
        "read_list",
        "read_number",
        "read_string",
        "read_table",
        "resolve",
        "suggest",
    ] == sorted(reading.__all__)


def test_reading_values_loads_neither_cattrs_nor_msgspec() -> None:
    """
    The libraries of the three readers are not loaded by the room that they share.
    """
    names = ", ".join(reading.__all__)
    code = (
        f"import sys; from orderferry.reading import {names}; "
        "print({'cattrs', 'msgspec'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == run.stdout.strip()
