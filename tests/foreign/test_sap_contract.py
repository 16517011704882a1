"""
The tables of the SAP connector and its simulator match SAP's metadata in the reference data.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orderferry_erp_sap._fields import ENTITIES
from orderferry_erp_sap._findings import read_metadata
from orderferry_erp_sap.simulator._model import NAVIGATIONS, entity_types

Row = dict[str, str]
Facts = tuple[str, int | None, int | None, int | None, bool, bool]


@pytest.fixture(scope="module")
def metadata(reference: Path) -> dict[tuple[str, str], Facts]:
    """
    The facts of each property, by type and name.
    """
    path = reference / "data" / "sap" / "API_SALES_ORDER_SRV.properties.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {(row["entity"], row["property"]): _facts(row) for row in rows}


def _facts(row: Row) -> Facts:
    def number(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    is_decimal = row["type"] == "Edm.Decimal"
    return (
        row["type"],
        number("maxlength"),
        number("precision") if is_decimal else None,
        number("scale") if is_decimal else None,
        row["key"] == "K",
        row["sap_creatable"] != "false",
    )


def test_the_connectors_table_is_saps(metadata: dict[tuple[str, str], Facts]) -> None:
    """
    Type, length, digits, key and `sap:creatable` of the connector's properties are SAP's.
    """
    table = {
        (f"{entity.name}Type", prop.name): (
            str(prop.kind),
            prop.max_length,
            prop.precision,
            prop.scale,
            prop.key,
            not prop.computed,
        )
        for entity in ENTITIES.values()
        for prop in entity.properties.values()
    }
    assert {name: metadata.get(name) for name in table} == table


def test_the_simulators_table_is_saps(metadata: dict[tuple[str, str], Facts]) -> None:
    """
    The simulator has all of SAP's properties of its types, and no other property.
    """
    types = entity_types()
    expected = {name: facts for name, facts in metadata.items() if name[0] in types}
    assert expected == {
        (kind, prop.name): (
            f"Edm.{prop.edm}",
            prop.max_length,
            prop.precision,
            prop.scale,
            prop.is_key,
            prop.is_creatable,
        )
        for kind, properties in types.items()
        for prop in properties.values()
    }


def test_navigations_are_saps(reference: Path) -> None:
    """
    Connector and simulator have the same navigations, and SAP's metadata has each of them.
    """
    edmx = (reference / "data" / "sap" / "API_SALES_ORDER_SRV.edmx").read_bytes()
    sets = read_metadata(edmx).sets
    navigations = {
        f"{entity.name}Type": {name: f"{child}Type" for name, child in entity.children.items()}
        for entity in ENTITIES.values()
        if entity.children
    }
    assert navigations == NAVIGATIONS
    assert {f"{name}Type" for name in ENTITIES} <= set(sets.values())
    for kind, children in navigations.items():
        for name in children:
            assert f'<NavigationProperty Name="{name}"'.encode() in edmx, kind


def test_saps_own_edmx_accepts_sales_orders(reference: Path) -> None:
    """
    `check` reads from SAP's own EDMX that sales orders and the connector's fields are accepted.
    """
    edmx = (reference / "data" / "sap" / "API_SALES_ORDER_SRV.edmx").read_bytes()
    metadata = read_metadata(edmx)
    assert metadata.sets["A_SalesOrder"] == "A_SalesOrderType"
    assert "A_SalesOrder" not in metadata.not_creatable_sets
    assert "A_SalesOrderPartnerAddress" in metadata.not_creatable_sets
    for entity in ENTITIES.values():
        sendable = [prop.name for prop in entity.properties.values() if not prop.computed]
        assert metadata.not_creatable(entity.name, sendable) == ()
    assert metadata.not_creatable("A_SalesOrder", ["ExternalDocumentID"]) == ("ExternalDocumentID",)
