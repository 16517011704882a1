"""
How much a run of the tests does, as the environment says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.tests import effort
from core.tests.effort import CHOICES
from core.tests.memory import has_room

ROOT = Path(__file__).resolve().parents[2]
ABOVE = "core/tests/runtime/background/test_follow_ups.py"
STORAGE = "core/tests/storage/test_tables.py"
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


def test_without_postgresql_only_the_tests_of_storage_use_it() -> None:
    """
    All that needs a server is deselected elsewhere, and is counted as such.
    """
    flags = ("--collect-only", "-q", "-p", "no:cacheprovider")
    done = python("-m", "pytest", ABOVE, STORAGE, *flags, ORDERFERRY_TEST_DATABASES="sqlite")

    assert (0, "") == (done.returncode, done.stderr)
    *lines, last = done.stdout.strip().splitlines()
    above = [each for each in lines if each.startswith(ABOVE)]
    storage = [each for each in lines if each.startswith(STORAGE)]
    assert 0 < sum("sqlite" in each for each in above)
    assert 0 == sum("postgresql" in each for each in above)
    assert 0 < sum("postgresql" in each for each in storage)
    assert 0 < sum("sqlite" in each for each in storage)
    # As many are left out as run there: each of them has both variants.
    assert f"({len(above)} deselected)" in last


@pytest.mark.parametrize(("value", "count"), [("quick", 25), ("all", 100)])
def test_a_property_is_tried_as_often_as_the_run_is_told(value: str, count: int) -> None:
    """
    A hundred examples are tried where everything is, and a quarter of them in a quick run.
    """
    done = python("-c", EXAMPLES, ORDERFERRY_TESTS=value)

    assert (f"{count}\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_value_is_rejected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The message names the variable, its value and those that are known.
    """
    monkeypatch.setitem(effort._CHOSEN, name, "most")
    one, other = CHOICES[name]

    with pytest.raises(pytest.UsageError, match=f"{name} is 'most', .* {one!r} or {other!r}"):
        effort.pytest_configure()


def test_an_unknown_value_ends_the_run_before_it_begins() -> None:
    """
    A misspelt value does not quietly mean the default.
    """
    done = python("-m", "pytest", STORAGE, "-p", "no:cacheprovider", ORDERFERRY_TESTS="most")

    assert pytest.ExitCode.USAGE_ERROR == done.returncode
    assert "ERROR: ORDERFERRY_TESTS is 'most'" in done.stderr


def test_a_folder_is_used_only_where_it_is_there_and_has_room(tmp_path: Path) -> None:
    """
    A small or missing file system in memory is left alone, and the disk is used.
    """
    assert not has_room(tmp_path / "missing")
    assert not has_room(Path("/proc"))
