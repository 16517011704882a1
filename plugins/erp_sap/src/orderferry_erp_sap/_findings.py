"""
The findings of `check`, and the target's own `$metadata`.

Source of the annotations: SAP's OData v2 annotations, `sap:creatable`
(wiki.scn.sap.com: SAP Annotations for OData Version 2.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from attrs import frozen

from orderferry import Context, Finding, FindingState
from orderferry.errors import AuthenticationError, ExportError
from orderferry_erp_sap._service import SapService
from orderferry_erp_sap._settings import SapSettings

__all__ = ["Metadata", "findings", "read_metadata"]

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


_PROVEN, _FAILED = FindingState.PROVEN, FindingState.FAILED


def findings(service: SapService, context: Context) -> Iterator[Finding]:
    """
    Whether the service answers, lets us in, gives a token, and takes what would be sent.

    Args:
        service: The service.
        context: The call's context.
    """
    try:
        service.fetch_session(context)
    except AuthenticationError as error:
        yield Finding("reach the service", _PROVEN, service.root)
        yield Finding("sign in", _FAILED, str(error))
        return
    except ExportError as error:
        yield Finding("reach the service", _FAILED, str(error))
        return
    yield Finding("reach the service", _PROVEN, service.root)
    yield Finding("sign in", _PROVEN)
    yield Finding("get a CSRF token", _PROVEN)
    yield from _of_metadata(service, context)
    yield Finding(
        "may create sales orders",
        FindingState.NOT_PROVABLE,
        "SAP tells what a user may do only when a sales order is posted",
    )


def _of_metadata(service: SapService, context: Context) -> Iterator[Finding]:
    what = "the service takes sales orders"
    try:
        response = service.get(context, "/$metadata", headers={"Accept": "application/xml"})
        metadata = read_metadata(response.content)
    except (ExportError, ValueError) as error:
        yield Finding(what, _FAILED, f"$metadata: {error}")
        return
    if "A_SalesOrder" not in metadata.sets:
        yield Finding(what, _FAILED, "$metadata has no A_SalesOrder; check service_path")
    elif "A_SalesOrder" in metadata.closed_sets:
        yield Finding(what, _FAILED, "A_SalesOrder is not creatable (sap:creatable)")
    else:
        yield Finding(what, _PROVEN, "A_SalesOrder is creatable (sap:creatable)")
        yield from _of_fields(metadata, service.settings)


def _of_fields(metadata: Metadata, settings: SapSettings) -> Iterator[Finding]:
    names = {
        "A_SalesOrder": [*settings.header_constants, *settings.header_properties.values()],
        "A_SalesOrderItem": [*settings.item_constants, *settings.item_properties.values()],
    }
    if not any(names.values()):
        return
    refused = [
        f"{name} of {entity_set}"
        for entity_set, fields in names.items()
        for name in metadata.refused(entity_set, fields)
    ]
    if refused:
        detail = f"{', '.join(refused)}: not there, or not creatable; mend the settings"
        yield Finding("the fields of the settings are there", _FAILED, detail)
    else:
        yield Finding("the fields of the settings are there", _PROVEN)
