"""
The warehouse's reader: what it takes, and what it objects to.
"""

from decimal import Decimal

import pytest

from orderferry_fulfillment_3pl.simulator._reader import RefusedError, ShippingOrderRead, read

GOOD = (
    b"ISA*00*          *00*          *ZZ*MERCHANT       *ZZ*THREEPL        "
    b"*261124*0805*U*00401*000000042*0*T*>~\n"
    b"GS*OW*MERCHANT*THREEPL*20261124*0805*42*X*004010~\nST*940*0001~\n"
    b"W05*N*WEB-1-S1~\nN1*ST*Buyer 01~\nN3*1 Market St~\nN4*Reno*NV*89502*US~\n"
    b"N9*CO*WEB-1~\nW66*PP*M~\nLX*1~\nW01*2*EA**VN*SKU-1~\nN9*LI*1~\n"
    b"LX*2~\nW01*.5*KG**VN*SKU-2~\nW76*2.5~\nSE*14*0001~\nGE*1*42~\nIEA*1*000000042~\n"
)


def test_a_shipping_order_that_holds_is_understood() -> None:
    """
    Numbers, recipient and lines.
    """
    assert ShippingOrderRead(
        interchange="000000042",
        depositor_number="WEB-1-S1",
        customer_order="WEB-1",
        recipient="Buyer 01",
        lines=(("SKU-1", Decimal(2)), ("SKU-2", Decimal("0.5"))),
    ) == read(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"ISA*", b"UNA*", "no ISA"),
        (b"MERCHANT       *ZZ", b"MERCHANT*ZZ       ", "wrong length"),
        (b"GS*OW", b"GS*PO", "not of a warehouse shipping order"),
        (b"X*004010", b"X*005010", "release 004010"),
        (b"ST*940", b"ST*850", "not of a 940"),
        (b"SE*14", b"SE*15", "do not agree"),
        (b"SE*14*0001", b"SE*14*0002", "do not agree"),
        (b"GE*1*42", b"GE*1*43", "do not agree"),
        (b"IEA*1*000000042", b"IEA*1*000000043", "do not agree"),
        (b"IEA*1*000000042~\n", b"", "envelope"),
        (b"042~\n", b"042~\nrest", "behind the last segment"),
        (b"W05*N*WEB-1-S1", b"N9*XX*1", "not one W05"),
        (b"WEB-1-S1", b"W" * 23, "W05-02"),
        (b"N1*ST", b"N1*BT", "no N1*ST"),
        (b"Buyer 01", b"", "empty"),
        (b"N3*1 Market St", b"N9*XX*1", "no name, street or town"),
        (b"N9*CO", b"N9*XX", "no N9*CO"),
        (b"W66*PP*M", b"N9*XX*2", "W66 is missing"),
        (b"W66*PP", b"W66*PREPAID", "payment and transport"),
        (b"LX*2", b"LX*3", "out of sequence"),
        (b"W01*2*EA", b"W01*2*EACH", "unit or article"),
        (b"W01*2*EA", b"W01*-2*EA", "no quantity"),
        (b"W01*2*EA", b"W01*2E0*EA", "no quantity"),
        (b"W01*2*EA", b"W01*two*EA", "no number"),
        (b"W76*2.5", b"W76*3", "not their sum"),
        (b"Buyer 01", b"Name\x07Doe", "control character"),
        (b"Buyer 01", b"Name>Doe", "delimiter"),
        (b"Buyer 01", b"Buyer 01*", "empty"),
    ],
)
def test_what_does_not_hold_is_refused_with_the_reason(old: bytes, new: bytes, reason: str) -> None:
    """
    One change a case.
    """
    assert old in GOOD

    with pytest.raises(RefusedError, match=reason.replace("*", r"\*")):
        read(GOOD.replace(old, new, 1))
