"""
Tests of `orderferry certify`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orderferry.testing import GUARANTEES

from .conftest import Site, Workplace

SOURCES = Path(__file__).parent.parent / "testing"


@pytest.fixture
def drop(site: Site) -> None:
    """
    A connector to a folder, with its simulator.
    """
    source = (SOURCES / "drop.py").read_text(encoding="utf-8")
    site.distribution(
        "orderferry-drop",
        modules={"orderferry_drop": source, "orderferry_lossy": source + LOSSY},
        entry_points={
            "orderferry.connectors": {"drop": "orderferry_drop:Drop"},
            "orderferry.simulators": {"drop": "orderferry_drop:DropSimulator"},
        },
    )


LOSSY = '''


class LossySimulator(DropSimulator):
    """
    A folder from which everything vanishes.
    """

    def received(self) -> list[Received]:
        return []
'''


@pytest.mark.usefixtures("drop")
def test_a_good_connector_is_certified(workplace: Workplace) -> None:
    """
    The certificate, as table and as JSON, contains each guarantee, the versions, the date and the
    target.
    """
    written = workplace.folder / "certificate.json"
    ran = workplace.call("certify", "drop", "--json", written.name)

    assert 0 == ran.code, ran.text + ran.err
    assert "drop (orderferry-drop 1.0, hook API 1.0)" in ran.text
    assert "third-party software a folder 1.0" in ran.text
    assert "taken-once" in ran.text
    certificate = json.loads(written.read_text())
    assert {
        "connector": "drop",
        "distribution": "orderferry-drop",
        "version": "1.0",
        "hookApi": "1.0",
        "complete": True,
        "passed": True,
    } == {
        key: certificate[key]
        for key in ("connector", "distribution", "version", "hookApi", "complete", "passed")
    }
    target = {
        "class": "orderferry_drop:DropSimulator",
        "kind": "foreign",
        "software": "a folder 1.0",
    }
    assert target == certificate["target"]
    assert list(GUARANTEES) == [guarantee["name"] for guarantee in certificate["guarantees"]]
    assert {"proven", "not offered"} == {
        guarantee["result"] for guarantee in certificate["guarantees"]
    }


@pytest.mark.usefixtures("drop")
def test_guarantees_that_were_chosen_are_no_certificate(workplace: Workplace) -> None:
    """
    A connector is not certified if only some guarantees are tried.
    """
    written = workplace.folder / "certificate.json"
    only = ("--only", "taken-once", "--only", "updates")
    ran = workplace.call("certify", "drop", *only, "--json", written.name)

    assert 0 == ran.code, ran.text + ran.err
    assert "drop is not certified: 1 proven, 1 not offered, 32 not tried, 0 failed." in ran.text
    assert "found" not in ran.text
    certificate = json.loads(written.read_text())
    assert certificate["complete"] is False
    assert certificate["passed"] is False
    results = {guarantee["name"]: guarantee["result"] for guarantee in certificate["guarantees"]}
    assert "proven" == results.pop("taken-once")
    assert "not offered" == results.pop("updates")
    assert {"not tried"} == set(results.values())


@pytest.mark.usefixtures("drop")
def test_a_guarantee_that_was_chosen_and_fails_is_exit_code_1(workplace: Workplace) -> None:
    """
    The exit code depends only on the selected guarantees.
    """
    lossy = ("--simulator", "orderferry_lossy:LossySimulator")

    for guarantee, code in (("taken-once", 1), ("import-offline", 0)):
        ran = workplace.call("certify", "drop", *lossy, "--only", guarantee)
        assert code == ran.code, ran.text + ran.err


@pytest.mark.usefixtures("drop")
def test_a_failure_is_exit_code_1(workplace: Workplace) -> None:
    """
    A failed guarantee is exit code 1, and `--json -` prints only JSON on standard output.
    """
    target = "orderferry_lossy:LossySimulator"
    ran = workplace.call("certify", "drop", "--simulator", target, "--json", "-")

    assert 1 == ran.code, ran.text + ran.err
    certificate = ran.json()
    assert certificate["passed"] is False
    failed = {e["name"]: e["detail"] for e in certificate["guarantees"] if e["result"] == "failed"}
    assert "the target does not have the order" in failed["taken-once"]


@pytest.mark.usefixtures("drop")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("drip",), "did you mean drop?"),
        (("drop", "--simulator", "nowhere:None"), "there is no simulator nowhere:None"),
        (("drop", "--simulator", "orderferry_drop:Nothing"), "--simulator MODULE:CLASS"),
        (("drop", "--only", "taken-twice"), "no guarantee 'taken-twice'; did you mean taken-once?"),
        (("drop", "--only", "x"), "no guarantee 'x'; there are import-offline, build-offline, "),
    ],
)
def test_what_is_not_there_is_exit_code_2(
    workplace: Workplace, arguments: tuple[str, ...], message: str
) -> None:
    """
    An unknown connector, simulator or guarantee is exit code 2, and the message states what to pass
    instead.
    """
    ran = workplace.call("certify", *arguments)

    assert 2 == ran.code
    assert message in ran.err


def test_a_connector_without_a_simulator_needs_one(workplace: Workplace) -> None:
    """
    The message for a connector without a simulator asks for --simulator.
    """
    ran = workplace.call("certify", "acme")

    assert 2 == ran.code
    assert "no simulator of acme is installed; pass one with --simulator" in ran.err


@pytest.mark.usefixtures("drop")
def test_an_invalid_stall_time_is_exit_code_2(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An invalid `ORDERFERRY_STALL_SECONDS` is wrong usage, and the suite is not run.
    """
    monkeypatch.setenv("ORDERFERRY_STALL_SECONDS", "soon")
    ran = workplace.call("certify", "drop")

    assert 2 == ran.code
    assert "ORDERFERRY_STALL_SECONDS is 'soon'; expected a positive number of seconds" in ran.err
    assert "" == ran.text


def test_the_extra_is_asked_for(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without pytest, the message asks to install the extra `testing`.
    """
    monkeypatch.setattr("orderferry.cli._certify._REQUIRED", ("pytest_of_nobody",))
    ran = workplace.call("certify", "acme")

    assert 2 == ran.code
    assert "pip install 'orderferry[testing]'" in ran.err
