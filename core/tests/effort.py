"""
How much a run of the tests does, as set by the environment.

Two environment variables are read when the module is imported:

`ORDERFERRY_TESTS`
    `quick`, the default, is for development: a property test tries few examples. With `all` it
    tries many. The same tests run with both.

`ORDERFERRY_TEST_DATABASES`
    With `both`, the default, a test that uses a database runs on SQLite and on PostgreSQL. With
    `sqlite`, the tests on PostgreSQL are deselected, except those of `core/tests/storage`, which
    always run on both (`core.tests.databases`).

The root `conftest.py` registers this module, so that an unknown value ends a run before it begins,
and the profile of Hypothesis is loaded before the first test is collected.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

__all__ = ["ALL", "SQLITE_ONLY", "examples"]

CHOICES: Final = {
    "ORDERFERRY_TESTS": ("quick", "all"),
    "ORDERFERRY_TEST_DATABASES": ("both", "sqlite"),
}
"""The values of each variable, the default first."""

_CHOSEN: Final = {name: os.environ.get(name, values[0]) for name, values in CHOICES.items()}

ALL: Final = _CHOSEN["ORDERFERRY_TESTS"] == "all"
"""Whether each property test tries many examples."""

SQLITE_ONLY: Final = _CHOSEN["ORDERFERRY_TEST_DATABASES"] == "sqlite"
"""Whether only the tests of `core/tests/storage` run on PostgreSQL."""


def examples(few: int, many: int) -> int:
    """
    Return the number of examples of a property test: `few` in a quick run, else `many`.
    """
    return many if ALL else few


# There are no deadlines, since a busy machine is no failure of the code. CI uses fixed examples.
settings.register_profile(
    "workspace",
    deadline=None,
    max_examples=examples(25, 100),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("ci", settings.get_profile("workspace"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "workspace")


def pytest_configure() -> None:
    """
    Reject an unknown value, which would otherwise be treated as the default.
    """
    for name, value in _CHOSEN.items():
        if value not in CHOICES[name]:
            known = " or ".join(map(repr, CHOICES[name]))
            raise pytest.UsageError(f"{name} is {value!r}, but must be {known}")
