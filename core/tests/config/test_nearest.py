"""
Which right name a wrong one is near.
"""

import pytest

from orderferry.config._nearest import nearest, remedy
from orderferry.config._step import STEP_NAMES, UNUSED_STEP_NAMES

KNOWN = (*STEP_NAMES, *UNUSED_STEP_NAMES)


@pytest.mark.parametrize(
    ("wrong", "right"),
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
def test_a_name_within_two_letters_is_near(wrong: str, right: str | None) -> None:
    """
    Short names have to be nearer, or every other short name would be one of ours misspelt.
    """
    assert right == nearest(wrong, KNOWN)


def test_the_nearest_of_several_is_told() -> None:
    """
    Not the first that is near enough.
    """
    assert "ConnectorId" == nearest("ConnectorIds", ("Connector", "ConnectorId"))


def test_the_remedy_is_the_nearest_name_or_one_of_all() -> None:
    """
    Whoever reads it knows what to write.
    """
    assert "did you mean Warning?" == remedy("Warnin", ("Success", "Warning"))
    assert "known are Success, Warning" == remedy("Maybe", ("Warning", "Success"))
    assert "none is known" == remedy("Maybe", ())
