"""
Snapshots of what a connector is given.
"""

from __future__ import annotations

from attrs import define, field

from orderferry import Properties, Secret
from orderferry.testing import example_order
from orderferry.testing.trials._observation import changes, snapshot


@define
class Settings:
    """
    Settings with a list and a secret.
    """

    token: Secret
    hosts: list[str] = field(factory=list)


def test_nothing_changes_by_looking() -> None:
    """
    Two snapshots of one order are equal.
    """
    order = example_order("A1")

    assert [] == changes(snapshot(order), snapshot(order))


def test_a_change_deep_in_an_order_is_named() -> None:
    """
    In what no field of the document claims, below a list.
    """
    order = example_order("A1")
    before = snapshot(order)
    order.extra["campaign"]["tags"].append("late")

    (change,) = changes(before, snapshot(order))
    assert "extra.campaign.tags.2: not there became str('late')" == change


def test_a_change_of_settings_is_named_without_the_secret() -> None:
    """
    A secret is compared, and shown by nothing that tells it.
    """
    settings = Settings(Secret("first-secret"))
    before = snapshot(settings)
    settings.token = Secret("second-secret")
    settings.hosts.append("h1")

    found = changes(before, snapshot(settings))
    assert ["token", "hosts", "hosts.0"] == [each.partition(":")[0] for each in found]
    assert "secret" not in "".join(found).lower().replace("secret(", "")


def test_groups_of_properties_are_looked_into() -> None:
    """
    They are beside the properties themselves.
    """
    one = snapshot(Properties({"a": "1"}, {"group": {"b": "2"}}))
    other = snapshot(Properties({"a": "1"}, {"group": {"b": "3"}}))

    assert ["group.b: str('2') became str('3')"] == changes(one, other)
