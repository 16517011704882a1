"""
Tests of `orderferry.connectors.loading._hook_caller`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from attrs import define, field

from orderferry.connectors import Catalogue, Connector, Entry, NoSettings, hookimpl
from orderferry.connectors.loading._hook_caller import hook_callers
from orderferry.connectors.loading._loading import HOOKS
from orderferry.connectors.spec import _hookspecs
from orderferry.errors import HookError


@define(eq=False)
class Everything(Connector):
    """
    Implements every hook, and answers with its name and what it was given.
    """

    settings: object = None
    saved: list[tuple[object, object]] = field(factory=list)

    @hookimpl
    def export_order(self, order: Any, shipment: Any, properties: Any, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "export_order", order, shipment, properties, context

    @hookimpl
    def order_saved(self, order: Any, context: Any) -> None:
        """
        Return its name and arguments.
        """
        self.saved.append((order, context))

    @hookimpl
    def preview_order(self, order: Any, shipment: Any, properties: Any, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "preview_order", order, shipment, properties, context

    @hookimpl
    def find_export(self, export: Any, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "find_export", export, context

    @hookimpl
    def check(self, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "check", context

    @hookimpl
    def acknowledgements(self, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "acknowledgements", context

    @hookimpl
    def receive(self, request: Any, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "receive", request, context

    @hookimpl
    def cancel_order(self, order: Any, shipment: Any, properties: Any, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "cancel_order", order, shipment, properties, context

    @hookimpl
    def export_payments(
        self, order: Any, shipment: Any, payments: Any, properties: Any, context: Any
    ) -> Any:
        """
        Return its name and arguments.
        """
        return "export_payments", order, shipment, payments, properties, context

    @hookimpl
    def export_invoices(
        self, order: Any, shipment: Any, invoices: Any, properties: Any, context: Any
    ) -> Any:
        """
        Return its name and arguments.
        """
        return "export_invoices", order, shipment, invoices, properties, context


@pytest.fixture
def entry(site: Any) -> Entry:
    """
    The entry point of an installed connector.
    """
    site.connector("acme")
    return Catalogue.installed().find("acme")


@pytest.mark.parametrize("hook", sorted(set(HOOKS) - {"order_saved"}))
def test_every_hook_reaches_the_connector_and_its_answer_comes_back(
    hook: str, entry: Entry
) -> None:
    """
    A hook is called with all of its arguments by name, and its result is returned.
    """
    arguments = {name: f"the {name}" for name in HOOKS[hook]}

    answer = hook_callers(Everything(), entry)[hook](**arguments)

    assert (hook, *arguments.values()) == answer


def test_order_saved_reaches_the_connector_and_returns_nothing(entry: Entry) -> None:
    """
    The hook `order_saved` is called, and has no result.
    """
    connector = Everything()

    answer = hook_callers(connector, entry)["order_saved"](order="the order", context="the context")

    assert [("the order", "the context")] == connector.saved
    assert [] == answer


@define(eq=False)
class Little(Connector):
    """
    Implements one hook, with few of its arguments.
    """

    settings: object = None
    name: str = ""

    @hookimpl
    def export_order(self, order: Any) -> Any:
        """
        Return its name and arguments.
        """
        return self.name, order


def test_only_implemented_hooks_are_returned(entry: Entry) -> None:
    """
    The hooks of an instance are those that its connector implements.
    """
    assert {"export_order"} == set(hook_callers(Little(), entry))


def test_a_call_reaches_its_own_instance_only(entry: Entry) -> None:
    """
    A hook of one instance does not call the other instances of the connector.
    """
    instances = [hook_callers(Little(name=name), entry) for name in ("a", "b", "c")]
    arguments: Mapping[str, object] = dict.fromkeys(HOOKS["export_order"], 1)

    answers = [hooks["export_order"](**arguments) for hooks in instances]

    assert [("a", 1), ("b", 1), ("c", 1)] == answers


class Late(Connector):
    """
    Gets a hook that its class does not have when it is built.
    """

    Settings: ClassVar[type] = NoSettings

    def __init__(self) -> None:
        @hookimpl
        def refund(order: Any) -> Any:
            return order

        self.refund = refund


def test_a_hook_that_only_pluggy_sees_is_an_error(entry: Entry) -> None:
    """
    An unknown hook that is an attribute of the instance, not of its class, is a `HookError`.
    """
    with pytest.raises(HookError, match=r"acme \(orderferry-acme 1\.0\) .*unknown hook 'refund'"):
        hook_callers(Late(), entry)


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_every_hook_is_documented(hook: str) -> None:
    """
    The docstring of a hook describes it, each of its arguments, and its result.
    """
    spec = getattr(_hookspecs, hook)
    text = inspect.getdoc(spec) or ""
    summary, _, rest = text.partition("\n\n")

    assert summary
    for argument in HOOKS[hook]:
        assert f"    {argument}: " in rest, f"{hook} says nothing of {argument}"
    assert inspect.signature(spec).return_annotation == "None" or "Returns:" in rest


def test_the_hooks_are_these() -> None:
    """
    The hooks of API 1.0 have these names and arguments, which connectors depend on.
    """
    order = ("order", "shipment", "properties", "context")
    assert {
        "export_order": order,
        "order_saved": ("order", "context"),
        "preview_order": order,
        "find_export": ("export", "context"),
        "check": ("context",),
        "acknowledgements": ("context",),
        "receive": ("request", "context"),
        "cancel_order": order,
        "export_payments": ("order", "shipment", "payments", "properties", "context"),
        "export_invoices": ("order", "shipment", "invoices", "properties", "context"),
    } == HOOKS
