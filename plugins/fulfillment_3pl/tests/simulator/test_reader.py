"""
The simulator's reader: the interchanges that it reads, and those that are invalid.
"""

from decimal import Decimal

import pytest

from orderferry_fulfillment_3pl.simulator._reader import (
    InvalidInterchangeError,
    ReceivedShippingOrder,
    read,
)

VALID = (
    b"ISA*00*          *00*          *ZZ*MERCHANT       *ZZ*THREEPL        "
    b"*261124*0805*U*00401*000000042*0*T*>~\n"
    b"GS*OW*MERCHANT*THREEPL*20261124*0805*42*X*004010~\nST*940*0001~\n"
    b"W05*N*WEB-1-S1~\nN1*ST*Buyer 01~\nN3*1 Market St~\nN4*Reno*NV*89502*US~\n"
    b"N9*CO*WEB-1~\nW66*PP*M~\nLX*1~\nW01*2*EA**VN*SKU-1~\nN9*LI*1~\n"
    b"LX*2~\nW01*.5*KG**VN*SKU-2~\nW76*2.5~\nSE*14*0001~\nGE*1*42~\nIEA*1*000000042~\n"
)


def test_a_valid_shipping_order_is_read() -> None:
    """
    The reader returns the numbers, the recipient and the lines.
    """
    assert ReceivedShippingOrder(
        interchange="000000042",
        depositor_number="WEB-1-S1",
        customer_order="WEB-1",
        recipient="Buyer 01",
        lines=(("SKU-1", Decimal(2)), ("SKU-2", Decimal("0.5"))),
    ) == read(VALID)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"ISA*", b"UNA*", "the ISA segment is missing"),
        (b"MERCHANT       *ZZ", b"MERCHANT*ZZ       ", "wrong length"),
        (b"GS*OW", b"GS*PO", "GS does not introduce a warehouse shipping order"),
        (b"X*004010", b"X*005010", "release 004010"),
        (b"ST*940", b"ST*850", "ST does not introduce a 940"),
        (b"SE*14", b"SE*15", "do not match"),
        (b"SE*14*0001", b"SE*14*0002", "do not match"),
        (b"GE*1*42", b"GE*1*43", "do not match"),
        (b"IEA*1*000000042", b"IEA*1*000000043", "do not match"),
        (b"IEA*1*000000042~\n", b"", "envelope"),
        (b"042~\n", b"042~\nrest", "text follows the last segment"),
        (b"W05*N*WEB-1-S1", b"N9*XX*1", "does not begin with its only W05"),
        (b"WEB-1-S1", b"W" * 23, "W05-02"),
        (b"N1*ST", b"N1*BT", "N1*ST is missing"),
        (b"Buyer 01", b"", "empty"),
        (b"N3*1 Market St", b"N9*XX*1", "lacks a name, a street or a city"),
        (b"N9*CO", b"N9*XX", "N9*CO is missing"),
        (b"W66*PP*M", b"N9*XX*2", "W66 is missing"),
        (b"W66*PP", b"W66*PREPAID", "payment or transport"),
        (b"LX*2", b"LX*3", "out of sequence"),
        (b"W01*2*EA", b"W01*2*EACH", "lacks the unit or the article"),
        (b"W01*2*EA", b"W01*-2*EA", "not a quantity"),
        (b"W01*2*EA", b"W01*2E0*EA", "not a quantity"),
        (b"W01*2*EA", b"W01*two*EA", "not a number"),
        (b"W76*2.5", b"W76*3", "not the sum"),
        (b"Buyer 01", b"Name\x07Doe", "control character"),
        (b"Buyer 01", b"Name>Doe", "delimiter"),
        (b"Buyer 01", b"Buyer 01*", "empty"),
    ],
)
def test_an_invalid_interchange_is_an_error_with_the_reason(
    old: bytes, new: bytes, reason: str
) -> None:
    """
    Each of these changes makes a valid interchange invalid.
    """
    assert old in VALID

    with pytest.raises(InvalidInterchangeError, match=reason.replace("*", r"\*")):
        read(VALID.replace(old, new, 1))
