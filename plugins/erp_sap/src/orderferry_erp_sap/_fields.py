"""
The properties of SAP's sales order service that the connector can write.

Types, lengths, precision, scale, keys and `sap:creatable` are those of the metadata of
`API_SALES_ORDER_SRV` (OData v2, SAP S/4HANA), as in the EDMX at
github.com/cfurigo/curso-btp-cap-sales, commit 25d7874. The tables have the properties that the
connector sends, those that a step is likely to set, and those that are easily mapped by mistake
although SAP creates them itself (marked `computed`: `sap:creatable="false"`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen

__all__ = ["ENTITIES", "Entity", "Kind", "Property"]


class Kind(StrEnum):
    """
    The EDM types that the connector writes.
    """

    STRING = "Edm.String"
    DECIMAL = "Edm.Decimal"
    DATE = "Edm.DateTime"
    BOOLEAN = "Edm.Boolean"


@frozen
class Property:
    """
    A property of an entity.

    Attributes:
        name: SAP's name.
        kind: The EDM type.
        max_length: The MaxLength of a string in UTF-16 units, or `None` if it is unlimited.
        precision: The digits of a decimal, before and after the point together.
        scale: The digits of a decimal after the point.
        key: Whether the property is part of the key.
        computed: Whether SAP creates the property itself (`sap:creatable="false"`).
    """

    name: str
    kind: Kind
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    key: bool = False
    computed: bool = False


@frozen
class Entity:
    """
    An entity set.

    Attributes:
        name: The entity set; its type is `{name}Type`.
        properties: The properties by name.
        children: The entity sets of the deep insert, by navigation property.
    """

    name: str
    properties: Mapping[str, Property]
    children: Mapping[str, str]


_SALES_ORDER = """
SalesOrder String(10) key
SalesOrderType String(4)
SalesOrganization String(4)
DistributionChannel String(2)
OrganizationDivision String(2)
SalesGroup String(3)
SalesOffice String(4)
SalesDistrict String(6)
SoldToParty String(10)
PurchaseOrderByCustomer String(35)
PurchaseOrderByShipToParty String(35)
CustomerPurchaseOrderType String(4)
CustomerPurchaseOrderDate DateTime
SalesOrderDate DateTime
TransactionCurrency String(5)
SDDocumentReason String(3)
PricingDate DateTime
RequestedDeliveryDate DateTime
ShippingCondition String(2)
CompleteDeliveryIsDefined Boolean
ShippingType String(2)
HeaderBillingBlockReason String(2)
DeliveryBlockReason String(2)
IncotermsClassification String(3)
IncotermsLocation1 String(70)
CustomerPaymentTerms String(4)
ExternalDocumentID String(40) computed
CreationDate DateTime computed
TotalNetAmount Decimal(16,3) computed
"""

_ITEM = """
SalesOrder String(10) key computed
SalesOrderItem String(6) key
SalesOrderItemCategory String(4)
SalesOrderItemText String(40)
UnderlyingPurchaseOrderItem String(6)
Material String(40)
MaterialByCustomer String(35)
RequestedQuantity Decimal(15,3)
RequestedQuantityUnit String(3)
Batch String(10)
ProductionPlant String(4)
StorageLocation String(4)
ShippingPoint String(4)
DeliveryPriority String(2)
CustomerPaymentTerms String(4)
ExternalItemID String(40) computed
TransactionCurrency String(5) computed
NetAmount Decimal(16,3) computed
"""

_PARTNER = """
SalesOrder String(10) key computed
PartnerFunction String(2) key
Customer String(10)
"""

_ADDRESS = """
SalesOrder String(10) key
PartnerFunction String(2) key
AddressRepresentationCode String(1) key
AddresseeFullName String(80)
OrganizationName1 String(40)
OrganizationName2 String(40)
OrganizationName3 String(40)
OrganizationName4 String(40)
StreetName String(60)
HouseNumber String(10)
StreetSuffixName1 String(40)
StreetSuffixName2 String(40)
PostalCode String(10)
CityName String(40)
Region String(3)
Country String(3)
EmailAddress String(241)
PhoneNumber String(30)
"""

_TEXT = """
SalesOrder String(10) key computed
Language String(2) key
LongTextID String(4) key
LongText String
"""

_PRICING = """
SalesOrder String(10) key computed
PricingProcedureStep String(3) key
PricingProcedureCounter String(3) key
ConditionType String(4)
ConditionRateValue Decimal(24,9)
ConditionCurrency String(5)
"""

_OF_ITEM = "SalesOrderItem String(6) key computed\n"

_LINE = re.compile(r"(\w+) (\w+)(?:\((\d+)(?:,(\d+))?\))?((?: key| computed)*)")


def _property(line: str) -> Property:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a property: {line!r}")
    name, kind, size, scale, marks = match.groups()
    kind = Kind(f"Edm.{kind}")
    number = None if size is None else int(size)
    return Property(
        name=name,
        kind=kind,
        max_length=number if kind is Kind.STRING else None,
        precision=number if kind is Kind.DECIMAL else None,
        scale=None if scale is None else int(scale),
        key=" key" in marks,
        computed=" computed" in marks,
    )


def _entity(name: str, table: str, **children: str) -> Entity:
    properties = [_property(line) for line in table.split("\n") if line]
    return Entity(
        name=name,
        properties=MappingProxyType({item.name: item for item in properties}),
        children=MappingProxyType(children),
    )


ENTITIES: Mapping[str, Entity] = MappingProxyType(
    {
        entity.name: entity
        for entity in (
            _entity(
                "A_SalesOrder",
                _SALES_ORDER,
                to_Item="A_SalesOrderItem",
                to_Partner="A_SalesOrderHeaderPartner",
                to_Text="A_SalesOrderText",
                to_PricingElement="A_SalesOrderHeaderPrElement",
            ),
            _entity(
                "A_SalesOrderItem",
                _ITEM,
                to_Partner="A_SalesOrderItemPartner",
                to_Text="A_SalesOrderItemText",
                to_PricingElement="A_SalesOrderItemPrElement",
            ),
            _entity("A_SalesOrderHeaderPartner", _PARTNER, to_Address="A_SalesOrderPartnerAddress"),
            _entity("A_SalesOrderPartnerAddress", _ADDRESS),
            _entity(
                "A_SalesOrderItemPartner",
                _OF_ITEM + _PARTNER,
                to_Address="A_SalesOrderItemPartnerAddress",
            ),
            _entity("A_SalesOrderItemPartnerAddress", "SalesOrderItem String(6) key\n" + _ADDRESS),
            _entity("A_SalesOrderText", _TEXT),
            _entity("A_SalesOrderItemText", _OF_ITEM + _TEXT),
            _entity("A_SalesOrderHeaderPrElement", _PRICING),
            _entity("A_SalesOrderItemPrElement", _OF_ITEM + _PRICING),
        )
    }
)
"""The entity sets of a sales order's deep insert, by name."""
