"""
Tests of the valid name that a misspelt name is near.
"""

import pytest

from orderferry.reading import nearest, suggest

VALID = (
    "Active",
    "Connector",
    "ConnectorId",
    "DisabledForTags",
    "EnabledForMarkets",
    "ErrorStatus",
    "Id",
    "Name",
    "Order",
    "Properties",
    "RunAfterOrderIsSaved",
    "StopOnError",
)


@pytest.mark.parametrize(
    ("misspelt", "name"),
    [
        ("conector", "Connector"),
        ("Connectors", "Connector"),
        ("connectorID", "ConnectorId"),
        ("stopOnEror", "StopOnError"),
        ("stopOnErorr", "StopOnError"),
        ("stop_on_error", "StopOnError"),
        ("run-after-order-is-saved", "RunAfterOrderIsSaved"),
        ("STOPONERROR", "StopOnError"),
        ("errorStatuss1", "ErrorStatus"),
        ("nmae", "Name"),
        ("nam", "Name"),
        ("actve", "Active"),
        ("property", None),
        ("propertis", "Properties"),
        ("enabledForMarket", "EnabledForMarkets"),
        ("disabledForTag", "DisabledForTags"),
        ("folder", None),
        ("host", None),
        ("url", None),
        ("code", None),
        ("ids", None),
        ("priority", None),
        ("template", None),
        ("", None),
    ],
)
def test_a_name_within_two_letters_is_near(misspelt: str, name: str | None) -> None:
    """
    A name is near within two letters, and a short name within one letter for each three.
    """
    assert name == nearest(misspelt, VALID)


def test_the_nearest_of_several_names_is_found() -> None:
    """
    The nearest name is found, and not the first that is near enough.
    """
    assert "ConnectorId" == nearest("ConnectorIds", ("Connector", "ConnectorId"))


def test_the_nearest_name_or_all_names_are_suggested() -> None:
    """
    The suggestion is the nearest name, or else all valid names in order.
    """
    assert "did you mean Warning?" == suggest("Warnin", ("Success", "Warning"))
    assert "use one of Success, Warning" == suggest("Maybe", ("Warning", "Success"))
    assert "no name is valid here" == suggest("Maybe", ())
