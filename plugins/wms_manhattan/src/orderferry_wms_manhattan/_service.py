"""
The two calls of Manhattan's order service that the connector makes.
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


class _EveryAnswer(Container[int]):
    """
    Statuses whose body is read before they are judged: all but redirects.
    """

    def __contains__(self, status: object) -> bool:
        return isinstance(status, int) and not 300 <= status < 400


@frozen
class Record:
    """
    An original order as Manhattan has it.

    Attributes:
        original_order_id: Its `OriginalOrderId`.
        pk: Its `PK`, the record's own key, where the answer shows it.
    """

    original_order_id: str
    pk: str | None = None


@frozen
class Saved:
    """
    What `save` answered.

    Attributes:
        record: The record.
        notes: What else the target said.
        trace: The answer's `cp-trace-id`.
    """

    record: Record
    notes: tuple[str, ...] = ()
    trace: str | None = None

    @property
    def message(self) -> str:
        """
        That it was saved, and what the target noted.
        """
        return "; ".join((f"saved{_traced(self.trace)}", *self.notes))


@frozen
class OrderService:
    """
    The order service of one tenant, as one call of the connector sees it.
    """

    settings: ManhattanSettings
    context: Context
    _auth: OAuth2Password | OAuth2ClientCredentials = field(init=False)

    @_auth.default
    def _signing_in(self) -> OAuth2Password | OAuth2ClientCredentials:
        return sign_in(self.settings)

    def save(self, order: OriginalOrder) -> Saved:
        """
        Send an original order.

        Raises:
            ExportError: By what is known of the outcome.
        """
        sent = order.identity
        envelope, trace = self._call(_SAVE, sent, order.content, write=True)
        self.context.log.info(
            "original order saved", original_order=sent.original_order_id, trace=trace
        )
        return Saved(Record(sent.original_order_id, _pk(envelope.data)), envelope.notes, trace)

    def search(self, identity: Identity) -> tuple[Record, ...]:
        """
        The records of that `OriginalOrderId` in the identity's organization and location.

        Raises:
            ExportError: The target could not be asked, or did not answer the question.
        """
        query = {
            "Query": f"OriginalOrderId = '{identity.original_order_id}'",
            "Size": _PAGE,
            "Page": 0,
        }
        content = json.dumps(query, ensure_ascii=False).encode()
        envelope, trace = self._call(_SEARCH, identity, content, write=False)
        listed = envelope.data if isinstance(envelope.data, list) else []
        records = [record for record in map(_record, listed) if record is not None]
        if envelope.total and not records:
            raise TransientError(
                f"Manhattan counts {envelope.total} original orders"
                f" {identity.original_order_id!r} and shows none{_traced(trace)}"
            )
        wanted = identity.original_order_id
        return tuple(record for record in records if record.original_order_id == wanted)

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
            accept=_EveryAnswer(),
            write=write,
        )
        trace = response.headers.get("cp-trace-id")
        envelope = _read(response, write=write)
        if response.status >= 400:
            _refused(response, envelope, trace, write=write)
        if envelope is None:
            raise _unclear(write)(
                f"Manhattan answered HTTP {response.status} without an envelope that says"
                f" success{_traced(trace)}"
            )
        if not envelope.success:
            kind, verb = (RejectedError, "refused") if write else (TransientError, "would not seek")
            raise kind(
                f"Manhattan {verb} {identity.original_order_id}{_traced(trace)}",
                problems=envelope.problems,
            )
        return envelope, trace


def sign_in(settings: ManhattanSettings) -> OAuth2Password | OAuth2ClientCredentials:
    """
    How requests are authorized.
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
    The envelope, or `None` where an answer with an error's status has none.
    """
    try:
        return read_envelope(response.json())
    except (TransientError, UnknownOutcomeError):
        if response.status >= 400:
            return None
        raise


def _refused(
    response: Response, envelope: Envelope | None, trace: str | None, *, write: bool
) -> NoReturn:
    """
    Raise what an error's status means, with what the envelope says.
    """
    message = f"Manhattan answered HTTP {response.status}{_traced(trace)}"
    problems = () if envelope is None else envelope.problems
    if envelope is not None and envelope.success:
        raise _unclear(write)(f"{message}, and its envelope says success")
    error = error_for(response, write=write)
    if isinstance(error, ThrottledError):
        raise ThrottledError(message, retry_after=error.retry_after, problems=problems)
    if isinstance(error, RejectedError) and not write:
        raise TransientError(message, problems=problems)
    raise type(error)(message, problems=problems)


def _unclear(write: bool) -> type[ExportError]:
    """
    What an answer that says neither yes nor no means.
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
