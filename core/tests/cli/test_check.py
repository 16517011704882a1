"""
Tests of `orderferry check`.
"""

import json

import pytest

from .conftest import Ran, Workplace, workflow_of


def states(ran: Ran) -> list[tuple[str, str]]:
    """
    The text and the state of each finding.
    """
    return [(finding["what"], finding["state"]) for finding in ran.json()]


def test_a_good_configuration_ends_well(workplace: Workplace) -> None:
    """
    Each finding is proven, or not provable if the connector cannot prove it.
    """
    ran = workplace.call("check", "--json")

    assert 0 == ran.code
    assert [
        ("loads, and its settings are valid", "proven"),
        ("sign in", "proven"),
        ("may create orders", "not provable"),
        ("acme has an exporter for the step", "proven"),
    ] == states(ran)
    assert {"orderferry-acme": "1.0"} == {
        finding["distribution"]: finding["version"] for finding in ran.json()[:3]
    }


def test_findings_are_grouped_in_the_table(workplace: Workplace) -> None:
    """
    Findings are grouped below their instance and distribution, and counted at the end.
    """
    ran = workplace.call("check")

    assert "acme/default (orderferry-acme 1.0)" == ran.text.splitlines()[0]
    assert "3 proven, 1 not provable" == ran.text.splitlines()[-1]


def test_a_failed_finding_ends_with_one(workplace: Workplace) -> None:
    """
    A failed finding is exit code 1, and the other findings are reported too.
    """
    workplace.configure({"does": "fail"})

    ran = workplace.call("check", "--json")

    assert 1 == ran.code
    assert ("may create orders", "failed") == states(ran)[2]


def test_offline_asks_no_target(workplace: Workplace) -> None:
    """
    The option --offline leaves findings about the target not provable.
    """
    workplace.configure({"does": "fail"})

    ran = workplace.call("check", "--offline", "--json")

    assert 0 == ran.code
    assert ("its target responds and accepts writes", "not provable") == states(ran)[1]


def test_an_invalid_configuration_is_a_finding(workplace: Workplace) -> None:
    """
    Each fault of an invalid configuration is a failed finding, and the exit code is 2.
    """
    workplace.configure({}, workflow=workflow_of({"stopOnError": "yes"}), text="orders = 1")

    ran = workplace.call("check", "--json")
    table = workplace.call("check")

    assert 2 == ran.code
    assert 2 == table.code
    assert ["failed", "failed"] == [finding["state"] for finding in ran.json()]
    assert "2 failed" == table.text.splitlines()[-1]
    assert "" == ran.err
    assert "Traceback" not in table.err


@pytest.mark.parametrize("which", ["config", "workflow", "order"])
def test_the_schemas_need_no_configuration(workplace: Workplace, which: str) -> None:
    """
    The option --schema prints a JSON Schema without a configuration.
    """
    (workplace.folder / "orderferry.toml").unlink()

    ran = workplace.call("check", "--schema", which)

    assert 0 == ran.code
    assert "https://json-schema.org/draft/2020-12/schema" == ran.json()["$schema"]


def test_an_unknown_schema_is_a_fault_of_usage(workplace: Workplace) -> None:
    """
    The message for an unknown schema lists the schemas.
    """
    ran = workplace.call("check", "--schema", "orders")

    assert 2 == ran.code
    assert "'config', 'workflow', 'order'" in ran.err


def test_every_instance_is_asked(workplace: Workplace) -> None:
    """
    All instances are checked in the order of the file, even if one of them fails.
    """
    ids = [f"i{number}" for number in range(12)]
    workplace.configure(
        *({"id": id_, "does": "reject" if id_ == "i3" else "take"} for id_ in ids),
        workflow=workflow_of({"connectorId": "i0"}),
    )

    ran = workplace.call("check", "--json")

    subjects = [finding["subject"] for finding in ran.json()]
    assert [f"acme/{id_}" for id_ in ids] == list(dict.fromkeys(subjects))[:12]
    failed = [finding for finding in ran.json() if finding["state"] == "failed"]
    assert ["acme/i3"] == [finding["subject"] for finding in failed]
    assert "AuthenticationError" in failed[0]["detail"]


def test_json_is_alone_on_standard_output(workplace: Workplace) -> None:
    """
    Standard output is one JSON array, and contains no secret.
    """
    workplace.configure({"does": "leak", "token": "a literal secret"})

    ran = workplace.call("check", "--json")

    assert isinstance(json.loads(ran.out), list)
    assert "a literal secret" not in ran.text + ran.err
