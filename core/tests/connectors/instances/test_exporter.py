"""
An exporter: calls go through, and no secret comes back.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import (
    Capabilities,
    Document,
    Exporter,
    ExportResult,
    InstanceConfig,
    InstanceName,
    Properties,
    PushedRequest,
)
from orderferry.connectors.loading._loading import HOOKS
from orderferry.errors import (
    ConnectorError,
    NetworkForbiddenError,
    OrderferryError,
    RejectedError,
    SettingsError,
)
from orderferry.orders import Order

SECRET = "hunter2-hunter2"

SOURCE = """
import asyncio
import socket

from attrs import define, frozen
from orderferry import (Capabilities, Connector, Document, ExportResult, Finding, FindingState,
                        Secret, hookimpl)
from orderferry.errors import RejectedError


@frozen
class Settings:
    token: Secret
    how: str = "accept"


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings
    capabilities = Capabilities(updates=True)

    settings: Settings

    def __attrs_post_init__(self):
        if self.settings.how == "unbuildable":
            raise OSError(13, f"not with {self.settings.token.reveal()}")

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        token = self.settings.token.reveal()
        match self.settings.how:
            case "accept":
                return ExportResult({"order": order.id}, "created")
            case "reject":
                try:
                    raise OSError(f"401 for {token}")
                except OSError as error:
                    raise RejectedError(f"said no to {token}") from error
            case "break":
                raise UnicodeEncodeError("ascii", token, 0, 1, token)
            case "exit":
                raise SystemExit(f"{token} is wrong")
            case "cancel":
                raise asyncio.CancelledError
            case "interrupt":
                raise KeyboardInterrupt
            case "leak":
                return ExportResult({"order": "1"}, f"created with {token}")

    @hookimpl
    def preview_order(self, order, context):
        match self.settings.how:
            case "http":
                context.http.get("http://127.0.0.1:9/")
            case "socket":
                socket.create_connection(("127.0.0.1", 9), timeout=1)
            case "count":
                return [context.state.next("n"), context.state.next("n")]
        return Document(self.settings.token.reveal().encode() + b";", "text/plain")

    @hookimpl
    def check(self, context):
        token = self.settings.token.reveal()
        yield Finding("sign in", FindingState.PROVEN, f"with {token}")
        if self.settings.how == "break":
            raise ValueError(token)
