"""
Tests of `orderferry.connectors.Exporter`.
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
    Return a function that makes an exporter whose connector behaves in one way.
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
    Call `export_order`.
    """
    return exporter.export_order(
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
        context=exporter.context(deadline=monotonic() + 10),
    )


def preview(exporter: Exporter) -> object:
    """
    Call `preview_order`.
    """
    return exporter.preview_order(
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
        context=exporter.preview_context(),
    )


def everything(error: BaseException) -> str:
    """
    Return all text of an error that can be shown.
    """
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


def test_an_exporter_describes_its_instance(exporter_that: Any) -> None:
    """
    An exporter has the name, distribution, version, capabilities and plain-text secrets of its
    instance.
    """
    exporter = exporter_that()

    assert InstanceName("acme", "main") == exporter.name
    assert "orderferry-acme" == exporter.distribution
    assert "2.1" == exporter.version
    assert Capabilities(updates=True) == exporter.capabilities
    assert exporter.offers("check")
    assert not exporter.offers("find_export")
    assert ("token",) == exporter.literal_secrets
    assert SECRET not in repr(exporter)


def test_a_call_returns_the_result_of_the_connector(exporter_that: Any) -> None:
    """
    A call returns the result of the connector.
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
    A call of a hook that the connector does not offer is an error that names the connector.
    """
    exporter = exporter_that()

    with pytest.raises(
        ConnectorError,
        match=r"connector acme/main \(orderferry-acme 2\.1\) does not offer receive",
    ):
        exporter.receive(PushedRequest("POST", "/", {}, b""), exporter.preview_context())


def test_an_error_keeps_its_type_without_its_secrets(exporter_that: Any) -> None:
    """
    An error of the connector is raised with its type and its causes, without secrets.
    """
    with pytest.raises(RejectedError, match=r"^said no to \*\*\*$") as error:
        export(exporter_that("reject"))

    assert "OSError: 401 for ***" in everything(error.value)
    assert SECRET not in everything(error.value)


def test_an_error_that_cannot_be_changed_is_replaced(exporter_that: Any) -> None:
    """
    An error whose secrets cannot be hidden is replaced by one with its text without secrets.
    """
    with pytest.raises(OrderferryError, match=r"^UnicodeEncodeError: .*\*\*\*") as error:
        export(exporter_that("break"))

    assert SECRET not in everything(error.value)


@pytest.mark.parametrize(
    ("how", "message"), [("exit", r"SystemExit: \*\*\* is wrong"), ("cancel", "CancelledError: ")]
)
def test_a_connector_cannot_end_the_process(how: str, message: str, exporter_that: Any) -> None:
    """
    A `SystemExit` or `CancelledError` of the connector is raised as a `ConnectorError`.
    """
    with pytest.raises(ConnectorError, match=f"tried to end the process: {message}") as error:
        export(exporter_that(how))

    assert SECRET not in everything(error.value)


def test_an_interrupt_is_raised_as_it_is(exporter_that: Any) -> None:
    """
    A `KeyboardInterrupt` during a call is raised as it is.
    """
    with pytest.raises(KeyboardInterrupt):
        export(exporter_that("interrupt"))


def test_a_result_has_no_secrets(exporter_that: Any) -> None:
    """
    A result is returned without secrets.
    """
    assert ExportResult({"order": "1"}, "created with ***") == export(exporter_that("leak"))


def test_a_preview_shows_no_secret(exporter_that: Any) -> None:
    """
    A document is returned without secrets.
    """
    assert Document(b"***;", "text/plain") == preview(exporter_that())


@pytest.mark.parametrize(
    ("how", "message"),
    [("http", r"\(http get http://127\.0\.0\.1:9/\)"), ("socket", r"\(socket\.\w+\)")],
)
def test_a_preview_reaches_no_network(how: str, message: str, exporter_that: Any) -> None:
    """
    A preview can use neither the shared client nor a socket of its own.
    """
    with pytest.raises(NetworkForbiddenError, match=message):
        preview(exporter_that(how))


def test_a_preview_uses_no_number(exporter_that: Any) -> None:
    """
    Two previews use the same numbers.
    """
    exporter = exporter_that("count")

    assert [[1, 2], [1, 2]] == [preview(exporter), preview(exporter)]


def test_a_generator_is_read_within_the_call(exporter_that: Any) -> None:
    """
    A generator is read within the call, and its items and errors are without secrets.
    """
    exporter = exporter_that()
    broken = exporter_that("break")

    (finding,) = exporter.check(exporter.context(deadline=0))
    with pytest.raises(ValueError, match=r"^\*\*\*$"):
        broken.check(broken.context(deadline=0))

    assert "with ***" == finding.detail


def test_an_error_of_building_a_connector_is_a_settings_error(exporter_that: Any) -> None:
    """
    An error of the class when it is built is a `SettingsError` without secrets.
    """
    with pytest.raises(SettingsError) as error:
        exporter_that("unbuildable")

    assert (
        "connector acme (orderferry-acme 2.1) cannot be built as acme/main: "
        "PermissionError: [Errno 13] not with ***"
    ) == str(error.value)
    assert SECRET not in everything(error.value)


def test_a_wrapped_hook_receives_the_error_with_its_secret(exporter_that: Any) -> None:
    """
    A wrapped hook receives the error of the connector with its secret, and the caller without.
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
        export(exporter_that("reject").wrap_hooks(watch))

    assert SECRET in seen[0]
    assert SECRET not in str(caught.value)


def test_the_time_of_a_preview_can_be_set(exporter_that: Any) -> None:
    """
    The time of a preview can be set, so that two documents with a time can be compared.
    """
    now = datetime(2026, 1, 15, tzinfo=UTC)

    assert now == exporter_that().preview_context(now).now
