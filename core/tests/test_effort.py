"""
How much a run of the tests does, as the environment says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.tests.effort import CHOICES
from core.tests.memory import has_room

ROOT = Path(__file__).resolve().parents[2]
ABOVE = "core/tests/runtime/test_retention.py"
STORAGE = "core/tests/storage/test_types.py"
EXAMPLES = "from core.tests.effort import settings; print(settings().max_examples)"


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """
    What Python does in another environment.
    """
    kept = {name: value for name, value in os.environ.items() if name not in CHOICES}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def collected(**environment: str) -> tuple[set[str], str]:
    """
    The tests of two modules that would run, and the last line, which counts them.
    """
    flags = ("--collect-only", "-q", "-p", "no:cacheprovider")
    done = python("-m", "pytest", ABOVE, STORAGE, *flags, **environment)
    assert (0, "") == (done.returncode, done.stderr)
    *tests, last = done.stdout.strip().splitlines()
    return {each for each in tests if "::" in each}, last


def test_without_postgresql_only_the_tests_of_storage_use_it() -> None:
    """
    All that needs a server is deselected elsewhere, and is counted as such.
    """
    every, _ = collected()
    tests, last = collected(ORDERFERRY_TEST_DATABASES="sqlite")

    left_out = every - tests
    assert tests < every
    assert {ABOVE} == {each.partition("::")[0] for each in left_out}
    assert all("postgresql" in each for each in left_out)
    assert f"({len(left_out)} deselected)" in last
    assert any(each.startswith(STORAGE) and "postgresql" in each for each in tests)
    assert any(each.startswith(ABOVE) and "sqlite" in each for each in tests)
    assert not any(each.startswith(ABOVE) and "postgresql" in each for each in tests)


@pytest.mark.parametrize(("value", "count"), [("quick", 25), ("all", 100)])
def test_a_property_is_tried_as_often_as_the_run_is_told(value: str, count: int) -> None:
    """
    A hundred examples are tried where everything is, and a quarter of them in a quick run.
    """
    done = python("-c", EXAMPLES, ORDERFERRY_TESTS=value)

    assert (f"{count}\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_value_ends_the_run_before_it_begins(name: str) -> None:
    """
    The message names the variable, its value and those that are known.
    """
    done = python("-m", "pytest", ABOVE, "-p", "no:cacheprovider", **{name: "most"})

    one, other = CHOICES[name]
    assert pytest.ExitCode.USAGE_ERROR == done.returncode
    assert f"{name} is 'most', and has to be {one!r} or {other!r}" in done.stderr


def test_a_folder_is_used_only_where_it_is_there_and_has_room(tmp_path: Path) -> None:
    """
    A small or missing file system in memory is left alone, and the disk is used.
    """
    assert not has_room(tmp_path / "missing")
    assert not has_room(Path("/proc"))
