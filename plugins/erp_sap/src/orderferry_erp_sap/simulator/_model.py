"""
The simulator's own model of the service, read from `model.tsv`, and the documents that show it.

The table has all properties of ten entity types of `API_SALES_ORDER_SRV` (OData v2), from the EDMX
at github.com/cfurigo/curso-btp-cap-sales, commit 25d7874. The connector checks orders by another
table, so that an error in one of the two does not hide behind the same error in the other.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import quoteattr

from attrs import frozen

__all__ = ["NAVIGATIONS", "EdmProperty", "entity_types", "metadata", "service_document"]

NAVIGATIONS: Mapping[str, Mapping[str, str]] = {
    "A_SalesOrderType": {
        "to_Item": "A_SalesOrderItemType",
        "to_Partner": "A_SalesOrderHeaderPartnerType",
        "to_PricingElement": "A_SalesOrderHeaderPrElementType",
        "to_Text": "A_SalesOrderTextType",
    },
    "A_SalesOrderItemType": {
        "to_Partner": "A_SalesOrderItemPartnerType",
        "to_PricingElement": "A_SalesOrderItemPrElementType",
        "to_Text": "A_SalesOrderItemTextType",
    },
    "A_SalesOrderHeaderPartnerType": {"to_Address": "A_SalesOrderPartnerAddressType"},
    "A_SalesOrderItemPartnerType": {"to_Address": "A_SalesOrderItemPartnerAddressType"},
}
"""The collections that a deep insert may nest, by type."""

_NESTED_ONLY = ("A_SalesOrderPartnerAddress", "A_SalesOrderItemPartnerAddress")
"""The sets that are `sap:creatable="false"`: their entities are posted nested only."""


@frozen(kw_only=True)
class EdmProperty:
    """
    A property of an entity type: one row of the table.

    Attributes:
        name: The property.
        edm: The EDM type, without `Edm.`.
        is_key: Whether the property is part of the key.
        max_length: The most characters, or `None`.
        precision: The digits of a decimal, or `None`.
        scale: The digits of a decimal after the point, or `None`.
        is_creatable: Whether a client may send the property.
    """

    name: str
    edm: str
    is_key: bool
    max_length: int | None
    precision: int | None
    scale: int | None
    is_creatable: bool


def _number(text: str) -> int | None:
    return int(text) if text else None


@cache
def entity_types() -> Mapping[str, Mapping[str, EdmProperty]]:
    """
    Return the properties of each entity type, by name.
    """
    table = files("orderferry_erp_sap.simulator").joinpath("model.tsv").read_text("utf-8")
    types: dict[str, dict[str, EdmProperty]] = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t"):
        types.setdefault(row["type"], {})[row["property"]] = EdmProperty(
            name=row["property"],
            edm=row["edm"],
            is_key=row["key"] == "key",
            max_length=_number(row["maxlength"]),
            precision=_number(row["precision"]) if row["edm"] == "Decimal" else None,
            scale=_number(row["scale"]) if row["edm"] == "Decimal" else None,
            is_creatable=row["creatable"] == "true",
        )
    return types


def _set_name(kind: str) -> str:
    return kind.removesuffix("Type")


def service_document() -> dict[str, object]:
    """
    Return the service document: the names of the entity sets, in OData v2's JSON.
    """
    return {"d": {"EntitySets": [_set_name(kind) for kind in entity_types()]}}


def _property(rule: EdmProperty) -> str:
    facets = {
        "Name": rule.name,
        "Type": f"Edm.{rule.edm}",
        "Nullable": "false" if rule.is_key else "true",
        "MaxLength": rule.max_length,
        "Precision": rule.precision,
        "Scale": rule.scale,
        "sap:creatable": None if rule.is_creatable else "false",
    }
    attributes = " ".join(f"{n}={quoteattr(str(v))}" for n, v in facets.items() if v is not None)
    return f"<Property {attributes}/>"


def metadata() -> bytes:
    """
    Render `$metadata`: the entity types and sets that the simulator knows.
    """
    types, sets = [], []
    for kind, rules in entity_types().items():
        keys = "".join(f'<PropertyRef Name="{r.name}"/>' for r in rules.values() if r.is_key)
        properties = "".join(map(_property, rules.values()))
        types.append(f'<EntityType Name="{kind}"><Key>{keys}</Key>{properties}</EntityType>')
        name = _set_name(kind)
        creatable = ' sap:creatable="false"' if name in _NESTED_ONLY else ""
        target = f'EntityType="API_SALES_ORDER_SRV.{kind}"'
        sets.append(f'<EntitySet Name="{name}" {target}{creatable}/>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"'
        ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
        ' xmlns:sap="http://www.sap.com/Protocols/SAPData">'
        '<edmx:DataServices m:DataServiceVersion="2.0">'
        '<Schema Namespace="API_SALES_ORDER_SRV" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">'
        f'{"".join(types)}<EntityContainer Name="API_SALES_ORDER_SRV_Entities"'
        f' m:IsDefaultEntityContainer="true">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()
