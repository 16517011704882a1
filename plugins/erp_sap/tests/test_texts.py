"""
Notes and comments.
"""

from collections.abc import Callable
from decimal import Decimal

from orderferry import Order
from orderferry.orders import LineItem, OrderNote
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._items import comment
from orderferry_erp_sap._mapping import notes

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]


def test_notes_of_one_id_are_one_text(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    SAP holds one text for a language and an id, so the notes are its paragraphs.
    """
    order = order_of(
        order_notes=(OrderNote(title="Call", detail="before noon"), OrderNote(detail=None)),
        public_order_notes=(OrderNote(detail="Thank you"),),
    )
    (text,) = notes(order, settings_of())
    assert text.values == {
        "Language": "EN",
        "LongTextID": "TX01",
        "LongText": "Thank you\nCall: before noon",
    }


def test_notes_of_two_ids_are_two_texts(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Internal and public notes go where the settings say; an empty id sends nothing.
    """
    order = order_of(
        order_notes=(OrderNote(detail="internal"),),
        public_order_notes=(OrderNote(detail="public"),),
    )
    texts = notes(order, settings_of(note_text="TX02", text_language="NO"))
    assert [(t.values["LongTextID"], t.values["LongText"]) for t in texts] == [
        ("TX01", "public"),
        ("TX02", "internal"),
    ]
    assert notes(order, settings_of(note_text="", public_note_text="")) == ()


def test_a_comment_is_the_items_text(settings_of: SettingsOf) -> None:
    """
    A line's comment goes under its id, unless that is empty.
    """
    line = LineItem(code="A", quantity=Decimal(1), comment="gift wrap")
    (text,) = comment(line, settings_of())
    assert text.entity == "A_SalesOrderItemText"
    assert text.values["LongTextID"] == "0001"
    assert comment(line, settings_of(comment_text="")) == ()
    assert comment(LineItem(code="A"), settings_of()) == ()