"""


@pytest.fixture
def exporter_that(site: Any, configure: Any) -> Any:
    """
    Gives an exporter whose connector behaves in one way.
    """
    site.connector("acme", SOURCE, version="2.1")

    def make(how: str = "accept") -> Exporter:
        settings = {"token": SECRET, "how": how}
        instances = configure(InstanceConfig(name="acme", id="main", settings=settings))
        exporter: Exporter = instances.exporter(InstanceName("acme", "main"))
        return exporter

    return make


def export(exporter: Exporter) -> object:
    """
    One call of `export_order`.
    """
    return exporter.export_order(
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
        context=exporter.context(deadline=monotonic() + 10),
    )


def preview(exporter: Exporter) -> object:
    """
    One call of `preview_order`.
    """
    return exporter.preview_order(
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
        context=exporter.preview_context(),
    )


def everything(error: BaseException) -> str:
    """
    All that can be seen of an error.
    """
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


def test_an_exporter_says_what_it_is(exporter_that: Any) -> None:
    """
    Instance, distribution, version, abilities, and which secrets stand in the file.
    """
    exporter = exporter_that()

    assert (InstanceName("acme", "main"), "orderferry-acme", "2.1") == (
        exporter.name,
        exporter.distribution,
        exporter.version,
    )
    assert Capabilities(updates=True) == exporter.capabilities
    assert (True, False) == (exporter.offers("check"), exporter.offers("find_export"))
    assert ("token",) == exporter.literal_secrets
    assert SECRET not in repr(exporter)


def test_a_call_answers_what_the_connector_answered(exporter_that: Any) -> None:
    """
    Unchecked: what it means is decided where exports are made.
    """
    assert ExportResult({"order": "1001"}, "created") == export(exporter_that())


@pytest.mark.parametrize("hook", HOOKS)
def test_each_method_calls_its_hook(exporter_that: Any, hook: str) -> None:
    """
    An exporter has a method for each hook, with the hook's arguments in their order, which it calls
    the hook with by name.
    """
    calls: dict[str, dict[str, object]] = {}

    def record(name: str) -> Callable[..., object]:
        return lambda **arguments: calls.update({name: arguments})

    exporter = evolve(exporter_that(), hooks={name: record(name) for name in HOOKS})
    arguments = {name: object() for name in HOOKS[hook]}
    getattr(exporter, hook)(*arguments.values())

    assert {hook: arguments} == calls


def test_a_hook_that_is_not_offered_cannot_be_called(exporter_that: Any) -> None:
    """
    The message names connector and distribution.
    """
    exporter = exporter_that()

    with pytest.raises(
        ConnectorError,
        match=r"connector acme/main \(orderferry-acme 2\.1\) offers no receive",
    ):
        exporter.receive(PushedRequest("POST", "/", {}, b""), exporter.preview_context())


def test_an_error_keeps_its_type_and_loses_its_secrets(exporter_that: Any) -> None:
    """
    All along its chain.
    """
    with pytest.raises(RejectedError, match=r"^said no to \*\*\*$") as error:
        export(exporter_that("reject"))

    assert "OSError: 401 for ***" in everything(error.value)
    assert SECRET not in everything(error.value)


def test_an_error_that_cannot_be_changed_is_replaced(exporter_that: Any) -> None:
    """
    Its text is kept, without secrets.
    """
    with pytest.raises(OrderferryError, match=r"^UnicodeEncodeError: .*\*\*\*") as error:
        export(exporter_that("break"))

    assert SECRET not in everything(error.value)


@pytest.mark.parametrize(
    ("how", "said"), [("exit", r"SystemExit: \*\*\* is wrong"), ("cancel", "CancelledError: ")]
)
def test_a_connector_cannot_end_the_process(how: str, said: str, exporter_that: Any) -> None:
    """
    Not with one of the exceptions that nobody catches.
    """
    with pytest.raises(ConnectorError, match=f"tried to end the process: {said}") as error:
        export(exporter_that(how))

    assert SECRET not in everything(error.value)


def test_an_interrupt_passes_through(exporter_that: Any) -> None:
    """
    Somebody pressed the keys.
    """
    with pytest.raises(KeyboardInterrupt):
        export(exporter_that("interrupt"))


def test_an_answer_loses_its_secrets(exporter_that: Any) -> None:
    """
    Its message goes to people and into history.
    """
    assert ExportResult({"order": "1"}, "created with ***") == export(exporter_that("leak"))


def test_a_preview_shows_no_secret(exporter_that: Any) -> None:
    """
    Though the very bytes would have it.
    """
    assert Document(b"***;", "text/plain") == preview(exporter_that())


@pytest.mark.parametrize(
    ("how", "said"),
    [("http", r"\(http get http://127\.0\.0\.1:9/\)"), ("socket", r"\(socket\.\w+\)")],
)
def test_a_preview_reaches_no_network(how: str, said: str, exporter_that: Any) -> None:
    """
    Neither by the shared client nor by a socket of its own.
    """
    with pytest.raises(NetworkForbiddenError, match=said):
        preview(exporter_that(how))


def test_a_preview_uses_no_number_up(exporter_that: Any) -> None:
    """
    The next preview shows the same ones.
    """
    exporter = exporter_that("count")

    assert [[1, 2], [1, 2]] == [preview(exporter), preview(exporter)]


def test_what_a_generator_yields_is_read_where_it_is_watched(exporter_that: Any) -> None:
    """
    Its findings, and what it raises on the way.
    """
    exporter = exporter_that()
    broken = exporter_that("break")

    (finding,) = exporter.check(exporter.context(deadline=0))
    with pytest.raises(ValueError, match=r"^\*\*\*$"):
        broken.check(broken.context(deadline=0))

    assert "with ***" == finding.detail


def test_a_class_that_refuses_its_settings_is_an_error_of_settings(exporter_that: Any) -> None:
    """
    Named, chained, and without secrets.
    """
    with pytest.raises(SettingsError) as error:
        exporter_that("unbuildable")

    assert (
        "connector acme (orderferry-acme 2.1) cannot be built as acme/main: "
        "PermissionError: [Errno 13] not with ***"
    ) == str(error.value)
    assert SECRET not in everything(error.value)


def test_who_watches_sees_what_the_connector_said_itself(exporter_that: Any) -> None:
    """
    The error is seen with its secret, and the caller gets it without.
    """
    seen: list[str] = []

    def watch(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def watched(**arguments: object) -> object:
            try:
                return function(**arguments)
            except Exception as error:
                seen.append(f"{name}: {error}")
                raise

        return watched

    with pytest.raises(RejectedError) as caught:
        export(exporter_that("reject").watched(watch))

    assert SECRET in seen[0]
    assert SECRET not in str(caught.value)


def test_a_preview_may_be_given_its_time(exporter_that: Any) -> None:
    """
    So that two previews can be compared whose documents bear a time.
    """
    now = datetime(2026, 1, 15, tzinfo=UTC)

    assert now == exporter_that().preview_context(now).now
