"""
The settings of an instance: the URL of SAP, how to sign in, and values of sales orders that an
order does not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from orderferry import Secret
from orderferry_erp_sap._setting_checks import (
    check_client,
    check_constants,
    check_path,
    check_properties,
    check_seconds,
    check_time_zone,
    check_url,
    check_user,
    check_value,
)

__all__ = ["SapSettings"]

_HEAD, _ITEM = "A_SalesOrder", "A_SalesOrderItem"
_PARTNER, _ADDRESS = "A_SalesOrderHeaderPartner", "A_SalesOrderPartnerAddress"


def _text(default: str, description: str) -> str:
    return field(default=default, metadata={"description": description})


def _sap(default: str, entity: str, name: str, description: str) -> str:
    return field(
        default=default, validator=check_value(entity, name), metadata={"description": description}
    )


def _names(description: str, default: Mapping[str, str] | None = None) -> Mapping[str, str]:
    return field(factory=lambda: dict(default or {}), metadata={"description": description})


@frozen(kw_only=True)
class SapSettings:
    """
    The settings of `erp_sap`.

    The defaults of the sales area are those of SAP's best-practice content (organization 1710), the
    condition types those of SAP's delivered pricing (PMP0 price, RB00 discount as an amount, HD00
    freight). They depend on a customer's Customizing, and must be looked up there.
    """

    base_url: str = field(
        validator=check_url,
        metadata={"description": "Base URL of SAP, such as https://sap.example.com:44300."},
    )
    service_path: str = field(
        default="/sap/opu/odata/sap/API_SALES_ORDER_SRV",
        validator=check_path,
        metadata={"description": "Path of the service API_SALES_ORDER_SRV."},
    )
    sap_client: str = field(
        default="",
        validator=check_client,
        metadata={"description": "SAP client (Mandant), three digits; empty: SAP's default."},
    )
    username: str = field(
        default="",
        validator=check_user,
        metadata={"description": "User for Basic authentication (a communication user)."},
    )
    password: Secret | None = field(default=None, metadata={"description": "Password of the user."})
    token_url: str = field(
        default="",
        validator=check_url,
        metadata={"description": "URL of the token endpoint for OAuth2 (client credentials)."},
    )
    client_id: str = _text("", "Id of the OAuth2 client.")
    client_secret: Secret | None = field(
        default=None, metadata={"description": "Secret of the OAuth2 client."}
    )
    scope: str = _text("", "OAuth2 scope to request.")
    client_certificate: str = _text("", "File with the client certificate (PEM).")
    client_key: str = _text(
        "", "File with the certificate's key (PEM), unless it is in the same file."
    )
    ca_file: str = _text("", "File with the authorities to trust (PEM); empty: the system's.")
    proxy: str = _text("", "URL of an HTTP proxy; empty: that of the environment.")
    timeout_seconds: float = field(
        default=60.0,
        validator=check_seconds,
        metadata={"description": "Timeout of a request, in seconds."},
    )
    repeatability: bool = field(
        default=False,
        metadata={
            "description": "Send RequestID and RepeatabilityCreation (to be configured in SAP)."
        },
    )
    transient_codes: tuple[str, ...] = field(
        default=(),
        metadata={
            "description": "Codes of SAP messages that are transient, such as that of a lock."
        },
    )
    link: str = _text("", "Link to a sales order, with {sales_order}; empty: the OData entity.")

    sales_order_type: str = _sap("OR", _HEAD, "SalesOrderType", "SalesOrderType.")
    sales_organization: str = _sap("1710", _HEAD, "SalesOrganization", "SalesOrganization.")
    distribution_channel: str = _sap("10", _HEAD, "DistributionChannel", "DistributionChannel.")
    division: str = _sap("00", _HEAD, "OrganizationDivision", "OrganizationDivision.")
    sold_to_party: str = _sap(
        "17100001", _HEAD, "SoldToParty", "SoldToParty: the customer who orders."
    )
    use_customer_number: bool = field(
        default=False,
        metadata={"description": "Use the order's customerNumber, if it has one, as SoldToParty."},
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
        "Partner function for the billing address, such as BP; empty: not sent.",
    )
    address_required: bool = field(
        default=True,
        metadata={"description": "Whether an order without a delivery address is invalid."},
    )
    default_country: str = _sap(
        "",
        _ADDRESS,
        "Country",
        "Country of an address without one; empty: that of the customer's master data.",
    )
    currency: str = _sap("USD", _HEAD, "TransactionCurrency", "Currency of an order without one.")
    unit: str = _sap(
        "PC", _ITEM, "RequestedQuantityUnit", "RequestedQuantityUnit of a line without a unit."
    )
    units: Mapping[str, str] = _names(
        "SAP's unit by the line's unit, in any case.",
        {"pcs": "PC", "piece": "PC", "pieces": "PC", "stk": "PC"},
    )
    plants: Mapping[str, str] = _names("ProductionPlant by the shipment's warehouse code.")
    time_zone: str = field(
        default="UTC",
        validator=check_time_zone,
        metadata={"description": "Time zone in which dates are sent as calendar days."},
    )

    price_condition: str = _sap(
        "PMP0",
        "A_SalesOrderItemPrElement",
        "ConditionType",
        "Condition type of a line's placedPrice; empty: SAP determines the prices.",
    )
    discount_condition: str = _sap(
        "RB00",
        "A_SalesOrderItemPrElement",
        "ConditionType",
        "Condition type of a line's discount, as an amount; empty: not sent.",
    )
    freight_condition: str = _sap(
        "HD00",
        "A_SalesOrderHeaderPrElement",
        "ConditionType",
        "Condition type of the shipping charge, in the header; empty: not sent.",
    )
    prices_without_tax: bool = field(
        default=False,
        metadata={"description": "Send prices without tax, such as placedPriceExclTax."},
    )
    text_language: str = _sap("EN", "A_SalesOrderText", "Language", "Language of the texts.")
    note_text: str = _sap(
        "TX01",
        "A_SalesOrderText",
        "LongTextID",
        "LongTextID of orderNotes; empty: not sent.",
    )
    public_note_text: str = _sap(
        "TX01",
        "A_SalesOrderText",
        "LongTextID",
        "LongTextID of publicOrderNotes; empty: not sent.",
    )
    comment_text: str = _sap(
        "0001",
        "A_SalesOrderItemText",
        "LongTextID",
        "LongTextID of a line's comment; empty: not sent.",
    )

    header_constants: Mapping[str, str] = field(
        factory=dict,
        validator=check_constants(_HEAD),
        metadata={"description": "Further fields of the header, with their values."},
    )
    item_constants: Mapping[str, str] = field(
        factory=dict,
        validator=check_constants(_ITEM),
        metadata={"description": "Further fields of every item, with their values."},
    )
    header_properties: Mapping[str, str] = field(
        factory=dict,
        validator=check_properties(_HEAD),
        metadata={
            "description": "SAP's field (YY1_Campaign_SDH) by the key of an order's property."
        },
    )
    item_properties: Mapping[str, str] = field(
        factory=dict,
        validator=check_properties(_ITEM),
        metadata={
            "description": "SAP's field (YY1_Engraving_SDI) by the key of a line's property."
        },
    )

    def __attrs_post_init__(self) -> None:
        client = (bool(self.client_id), self.client_secret is not None, bool(self.token_url))
        if bool(self.username) != (self.password is not None):
            raise ValueError("username and password belong together: set both or neither")
        if any(client) != all(client):
            raise ValueError(
                "client_id, client_secret and token_url belong together: set all or none"
            )
        if self.username and self.client_id:
            raise ValueError("username and client_id are exclusive: set one of them")
        if not (self.username or self.client_id or self.client_certificate):
            raise ValueError(
                "no way to sign in: set username and password, or client_id, client_secret and"
                " token_url, or client_certificate"
            )
        if self.ship_to_function == self.bill_to_function:
            raise ValueError("ship_to_function and bill_to_function are the same")
