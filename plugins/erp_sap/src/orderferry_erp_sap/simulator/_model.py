"""
The simulator's own model of the service, read from `model.tsv`.

That table has all properties of ten entity types of `API_SALES_ORDER_SRV` (OData v2), from the EDMX
at github.com/cfurigo/curso-btp-cap-sales, commit 25d7874. It is not the table that the connector
checks by: what one of them has wrong, the other does not hide.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import frozen

__all__ = ["NAVIGATIONS", "EdmProperty", "entity_types"]

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


@frozen(kw_only=True)
class EdmProperty:
    """
    One row of the table.

    Attributes:
        name: The property.
        edm: Its type without `Edm.`.
        is_key: Whether it is part of the key.
        max_length: Characters, or `None`.
        precision: Digits of a decimal, or `None`.
        scale: Of them, after the point.
        is_creatable: Whether a client may send it.
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
    The properties of each entity type, by name.
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
