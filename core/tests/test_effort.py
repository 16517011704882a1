"""
Tests of `core.tests.effort` and `core.tests.memory`.
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


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """
    Run Python with these environment variables.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in CHOICES}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_postgresql_only_the_tests_of_storage_use_it() -> None:
    """
    Elsewhere, tests on PostgreSQL are deselected, and counted as deselected.
    """
    flags = ("--collect-only", "-q", "-p", "no:cacheprovider")
    completed = run_python(
        "-m", "pytest", ABOVE, STORAGE, *flags, ORDERFERRY_TEST_DATABASES="sqlite"
    )

    assert "" == completed.stderr
    assert 0 == completed.returncode
    *lines, last = completed.stdout.strip().splitlines()
    above = [line for line in lines if line.startswith(ABOVE)]
    storage = [line for line in lines if line.startswith(STORAGE)]
    assert 0 < sum("sqlite" in line for line in above)
    assert 0 == sum("postgresql" in line for line in above)
    assert 0 < sum("postgresql" in line for line in storage)
    assert 0 < sum("sqlite" in line for line in storage)
    # Each test has both variants, so as many are deselected as run.
    assert f"({len(above)} deselected)" in last


@pytest.mark.parametrize(("value", "count"), [("quick", 25), ("all", 100)])
def test_the_number_of_examples_depends_on_the_run(value: str, count: int) -> None:
    """
    A property test tries 25 examples in a quick run, and 100 with `all`.
    """
    completed = run_python("-c", EXAMPLES, ORDERFERRY_TESTS=value)

    assert "" == completed.stderr
    assert f"{count}\n" == completed.stdout


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_value_is_rejected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The error names the variable, its value and the valid values.
    """
    monkeypatch.setitem(effort._CHOSEN, name, "most")
    default, alternative = CHOICES[name]
    message = f"{name} is 'most', but must be {default!r} or {alternative!r}"

    with pytest.raises(pytest.UsageError, match=message):
        effort.pytest_configure()


def test_an_unknown_value_ends_the_run_before_it_begins() -> None:
    """
    A misspelt value is a usage error, and is not treated as the default.
    """
    completed = run_python(
        "-m", "pytest", STORAGE, "-p", "no:cacheprovider", ORDERFERRY_TESTS="most"
    )

    assert pytest.ExitCode.USAGE_ERROR == completed.returncode
    assert "ERROR: ORDERFERRY_TESTS is 'most'" in completed.stderr


def test_a_missing_or_small_file_system_in_memory_is_not_used(tmp_path: Path) -> None:
    """
    A folder has room only if it exists, can be written, and has many free bytes.
    """
    assert not has_room(tmp_path / "missing")
    assert not has_room(Path("/proc"))
