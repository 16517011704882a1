"""
The parts that order, shipment, line and payment share.

Field names follow the order document of Omnium's public API in snake_case
(docs.omnium.no/docs/Order/order-api); JSON has them in camelCase. A field that is not named here
is kept in `extra` and written back as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

__all__ = ["Address", "Dimensions", "ExternalId", "OrderNote", "Package", "PropertyItem"]

Extra = Mapping[str, Any]
"""Fields that the model does not name, as JSON values by JSON name."""


@frozen(kw_only=True, slots=False)
class ExternalId:
    """
    An id that another system gave.
    """

    provider_name: str | None = None
    id: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class PropertyItem:
    """
    A free key and value; `key_group` gathers several, `value_type` names the value's type.
    """

    key: str
    value: str | None = None
    key_group: str | None = None
    value_type: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Address:
    """
    A postal address with its contact. `country_code` is ISO 3166-1, two or three letters.
    """

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    organization: str | None = None
    organizational_number: str | None = None
    line1: str | None = None
    line2: str | None = None
    street_number: str | None = None
    apartment_number: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region_code: str | None = None
    region_name: str | None = None
    state: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    email: str | None = None
    phone: str | None = None
    daytime_phone_number: str | None = None
    evening_phone_number: str | None = None
    external_id: str | None = None
    extra: Extra = field(factory=dict)

    @property
    def full_name(self) -> str | None:
        """
        The person's or company's name: `name`, else first and last name, else the organization.
        """
        person = " ".join(part for part in (self.first_name, self.last_name) if part)
        return self.name or person or self.organization


@frozen(kw_only=True, slots=False)
class Dimensions:
    """
    A package's size, in centimetres.
    """

    height_in_cm: Decimal | None = None
    length_in_cm: Decimal | None = None
    width_in_cm: Decimal | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Package:
    """
    A package of a shipment; weight in kilograms.
    """

    id: str | None = None
    weight_in_kg: Decimal | None = None
    volume: Decimal | None = None
    dimensions: Dimensions | None = None
    barcode: str | None = None
    shipment_tracking: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class OrderNote:
    """
    A note on an order.
    """

    id: str | None = None
    title: str | None = None
    detail: str | None = None
    created: datetime | None = None
    extra: Extra = field(factory=dict)
