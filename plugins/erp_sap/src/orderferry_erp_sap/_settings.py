"""
What an instance of the connector is told: where SAP is, how to sign in, and what a sales order
needs that the order does not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from orderferry import Secret
from orderferry_erp_sap._setting_checks import (
    constants_of,
    fits,
    is_address,
    is_client,
    is_path,
    is_positive,
    is_user,
    is_zone,
    properties_of,
)

__all__ = ["SapSettings"]

_HEAD, _ITEM = "A_SalesOrder", "A_SalesOrderItem"
_PARTNER, _ADDRESS = "A_SalesOrderHeaderPartner", "A_SalesOrderPartnerAddress"


def _text(default: str, description: str) -> str:
    return field(default=default, metadata={"description": description})


def _sap(default: str, entity: str, name: str, description: str) -> str:
    return field(
        default=default, validator=fits(entity, name), metadata={"description": description}
    )


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
        validator=is_address,
        metadata={"description": "Where SAP answers, such as https://sap.example.com:44300."},
    )
    service_path: str = field(
        default="/sap/opu/odata/sap/API_SALES_ORDER_SRV",
        validator=is_path,
        metadata={"description": "The path of the service API_SALES_ORDER_SRV."},
    )
    sap_client: str = field(
        default="",
        validator=is_client,
        metadata={"description": "SAP client (Mandant), three digits; empty: SAP's default."},
    )
    username: str = field(
        default="",
        validator=is_user,
        metadata={"description": "User of Basic authentication (a communication user)."},
    )
    password: Secret | None = field(
        default=None, metadata={"description": "Password of that user."}
    )
    token_url: str = field(
        default="",
        validator=is_address,
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
        validator=is_positive,
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

    sales_order_type: str = _sap("OR", _HEAD, "SalesOrderType", "SalesOrderType.")
    sales_organization: str = _sap("1710", _HEAD, "SalesOrganization", "SalesOrganization.")
    distribution_channel: str = _sap("10", _HEAD, "DistributionChannel", "DistributionChannel.")
    division: str = _sap("00", _HEAD, "OrganizationDivision", "OrganizationDivision.")
    sold_to_party: str = _sap(
        "17100001", _HEAD, "SoldToParty", "SoldToParty: the customer who orders."
    )
    use_customer_number: bool = field(
        default=False,
        metadata={
            "description": "Take the order's customerNumber as SoldToParty where it has one."
        },
    )
    ship_to_function: str = _sap(
        "SH",
        _PARTNER,
        "PartnerFunction",
        "Partner function of the ship-to party, in SAP's language.",
    )
    ship_to_party: str = _sap(
        "", _PARTNER, "Customer", "Customer of the ship-to party; empty: the SoldToParty."
    )
    bill_to_function: str = _sap(
        "",
        _PARTNER,
        "PartnerFunction",
        "Partner function that gets the billing address, such as BP; empty: it is not sent.",
    )
    address_required: bool = field(
        default=True,
        metadata={"description": "Refuse an order without a delivery address."},
    )
    default_country: str = _sap(
        "",
        _ADDRESS,
        "Country",
        "Country of an address that names none; empty: SAP's, from the customer's master.",
    )
    currency: str = _sap(
        "USD", _HEAD, "TransactionCurrency", "Currency of an order that names none."
    )
    unit: str = _sap(
        "PC", _ITEM, "RequestedQuantityUnit", "RequestedQuantityUnit of a line that names none."
    )
    units: Mapping[str, str] = _names(
        "SAP's unit by the order's, in any case.",
        {"pcs": "PC", "piece": "PC", "pieces": "PC", "stk": "PC"},
    )
    plants: Mapping[str, str] = _names("ProductionPlant by the shipment's warehouse code.")
    time_zone: str = field(
        default="UTC",
        validator=is_zone,
        metadata={"description": "The zone whose calendar day a date of SAP is."},
    )

    price_condition: str = _sap(
        "PMP0",
        "A_SalesOrderItemPrElement",
        "ConditionType",
        "Condition type of a line's placedPrice; empty: SAP finds the prices.",
    )
    discount_condition: str = _sap(
        "RB00",
        "A_SalesOrderItemPrElement",
        "ConditionType",
        "Condition type of a line's discount, as an amount; empty: it is not sent.",
    )
    freight_condition: str = _sap(
        "HD00",
        "A_SalesOrderHeaderPrElement",
        "ConditionType",
        "Condition type of the shipping charge, at the head; empty: it is not sent.",
    )
    prices_without_tax: bool = field(
        default=False,
        metadata={"description": "Send placedPriceExclTax and its kin instead of placedPrice."},
    )
    text_language: str = _sap("EN", "A_SalesOrderText", "Language", "Language of the texts.")
    note_text: str = _sap(
        "TX01",
        "A_SalesOrderText",
        "LongTextID",
        "LongTextID of orderNotes; empty: they are not sent.",
    )
    public_note_text: str = _sap(
        "TX01",
        "A_SalesOrderText",
        "LongTextID",
        "LongTextID of publicOrderNotes; empty: they are not sent.",
    )
    comment_text: str = _sap(
        "0001",
        "A_SalesOrderItemText",
        "LongTextID",
        "LongTextID of a line's comment; empty: it is not sent.",
    )

    header_constants: Mapping[str, str] = field(
        factory=dict,
        validator=constants_of(_HEAD),
        metadata={"description": "Further fields of the head, with their values."},
    )
    item_constants: Mapping[str, str] = field(
        factory=dict,
        validator=constants_of(_ITEM),
        metadata={"description": "Further fields of every item, with their values."},
    )
    header_properties: Mapping[str, str] = field(
        factory=dict,
        validator=properties_of(_HEAD),
        metadata={
            "description": "SAP's field (YY1_Campaign_SDH) by the key of an order's property."
        },
    )
    item_properties: Mapping[str, str] = field(
        factory=dict,
        validator=properties_of(_ITEM),
        metadata={
            "description": "SAP's field (YY1_Engraving_SDI) by the key of a line's property."
        },
    )

    def __attrs_post_init__(self) -> None:
        client = (bool(self.client_id), self.client_secret is not None, bool(self.token_url))
        if bool(self.username) != (self.password is not None):
            raise ValueError("username and password belong together: give both or neither")
        if any(client) != all(client):
            raise ValueError(
                "client_id, client_secret and token_url belong together: give all or none"
            )
        if self.username and self.client_id:
            raise ValueError("username and client_id: sign in the one way or the other")
        if not (self.username or self.client_id or self.client_certificate):
            raise ValueError(
                "no way to sign in: give username and password, or client_id, client_secret and"
                " token_url, or client_certificate"
            )
        if self.ship_to_function == self.bill_to_function:
            raise ValueError("ship_to_function and bill_to_function are the same")
