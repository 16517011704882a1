"""
Requests to Manhattan's order service: save and search.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import NoReturn

from attrs import field, frozen

from orderferry import Context
from orderferry.connectors.http import (
    OAuth2ClientCredentials,
    OAuth2Password,
    Response,
    Tls,
    error_for,
)
from orderferry.errors import (
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_wms_manhattan._envelope import Envelope, read_envelope
from orderferry_wms_manhattan._identity import Identity
from orderferry_wms_manhattan._mapping import OriginalOrder
from orderferry_wms_manhattan._settings import Grant, ManhattanSettings

__all__ = ["OrderService", "Record", "Saved"]

_SAVE = "/dcorder/api/dcorder/originalOrder/save"
_SEARCH = "/dcorder/api/dcorder/originalOrder/search"
_PAGE = 100


class _AllButRedirects(Container[int]):
    """
    The statuses whose envelope is read: all but redirects.
    """

    def __contains__(self, status: object) -> bool:
        return isinstance(status, int) and not 300 <= status < 400


@frozen
class Record:
    """
    A record of an original order at Manhattan.

    Attributes:
        original_order_id: The `OriginalOrderId`.
        pk: The `PK`, the record's own key, if the response contains it.
    """

    original_order_id: str
    pk: str | None = None


@frozen
class Saved:
    """
    The response to `save`.

    Attributes:
        record: The record.
        notes: The messages that are not errors.
        trace: The response's `cp-trace-id`.
    """

    record: Record
    notes: tuple[str, ...] = ()
    trace: str | None = None

    @property
    def message(self) -> str:
        """
        The message of the result, with the target's notes.
        """
        return "; ".join((f"saved{_traced(self.trace)}", *self.notes))


@frozen
class OrderService:
    """
    The order service of a tenant, for one call of the connector.

    Attributes:
        settings: The instance's settings.
        context: The call's context.
    """

    settings: ManhattanSettings
    context: Context
    _auth: OAuth2Password | OAuth2ClientCredentials = field(init=False)

    @_auth.default
    def _auth_default(self) -> OAuth2Password | OAuth2ClientCredentials:
        return authentication(self.settings)

    def save(self, order: OriginalOrder) -> Saved:
        """
        Save an original order.

        Raises:
            ExportError: The kind depends on what is known of the outcome.
        """
        original_order_id = order.identity.original_order_id
        envelope, trace = self._call(_SAVE, order.identity, order.content, write=True)
        self.context.log.info("original order saved", original_order=original_order_id, trace=trace)
        return Saved(Record(original_order_id, _pk(envelope.data)), envelope.notes, trace)

    def search(self, identity: Identity) -> tuple[Record, ...]:
        """
        Search for the records of an `OriginalOrderId` in the identity's organization and location.

        Raises:
            ExportError: The search failed.
        """
        original_order_id = identity.original_order_id
        query = {
            "Query": f"OriginalOrderId = '{original_order_id}'",
            "Size": _PAGE,
            "Page": 0,
        }
        content = json.dumps(query, ensure_ascii=False).encode()
        envelope, trace = self._call(_SEARCH, identity, content, write=False)
        entries = envelope.data if isinstance(envelope.data, list) else []
        records = [record for record in map(_record, entries) if record is not None]
        if envelope.total and not records:
            raise TransientError(
                f"Manhattan reported {envelope.total} original orders {original_order_id!r}"
                f" and returned none{_traced(trace)}"
            )
        return tuple(record for record in records if record.original_order_id == original_order_id)

    def _call(
        self, path: str, identity: Identity, content: bytes, *, write: bool
    ) -> tuple[Envelope, str | None]:
        ca_file = self.settings.ca_file
        response = self.context.http.post(
            self.settings.base_url.rstrip("/") + path,
            content=content,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "SelectedOrganization": identity.organization,
                "SelectedLocation": identity.location,
            },
            auth=self._auth,
            tls=None if ca_file is None else Tls(ca_file=ca_file),
            timeout=self.settings.timeout_seconds,
            accept=_AllButRedirects(),
            write=write,
        )
        trace = response.headers.get("cp-trace-id")
        envelope = _read(response, write=write)
        if response.status >= 400:
            _raise_error(response, envelope, trace, write=write)
        if envelope is None:
            raise _unclear(write)(
                f"Manhattan answered HTTP {response.status} without a success flag in the"
                f" envelope{_traced(trace)}"
            )
        if not envelope.success:
            kind, verb = (
                (RejectedError, "rejected") if write else (TransientError, "did not search for")
            )
            raise kind(
                f"Manhattan {verb} {identity.original_order_id}{_traced(trace)}",
                problems=envelope.problems,
            )
        return envelope, trace


def authentication(settings: ManhattanSettings) -> OAuth2Password | OAuth2ClientCredentials:
    """
    Return the authentication of the settings.
    """
    if settings.grant is Grant.PASSWORD and settings.username and settings.password:
        return OAuth2Password(
            token_url=settings.token_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            username=settings.username,
            password=settings.password,
            scope=settings.scope,
        )
    return OAuth2ClientCredentials(
        token_url=settings.token_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scope=settings.scope,
    )


def _read(response: Response, *, write: bool) -> Envelope | None:
    """
    Read the envelope, or return `None` if a response with an error status has none.
    """
    try:
        return read_envelope(response.json())
    except (TransientError, UnknownOutcomeError):
        if response.status >= 400:
            return None
        raise


def _raise_error(
    response: Response, envelope: Envelope | None, trace: str | None, *, write: bool
) -> NoReturn:
    """
    Raise the error of a response with an error status, with the messages of the envelope.
    """
    message = f"Manhattan answered HTTP {response.status}{_traced(trace)}"
    problems = () if envelope is None else envelope.problems
    if envelope is not None and envelope.success:
        raise _unclear(write)(f"{message}, but its envelope reports success")
    error = error_for(response, write=write)
    if isinstance(error, ThrottledError):
        raise ThrottledError(message, retry_after=error.retry_after, problems=problems)
    if isinstance(error, RejectedError) and not write:
        raise TransientError(message, problems=problems)
    raise type(error)(message, problems=problems)


def _unclear(write: bool) -> type[ExportError]:
    """
    Return the error of a response that reports neither success nor failure.
    """
    return UnknownOutcomeError if write else TransientError


def _record(data: object) -> Record | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("OriginalOrderId"), str):
        return None
    return Record(data["OriginalOrderId"], _pk(data))


def _pk(data: object) -> str | None:
    pk = data.get("PK") if isinstance(data, Mapping) else None
    return str(pk) if pk else None


def _traced(trace: str | None) -> str:
    return f" (cp-trace-id {trace})" if trace else ""
