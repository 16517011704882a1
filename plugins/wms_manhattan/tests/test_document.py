"""
Fields are placed, left out, written and read through by their path.
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
    leave_out,
    place,
    plain,
    zone_named,
)

OSLO = ZoneInfo("Europe/Oslo")


def test_path_makes_the_objects_on_its_way() -> None:
    """
    A path with points sets a field of an inner object, and makes it where it is missing.
    """
    document: Fields = {"Extended": {"A": "1"}}
    place(document, "Extended.B", "2")
    place(document, "Carrier.Service.Code", "GND")
    assert {"Extended": {"A": "1", "B": "2"}, "Carrier": {"Service": {"Code": "GND"}}} == document


def test_path_below_a_text_replaces_it() -> None:
    """
    Of two settings that collide, the deeper path stands.
    """
    document: Fields = {"OrderType": "DTC"}
    place(document, "OrderType.OrderTypeId", "DTC")
    assert {"OrderType": {"OrderTypeId": "DTC"}} == document


def test_fields_are_left_out_of_head_and_lines() -> None:
    """
    What is left out is gone from the head, from inner objects and from every line; what is not
    there is passed over.
    """
    document: Fields = {
        "BillToName": "x",
        "Extended": {"A": "1", "B": "2"},
        "OriginalOrderLine": [{"ItemId": "1", "Unit": "x"}, {"ItemId": "2"}],
    }
    leave_out(document, ("BillToName", "Extended.A", "No.Such", "OriginalOrderLine.Unit"))
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
    Numbers have neither exponents nor zeros that say nothing.
    """
    assert text == plain(Decimal(number))


def test_values_are_written_as_the_saved_requests_have_them() -> None:
    """
    Dates are on the facility's clock without a zone, decimals are text, the rest stays.
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
def test_control_characters_are_found_where_they_stand(text: str) -> None:
    """
    A control character or half of a pair is a problem that names the field, and shows it escaped.
    """
    (problem,) = faults({"DestinationAddress": {"City": text}}, {})
    assert "DestinationAddress.City" == problem.field
    assert str(problem.value).isascii()
    assert str(problem.value).isprintable()


def test_text_of_any_script_is_let_through() -> None:
    """
    Letters outside ASCII, quotes and separators of other formats are plain text here.
    """
    assert [] == list(faults({"City": "Łódź 東京 ~*'\"\\ 🙂"}, {}))


def test_length_of_a_line_s_field_names_the_line() -> None:
    """
    A text over its limit is a problem with field, value, limit and line.
    """
    document: Fields = {
        "OriginalOrderLine": [
            {"OriginalOrderLineId": "7", "ItemId": "ABCDE"},
            {"OriginalOrderLineId": "8", "ItemId": "ABCD"},
        ]
    }
    (problem,) = faults(document, {"OriginalOrderLine.ItemId": 4})
    assert "line 7, OriginalOrderLine.ItemId 'ABCDE': is 5 characters long" in str(problem)
    assert "4 is the limit" in problem.cause


def test_utc_needs_no_time_zone_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Small systems have no time zone database: the usual setting works there, others say why not.
    """
    reset_tzpath(to=())
    for name in [each for each in sys.modules if each.startswith("tzdata.")]:
        monkeypatch.delitem(sys.modules, name)  # another test may have used it
    monkeypatch.setitem(sys.modules, "tzdata", None)
    ZoneInfo.clear_cache()
    try:
        assert UTC is zone_named("UTC")
        with pytest.raises(ValueError, match=r"no time zone 'Europe/Oslo'.*tzdata"):
            zone_named("Europe/Oslo")
    finally:
        reset_tzpath()
