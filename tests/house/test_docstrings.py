"""
A test's docstring is a sentence that says what must hold, and can be read alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .docstrings import CONTINUATIONS, incomplete

ROOT = Path(__file__).resolve().parent.parent.parent
SUITES = [ROOT / "core/tests", *sorted(ROOT.glob("plugins/*/tests")), ROOT / "tests"]
FROZEN = (
    ROOT / "tests/compat/frozen",
    ROOT / "tests/crash",
    ROOT / "core/tests/connectors/test_frozen_api.py",
)
"""Sources of earlier versions, and tests that a change of wording must not touch."""

FOLDERS = sorted(
    {
        path.parent
        for suite in SUITES
        for path in suite.rglob("test_*.py")
        if not any(path.is_relative_to(frozen) for frozen in FROZEN)
    }
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_docstring_is_a_sentence_of_its_own(folder: Path) -> None:
    """
    Every test has a docstring that does not continue its name, and that ends with a full stop.
    """
    faults = [
        f"{path.name}: {fault}"
        for path in sorted(folder.glob("test_*.py"))
        if path not in FROZEN
        for fault in incomplete(path)
    ]

    assert [] == faults


def write(folder: Path, docstring: str | None) -> Path:
    """
    Write a module with one test.
    """
    body = "assert True" if docstring is None else f'"""\n    {docstring}\n    """'
    path = folder / "test_made.py"
    path.write_text(f"def test_made():\n    {body}\n")
    return path


def test_a_sentence_is_complete(tmp_path: Path) -> None:
    """
    A docstring that begins with its subject and ends with a full stop has no fault.
    """
    assert [] == incomplete(write(tmp_path, "The lane pauses after three failures."))


@pytest.mark.parametrize("word", [*CONTINUATIONS, "And,", "with"])
def test_a_continuation_is_found(tmp_path: Path, word: str) -> None:
    """
    A first word that continues the test's name is a fault, in either case.
    """
    faults = incomplete(write(tmp_path, f"{word} the lane pauses."))

    assert [f"test_made: begins with {word}"] == faults


def test_a_missing_full_stop_is_found(tmp_path: Path) -> None:
    """
    A docstring without a full stop at its end is a fault.
    """
    faults = incomplete(write(tmp_path, "The lane pauses"))

    assert ["test_made: ends without a full stop"] == faults


def test_a_missing_docstring_is_found(tmp_path: Path) -> None:
    """
    A test without a docstring is a fault.
    """
    assert ["test_made: no docstring"] == incomplete(write(tmp_path, None))


def test_a_test_in_a_class_is_held_too(tmp_path: Path) -> None:
    """
    The methods of a test class are tests.
    """
    path = tmp_path / "test_made.py"
    path.write_text("class TestLane:\n    def test_made(self):\n        assert True\n")

    assert ["test_made: no docstring"] == incomplete(path)
