"""
What an instance is configured with.

Manhattan publishes no field schema: what a tenant takes is settled in its interface mapping, so
everything that is a tenant's choice is a setting here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from attrs import Attribute, field, frozen
from attrs.validators import ge, gt, optional
from msgspec import Meta

from orderferry import Secret
from orderferry_wms_manhattan._checks import (
    address_fields,
    constants,
    http_url,
    limits,
    shipment_template,
    sources,
    targets,
    time_zone,
)

__all__ = ["Grant", "ManhattanSettings"]


class Grant(StrEnum):
    """
    How a token is got (RFC 6749, sections 4.3 and 4.4).
    """

    PASSWORD = "password"  # noqa: S105 - the grant's name
    CLIENT_CREDENTIALS = "client_credentials"


def _about(description: str) -> dict[str, str]:
    return {"description": description}


@frozen(kw_only=True)
class ManhattanSettings:
    """
    One tenant of Manhattan Active Warehouse Management, and its mapping.
    """

    base_url: str = field(
        validator=http_url,
        metadata=_about("Where the API answers, such as https://example.sce.manh.com."),
    )
    token_url: str = field(
        validator=http_url,
        metadata=_about("The token endpoint; its host and path differ from tenant to tenant."),
    )
    grant: Grant = field(
        default=Grant.PASSWORD, metadata=_about("The OAuth2 grant that the tenant allows.")
    )
    client_id: str = field(metadata=_about("The API client's id, sent as Basic."))
    client_secret: Secret = field(metadata=_about("The API client's secret."))
    username: str | None = field(
        default=None, metadata=_about("The user whom the password grant signs in.")
    )
    password: Secret | None = field(default=None, metadata=_about("That user's password."))
    scope: str | None = field(
        default=None, metadata=_about("The scope to ask for, where the tenant wants one.")
    )
    organization: str = field(metadata=_about("The header SelectedOrganization."))
    facility: str = field(metadata=_about("OriginFacilityId, where `facilities` names no other."))
    location: str | None = field(
        default=None,
        metadata=_about("The header SelectedLocation; without it, the order's OriginFacilityId."),
    )
    facilities: Mapping[str, str] = field(
        factory=dict,
        metadata=_about(
            "OriginFacilityId by warehouseCode. Where it names any, a warehouse that it does not"
            " name is refused."
        ),
    )
    order_type: str = field(default="DTC", metadata=_about("OrderType."))
    service_levels: Mapping[str, str] = field(
        factory=dict,
        metadata=_about(
            "Service level by shippingMethodId or shippingMethodName. Where it names any and"
            " there is no default_service_level, a method that it does not name is refused."
        ),
    )
    default_service_level: str | None = field(
        default=None, metadata=_about("The service level of every other shipping method.")
    )
    service_level_field: str = field(
        default="Extended.ServiceLevelCode",
        validator=targets,
        metadata=_about("The field that the service level goes to."),
    )
    units: Mapping[str, str] = field(
        factory=dict,
        metadata=_about(
            "QuantityUomId by the line's unit. Where it names any and there is no default_unit,"
            " a unit that it does not name is refused."
        ),
    )
    default_unit: str | None = field(
        default=None,
        metadata=_about("QuantityUomId of every other line; without it, the item's own unit."),
    )
    default_country: str | None = field(
        default=None, metadata=_about("Country of an address without countryCode.")
    )
    required_address_fields: tuple[str, ...] = field(
        default=("Address1", "City", "Country"),
        validator=address_fields,
        metadata=_about("Fields that DestinationAddress must have before it is sent."),
    )
    time_zone: str = field(
        default="UTC",
        validator=time_zone,
        metadata=_about("The zone of the facility's clock: dates are sent without one."),
    )
    delivery_window_days: Annotated[int, Meta(ge=0)] = field(
        default=0,
        validator=ge(0),
        metadata=_about("Days between DeliveryStartDateTime and the requested delivery."),
    )
    pickup_window_days: Annotated[int, Meta(ge=0)] | None = field(
        default=None,
        validator=optional(ge(0)),
        metadata=_about(
            "Days from the order's creation (PickupStartDateTime) to PickupEndDateTime; without"
            " it, no pickup times are sent."
        ),
    )
    shipment_order_id: str = field(
        default="{order}-{shipment}",
        validator=shipment_template,
        metadata=_about("OriginalOrderId of a shipment, from the ids of order and shipment."),
    )
    reference_field: str | None = field(
        default=None,
        validator=optional(targets),
        metadata=_about(
            "The field that the order's own id goes to, also where OriginalOrderId is a"
            " shipment's, such as Extended.ExternalPurchaseOrderNumber."
        ),
    )
    order_constants: Mapping[str, Any] = field(
        factory=lambda: {"MinimumStatus": "0500", "MaximumStatus": "0500"},
        validator=constants,
        metadata=_about(
            "Values by field, the same in every order: text, true or false, or a whole number."
        ),
    )
    order_fields: Mapping[str, str] = field(
        factory=dict,
        validator=sources("order", "shipment"),
        metadata=_about(
            'Source by field, such as `"Extended.GiftNote" = "order.properties.giftNote"`.'
        ),
    )
    line_constants: Mapping[str, Any] = field(
        factory=dict,
        validator=constants,
        metadata=_about(
            "Values by field, the same in every line: text, true or false, or a whole number."
        ),
    )
    line_fields: Mapping[str, str] = field(
        factory=dict,
        validator=sources("order", "shipment", "line"),
        metadata=_about('Source by field of a line, such as `"ItemId" = "line.ean"`.'),
    )
    leave_out: tuple[str, ...] = field(
        default=(),
        validator=targets,
        metadata=_about("Fields that are not sent, those of lines as `OriginalOrderLine.X`."),
    )
    max_lengths: Mapping[str, int] = field(
        factory=lambda: {"OriginalOrderId": 50},
        validator=limits,
        metadata=_about("Most characters by field, those of lines as `OriginalOrderLine.X`."),
    )
    timeout_seconds: Annotated[float, Meta(gt=0)] = field(
        default=30.0, validator=gt(0), metadata=_about("How long one request may take.")
    )
    ca_file: str | None = field(
        default=None, metadata=_about("A PEM file of the authorities to trust instead.")
    )

    @password.validator
    def _signs_in(self, attribute: Attribute[Secret | None], value: Secret | None) -> None:
        if self.grant is Grant.PASSWORD and not (self.username and value):
            raise ValueError("the password grant needs username and password")
