"""
Which marked methods can be called as hooks.
"""

from __future__ import annotations

from typing import Any

import pytest

from orderferry.connectors import Connector, hookimpl
from orderferry.connectors.loading._loading import hook_faults, implementations


class Faulty(Connector):
    """
    One faulty hook of each kind, and a class of its own for those of one name.
    """

    @hookimpl
    async def preview_order(self, order: Any) -> Any:
        """
        A coroutine.
        """

    @hookimpl
    async def acknowledgements(self, context: Any) -> Any:
        """
        An asynchronous generator.
        """
        yield context

    @hookimpl(wrapper=True)
    def find_export(self, export: Any) -> Any:
        """
        A wrapper.
        """
        return (yield)

    @hookimpl(hookwrapper=True)
    def receive(self, request: Any) -> Any:
        """
        A wrapper of the old kind.
        """
        yield

    @hookimpl(specname="check")
    def probe(self, context: Any) -> Any:
        """
        A hook under another name.
        """

    @hookimpl
    def find_exports(self, export: Any) -> Any:
        """
        A misspelt one.
        """

    @hookimpl
    def xyzzy(self) -> Any:
        """
        One that is near none.
        """

    @hookimpl
    def check(self, contxt: Any, zz: Any) -> Any:
        """
        Unknown arguments.
        """

    @hookimpl
    def cancel_order(self, *, order: Any) -> Any:
        """
        An argument that is never passed.
        """

    @hookimpl
    def order_saved(self, order: Any, context: Any = None) -> Any:
        """
        Another one.
        """


HOOKS = (
    "acknowledgements, cancel_order, check, export_invoices, export_order, export_payments, "
    "find_export, order_saved, preview_order, receive"
)
NEVER = "and would never be passed; make it a plain argument"
ASYNC = "is async, but hooks are called from threads; make it a plain def"
WRAPPER = "is a hook wrapper, and a connector has nothing to wrap; make it a plain hook"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("preview_order", [f"preview_order {ASYNC}"]),
        ("acknowledgements", [f"acknowledgements {ASYNC}"]),
        ("find_export", [f"find_export {WRAPPER}"]),
        ("receive", [f"receive {WRAPPER}"]),
        (
            "probe",
            [
                "probe is a hook under another name (specname); give the method the hook's name",
            ],
        ),
        ("find_exports", ["find_exports is not a hook of API 1.0; did you mean find_export?"]),
        ("xyzzy", [f"xyzzy is not a hook of API 1.0; hooks are {HOOKS}"]),
        (
            "check",
            [
                "check has no argument contxt in API 1.0; did you mean context?",
                "check has no argument zz in API 1.0; its arguments are context",
            ],
        ),
        ("cancel_order", [f"cancel_order: its argument order is keyword-only, {NEVER}"]),
        ("order_saved", [f"order_saved: its argument context has a default, {NEVER}"]),
    ],
)
def test_a_hook_that_cannot_be_called_says_why(name: str, expected: list[str]) -> None:
    """
    Each fault of a hook is one sentence with its reason and what to do.
    """
    [method] = [
        implementation for implementation in implementations(Faulty) if implementation.name == name
    ]

    assert expected == list(hook_faults(method))


class Sound(Connector):
    """
    Hooks with order marks, static and class methods, and new arguments with a default.
    """

    @hookimpl(tryfirst=True)
    def check(self, context: Any, depth: int = 3, *rest: Any, **more: Any) -> Any:
        """
        Arguments that this core does not pass.
        """

    @hookimpl(trylast=True)
    @staticmethod
    def find_export(export: Any) -> Any:
        """
        A static method.
        """

    @hookimpl
    @classmethod
    def order_saved(cls, order: Any) -> Any:
        """
        A class method.
        """

    @hookimpl(optionalhook=True)
    def refund_order(self, order: Any) -> Any:
        """
        A hook that a newer core may know.
        """

    def cancel_order(self) -> Any:
        """
        No hook: it is not marked.
        """


class Heir(Sound):
    """
    Inherits its hooks.
    """


@pytest.mark.parametrize("kind", [Sound, Heir])
def test_a_hook_that_can_be_called_has_no_fault(kind: type[Connector]) -> None:
    """
    A hook of the class or of its base is valid with marks, defaults and static or class methods.
    """
    methods = implementations(kind)

    assert ["check", "find_export", "order_saved", "refund_order"] == [
        method.name for method in methods
    ]
    assert [] == [fault for method in methods for fault in hook_faults(method)]
