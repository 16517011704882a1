"""
How much a run of the tests does.

Two environment variables are read, once:

`ORDERFERRY_TESTS`
    `quick`, the default, is for work on the code: a property test tries a few examples. With `all`
    it tries as many as it ever does. Which tests there are does not depend on it.

`ORDERFERRY_TEST_DATABASES`
    With `both`, the default, a test that takes a database runs on SQLite and on PostgreSQL. With
    `sqlite`, the tests on PostgreSQL are deselected, except those of `core/tests/storage`, which
    always run on both (`core.tests.databases`).

The root `conftest.py` registers this module. So an unknown value ends a run before it begins, and
the profile of hypothesis is loaded before the first test is read.
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
"""Whether each property test tries as many examples as it ever does."""

SQLITE_ONLY: Final = _CHOSEN["ORDERFERRY_TEST_DATABASES"] == "sqlite"
"""Whether only the tests of `core/tests/storage` run on PostgreSQL."""


def examples(few: int, many: int) -> int:
    """
    How many examples a property test tries: `few` in a quick run, else `many`.
    """
    return many if ALL else few


# A busy machine is no failure of the code: no deadlines. In CI the same examples each time.
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
    Reject a value that is unknown, which would otherwise mean the default.
    """
    for name, value in _CHOSEN.items():
        if value not in CHOICES[name]:
            known = " or ".join(map(repr, CHOICES[name]))
            raise pytest.UsageError(f"{name} is {value!r}, and has to be {known}")
