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
_PROVEN, _FAILED = FindingState.PROVEN, FindingState.FAILED


@frozen
class Metadata:
    """
    The parts of the metadata that `check` reads.

    Attributes:
        sets: The entity sets, with the names of their types.
        not_creatable_sets: The entity sets that do not accept new entities.
        fields: The fields, as type and name.
        not_creatable_fields: The fields that SAP creates itself, as type and name.
    """

    sets: dict[str, str]
    not_creatable_sets: frozenset[str]
    fields: frozenset[tuple[str, str]]
    not_creatable_fields: frozenset[tuple[str, str]]

    def not_creatable(self, entity_set: str, names: Iterable[str]) -> tuple[str, ...]:
        """
        Return the fields of a set that the target does not have, or creates itself.
        """
        kind = self.sets.get(entity_set, "")
        creatable = self.fields - self.not_creatable_fields
        return tuple(name for name in names if (kind, name) not in creatable)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def read_metadata(content: bytes) -> Metadata:
    """
    Read the metadata of the service.

    Args:
        content: The EDMX document.

    Raises:
        ValueError: The content is not an EDMX document.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("the metadata declares entities, which are not supported")
    try:
        root = ET.fromstring(content)  # noqa: S314 -- entities are rejected above
    except ET.ParseError as error:
        raise ValueError(f"the metadata is not XML: {error}") from error
    elements = list(root.iter())
    sets = [element for element in elements if _local(element) == "EntitySet"]
    types = [element for element in elements if _local(element) == "EntityType"]
    fields = {
        (kind.get("Name", ""), part.get("Name", "")): part.get(_CREATABLE, "true")
        for kind in types
        for part in kind
        if _local(part) == "Property"
    }
    return Metadata(
        sets={s.get("Name", ""): s.get("EntityType", "").rpartition(".")[2] for s in sets},
        not_creatable_sets=frozenset(
            s.get("Name", "") for s in sets if s.get(_CREATABLE) == "false"
        ),
        fields=frozenset(fields),
        not_creatable_fields=frozenset(name for name, value in fields.items() if value == "false"),
    )


def findings(service: SapService, context: Context) -> Iterator[Finding]:
    """
    Check whether the service is reached, authenticates, returns a token, and has the fields.

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
    yield from _metadata_findings(service, context)
    yield Finding(
        "may create sales orders",
        FindingState.NOT_PROVABLE,
        "SAP reports missing permissions only when a sales order is posted",
    )


def _metadata_findings(service: SapService, context: Context) -> Iterator[Finding]:
    point = "the service accepts sales orders"
    try:
        response = service.get(context, "/$metadata", headers={"Accept": "application/xml"})
        metadata = read_metadata(response.content)
    except (ExportError, ValueError) as error:
        yield Finding(point, _FAILED, f"$metadata: {error}")
        return
    if "A_SalesOrder" not in metadata.sets:
        yield Finding(point, _FAILED, "$metadata has no A_SalesOrder; check service_path")
    elif "A_SalesOrder" in metadata.not_creatable_sets:
        yield Finding(point, _FAILED, "A_SalesOrder is not creatable (sap:creatable)")
    else:
        yield Finding(point, _PROVEN, "A_SalesOrder is creatable (sap:creatable)")
        yield from _field_findings(metadata, service.settings)


def _field_findings(metadata: Metadata, settings: SapSettings) -> Iterator[Finding]:
    names = {
        "A_SalesOrder": [*settings.header_constants, *settings.header_properties.values()],
        "A_SalesOrderItem": [*settings.item_constants, *settings.item_properties.values()],
    }
    if not any(names.values()):
        return
    not_creatable = [
        f"{name} of {entity_set}"
        for entity_set, fields in names.items()
        for name in metadata.not_creatable(entity_set, fields)
    ]
    if not_creatable:
        detail = f"{', '.join(not_creatable)}: missing or not creatable; correct the settings"
        yield Finding("the fields in the settings exist", _FAILED, detail)
    else:
        yield Finding("the fields in the settings exist", _PROVEN)
