"""
The identity of a delivery, the choices of a step, and the tenant's codes.
"""

import pytest
from attrs import evolve

from orderferry import Order, Properties
from orderferry.errors import InvalidOrderError
from orderferry.orders import Shipment, deliveries
from orderferry_wms_manhattan._identity import (
    Identity,
    StepChoices,
    UnmappedError,
    choose,
    identify,
    step_choices,
)

from .conftest import OrderOf, SettingsOf


def _identify(
    order: Order, settings_of: SettingsOf, choices: StepChoices | None = None, **settings: object
) -> tuple[Identity, list[str]]:
    delivery = deliveries(order)[0]
    identity, problems = identify(
        order, delivery, choices or StepChoices(), settings_of(**settings)
    )
    return identity, [str(problem) for problem in problems]


def _with_warehouse(order: Order, warehouse: str | None) -> Order:
    shipment = evolve(order.shipments[0], warehouse_code=warehouse)
    return evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))


def test_order_without_shipments_has_its_own_id(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The `OriginalOrderId` of an order without shipments is the order's id.
    """
    identity, problems = _identify(order_of(), settings_of)
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


def test_only_shipment_has_one_id(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    An order's only shipment has the same id whether or not it is named.
    """
    order, settings = order_of("S1"), settings_of()
    ids = [
        identify(order, delivery, StepChoices(), settings)[0]
        for shipment in (None, order.shipment("S1"))
        for delivery in deliveries(order, shipment)
    ]
    assert ["WEB-1-S1", "WEB-1-S1"] == [identity.original_order_id for identity in ids]
    assert ids[0] == ids[1]


def test_shipment_s_id_follows_the_template(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The template of the settings may consist of the shipment's id only.
    """
    identity, _ = _identify(order_of("S1"), settings_of, shipment_order_id="{shipment}")
    assert "S1" == identity.original_order_id


@pytest.mark.parametrize("character", ["'", '"', "\\"])
def test_id_that_cannot_be_searched_for_is_a_problem(
    order_of: OrderOf, settings_of: SettingsOf, character: str
) -> None:
    """
    An id with a quote is not sent, because the escaping of queries is not published.
    """
    _, problems = _identify(order_of(id=f"WEB{character}1"), settings_of)
    assert 1 == len(problems)
    assert "has a quote or a backslash" in problems[0]


def test_warehouse_becomes_facility_and_location(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A mapped warehouse determines the facility and the location.
    """
    identity, problems = _identify(
        _with_warehouse(order_of("S1"), "EAST"), settings_of, facilities={"EAST": "1081"}
    )
    assert [] == problems
    assert "1081" == identity.facility
    assert "1081" == identity.location


def test_location_setting_precedes_the_facility(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The setting `location` replaces the facility as location.
    """
    identity, _ = _identify(order_of(), settings_of, location="HQ")
    assert "DC01" == identity.facility
    assert "HQ" == identity.location


def test_unmapped_warehouse_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A warehouse without a facility is a problem, and no warehouse means the default facility.
    """
    facilities = {"EAST": "1081"}
    _, problems = _identify(
        _with_warehouse(order_of("S1"), "WEST"), settings_of, facilities=facilities
    )
    remedy = "add it to the setting facilities"
    assert [f"warehouseCode 'WEST': has no facility; {remedy}"] == problems
    identity, problems = _identify(
        _with_warehouse(order_of("S1"), None), settings_of, facilities=facilities
    )
    assert [] == problems
    assert "DC01" == identity.facility


def test_step_precedes_settings(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The step's choices take precedence over warehouse and settings.
    """
    choices = StepChoices(facility="9", organization="O9", location="L9")
    identity, problems = _identify(
        _with_warehouse(order_of("S1"), "WEST"), settings_of, choices, facilities={"EAST": "1"}
    )
    assert [] == problems
    assert "9" == identity.facility
    assert "O9" == identity.organization
    assert "L9" == identity.location


@pytest.mark.parametrize("value", ["A\r\nX-Evil: 1", "Åsane", " "])
def test_value_that_no_header_can_have_is_a_problem(
    order_of: OrderOf, settings_of: SettingsOf, value: str
) -> None:
    """
    A line end or letters outside ASCII in a header's value are a problem.
    """
    _, problems = _identify(order_of(), settings_of, StepChoices(organization=value))
    assert 1 == len(problems)
    assert problems[0].startswith("SelectedOrganization")
    assert problems[0].isprintable()


def test_shipment_without_lines_has_an_id(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The identity of a shipment depends on the shipment's id only.
    """
    order = order_of()
    (delivery,) = deliveries(order, Shipment(shipment_id="S9"))
    identity, _ = identify(order, delivery, StepChoices(), settings_of())
    assert "WEB-1-S9" == identity.original_order_id
    assert "S9" == identity.shipment_id


CODES = {"express": "EXP", "Standard": "GND"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("express", "Standard", "DEF"), "EXP"),
        (("other", "Standard", "DEF"), "GND"),
        (("other", None, "DEF"), "DEF"),
        ((None, None, "DEF"), "DEF"),
        ((None, "", None), None),
    ],
)
def test_first_mapped_value_determines_the_code(
    values: tuple[str | None, ...], code: str | None
) -> None:
    """
    The first value with a code determines the code, else the default.
    """
    assert code == choose(CODES, *values)


def test_value_without_a_code_is_an_error() -> None:
    """
    A value without a code is an error where there are codes and no default.
    """
    with pytest.raises(UnmappedError):
        choose(CODES, "other", None)


def test_no_codes_require_no_code() -> None:
    """
    No value requires a code where no codes are configured.
    """
    assert choose({}, "other", None) is None


def test_properties_become_choices() -> None:
    """
    The five keys and the group `Extended` are read, numbers as text.
    """
    properties = Properties(
        {
            "OrderType": "B2B",
            "OriginFacilityId": 1081,
            "SelectedOrganization": "ORG2",
            "SelectedLocation": "LOC2",
            "ServiceLevel": "EXP",
            "SomethingElse": True,
        },
        {"Extended": {"GiftWrap": True}, "Other": {"x": "y"}},
    )
    assert StepChoices(
        order_type="B2B",
        facility="1081",
        organization="ORG2",
        location="LOC2",
        service_level="EXP",
        extended={"GiftWrap": True},
    ) == step_choices(properties)


def test_step_without_properties_has_no_choices() -> None:
    """
    A step without properties has no choices.
    """
    assert StepChoices() == step_choices(Properties())


@pytest.mark.parametrize("value", [True, "", ["x"]])
def test_property_that_is_not_text_is_a_problem(value: str) -> None:
    """
    A property that is not text is a problem with its key.
    """
    with pytest.raises(InvalidOrderError) as caught:
        step_choices(Properties({"OrderType": value}))
    assert ["OrderType"] == [problem.field for problem in caught.value.problems]
