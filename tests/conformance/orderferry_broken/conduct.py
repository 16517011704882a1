"""
Connectors that break a rule of every hook: about threads, deadlines, resources or arguments.
"""

# ruff: noqa: D102 - the class's docstring describes the fault

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar, cast
from urllib.parse import urlsplit

from attrs import define, field

from orderferry import Context, Document, ExportResult, Order, hookimpl
from orderferry.connectors.http import BearerAuth, Client, Response

from .good import Account, Good, document

__all__ = [
    "BreaksWithNewerHooks",
    "ConnectsInPreview",
    "ConnectsWhenBuilt",
    "IgnoresDeadline",
    "LeavesOpen",
    "MutatesOrder",
    "MutatesSettings",
    "SharesBetweenThreads",
]


def connect(settings: Account) -> socket.socket:
    """
    Open a connection to the target.
    """
    address = urlsplit(settings.base_url)
    return socket.create_connection((address.hostname or "", address.port or 80), timeout=5)


class MutatesOrder(Good):
    """
    Marks its order argument as exported, in a nested field that is not part of the model.
    """

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        campaign = cast("dict[str, list[str]]", order.extra["campaign"])
        campaign["tags"].append("exported")
        remote_id = self.create(document(order), context)
        return ExportResult(remote_ids={"order": remote_id})


class MutatesSettings(Good):
    """
    Shortens the timeout in its settings with each order.
    """

    def create(self, content: bytes, context: Context) -> str:
        shorter = self.settings.timeout_seconds * 0.99
        object.__setattr__(self.settings, "timeout_seconds", shorter)
        return super().create(content, context)


class IgnoresDeadline(Good):
    """
    Sends with its own HTTP client, which waits a minute for a response and ignores the deadline.
    """

    def request(
        self,
        method: str,
        path: str,
        context: Context,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Response:
        context.record(f"{method} {path}")
        with Client(environment={}) as client:
            return client.bind().request(
                method,
                f"{self.settings.base_url}{path}",
                content=content,
                headers=headers,
                params=params,
                auth=BearerAuth(self.settings.token),
                timeout=60.0,
            )


@define(eq=False)
class SharesBetweenThreads(Good):
    """
    Stores the last response on the instance, where threads overwrite one another's.
    """

    last: str = field(default="", init=False)

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        self.last = self.create(document(order), context)
        context.log.info("created", order=order.id)
        return ExportResult(remote_ids={"order": self.last})


class LeavesOpen(Good):
    """
    Opens a connection for each order, and never closes it.
    """

    connections: ClassVar[list[socket.socket]] = []

    def create(self, content: bytes, context: Context) -> str:
        with suppress(OSError):  # the request reports it
            self.connections.append(connect(self.settings))
        return super().create(content, context)


@define(eq=False)
class ConnectsWhenBuilt(Good):
    """
    Connects to the target when an instance is built.
    """

    def __attrs_post_init__(self) -> None:
        """
        Connect to the target.
        """
        with suppress(OSError):
            connect(self.settings).close()


class ConnectsInPreview(Good):
    """
    Connects to the target in a preview, bypassing the HTTP client that prevents it.
    """

    @hookimpl
    def preview_order(self, order: Order, context: Context) -> Document:
        with suppress(OSError):
            connect(self.settings).close()
        return Document(document(order), "application/json")


class BreaksWithNewerHooks(Good):
    """
    Implements a hook that no core has yet, with guessed arguments.
    """

    @hookimpl(optionalhook=True)
    def newer_hook(self, order: Order, guessed: object) -> None:
        """
        Do nothing; only a newer core would call it.
        """
