"""
The settings of an instance, and their checks.

Manhattan publishes no field schema: a tenant's fields are configured in the tenant's interface
mapping, so everything that a tenant may choose is a setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from string import Formatter
from typing import Annotated, Any
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen
from attrs.validators import ge, gt, optional
from msgspec import Meta

from orderferry import Secret
from orderferry_wms_manhattan._document import time_zone
from orderferry_wms_manhattan._sources import fault

__all__ = ["ADDRESS_SOURCES", "Grant", "ManhattanSettings"]

ADDRESS_SOURCES = {
    "Address1": "line1",
    "Address2": "line2",
    "City": "city",
    "Country": "countryCode",
    "Email": "email",
    "FirstName": "firstName",
    "LastName": "lastName",
    "Phone": "phone",
    "PostalCode": "postalCode",
    "State": "state",
}
"""The fields of `DestinationAddress`, each with the field of the order's address."""

_RESERVED = frozenset({"OriginalOrderId", "OriginalOrderLine", "OrderedQuantity"})
_ADDRESS = frozenset(ADDRESS_SOURCES)


def _check_url(_: object, attribute: Attribute[str], value: str) -> None:
    """
    Require an absolute http or https URL without a query.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError(f"expected a URL such as https://host, got {value!r}")


def _check_time_zone(_: object, attribute: Attribute[str], value: str) -> None:
    """
    Require a time zone of the IANA database.
    """
    time_zone(value)


def _check_template(_: object, attribute: Attribute[str], value: str) -> None:
    """
    Require a template with `{shipment}`, and optionally `{order}`.
    """
    try:
        names = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        value.format(order="", shipment="")
    except (ValueError, KeyError, IndexError, AttributeError):
        names = set()
    if "shipment" not in names or names - {"order", "shipment"}:
        raise ValueError(f"expected {{shipment}} and optionally {{order}}, got {value!r}")


def _check_address_fields(_: object, attribute: Attribute[Any], value: Iterable[str]) -> None:
    """
    Require fields of `DestinationAddress` that the mapping can fill.
    """
    unknown = sorted(set(value) - _ADDRESS)
    if unknown:
        raise ValueError(
            f"unknown address field {unknown[0]!r}; expected one of {', '.join(sorted(_ADDRESS))}"
        )


def _check_fields(_: object, attribute: Attribute[Any], value: str | Iterable[str]) -> None:
    """
    Require fields of the document that the connector does not set itself.
    """
    for path in (value,) if isinstance(value, str) else value:
        _check_field(path)


def _check_constants(_: object, attribute: Attribute[Any], value: Mapping[str, object]) -> None:
    """
    Require text, booleans and whole numbers, by field.
    """
    for path, constant in value.items():
        _check_field(path)
        if not isinstance(constant, str | bool | int):
            raise ValueError(f"{path}: expected text, a boolean or a whole number")


def _check_sources(*roots: str) -> Callable[[object, Attribute[Any], Mapping[str, str]], None]:
    """
    Make a validator of sources by field.

    Args:
        roots: The valid first parts of a source.
    """

    def check(_: object, attribute: Attribute[Any], value: Mapping[str, str]) -> None:
        for path, source in value.items():
            _check_field(path)
            message = fault(source, roots)
            if message is not None:
                raise ValueError(f"{path}: {message}")

    return check


def _check_limits(_: object, attribute: Attribute[Any], value: Mapping[str, int]) -> None:
    """
    Require lengths of at least one character.
    """
    for path, length in value.items():
        if length < 1:
            raise ValueError(f"{path}: expected at least 1, got {length}")


def _check_field(path: str) -> None:
    segments = path.removeprefix("OriginalOrderLine.").split(".")
    if not all(segments):
        raise ValueError(f"expected a field such as Extended.GiftNote, got {path!r}")
    if segments[0] in _RESERVED:
        raise ValueError(f"{segments[0]} is set by the connector and cannot be mapped")


class Grant(StrEnum):
    """
    How a token is requested (RFC 6749, sections 4.3 and 4.4).
    """

    PASSWORD = "password"  # noqa: S105 - the grant's name
    CLIENT_CREDENTIALS = "client_credentials"


def _help(description: str) -> dict[str, str]:
    return {"description": description}


@frozen(kw_only=True)
class ManhattanSettings:
    """
    A tenant of Manhattan Active Warehouse Management, and its mapping.
    """

    base_url: str = field(
        validator=_check_url,
        metadata=_help("Base URL of the API, such as https://example.sce.manh.com."),
    )
    token_url: str = field(
        validator=_check_url,
        metadata=_help("URL of the token endpoint; host and path differ from tenant to tenant."),
    )
    grant: Grant = field(
        default=Grant.PASSWORD, metadata=_help("OAuth2 grant that the tenant allows.")
    )
    client_id: str = field(metadata=_help("Id of the API client, sent as Basic authentication."))
    client_secret: Secret = field(metadata=_help("Secret of the API client."))
    username: str | None = field(default=None, metadata=_help("User of the password grant."))
    password: Secret | None = field(default=None, metadata=_help("Password of the user."))
    scope: str | None = field(
        default=None, metadata=_help("OAuth2 scope to request, if the tenant requires one.")
    )
    organization: str = field(metadata=_help("Header SelectedOrganization."))
    facility: str = field(
        metadata=_help("OriginFacilityId, unless `facilities` maps the warehouse.")
    )
    location: str | None = field(
        default=None,
        metadata=_help("Header SelectedLocation; without it, the order's OriginFacilityId."),
    )
    facilities: Mapping[str, str] = field(
        factory=dict,
        metadata=_help(
            "OriginFacilityId by warehouseCode. When set, an order from another warehouse is"
            " invalid."
        ),
    )
    order_type: str = field(default="DTC", metadata=_help("OrderType."))
    service_levels: Mapping[str, str] = field(
        factory=dict,
        metadata=_help(
            "Service level by shippingMethodId or shippingMethodName. When set without"
            " default_service_level, an order with another method is invalid."
        ),
    )
    default_service_level: str | None = field(
        default=None, metadata=_help("Service level of all other shipping methods.")
    )
    service_level_field: str = field(
        default="Extended.ServiceLevelCode",
        validator=_check_fields,
        metadata=_help("Field for the service level."),
    )
    units: Mapping[str, str] = field(
        factory=dict,
        metadata=_help(
            "QuantityUomId by the line's unit. When set without default_unit, a line with another"
            " unit is invalid."
        ),
    )
    default_unit: str | None = field(
        default=None,
        metadata=_help("QuantityUomId of all other lines; without it, the item's own unit."),
    )
    default_country: str | None = field(
        default=None, metadata=_help("Country of an address without countryCode.")
    )
    required_address_fields: tuple[str, ...] = field(
        default=("Address1", "City", "Country"),
        validator=_check_address_fields,
        metadata=_help("Fields that DestinationAddress must have."),
    )
    time_zone: str = field(
        default="UTC",
        validator=_check_time_zone,
        metadata=_help("Time zone of the facility, in which dates are sent, without naming it."),
    )
    delivery_window_days: Annotated[int, Meta(ge=0)] = field(
        default=0,
        validator=ge(0),
        metadata=_help("Days between DeliveryStartDateTime and the requested delivery."),
    )
    pickup_window_days: Annotated[int, Meta(ge=0)] | None = field(
        default=None,
        validator=optional(ge(0)),
        metadata=_help(
            "Days from the order's creation (PickupStartDateTime) to PickupEndDateTime; without"
            " it, pickup times are not sent."
        ),
    )
    shipment_order_id: str = field(
        default="{order}-{shipment}",
        validator=_check_template,
        metadata=_help("OriginalOrderId of a shipment, made of the ids of order and shipment."),
    )
    reference_field: str | None = field(
        default=None,
        validator=optional(_check_fields),
        metadata=_help(
            "Field for the order's own id, such as Extended.ExternalPurchaseOrderNumber. It is"
            " set also when OriginalOrderId is that of a shipment."
        ),
    )
    order_constants: Mapping[str, Any] = field(
        factory=lambda: {"MinimumStatus": "0500", "MaximumStatus": "0500"},
        validator=_check_constants,
        metadata=_help(
            "Constant values of every order by field: text, a boolean or a whole number."
        ),
    )
    order_fields: Mapping[str, str] = field(
        factory=dict,
        validator=_check_sources("order", "shipment"),
        metadata=_help(
            'Source by field, such as `"Extended.GiftNote" = "order.properties.giftNote"`.'
        ),
    )
    line_constants: Mapping[str, Any] = field(
        factory=dict,
        validator=_check_constants,
        metadata=_help(
            "Constant values of every line by field: text, a boolean or a whole number."
        ),
    )
    line_fields: Mapping[str, str] = field(
        factory=dict,
        validator=_check_sources("order", "shipment", "line"),
        metadata=_help('Source by field of a line, such as `"ItemId" = "line.ean"`.'),
    )
    leave_out: tuple[str, ...] = field(
        default=(),
        validator=_check_fields,
        metadata=_help("Fields that are not sent; those of lines as `OriginalOrderLine.X`."),
    )
    max_lengths: Mapping[str, int] = field(
        factory=lambda: {"OriginalOrderId": 50},
        validator=_check_limits,
        metadata=_help("Most characters by field; those of lines as `OriginalOrderLine.X`."),
    )
    timeout_seconds: Annotated[float, Meta(gt=0)] = field(
        default=30.0, validator=gt(0), metadata=_help("Timeout of a request, in seconds.")
    )
    ca_file: str | None = field(
        default=None,
        metadata=_help("PEM file of the authorities to trust instead of the system's."),
    )

    @password.validator
    def _check_password(self, attribute: Attribute[Secret | None], value: Secret | None) -> None:
        if self.grant is Grant.PASSWORD and not (self.username and value):
            raise ValueError("the password grant requires username and password")
