"""
A delivery has one id at Manhattan, whoever asks and however the shipment was chosen.
"""

import pytest
from attrs import evolve

from orderferry import Order
from orderferry.orders import Shipment, deliveries
from orderferry_wms_manhattan._identity import Identity, identify
from orderferry_wms_manhattan._step import StepChoices

from .conftest import OrderOf, SettingsOf


def _identified(
    order: Order, settings_of: SettingsOf, choices: StepChoices | None = None, **settings: object
) -> tuple[Identity, list[str]]:
    delivery = deliveries(order)[0]
    identity, problems = identify(
        order, delivery, choices or StepChoices(), settings_of(**settings)
    )
    return identity, [str(problem) for problem in problems]


def _from(order: Order, warehouse: str | None) -> Order:
    shipment = evolve(order.shipments[0], warehouse_code=warehouse)
    return evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))


def test_order_without_shipments_has_its_own_id(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Without shipments, `OriginalOrderId` is the order's id.
    """
    identity, problems = _identified(order_of(), settings_of)
    assert [] == problems
    assert (
        Identity(
            original_order_id="WEB-1",
            shipment_id=None,
            facility="DC01",
            organization="ORG",
            location="DC01",
        )
        == identity
    )


def test_only_shipment_has_one_id_given_or_found(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    An order's only shipment has the same id whether it was chosen or is just the only one.
    """
    order, settings = order_of("S1"), settings_of()
    ids = [
        identify(order, delivery, StepChoices(), settings)[0]
        for shipment in (None, order.shipment("S1"))
        for delivery in deliveries(order, shipment)
    ]
    assert ["WEB-1-S1", "WEB-1-S1"] == [each.original_order_id for each in ids]
    assert ids[0] == ids[1]


def test_shipment_s_id_follows_the_template(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A tenant whose shipments have ids of their own needs no order in them.
    """
    identity, _ = _identified(order_of("S1"), settings_of, shipment_order_id="{shipment}")
    assert "S1" == identity.original_order_id


@pytest.mark.parametrize("character", ["'", '"', "\\"])
def test_id_that_cannot_be_searched_for_is_refused(
    order_of: OrderOf, settings_of: SettingsOf, character: str
) -> None:
    """
    How a query escapes a quote is not published, so an id with one is never sent.
    """
    _, problems = _identified(order_of(id=f"WEB{character}1"), settings_of)
    assert 1 == len(problems)
    assert "holds a quote or a backslash" in problems[0]


def test_warehouse_becomes_facility_and_location(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A mapped warehouse decides the facility, and with it the location that is asked.
    """
    identity, problems = _identified(
        _from(order_of("S1"), "EAST"), settings_of, facilities={"EAST": "1081"}
    )
    assert ([], "1081", "1081") == (problems, identity.facility, identity.location)


def test_location_setting_beats_the_facility(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A tenant that selects another location than the facility says so.
    """
    identity, _ = _identified(order_of(), settings_of, location="HQ")
    assert ("DC01", "HQ") == (identity.facility, identity.location)


def test_unmapped_warehouse_is_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Goods never leave from a guessed warehouse; only no warehouse at all means the usual one.
    """
    facilities = {"EAST": "1081"}
    _, problems = _identified(_from(order_of("S1"), "WEST"), settings_of, facilities=facilities)
    remedy = "name it in the setting facilities"
    assert [f"warehouseCode 'WEST': no facility of Manhattan is known for it; {remedy}"] == problems
    identity, problems = _identified(
        _from(order_of("S1"), None), settings_of, facilities=facilities
    )
    assert ([], "DC01") == (problems, identity.facility)


def test_step_beats_settings(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    What the step chooses stands, whatever the warehouse and the settings.
    """
    choices = StepChoices(facility="9", organization="O9", location="L9")
    identity, problems = _identified(
        _from(order_of("S1"), "WEST"), settings_of, choices, facilities={"EAST": "1"}
    )
    assert [] == problems
    assert ("9", "O9", "L9") == (identity.facility, identity.organization, identity.location)


@pytest.mark.parametrize("value", ["A\r\nX-Evil: 1", "Åsane", " "])
def test_value_that_no_header_can_hold_is_refused(
    order_of: OrderOf, settings_of: SettingsOf, value: str
) -> None:
    """
    Neither a line end nor letters outside ASCII get into a header.
    """
    _, problems = _identified(order_of(), settings_of, StepChoices(organization=value))
    assert 1 == len(problems)
    assert problems[0].startswith("SelectedOrganization")
    assert problems[0].isprintable()


def test_shipment_without_order_lines_is_still_named(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    The id needs nothing of the shipment but its id.
    """
    order = order_of()
    (delivery,) = deliveries(order, Shipment(shipment_id="S9"))
    identity, _ = identify(order, delivery, StepChoices(), settings_of())
    assert ("WEB-1-S9", "S9") == (identity.original_order_id, identity.shipment_id)
