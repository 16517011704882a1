"""
Connectors that do what no connector may, whatever they are asked.
"""

# ruff: noqa: D102 - a class says what is wrong with it

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


def connected(settings: Account) -> socket.socket:
    """
    A connection to the target.
    """
    address = urlsplit(settings.base_url)
    return socket.create_connection((address.hostname or "", address.port or 80), timeout=5)


class MutatesOrder(Good):
    """
    Marks the order that it was given as exported, deep in a field that no model names.
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
    Sends with a client of its own, which waits a minute for an answer, whatever time is left.
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
    Keeps the answer to the last request in itself, where each thread writes over the others'.
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
        with suppress(OSError):  # the request tells of it
            self.connections.append(connected(self.settings))
        return super().create(content, context)


@define(eq=False)
class ConnectsWhenBuilt(Good):
    """
    Connects to the target when an instance is built.
    """

    def __attrs_post_init__(self) -> None:
        """
        Built.
        """
        with suppress(OSError):
            connected(self.settings).close()


class ConnectsInPreview(Good):
    """
    Connects to the target in a preview, past the client that refuses that.
    """

    @hookimpl
    def preview_order(self, order: Order, context: Context) -> Document:
        with suppress(OSError):
            connected(self.settings).close()
        return Document(document(order), "application/json")


class BreaksWithNewerHooks(Good):
    """
    Implements a hook that no core has yet, with arguments that it only guesses.
    """

    @hookimpl(optionalhook=True)
    def newer_hook(self, order: Order, guessed: object) -> None:
        """
        Called by a newer core, if at all.
        """
