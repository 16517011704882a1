"""
Today's connectors against the oldest core that they claim.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from .installation import ROOT, Installation, build

OLDEST = "aa1bdfac7d4f856c610f7f52cb6706f8d56a45e7"
"""
The commit that the oldest core is built from. As long as 0.1 is not released, it is the last one
before the work on conformance, whose hook API is 1.0 already; afterwards it is that release's.
Where a connector comes to need more, name the newest commit that all three need, and raise their
lower bounds with the release that follows.
"""

CONNECTORS = ("erp_sap", "fulfillment_3pl", "wms_manhattan")
NEEDS_MORE = "test_conformance.py"
"""The suite of conformance, which is newer than that core."""

TOOLS = ("hypothesis", "jsonschema", "pytest", "pytest-httpserver", "trustme")


def archived(folder: Path) -> Path:
    """
    The core's source at that commit.
    """
    command = ["git", "archive", OLDEST, "core", "LICENSE"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode:
        said = "there is no git" if done is None else done.stderr.decode().strip()
        reason = f"this checkout has no commit {OLDEST}: {said}; get it with git fetch --unshallow"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"CI wants the whole history: {reason}")
        pytest.skip(reason)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "core"


@pytest.fixture(scope="module")
def installation(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """
    The oldest core, and today's connectors beside it.
    """
    folder = tmp_path_factory.mktemp("oldest")
    core = build(archived(folder / "source"), folder / "wheels")
    installation = Installation(folder / "venv")
    connectors = [wheels[f"orderferry_{each}"] for each in CONNECTORS]
    installation.install(core, *connectors, *TOOLS)
    return installation


def test_the_core_there_is_that_commit_s(installation: Installation) -> None:
    """
    File by file, and no other is found before it.
    """
    source = installation.folder.parent / "source" / "core" / "src" / "orderferry"
    where = "import pathlib, orderferry; print(pathlib.Path(orderferry.__file__).parent)"
    found = Path(installation.python("-c", where, folder=ROOT).stdout.strip())

    assert installation.folder in found.parents
    assert {each.relative_to(source): each.read_bytes() for each in source.rglob("*.py")} == {
        each.relative_to(found): each.read_bytes() for each in found.rglob("*.py")
    }


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_connector_claims_that_core(connector: str) -> None:
    """
    The lower bound of each is the version that the commit has; what is older nobody tests.
    """
    project = tomllib.loads((ROOT / "plugins" / connector / "pyproject.toml").read_text())
    (bound,) = [
        each for each in project["project"]["dependencies"] if re.match(r"orderferry\b[^-]", each)
    ]

    assert "orderferry>=0.1,<0.2" == bound


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_connector_passes_its_own_tests_there(connector: str, installation: Installation) -> None:
    """
    All but those of the conformance suite.
    """
    tests = f"plugins/{connector}/tests"
    done = installation.python(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", tests),
        *("--ignore", f"{tests}/{NEEDS_MORE}"),
        folder=ROOT,
    )

    assert 0 == done.returncode, done.stdout[-4000:] + done.stderr[-2000:]
    assert re.search(r"^\d{2,} passed", done.stdout.splitlines()[-1])
