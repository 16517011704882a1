"""
The target's own `$metadata`: whether it takes what an instance would send.

Source of the annotations: SAP's OData v2 annotations, `sap:creatable`
(wiki.scn.sap.com: SAP Annotations for OData Version 2.0).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from attrs import frozen

__all__ = ["Metadata", "read_metadata"]

_CREATABLE = "{http://www.sap.com/Protocols/SAPData}creatable"


@frozen
class Metadata:
    """
    What of the metadata is asked for.

    Attributes:
        closed_sets: Entity sets that take no new entities.
        sets: All entity sets, with their types' names.
        closed: Fields that SAP creates itself, as type and name.
        fields: All fields.
    """

    sets: dict[str, str]
    closed_sets: frozenset[str]
    fields: frozenset[tuple[str, str]]
    closed: frozenset[tuple[str, str]]

    def refused(self, entity_set: str, names: Iterable[str]) -> tuple[str, ...]:
        """
        The fields of a set that the target does not have, or creates itself.
        """
        kind = self.sets.get(entity_set, "")
        asked = [(kind, name) for name in names]
        return tuple(name for kind, name in asked if (kind, name) not in self.fields - self.closed)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def read_metadata(content: bytes) -> Metadata:
    """
    Read an EDMX.

    Args:
        content: The document.

    Raises:
        ValueError: It is no such document.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("the metadata declares entities, which are not read")
    try:
        root = ET.fromstring(content)  # noqa: S314 -- entities are refused above
    except ET.ParseError as error:
        raise ValueError(f"the metadata is not XML: {error}") from error
    elements = list(root.iter())
    sets = [each for each in elements if _local(each) == "EntitySet"]
    types = [each for each in elements if _local(each) == "EntityType"]
    fields = {
        (kind.get("Name", ""), part.get("Name", "")): part.get(_CREATABLE, "true")
        for kind in types
        for part in kind
        if _local(part) == "Property"
    }
    return Metadata(
        sets={s.get("Name", ""): s.get("EntityType", "").rpartition(".")[2] for s in sets},
        closed_sets=frozenset(s.get("Name", "") for s in sets if s.get(_CREATABLE) == "false"),
        fields=frozenset(fields),
        closed=frozenset(name for name, value in fields.items() if value == "false"),
    )
