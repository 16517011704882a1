"""
The road of a new connector, from an empty folder to its certificate, as the script walks it.
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
"""What each kind proves beside what both do."""

BOTH = {"taken-once", "found", "absent", "idempotent", "unmutated", "secrets", "threads", "preview"}


@frozen
class Walked:
    """
    A road that was walked.
    """

    kind: str
    place: Path
    told: str

    def run(self, *command: str) -> str:
        """
        Run a program of the vendor's environment, from a folder without a configuration.
        """
        program = self.place / "venv" / "bin" / command[0]
        done = subprocess.run(
            [program, *command[1:]], cwd=self.place, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    @property
    def certificate(self) -> dict[str, Any]:
        """
        What `orderferry certify` wrote.
        """
        document: dict[str, Any] = json.loads((self.place / "certificate.json").read_text())
        return document


@pytest.fixture(scope="module", params=["http", "file"])
def walked(
    request: pytest.FixtureRequest, wheels: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    """
    The road of each kind, walked outside the workspace.
    """
    kind: str = request.param
    place = tmp_path_factory.mktemp("road")
    script = ROOT / "tools" / "vendor_road.py"
    options = ["--kind", kind, "--place", str(place), "--seconds", "0"]
    done = subprocess.run(
        [sys.executable, script, wheels[0].parent, *options],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return Walked(kind, place / kind, done.stdout)


def test_every_step_is_taken(walked: Walked) -> None:
    """
    None is left out, and each is told with its seconds.
    """
    told = [line.partition(" s  ")[2] for line in walked.told.splitlines()[1:]]

    assert [*STEPS, "in all"] == told


def test_what_is_used_is_what_was_built(walked: Walked) -> None:
    """
    The connector is listed with its distribution, and imported from its wheel.
    """
    listed = json.loads(walked.run("orderferry", "connectors", "--json"))
    code = (
        "import orderferry, orderferry_acme; print(orderferry.__file__, orderferry_acme.__file__)"
    )
    core, connector = walked.run("python", "-c", code).split()

    assert [("acme", "orderferry-acme")] == [(e["name"], e["distribution"]) for e in listed]
    installed = walked.place / "venv"
    assert [True, True] == [Path(each).is_relative_to(installed) for each in (core, connector)]


def test_its_own_tests_pass(walked: Walked) -> None:
    """
    Those of its document, and the conformance suite that it adopts.
    """
    cases = list(ET.parse(walked.place / "tests.xml").getroot().iter("testcase"))
    passed = [case.attrib["classname"] for case in cases if len(case) == 0]

    own = {"http": set(), "file": {"tests.test_folder"}}[walked.kind]
    assert {"tests.test_document", "tests.test_conformance.TestAcme"} | own == set(passed)
    assert [] == [case for case in cases if {each.tag for each in case} & {"failure", "error"}]


def test_it_is_certified(walked: Walked) -> None:
    """
    What it offers is proven, and nothing has failed.
    """
    certificate = walked.certificate
    results = {each["name"]: each["result"] for each in certificate["guarantees"]}
    proven = {name for name, result in results.items() if result == "proven"}

    assert ("acme", True) == (certificate["connector"], certificate["passed"])
    assert {"proven", "not offered"} == set(results.values())
    assert set() == (BOTH | PROVEN[walked.kind]) - proven
    assert "simulator" == certificate["target"]["kind"]


def test_it_carries_orders_to_its_simulator(walked: Walked) -> None:
    """
    The examples of the demonstration, of which one is to be refused.
    """
    assert "received 3 documents" in walked.run("orderferry", "demo")
