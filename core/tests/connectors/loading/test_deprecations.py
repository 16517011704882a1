"""
A deprecated hook or argument still works, and the connector that has it is named.

No hook of this core is deprecated, so the specifications are the test's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest
from attrs import define

from orderferry.connectors import Catalogue, Connector, Entry, hookimpl
from orderferry.connectors.loading._hook_caller import deprecations, hook_callers
from orderferry.connectors.spec import _hookspecs
from orderferry.connectors.spec._hookspecs import hookspec

GONE = "it goes with hook API 2.0; implement send_order"
RENAMED = "it goes with hook API 2.0; take context.deadline"


class Specs(ModuleType):
    """
    One hook that stays, one that goes, and one with an argument that goes.
    """

    @staticmethod
    @hookspec(firstresult=True)
    def send_order(order: Any, context: Any) -> Any:
        """
        Stays.
        """

    @staticmethod
    @hookspec(firstresult=True, warn_on_impl=DeprecationWarning(GONE))
    def transmit(order: Any) -> Any:
        """
        Goes.
        """

    @staticmethod
    @hookspec(firstresult=True, warn_on_impl_args={"seconds": FutureWarning(RENAMED)})
    def ask(context: Any, seconds: Any) -> Any:
        """
        One argument goes.
        """


def specs() -> ModuleType:
    """
    They, as a module.
    """
    module = Specs("specs")
    for name in ("send_order", "transmit", "ask"):
        setattr(module, name, getattr(Specs, name))
    return module


@define(eq=False)
class Old(Connector):
    """
    Has all of it.
    """

    settings: object = None

    @hookimpl
    def transmit(self, order: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "transmitted", order

    @hookimpl
    def ask(self, context: Any, seconds: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "asked", context, seconds


@define(eq=False)
class New(Connector):
    """
    Has none of it.
    """

    settings: object = None

    @hookimpl
    def send_order(self, order: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "sent", order

    @hookimpl
    def ask(self, context: Any) -> Any:
        """
        Return its name and arguments.
        """
        return "asked", context


@pytest.fixture
def entry(site: Any) -> Entry:
    """
    The entry point of an installed connector.
    """
    site.connector("acme", version="1.2")
    return Catalogue.installed().find("acme")


def call_with_warnings(
    connector: Connector, entry: Entry
) -> tuple[Mapping[str, Callable[..., object]], list[warnings.WarningMessage]]:
    """
    Return a connector's hooks and the warnings about them, by Python's filter `default`.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        return hook_callers(connector, entry, specs()), caught


def test_a_deprecated_hook_and_argument_name_the_connector_and_what_to_do(entry: Entry) -> None:
    """
    A warning has the category of the specification, and the file and line of the connector's hook.
    """
    _, caught = call_with_warnings(Old(), entry)

    assert {
        (
            FutureWarning,
            "connector acme (orderferry-acme 1.2): its argument seconds of ask is deprecated: "
            + RENAMED,
            Old.ask.__code__.co_firstlineno,
        ),
        (
            DeprecationWarning,
            f"connector acme (orderferry-acme 1.2): its hook transmit is deprecated: {GONE}",
            Old.transmit.__code__.co_firstlineno,
        ),
    } == {(warning.category, str(warning.message), warning.lineno) for warning in caught}
    assert {__file__} == {warning.filename for warning in caught}


def test_a_deprecated_hook_still_works(entry: Entry) -> None:
    """
    A deprecated hook or argument is called and passed like any other.
    """
    hooks, _ = call_with_warnings(Old(), entry)

    assert ("transmitted", "o") == hooks["transmit"](order="o")
    assert ("asked", "c", 5) == hooks["ask"](context="c", seconds=5)


def test_a_connector_of_many_instances_is_named_once(entry: Entry) -> None:
    """
    A deprecation is warned of once, for any number of instances of the connector.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            hook_callers(Old(), entry, specs())

    assert 2 == len(caught)


def test_a_connector_without_anything_deprecated_is_not_named(entry: Entry) -> None:
    """
    A connector without a deprecated hook or argument causes no warning.
    """
    hooks, caught = call_with_warnings(New(), entry)

    assert [] == caught
    assert ("asked", "c") == hooks["ask"](context="c", seconds=5)


def test_a_warning_that_is_an_error_is_raised_as_it_is(entry: Entry) -> None:
    """
    A deprecation raises its warning where warnings are errors, so a vendor's tests fail.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        with pytest.raises(DeprecationWarning, match=r"orderferry-acme 1\.2"):
            hook_callers(Old(), entry, specs())


def test_nothing_is_deprecated_today() -> None:
    """
    No hook or argument of this core is deprecated, as docs/compatibility.md says.
    """
    marked = [
        name
        for name, spec in vars(_hookspecs).items()
        if any(getattr(spec, "orderferry_spec", {}).get(key) for key in KEYS)
    ]

    assert [] == marked
    assert [] == list(deprecations(New))


KEYS = ("warn_on_impl", "warn_on_impl_args")
