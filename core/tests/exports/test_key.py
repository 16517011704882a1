"""
Keys of exports.
"""

from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orderferry.exports import ExportKey, Operation

KEY = ExportKey(
    order_id="W/1",
    shipment_id="S 1",
    connector="sap",
    connector_id="main",
    operation=Operation.EXPORT_ORDER,
    status="New",
    version="7",
)


def test_the_text_of_a_key_escapes_what_separates_its_parts() -> None:
    """
    Two different keys never have the same text.
    """
    assert "W%2F1/S%201/sap/main/export_order/New/7/0" == str(KEY)


def test_the_id_of_a_key_never_changes() -> None:
    """
    A target recognizes an idempotency key of an earlier release.
    """
    assert UUID("36cf4209-5f22-5cb7-ab31-d850c0a4a1dc") == KEY.id
    assert 5 == KEY.id.version
    assert evolve(KEY).id == KEY.id


@given(st.lists(st.text(max_size=8), min_size=3, max_size=3), st.integers(0, 3))
def test_different_keys_have_different_texts_and_ids(parts: list[str], generation: int) -> None:
    """
    Keys differ whatever characters the host's ids have.
    """
    order_id, status, version = parts
    key = evolve(KEY, order_id=order_id, status=status, version=version, generation=generation)

    same = key == KEY

    assert same == (str(key) == str(KEY))
    assert same == (key.id == KEY.id)


def test_an_export_of_the_whole_order_touches_those_of_its_shipments() -> None:
    """
    The export of an order and those of its shipments hold each other back.
    """
    whole = evolve(KEY, shipment_id=None)

    assert whole.touches(KEY)
    assert KEY.touches(whole)
    assert not KEY.touches(evolve(KEY, shipment_id="S2"))
    assert not KEY.touches(evolve(KEY, connector_id="other"))


def test_the_reference_names_instance_and_shipment() -> None:
    """
    The reference of errors on the order names the instance and the shipment.
    """
    assert "sap/main/S 1" == KEY.reference
    assert "sap/main" == evolve(KEY, shipment_id=None).reference
