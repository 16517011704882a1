"""
Tests of `orderferry connectors`.
"""

from typing import Any

from core.tests.conftest import WORKING

from .conftest import Ran, Site, Workplace


def find_connector(ran: Ran, name: str) -> dict[str, Any]:
    """
    The connector of that name in the JSON, which may contain others.
    """
    entry: dict[str, Any] = next(item for item in ran.json() if item["name"] == name)
    return entry


def test_a_configured_connector(workplace: Workplace) -> None:
    """
    A configured connector is listed with its distribution, version, instances and hooks.
    """
    workplace.configure({}, {"id": "no", "markets": ["NO"], "disabled_markets": ["SE"]})

    ran = workplace.call("connectors", "--json")

    assert 0 == ran.code
    assert "" == ran.err
    assert {
        "name": "acme",
        "distribution": "orderferry-acme",
        "version": "1.0",
        "state": "configured",
        "reason": None,
        "instances": [
            {
                "id": "default",
                "markets": [],
                "disabledMarkets": [],
                "state": "configured",
                "reason": None,
            },
            {
                "id": "no",
                "markets": ["NO"],
                "disabledMarkets": ["SE"],
                "state": "configured",
                "reason": None,
            },
        ],
        "hooks": ["check", "export_order", "preview_order"],
    } == find_connector(ran, "acme")


def test_a_configuration_is_not_needed(workplace: Workplace) -> None:
    """
    Installed connectors are listed without a configuration, unless --config names one that is
    missing.
    """
    (workplace.folder / "orderferry.toml").unlink()

    ran = workplace.call("connectors", "--json")
    missing = workplace.call("connectors", "--config", "no.toml")

    assert 0 == ran.code
    assert "installed" == find_connector(ran, "acme")["state"]
    assert [] == find_connector(ran, "acme")["instances"]
    assert 2 == missing.code
    assert "no.toml" in missing.err


def test_a_broken_configuration_hides_no_connector(workplace: Workplace) -> None:
    """
    An invalid configuration is reported with exit code 2, and the connectors are listed.
    """
    workplace.configure({}, text="orders = 1")

    ran = workplace.call("connectors", "--json")

    assert 2 == ran.code
    assert "installed" == find_connector(ran, "acme")["state"]
    assert "orders" in ran.err


def test_an_instance_with_bad_settings_is_quarantined_alone(workplace: Workplace) -> None:
    """
    A connector is configured if at least one of its instances can be used.
    """
    workplace.configure({"id": "good"}, {"id": "bad", "token": "${env:NOT_SET_ANYWHERE}"})

    ran = workplace.call("connectors", "--json")
    table = workplace.call("connectors")

    entry = find_connector(ran, "acme")
    assert 0 == ran.code
    assert "configured" == entry["state"]
    assert ["configured", "quarantined"] == [instance["state"] for instance in entry["instances"]]
    assert "NOT_SET_ANYWHERE" in entry["instances"][1]["reason"]
    assert "    bad: acme/bad (orderferry-acme 1.0)" in table.text


def test_broken_connectors_are_quarantined_with_the_reason(
    workplace: Workplace, site: Site
) -> None:
    """
    A broken connector is quarantined with its distribution and the reason, and the others are
    listed.
    """
    site.connector("broken", "import nothing_of_that_name")
    site.connector("twice", distribution="orderferry-one")
    site.connector("twice", distribution="orderferry-two")

    ran = workplace.call("connectors", "--json")

    assert 0 == ran.code
    assert "configured" == find_connector(ran, "acme")["state"]
    for name, reason in (("broken", "orderferry-broken 1.0"), ("twice", "orderferry-two 1.0")):
        assert "quarantined" == find_connector(ran, name)["state"]
        assert reason in find_connector(ran, name)["reason"]


def test_a_configured_connector_that_is_not_installed(workplace: Workplace) -> None:
    """
    A configured connector that is not installed is listed as such.
    """
    workplace.configure({}, {"name": "gone"})

    entry = find_connector(workplace.call("connectors", "--json"), "gone")

    assert "not installed" == entry["state"]
    assert entry["distribution"] is None
    assert ["not installed"] == [instance["state"] for instance in entry["instances"]]


def test_the_table_has_a_row_per_connector(workplace: Workplace) -> None:
    """
    The table has one row per connector.
    """
    ran = workplace.call("connectors")

    (row,) = [line.split() for line in ran.text.splitlines() if line.startswith("acme ")]
    assert ["acme", "configured", "orderferry-acme", "1.0", "default"] == row


def test_show_has_the_settings_with_their_docs(workplace: Workplace, site: Site) -> None:
    """
    The settings are shown with type, default, description and example, next to the connector's
    hooks.
    """
    example = '"example": "https://eu.acme.invalid"'
    site.connector("plain", WORKING.replace('"description":', f'{example}, "description":'))

    ran = workplace.call("connectors", "show", "plain")

    assert 0 == ran.code
    lines = [line.strip() for line in ran.text.splitlines()]
    assert "plain  orderferry-plain 1.0" == lines[0]
    assert "hooks     export_order" in lines
    place = lines.index('base_url  text, default "https://acme.invalid"')
    assert ["Where Acme answers.", 'such as "https://eu.acme.invalid"'] == lines[place + 1 :][:2]
    assert "token  secret" in lines


def test_show_has_the_instances(workplace: Workplace) -> None:
    """
    The option --config is accepted before and after `show`.
    """
    (workplace.folder / "orderferry.toml").rename(workplace.folder / "other.toml")

    before = workplace.call("connectors", "--config", "other.toml", "show", "acme")
    after = workplace.call("connectors", "show", "acme", "--config", "other.toml")

    assert before == after
    assert "instance  default: configured, markets all" in before.text


def test_show_gives_the_schema(workplace: Workplace, site: Site) -> None:
    """
    The option --schema prints a JSON Schema in which secrets are write-only.
    """
    site.connector("plain")

    ran = workplace.call("connectors", "show", "plain", "--schema")

    schema = ran.json()
    assert 0 == ran.code
    assert schema["additionalProperties"] is False
    assert schema["properties"]["token"]["writeOnly"] is True


def test_show_of_what_is_not_there(workplace: Workplace, site: Site) -> None:
    """
    An unknown or broken connector is exit code 2, with a similar name or the reason.
    """
    site.connector("broken", "import nothing_of_that_name")

    near = workplace.call("connectors", "show", "acne")
    broken = workplace.call("connectors", "show", "broken")

    assert 2 == near.code
    assert "acme" in near.err
    assert 2 == broken.code
    assert "nothing_of_that_name" in broken.err
    assert "Traceback" not in near.err + broken.err
