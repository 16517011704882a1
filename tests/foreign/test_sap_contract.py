"""
The connector's and the simulator's tables against SAP's metadata in the reference data.
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
    Type, length, digits, key and `sap:creatable` of all that the connector knows.
    """
    table = {
        (f"{entity.name}Type", each.name): (
            str(each.kind),
            each.max_length,
            each.precision,
            each.scale,
            each.key,
            not each.computed,
        )
        for entity in ENTITIES.values()
        for each in entity.properties.values()
    }
    assert {name: metadata.get(name) for name in table} == table


def test_the_simulators_table_is_saps(metadata: dict[tuple[str, str], Facts]) -> None:
    """
    All properties of the types that the simulator knows, and no others.
    """
    types = entity_types()
    expected = {name: facts for name, facts in metadata.items() if name[0] in types}
    assert expected == {
        (kind, each.name): (
            f"Edm.{each.edm}",
            each.max_length,
            each.precision,
            each.scale,
            each.is_key,
            each.is_creatable,
        )
        for kind, properties in types.items()
        for each in properties.values()
    }


def test_navigations_are_saps(reference: Path) -> None:
    """
    Both name children that SAP's metadata has as collections, and the same ones.
    """
    edmx = (reference / "data" / "sap" / "API_SALES_ORDER_SRV.edmx").read_bytes()
    sets = read_metadata(edmx).sets
    ours = {
        f"{entity.name}Type": {name: f"{child}Type" for name, child in entity.children.items()}
        for entity in ENTITIES.values()
        if entity.children
    }
    assert ours == NAVIGATIONS
    assert {f"{name}Type" for name in ENTITIES} <= set(sets.values())
    for kind, children in ours.items():
        for name in children:
            assert f'<NavigationProperty Name="{name}"'.encode() in edmx, kind


def test_saps_own_edmx_takes_sales_orders(reference: Path) -> None:
    """
    What `check` reads of a real system's metadata.
    """
    edmx = (reference / "data" / "sap" / "API_SALES_ORDER_SRV.edmx").read_bytes()
    read = read_metadata(edmx)
    assert read.sets["A_SalesOrder"] == "A_SalesOrderType"
    assert "A_SalesOrder" not in read.closed_sets
    assert "A_SalesOrderPartnerAddress" in read.closed_sets
    for entity in ENTITIES.values():
        sendable = [each.name for each in entity.properties.values() if not each.computed]
        assert read.refused(entity.name, sendable) == ()
    assert read.refused("A_SalesOrder", ["ExternalDocumentID"]) == ("ExternalDocumentID",)
