"""
The current connectors work with the oldest core that they allow.
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

OLDEST = "ed6ae1b65cdf57895e6cad44c6c6d6de82cb6d24"
"""
The commit from which the oldest core is built. Until 0.1 is released, it is the newest commit that
a connector needs: the simulators and the tests of all three use `orderferry.testing.http_simulator`
and `orderferry.testing.harness`. Afterwards it is the release's commit. If a connector needs a
newer core, name the newest commit that all three need, and raise their lower bounds with the next
release.
"""

CONNECTORS = ("erp_sap", "fulfillment_3pl", "wms_manhattan")
NEEDS_MORE = "test_conformance.py"
"""The conformance suite, which each connector runs in its own environment."""

TOOLS = ("hypothesis", "jsonschema", "pytest", "pytest-httpserver", "trustme")


def extract(folder: Path) -> Path:
    """
    Write the core's source of that commit into a folder.
    """
    command = ["git", "archive", OLDEST, "core", "LICENSE"]
    try:
        archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        archive = None
    if archive is None or archive.returncode:
        cause = "git is not installed" if archive is None else archive.stderr.decode().strip()
        reason = f"this checkout has no commit {OLDEST}: {cause}; run git fetch --unshallow"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"CI needs the whole history: {reason}")
        pytest.skip(reason)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder / "core"


@pytest.fixture(scope="module")
def installation(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """
    An environment with the oldest core and the current connectors.
    """
    folder = tmp_path_factory.mktemp("oldest")
    core = build(extract(folder / "source"), folder / "wheels")
    installation = Installation(folder / "venv")
    connectors = [wheels[f"orderferry_{name}"] for name in CONNECTORS]
    installation.install(core, *connectors, *TOOLS)
    return installation


def test_the_installed_core_is_that_of_the_commit(installation: Installation) -> None:
    """
    The environment imports the commit's files, and no other core.
    """
    source = installation.folder.parent / "source" / "core" / "src" / "orderferry"
    program = "import pathlib, orderferry; print(pathlib.Path(orderferry.__file__).parent)"
    installed = Path(installation.python("-c", program, folder=ROOT).stdout.strip())

    assert installation.folder in installed.parents
    assert {path.relative_to(source): path.read_bytes() for path in source.rglob("*.py")} == {
        path.relative_to(installed): path.read_bytes() for path in installed.rglob("*.py")
    }


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_connector_allows_that_core(connector: str) -> None:
    """
    The lower bound of each connector's core is the version of the commit, the oldest one tested.
    """
    project = tomllib.loads((ROOT / "plugins" / connector / "pyproject.toml").read_text())
    (bound,) = [
        requirement
        for requirement in project["project"]["dependencies"]
        if re.match(r"orderferry\b[^-]", requirement)
    ]

    assert "orderferry>=0.1,<0.2" == bound


@pytest.mark.parametrize("connector", CONNECTORS)
def test_a_connector_passes_its_own_tests_with_that_core(
    connector: str, installation: Installation
) -> None:
    """
    A connector passes all its tests with the oldest core, except the conformance suite.
    """
    tests = f"plugins/{connector}/tests"
    process = installation.python(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", tests),
        *("--ignore", f"{tests}/{NEEDS_MORE}"),
        folder=ROOT,
    )

    assert 0 == process.returncode, process.stdout[-4000:] + process.stderr[-2000:]
    assert re.search(r"^\d{2,} passed", process.stdout.splitlines()[-1])
