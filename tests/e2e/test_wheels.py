"""
The four built wheels work in an environment that has nothing else.
"""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CONNECTORS = {
    "erp_sap": "orderferry-erp-sap",
    "fulfillment_3pl": "orderferry-fulfillment-3pl",
    "wms_manhattan": "orderferry-wms-manhattan",
}


class Installation:
    """
    A new virtual environment, and the programs in it.
    """

    def __init__(self, folder: Path) -> None:
        self._python = folder / "bin" / "python"
        self._program = folder / "bin" / "orderferry"
        self._uv("venv", "--python", sys.executable, str(folder))

    def install(self, *wheels: Path) -> None:
        """
        Install wheels and their dependencies.
        """
        constraints = str(ROOT / "constraints" / "highest.txt")
        self._pip("install", "--constraint", constraints, *(str(wheel) for wheel in wheels))

    def uninstall(self, distribution: str) -> None:
        """
        Remove one distribution.
        """
        self._pip("uninstall", distribution)

    def run(self, *arguments: str) -> str:
        """
        Run `orderferry` in a folder without a configuration, and return its standard output.
        """
        return self._call(str(self._program), *arguments)

    def connectors(self) -> dict[str, str]:
        """
        The installed connectors and their distributions, as `orderferry connectors` lists them.
        """
        connectors = json.loads(self.run("connectors", "--json"))
        return {connector["name"]: connector["distribution"] for connector in connectors}

    def _pip(self, command: str, *arguments: str) -> None:
        self._uv("pip", command, "--python", str(self._python), *arguments)

    def _uv(self, *arguments: str) -> None:
        self._call(sys.executable, "-m", "uv", "--quiet", *arguments)

    def _call(self, *command: str) -> str:
        folder = self._python.parent.parent.parent
        process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert 0 == process.returncode, process.stderr
        return process.stdout


@pytest.fixture(scope="module")
def installation(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """
    A new environment with the four wheels.
    """
    installation = Installation(tmp_path_factory.mktemp("clean") / "venv")
    installation.install(*wheels)
    return installation


@pytest.fixture(params=CONNECTORS)
def removed(
    request: pytest.FixtureRequest, installation: Installation, wheels: list[Path]
) -> Iterator[str]:
    """
    The name of a connector that is uninstalled during the test.
    """
    name: str = request.param
    installation.uninstall(CONNECTORS[name])
    yield name
    installation.install(*wheels)


def test_each_wheel_is_typed_licensed_and_free_of_tests(wheels: list[Path]) -> None:
    """
    Each wheel contains one package with its `py.typed`, the licence, and no tests.
    """
    licence = (ROOT / "LICENSE").read_bytes()
    assert 4 == len(wheels)
    for wheel in wheels:
        package, version, *_ = wheel.name.split("-")
        information = f"{package}-{version}.dist-info"
        with zipfile.ZipFile(wheel) as archive:
            assert {package, information} == {name.split("/")[0] for name in archive.namelist()}
            assert b"" == archive.read(f"{package}/py.typed")
            assert licence == archive.read(f"{information}/licenses/LICENSE")


def test_the_readme_names_wheels_that_are_built(wheels: list[Path]) -> None:
    """
    Each path that the README installs from matches one wheel.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    patterns = re.findall(r"dist/(\S+\.whl)", readme)
    assert patterns
    assert dict.fromkeys(patterns, 1) == {
        pattern: sum(wheel.match(pattern) for wheel in wheels) for pattern in patterns
    }


def test_three_connectors_are_listed(installation: Installation) -> None:
    """
    `orderferry connectors` lists the three connectors of the wheels, each with its distribution.
    """
    assert CONNECTORS == installation.connectors()


def test_uninstalling_one_leaves_the_others_working(
    installation: Installation, removed: str
) -> None:
    """
    The other connectors are still listed, load, and export the example orders.
    """
    others = {name: CONNECTORS[name] for name in CONNECTORS if name != removed}
    assert others == installation.connectors()
    for name in others:
        schema = json.loads(installation.run("connectors", "show", name, "--schema"))
        assert "object" == schema["type"]
    output = installation.run("demo")
    assert {name: name in others for name in CONNECTORS} == {
        name: name in output for name in CONNECTORS
    }


def test_the_core_works_alone(wheels: list[Path], tmp_path: Path) -> None:
    """
    The core without a connector lists none, and does not fail.
    """
    installation = Installation(tmp_path / "venv")
    installation.install(*(wheel for wheel in wheels if wheel.name.startswith("orderferry-")))
    assert {} == installation.connectors()
