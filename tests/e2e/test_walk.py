"""
`tools/walk.py` traces an order, and compares two revisions.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.modules import lines_of, rooms_of
from tools.walk import MOST_GROWTH, Growth, Walk, growths, report_growth

ROOT = Path(__file__).resolve().parents[2]


def test_an_order_is_traced_from_the_call_to_the_response(tmp_path: Path) -> None:
    """
    The trace has the transition, the export, the HTTP client and the database.
    """
    path = tmp_path / "walk.json"

    subprocess.run(
        [sys.executable, "-m", "tools.walk", "--json", path],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
    )

    functions = json.loads(path.read_text())
    rooms = {function.partition("/")[0] for function in functions}
    assert {"connectors", "exports", "runtime", "steps", "storage"} <= rooms
    assert any(function.startswith("connectors/http/") for function in functions)


def test_functions_are_matched_by_name_in_any_file() -> None:
    """
    A function that moved to another file is compared with itself.
    """
    moved = growths({"a.py:Lane.run": 10}, {"b/c.py:Lane.run": 12})

    assert [Growth("b/c.py:Lane.run", 10, 12)] == moved


def test_functions_of_one_name_are_matched_by_size() -> None:
    """
    The longest of several functions with one name is compared with the longest one before.
    """
    before = {"a.py:read": 10, "b.py:read": 50}

    after = growths(before, {"c.py:read": 11, "d.py:read": 52, "e.py:read": 5})

    assert [
        Growth("d.py:read", 50, 52),
        Growth("c.py:read", 10, 11),
        Growth("e.py:read", 0, 5),
    ] == (after)


@pytest.mark.parametrize(("lines", "expected"), [(MOST_GROWTH, True), (MOST_GROWTH + 1, False)])
def test_a_function_may_grow_by_forty_lines(lines: int, expected: bool) -> None:
    """
    The comparison fails when a function grew by more than 40 lines.
    """
    walk = Walk(files=["a.py"], changes=0, functions={"a.py:run": 10 + lines})

    assert expected is report_growth(walk, {"a.py:run": 10})


@pytest.mark.parametrize(("count", "expected"), [(75, True), (76, False)])
def test_an_order_may_enter_seventy_five_files(count: int, expected: bool) -> None:
    """
    The comparison fails when an order enters more than 75 of the core's files.
    """
    walk = Walk(files=[f"{number}.py" for number in range(count)], changes=0, functions={})

    assert expected is report_growth(walk, {})


def test_modules_are_counted_by_room(tmp_path: Path) -> None:
    """
    A sub-package belongs to its room, and the connector template to none.
    """
    for name in ("__init__.py", "runtime/_ferry.py", "runtime/checks/_check.py", "_template/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("X = 1\n")

    rooms = rooms_of(lines_of(tmp_path))

    assert {
        ".": {Path("__init__.py"): 1},
        "runtime": {Path("runtime/_ferry.py"): 1, Path("runtime/checks/_check.py"): 1},
    } == rooms
