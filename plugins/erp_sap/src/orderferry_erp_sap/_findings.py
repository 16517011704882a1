"""
What `check` can find out without making a sales order.
"""

from __future__ import annotations

from collections.abc import Iterator

from orderferry import Context, Finding, FindingState
from orderferry.errors import AuthenticationError, ExportError
from orderferry_erp_sap._metadata import Metadata, read_metadata
from orderferry_erp_sap._service import SapService
from orderferry_erp_sap._settings import SapSettings

__all__ = ["findings"]

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
