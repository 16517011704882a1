"""
Tests of what a hook returns besides an `ExportResult`.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderferry.connectors import Acknowledgement, ExportState, Found, ShippedLine


def test_found_keeps_a_copy_of_its_ids() -> None:
    """
    A connector that changes its dictionary later does not change the answer.
    """
    ids = {"order": "1"}
    answer = Found(ids)
    ids["order"] = "2"

    assert {"order": "1"} == answer.remote_ids
    with pytest.raises(TypeError):
        answer.remote_ids["order"] = "3"  # type: ignore[index]


def test_a_found_export_is_accepted_by_default() -> None:
    """
    `Found` without a state means that the target accepted the export.
    """
    assert ExportState.ACCEPTED is Found().state


def test_an_acknowledgement_stores_tuples() -> None:
    """
    An acknowledgement accepts any iterable, and keeps a tuple of its items.
    """
    acknowledgement = Acknowledgement(
        "key", ExportState.ACKNOWLEDGED, shipped=[ShippedLine("1", Decimal(2))], tracking=["T"]
    )

    assert (ShippedLine("1", Decimal(2)),) == acknowledgement.shipped
    assert ("T",) == acknowledgement.tracking
