"""
The parts of an order: lines, shipments, payments, addresses.

Field names follow the order document of Omnium's public API in snake_case
(docs.omnium.no/docs/Order/order-api); JSON has them in camelCase. A field that is not named here
is kept in `extra` and written back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from attrs import field, frozen

__all__ = [
    "Address",
    "Dimensions",
    "ExternalId",
    "Invoice",
    "LineItem",
    "OrderForm",
    "OrderNote",
    "Package",
    "Payment",
    "PropertyItem",
    "Shipment",
]

Extra = Mapping[str, Any]
"""Fields that the model does not name, as JSON values by JSON name."""


@frozen(kw_only=True, slots=False)
class ExternalId:
    """
    An id that another system assigned.
    """

    provider_name: str | None = None
    id: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class PropertyItem:
    """
    A key with a value; `key_group` groups several, `value_type` names the value's type.
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
        The person's or company's name: `name`, or first and last name, or the organization.
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


@frozen(kw_only=True, slots=False)
class LineItem:
    """
    A line. `placed_price` is the unit price, `tax_rate` a percentage (`25.00`).
    """

    line_item_id: str | None = None
    code: str | None = None
    product_id: str | None = None
    display_name: str | None = None
    ean: str | None = None
    gtins: tuple[str, ...] = ()
    quantity: Decimal = Decimal(0)
    canceled_quantity: Decimal | None = None
    delivered_quantity: Decimal | None = None
    return_quantity: Decimal | None = None
    unit: str | None = None
    placed_price: Decimal | None = None
    placed_price_excl_tax: Decimal | None = None
    discounted: Decimal | None = None
    discounted_price: Decimal | None = None
    order_discount_amount: Decimal | None = None
    extended_price: Decimal | None = None
    extended_price_excl_tax: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_total: Decimal | None = None
    cost: Decimal | None = None
    cost_total: Decimal | None = None
    comment: str | None = None
    serial_number: str | None = None
    is_gift: bool | None = None
    external_ids: tuple[ExternalId, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    extra: Extra = field(factory=dict)

    @property
    def open_quantity(self) -> Decimal:
        """
        The ordered quantity less the cancelled one, exactly; below 0 if more was cancelled.
        """
        if not self.canceled_quantity:
            return self.quantity
        with localcontext(prec=200):
            return self.quantity - self.canceled_quantity


@frozen(kw_only=True, slots=False)
class Shipment:
    """
    A part of the order that one warehouse ships to one address.
    """

    shipment_id: str
    warehouse_code: str | None = None
    pick_up_warehouse_code: str | None = None
    status: str | None = None
    order_status: str | None = None
    prev_status: str | None = None
    shipping_method_name: str | None = None
    shipping_method_id: str | None = None
    shipping_label: str | None = None
    address: Address | None = None
    line_items: tuple[LineItem, ...] = ()
    packages: tuple[Package, ...] = ()
    shipment_tracking_number: str | None = None
    shipment_tracking_link: str | None = None
    shipment_label_link: str | None = None
    expected_delivery_date: datetime | None = None
    service_point_id: str | None = None
    shipping_sub_total: Decimal | None = None
    shipping_total: Decimal | None = None
    shipping_tax: Decimal | None = None
    total: Decimal | None = None
    tax_total: Decimal | None = None
    is_allocated: bool | None = None
    external_ids: tuple[ExternalId, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Payment:
    """
    One transaction with a payment provider.
    """

    id: str | None = None
    amount: Decimal | None = None
    payment_method_name: str | None = None
    payment_type: str | None = None
    transaction_id: str | None = None
    transaction_type: str | None = None
    status: str | None = None
    authorization_code: str | None = None
    authorization_expires: datetime | None = None
    created: datetime | None = None
    shipment_id: str | None = None
    store_id: str | None = None
    invoice_id: str | None = None
    external_ids: tuple[ExternalId, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Invoice:
    """
    An invoice of the order.
    """

    id: str | None = None
    invoice_number: str | None = None
    created: datetime | None = None
    total: Decimal | None = None
    tax_total: Decimal | None = None
    shipment_id: str | None = None
    external_ids: tuple[ExternalId, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class OrderForm:
    """
    The order's lines, shipments, payments and totals.
    """

    line_items: tuple[LineItem, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    payments: tuple[Payment, ...] = ()
    coupon_codes: tuple[str, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    sub_total: Decimal | None = None
    sub_total_excl_tax: Decimal | None = None
    shipping_sub_total: Decimal | None = None
    shipping_total: Decimal | None = None
    shipping_discount_total: Decimal | None = None
    handling_total: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_total: Decimal | None = None
    total: Decimal | None = None
    total_excl_tax: Decimal | None = None
    authorized_payment_total: Decimal | None = None
    captured_payment_total: Decimal | None = None
    credit_payment_total: Decimal | None = None
    gross_roundoff: Decimal | None = None
    cart_id: str | None = None
    extra: Extra = field(factory=dict)
