"""
What is bought, where it goes, and how it is paid.

Money is in the order's `billing_currency`; quantities are in the line's `unit`; both are exact
decimals. Field names: docs.omnium.no/docs/Order/order-api.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, localcontext

from attrs import field, frozen

from orderferry.orders._parts import Address, ExternalId, Extra, Package, PropertyItem

__all__ = ["Invoice", "LineItem", "OrderForm", "Payment", "Shipment"]


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
        What is ordered and not cancelled, exactly; below 0 where more was cancelled than ordered.
        """
        if not self.canceled_quantity:
            return self.quantity
        with localcontext(prec=200):
            return self.quantity - self.canceled_quantity


@frozen(kw_only=True, slots=False)
class Shipment:
    """
    A part of the order that leaves one warehouse for one address.
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
