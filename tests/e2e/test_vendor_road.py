"""
`tools/vendor_road.py` leads from an empty folder to a certified connector.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parent.parent.parent
STEPS = [
    "venv",
    "pip install orderferry, tools",
    "orderferry new-connector",
    "hatchling build",
    "pip install the wheel",
    "orderferry connectors",
    "pytest",
    "mypy",
    "ruff check",
    "ruff format",
    "orderferry certify",
]
PROVEN = {
    "http": {"unreachable", "lost-answer", "sign-in-refused", "throttled", "false-success"},
    "file": {"folder-gone"},
}
"""The guarantees that only one kind proves."""

BOTH = {"taken-once", "found", "absent", "idempotent", "unmutated", "secrets", "threads", "preview"}


@frozen
class Road:
    """
    A finished run of the script.

    Attributes:
        kind: The kind of connector.
        place: The vendor's folder.
        output: What the script printed.
    """

    kind: str
    place: Path
    output: str

    def run(self, *command: str) -> str:
        """
        Run a program of the vendor's environment, from a folder without a configuration.
        """
        program = self.place / "venv" / "bin" / command[0]
        process = subprocess.run(
            [program, *command[1:]], cwd=self.place, capture_output=True, text=True, check=False
        )
        assert 0 == process.returncode, process.stderr
        return process.stdout

    @property
    def certificate(self) -> dict[str, Any]:
        """
        The certificate that `orderferry certify` wrote.
        """
        document: dict[str, Any] = json.loads((self.place / "certificate.json").read_text())
        return document


@pytest.fixture(scope="module", params=["http", "file"])
def road(
    request: pytest.FixtureRequest, wheels: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Road:
    """
    The script's run for each kind, outside the workspace.
    """
    kind: str = request.param
    place = tmp_path_factory.mktemp("road")
    script = ROOT / "tools" / "vendor_road.py"
    options = ["--kind", kind, "--place", str(place), "--seconds", "0"]
    process = subprocess.run(
        [sys.executable, script, wheels[0].parent, *options],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == process.returncode, process.stdout + process.stderr
    return Road(kind, place / kind, process.stdout)


def test_every_step_is_reported(road: Road) -> None:
    """
    The script reports the seconds of each step, and leaves out none.
    """
    steps = [line.partition(" s  ")[2] for line in road.output.splitlines()[1:]]

    assert [*STEPS, "in all"] == steps


def test_the_built_wheels_are_used(road: Road) -> None:
    """
    The connector is listed with its distribution, and the environment has core and connector.
    """
    connectors = json.loads(road.run("orderferry", "connectors", "--json"))
    code = (
        "import orderferry, orderferry_acme; print(orderferry.__file__, orderferry_acme.__file__)"
    )
    core, connector = road.run("python", "-c", code).split()

    assert [("acme", "orderferry-acme")] == [
        (connector["name"], connector["distribution"]) for connector in connectors
    ]
    installed = road.place / "venv"
    assert Path(core).is_relative_to(installed)
    assert Path(connector).is_relative_to(installed)


def test_the_connectors_tests_pass(road: Road) -> None:
    """
    The new connector's tests of its document and its adopted conformance suite pass.
    """
    cases = list(ET.parse(road.place / "tests.xml").getroot().iter("testcase"))
    passed = [case.attrib["classname"] for case in cases if len(case) == 0]

    own = {"http": set(), "file": {"tests.test_folder"}}[road.kind]
    assert {"tests.test_document", "tests.test_conformance.TestAcme"} | own == set(passed)
    assert [] == [case for case in cases if {child.tag for child in case} & {"failure", "error"}]


def test_the_connector_is_certified(road: Road) -> None:
    """
    The certificate has every guarantee that the connector offers as proven, and no failure.
    """
    certificate = road.certificate
    results = {entry["name"]: entry["result"] for entry in certificate["guarantees"]}
    proven = {name for name, result in results.items() if result == "proven"}

    assert "acme" == certificate["connector"]
    assert certificate["passed"] is True
    assert {"proven", "not offered"} == set(results.values())
    assert set() == (BOTH | PROVEN[road.kind]) - proven
    assert "simulator" == certificate["target"]["kind"]


def test_the_demo_exports_to_the_simulator(road: Road) -> None:
    """
    The simulator receives three of the demo's orders; the demo contains one that is invalid.
    """
    assert "received 3 documents" in road.run("orderferry", "demo")
