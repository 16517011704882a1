"""
The target's own metadata.
"""

import pytest

from orderferry_erp_sap._metadata import read_metadata
from orderferry_erp_sap.simulator._model import metadata


def test_fields_that_are_missing_or_closed_are_named() -> None:
    """
    What the target does not have, and what it creates itself, cannot be sent.
    """
    read = read_metadata(metadata())
    names = ["SoldToParty", "CreationDate", "YY1_X_SDH"]
    assert read.refused("A_SalesOrder", names) == ("CreationDate", "YY1_X_SDH")
    assert read.refused("A_Other", ["SoldToParty"]) == ("SoldToParty",)


def test_sets_that_take_nothing_are_named() -> None:
    """
    An address is created in its partner only.
    """
    closed = {"A_SalesOrderPartnerAddress", "A_SalesOrderItemPartnerAddress"}
    assert closed == read_metadata(metadata()).closed_sets


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><br></html>", "is not XML"),
        (b"", "is not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    ],
)
def test_what_is_no_metadata_is_refused(content: bytes, message: str) -> None:
    """
    Neither a page for people nor a bomb of entities is read.
    """
    with pytest.raises(ValueError, match=message):
        read_metadata(content)
