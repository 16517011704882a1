"""
What an instance of the connector is told: where SAP is, how to sign in, and what a sales order
needs that the order does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute, field, frozen

from orderferry import Secret
from orderferry_erp_sap._checks import misfit
from orderferry_erp_sap._fields import ENTITIES

__all__ = ["RESERVED", "SapSettings", "zone"]

RESERVED = "PurchaseOrderByCustomer"
"""The header field that carries the order's id; nothing else may be mapped to it."""

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def zone(name: str) -> tzinfo:
    """
    A time zone by its IANA name.

    Raises:
        ValueError: There is no such zone on this machine.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"time_zone: there is no time zone {name!r} here") from error


def _is_address(_: object, attribute: Attribute[str], value: str) -> None:
    if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise ValueError(f"{attribute.name}: expected an address such as https://host:port")


def _is_path(_: object, attribute: Attribute[str], value: str) -> None:
    if not re.fullmatch(r"(/[^\s?#]*)?", value):
        raise ValueError(f"{attribute.name}: expected a path that begins with /")


def _is_client(_: object, attribute: Attribute[str], value: str) -> None:
    if not re.fullmatch(r"(\d{3})?", value):
        raise ValueError(f"{attribute.name}: expected three digits, such as 100")


def _is_zone(_: object, __: Attribute[str], value: str) -> None:
    zone(value)


def _is_positive(_: object, attribute: Attribute[float], value: float) -> None:
    if not 0 < value < 86400:
        raise ValueError(f"{attribute.name}: expected seconds, more than 0")


def _may_be_set(entity: str, setting: str, names: Mapping[str, str]) -> None:
    for key, name in names.items():
        known = ENTITIES[entity].properties.get(name)
        if not _FIELD_NAME.fullmatch(name):
            raise ValueError(f"{setting}.{key}: {name!r} is not the name of a field")
        if name == RESERVED or (known is not None and (known.key or known.computed)):
            raise ValueError(f"{setting}.{key}: the field {name} cannot be set")


_FIELDS = (
    ("sales_order_type", "A_SalesOrder", "SalesOrderType"),
    ("sales_organization", "A_SalesOrder", "SalesOrganization"),
    ("distribution_channel", "A_SalesOrder", "DistributionChannel"),
    ("division", "A_SalesOrder", "OrganizationDivision"),
    ("sold_to_party", "A_SalesOrder", "SoldToParty"),
    ("currency", "A_SalesOrder", "TransactionCurrency"),
    ("unit", "A_SalesOrderItem", "RequestedQuantityUnit"),
    ("ship_to_function", "A_SalesOrderHeaderPartner", "PartnerFunction"),
    ("bill_to_function", "A_SalesOrderHeaderPartner", "PartnerFunction"),
    ("ship_to_party", "A_SalesOrderHeaderPartner", "Customer"),
    ("default_country", "A_SalesOrderPartnerAddress", "Country"),
    ("price_condition", "A_SalesOrderItemPrElement", "ConditionType"),
    ("discount_condition", "A_SalesOrderItemPrElement", "ConditionType"),
    ("freight_condition", "A_SalesOrderHeaderPrElement", "ConditionType"),
    ("text_language", "A_SalesOrderText", "Language"),
    ("note_text", "A_SalesOrderText", "LongTextID"),
    ("public_note_text", "A_SalesOrderText", "LongTextID"),
    ("comment_text", "A_SalesOrderItemText", "LongTextID"),
)
"""Settings that go to a field as they are."""


def _text(default: str, description: str) -> str:
    return field(default=default, metadata={"description": description})


def _names(description: str, default: Mapping[str, str] | None = None) -> Mapping[str, str]:
    return field(factory=lambda: dict(default or {}), metadata={"description": description})


@frozen(kw_only=True)
class SapSettings:
    """
    The settings of `erp_sap`.

    The defaults of the sales area are those of SAP's best-practice content (organization 1710);
    condition types are those of SAP's delivered pricing (PMP0 price, RB00 discount as an amount,
    HD00 freight): a customer's own Customizing decides, so look them up there.
    """

    base_url: str = field(
        validator=_is_address,
        metadata={"description": "Where SAP answers, such as https://sap.example.com:44300."},
    )
    service_path: str = field(
        default="/sap/opu/odata/sap/API_SALES_ORDER_SRV",
        validator=_is_path,
        metadata={"description": "The path of the service API_SALES_ORDER_SRV."},
    )
    sap_client: str = field(
        default="",
        validator=_is_client,
        metadata={"description": "SAP client (Mandant), three digits; empty: SAP's default."},
    )
    username: str = _text("", "User of Basic authentication (a communication user).")
    password: Secret | None = field(
        default=None, metadata={"description": "Password of that user."}
    )
    token_url: str = field(
        default="",
        validator=_is_address,
        metadata={"description": "Token endpoint of OAuth2 (client credentials)."},
    )
    client_id: str = _text("", "OAuth2 client.")
    client_secret: Secret | None = field(
        default=None, metadata={"description": "Secret of that client."}
    )
    scope: str = _text("", "OAuth2 scope to ask for.")
    client_certificate: str = _text("", "File with our client certificate (PEM).")
    client_key: str = _text("", "File with its key (PEM), where it is not in the same file.")
    ca_file: str = _text("", "File with the authorities to trust (PEM); empty: the system's.")
    proxy: str = _text("", "Address of an HTTP proxy; empty: as the environment says.")
    timeout_seconds: float = field(
        default=60.0,
        validator=_is_positive,
        metadata={"description": "How long to wait for an answer of SAP."},
    )
    repeatability: bool = field(
        default=False,
        metadata={
            "description": "Send RequestID and RepeatabilityCreation; SAP must be set up for it."
        },
    )
    transient_codes: tuple[str, ...] = field(
        default=(),
        metadata={
            "description": "Codes of SAP messages that pass by themselves, such as that of a lock."
        },
    )
    link: str = _text(
        "", "Address of an order for people, with {sales_order}; empty: the OData entity."
    )

    sales_order_type: str = _text("OR", "SalesOrderType.")
    sales_organization: str = _text("1710", "SalesOrganization.")
    distribution_channel: str = _text("10", "DistributionChannel.")
    division: str = _text("00", "OrganizationDivision.")
    sold_to_party: str = _text("17100001", "SoldToParty: the customer who orders.")
    use_customer_number: bool = field(
        default=False,
        metadata={
            "description": "Take the order's customerNumber as SoldToParty where it has one."
        },
    )
    ship_to_function: str = _text("SH", "Partner function of the ship-to party, in SAP's language.")
    ship_to_party: str = _text("", "Customer of the ship-to party; empty: the SoldToParty.")
    bill_to_function: str = _text(
        "", "Partner function that gets the billing address, such as BP; empty: it is not sent."
    )
    address_required: bool = field(
        default=True,
        metadata={"description": "Refuse an order without a delivery address."},
    )
    default_country: str = _text(
        "", "Country of an address that names none; empty: SAP's, from the customer's master."
    )
    currency: str = _text("USD", "Currency of an order that names none.")
    unit: str = _text("PC", "RequestedQuantityUnit of a line that names none.")
    units: Mapping[str, str] = _names(
        "SAP's unit by the order's, in any case.",
        {"pcs": "PC", "piece": "PC", "pieces": "PC", "stk": "PC"},
    )
    plants: Mapping[str, str] = _names("ProductionPlant by the shipment's warehouse code.")
    time_zone: str = field(
        default="UTC",
        validator=_is_zone,
        metadata={"description": "The zone whose calendar day a date of SAP is."},
    )

    price_condition: str = _text(
        "PMP0", "Condition type of a line's placedPrice; empty: SAP finds the prices."
    )
    discount_condition: str = _text(
        "RB00", "Condition type of a line's discount, as an amount; empty: it is not sent."
    )
    freight_condition: str = _text(
        "HD00", "Condition type of the shipping charge, at the head; empty: it is not sent."
    )
    prices_without_tax: bool = field(
        default=False,
        metadata={"description": "Send placedPriceExclTax and its kin instead of placedPrice."},
    )
    text_language: str = _text("EN", "Language of the texts.")
    note_text: str = _text("TX01", "LongTextID of orderNotes; empty: they are not sent.")
    public_note_text: str = _text(
        "TX01", "LongTextID of publicOrderNotes; empty: they are not sent."
    )
    comment_text: str = _text("0001", "LongTextID of a line's comment; empty: it is not sent.")

    header_constants: Mapping[str, str] = _names("Further fields of the head, with their values.")
    item_constants: Mapping[str, str] = _names("Further fields of every item, with their values.")
    header_properties: Mapping[str, str] = _names(
        "SAP's field by the key of an order's property, such as YY1_Campaign_SDH."
    )
    item_properties: Mapping[str, str] = _names(
        "SAP's field by the key of a line's property, such as YY1_Engraving_SDI."
    )

    def __attrs_post_init__(self) -> None:
        _sign_in_is_whole(self)
        if self.ship_to_function == self.bill_to_function:
            raise ValueError("bill_to_function: the same as ship_to_function")
        for setting, entity, name in _FIELDS:
            fault = misfit(getattr(self, setting), ENTITIES[entity].properties[name])
            if fault is not None:
                raise ValueError(f"{setting}: {fault[0]} for {name}; {fault[1]}")
        for entity, part, constants, properties in (
            ("A_SalesOrder", "header", self.header_constants, self.header_properties),
            ("A_SalesOrderItem", "item", self.item_constants, self.item_properties),
        ):
            _may_be_set(entity, f"{part}_constants", {name: name for name in constants})
            _may_be_set(entity, f"{part}_properties", properties)


def _sign_in_is_whole(settings: SapSettings) -> None:
    if bool(settings.username) != (settings.password is not None):
        raise ValueError("username and password belong together: give both or neither")
    client = (
        bool(settings.client_id),
        settings.client_secret is not None,
        bool(settings.token_url),
    )
    if any(client) != all(client):
        raise ValueError("client_id, client_secret and token_url belong together: give all or none")
    if ":" in settings.username:
        raise ValueError("username: a user of Basic authentication has no colon")
    if settings.username and settings.client_id:
        raise ValueError("username and client_id: sign in the one way or the other")
    if not (settings.username or settings.client_id or settings.client_certificate):
        raise ValueError(
            "no way to sign in: give username and password, or client_id, client_secret and"
            " token_url, or client_certificate"
        )
