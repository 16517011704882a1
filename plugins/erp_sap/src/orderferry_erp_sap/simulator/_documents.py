"""
The service document, and the metadata.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from orderferry_erp_sap.simulator._model import EdmProperty, entity_types

__all__ = ["metadata", "service_document"]

_NESTED_ONLY = ("A_SalesOrderPartnerAddress", "A_SalesOrderItemPartnerAddress")
"""The sets that are `sap:creatable="false"`: their entities are posted nested only."""


def _set_name(kind: str) -> str:
    return kind.removesuffix("Type")


def service_document() -> dict[str, object]:
    """
    The names of the entity sets, as OData v2's JSON has them.
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
    given = " ".join(f"{n}={quoteattr(str(v))}" for n, v in facets.items() if v is not None)
    return f"<Property {given}/>"


def metadata() -> bytes:
    """
    The metadata of the entity types that the simulator knows.
    """
    types, sets = [], []
    for kind, rules in entity_types().items():
        keys = "".join(f'<PropertyRef Name="{r.name}"/>' for r in rules.values() if r.is_key)
        properties = "".join(map(_property, rules.values()))
        types.append(f'<EntityType Name="{kind}"><Key>{keys}</Key>{properties}</EntityType>')
        name = _set_name(kind)
        closed = ' sap:creatable="false"' if name in _NESTED_ONLY else ""
        sets.append(f'<EntitySet Name="{name}" EntityType="API_SALES_ORDER_SRV.{kind}"{closed}/>')
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
