"""
Fields of the document: setting, removing, writing and checking them by their path.
"""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, reset_tzpath

import pytest

from orderferry_wms_manhattan._document import (
    Fields,
    as_json,
    faults,
    plain,
    remove_fields,
    set_field,
    time_zone,
)

OSLO = ZoneInfo("Europe/Oslo")


def test_path_creates_inner_objects() -> None:
    """
    A path with points sets a field of an inner object, which is created where it is missing.
    """
    document: Fields = {"Extended": {"A": "1"}}
    set_field(document, "Extended.B", "2")
    set_field(document, "Carrier.Service.Code", "GND")
    assert {"Extended": {"A": "1", "B": "2"}, "Carrier": {"Service": {"Code": "GND"}}} == document


def test_path_below_text_replaces_the_text() -> None:
    """
    A path below a field that is text replaces the text with an object.
    """
    document: Fields = {"OrderType": "DTC"}
    set_field(document, "OrderType.OrderTypeId", "DTC")
    assert {"OrderType": {"OrderTypeId": "DTC"}} == document


def test_fields_are_removed_from_order_and_lines() -> None:
    """
    Fields are removed from the order, from inner objects and from every line; missing ones are
    ignored.
    """
    document: Fields = {
        "BillToName": "x",
        "Extended": {"A": "1", "B": "2"},
        "OriginalOrderLine": [{"ItemId": "1", "Unit": "x"}, {"ItemId": "2"}],
    }
    remove_fields(document, ("BillToName", "Extended.A", "No.Such", "OriginalOrderLine.Unit"))
    assert {
        "Extended": {"B": "2"},
        "OriginalOrderLine": [{"ItemId": "1"}, {"ItemId": "2"}],
    } == document


@pytest.mark.parametrize(
    ("number", "text"),
    [("3", "3"), ("3.00", "3"), ("0.250", "0.25"), ("1E+3", "1000"), ("100", "100")],
)
def test_number_is_plain_text(number: str, text: str) -> None:
    """
    A number is written without an exponent and without trailing zeros.
    """
    assert text == plain(Decimal(number))


def test_values_are_written_as_in_the_saved_requests() -> None:
    """
    Dates are in the facility's time zone without naming it, and decimals are text.
    """
    value = {
        "at": datetime(2026, 7, 1, 22, 30, 5, 999, UTC),
        "on": date(2026, 7, 1),
        "list": [Decimal("1.50"), True, 3, None, "x"],
    }
    assert {
        "at": "2026-07-02T00:30:05",
        "on": "2026-07-01T00:00:00",
        "list": ["1.5", True, 3, None, "x"],
    } == as_json(value, OSLO)


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x7fb", "a\x85b", "a\ud800b"])
def test_control_character_is_a_problem(text: str) -> None:
    """
    A control character or half a surrogate pair is a problem with the field and escaped text.
    """
    (problem,) = faults({"DestinationAddress": {"City": text}}, {})
    assert "DestinationAddress.City" == problem.field
    assert str(problem.value).isascii()
    assert str(problem.value).isprintable()


def test_text_in_any_script_is_valid() -> None:
    """
    Letters outside ASCII, quotes and separators of other formats are valid.
    """
    assert [] == list(faults({"City": "Łódź 東京 ~*'\"\\ 🙂"}, {}))


def test_text_that_is_too_long_names_its_line() -> None:
    """
    A text above its limit is a problem with field, value, limit and line.
    """
    document: Fields = {
        "OriginalOrderLine": [
            {"OriginalOrderLineId": "7", "ItemId": "ABCDE"},
            {"OriginalOrderLineId": "8", "ItemId": "ABCD"},
        ]
    }
    (problem,) = faults(document, {"OriginalOrderLine.ItemId": 4})
    assert "line 7, OriginalOrderLine.ItemId 'ABCDE': has 5 characters" in str(problem)
    assert "the limit is 4" in problem.cause


def test_utc_requires_no_time_zone_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without a time zone database, UTC is valid, and another zone is reported as missing.
    """
    reset_tzpath(to=())
    for name in [module for module in sys.modules if module.startswith("tzdata.")]:
        monkeypatch.delitem(sys.modules, name)  # another test may have used it
    monkeypatch.setitem(sys.modules, "tzdata", None)
    ZoneInfo.clear_cache()
    try:
        assert UTC is time_zone("UTC")
        with pytest.raises(ValueError, match=r"no time zone 'Europe/Oslo'.*tzdata"):
            time_zone("Europe/Oslo")
    finally:
        reset_tzpath()
