"""
Run the suite once on each connector that a session needs, on several at the same time.

With pytest-xdist a worker runs the connectors of its own tests when these begin. The tests of one
connector are one group, so that one worker has them; so are those about all good connectors.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.forked import program_folder

from .draw import SEED, VARIABLE, guarantees_of
from .orderferry_broken.table import BROKEN, GOOD, Broken, name_of
from .runs import Runs


def pytest_report_header() -> str:
    """
    Print the seed, with which the same guarantees are drawn again.
    """
    return f"conformance: {VARIABLE}={SEED}"


def _broken(item: pytest.Item) -> Broken | None:
    """
    The broken connector of a parametrized test.
    """
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    broken = item.callspec.params.get("broken")
    return broken if isinstance(broken, Broken) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Group the tests for pytest-xdist.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        if "runs" in getattr(item, "fixturenames", ()):
            broken = _broken(item)
            group = "good" if broken is None else broken.name
            item.add_marker(pytest.mark.xdist_group(f"conformance {group}"))


@pytest.fixture(scope="session")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runs]:
    """
    The runs of the suite on all connectors; each begins when it is needed.
    """
    only = {broken.name: guarantees_of(broken) for broken in BROKEN}
    items = request.session.items
    with (
        TemporaryDirectory() as folder,
        program_folder(Path(folder), "orderferry.testing") as programs,
    ):
        session = Runs(tmp_path_factory.mktemp("conformance"), programs / "orderferry", only)
        session.install(GOOD | {broken.place: broken.target for broken in BROKEN})
        if "PYTEST_XDIST_WORKER" not in os.environ:
            session.begin(*(broken.name for item in items if (broken := _broken(item)) is not None))
        yield session
        session.stop()


@pytest.fixture
def good_runs(runs: Runs) -> Runs:
    """
    The same runs; those of all good connectors have begun.
    """
    runs.begin(*map(name_of, GOOD))
    return runs
