"""
Every connector that a session needs is run once, several beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .orderferry_broken.table import BROKEN, GOOD
from .runs import Runs


@pytest.fixture(scope="session")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runs]:
    """
    The runs of the suite on all connectors that the session's tests are about.
    """
    wanted = [
        each.callspec.params.get("broken")
        for each in request.session.items
        if isinstance(each, pytest.Function) and hasattr(each, "callspec")
    ]
    made = Runs(tmp_path_factory.mktemp("conformance"))
    made.start(GOOD | {each.place: each.target for each in BROKEN if each in wanted})
    yield made
    made.stop()
