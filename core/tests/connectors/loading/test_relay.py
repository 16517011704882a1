"""
A relay: each hook reaches the one connector behind it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from attrs import define, field

from orderferry.connectors import Catalogue, Connector, Entry, NoSettings, hookimpl
from orderferry.connectors.loading._loading import HOOKS
from orderferry.connectors.loading._relay import relay
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
        Answer.
        """
        return "export_order", order, shipment, properties, context

    @hookimpl
    def order_saved(self, order: Any, context: Any) -> None:
        """
        Answer.
        """
        self.saved.append((order, context))

    @hookimpl
    def preview_order(self, order: Any, shipment: Any, properties: Any, context: Any) -> Any:
        """
        Answer.
        """
        return "preview_order", order, shipment, properties, context

    @hookimpl
    def find_export(self, export: Any, context: Any) -> Any:
        """
        Answer.
        """
        return "find_export", export, context

    @hookimpl
    def check(self, context: Any) -> Any:
        """
        Answer.
        """
        return "check", context

    @hookimpl
    def acknowledgements(self, context: Any) -> Any:
        """
        Answer.
        """
        return "acknowledgements", context

    @hookimpl
    def receive(self, request: Any, context: Any) -> Any:
        """
        Answer.
        """
        return "receive", request, context

    @hookimpl
    def cancel_order(self, order: Any, shipment: Any, properties: Any, context: Any) -> Any:
        """
        Answer.
        """
        return "cancel_order", order, shipment, properties, context

    @hookimpl
    def export_payments(
        self, order: Any, shipment: Any, payments: Any, properties: Any, context: Any
    ) -> Any:
        """
        Answer.
        """
        return "export_payments", order, shipment, payments, properties, context

    @hookimpl
    def export_invoices(
        self, order: Any, shipment: Any, invoices: Any, properties: Any, context: Any
    ) -> Any:
        """
        Answer.
        """
        return "export_invoices", order, shipment, invoices, properties, context


@pytest.fixture
def entry(site: Any) -> Entry:
    """
    A connector to speak of.
    """
    site.connector("acme")
    return Catalogue.installed().find("acme")


@pytest.mark.parametrize("hook", sorted(set(HOOKS) - {"order_saved"}))
def test_every_hook_reaches_the_connector_and_its_answer_comes_back(
    hook: str, entry: Entry
) -> None:
    """
    With all of its arguments, by name.
    """
    arguments = {name: f"the {name}" for name in HOOKS[hook]}

    answer = relay(Everything(), entry)[hook](**arguments)

    assert (hook, *arguments.values()) == answer


def test_order_saved_reaches_the_connector_and_answers_nothing(entry: Entry) -> None:
    """
    It is told, not asked.
    """
    connector = Everything()

    answer = relay(connector, entry)["order_saved"](order="the order", context="the context")

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
        Answer.
        """
        return self.name, order


def test_only_what_is_implemented_is_there(entry: Entry) -> None:
    """
    A hook that is implemented is an ability.
    """
    assert {"export_order"} == set(relay(Little(), entry))


def test_instances_of_one_connector_never_hear_each_other_s_calls(entry: Entry) -> None:
    """
    Each has a relay of its own, whichever was made first.
    """
    relays = [relay(Little(name=name), entry) for name in ("a", "b", "c")]
    arguments: Mapping[str, object] = dict.fromkeys(HOOKS["export_order"], 1)

    answers = [hooks["export_order"](**arguments) for hooks in relays]

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


def test_what_only_pluggy_sees_is_refused_by_it(entry: Entry) -> None:
    """
    An unknown hook on the instance, not on its class.
    """
    with pytest.raises(HookError, match=r"acme \(orderferry-acme 1\.0\) .*unknown hook 'refund'"):
        relay(Late(), entry)


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_every_hook_is_documented(hook: str) -> None:
    """
    What it is, each argument, and what it answers.
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
    API 1.0, with the arguments that packages depend on.
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
