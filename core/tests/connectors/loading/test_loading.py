"""
Loading a connector: each way to be broken has an error of its own, and stays alone.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from orderferry.connectors import Catalogue, Connector, LoadedConnector, load_connector
from orderferry.errors import (
    DuplicateNameError,
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    NotAConnectorError,
    NotInstalledError,
    RequirementError,
)

HEAD = """
from attrs import define, frozen
from orderferry import Connector, ExportResult, Secret, hookimpl

@frozen
class Settings:
    url: str = ""
"""

CLASS = """
@define(eq=False)
class TheConnector(Connector):
    Settings = Settings
    hook_api = {api}
    settings: Settings
"""

EXPORT = """
    @hookimpl
    def export_order(self, order, context):
        return ExportResult()
"""


def source(body: str = EXPORT, api: str = "(1, 0)") -> str:
    """
    A module with a connector that has these methods.
    """
    return HEAD + CLASS.format(api=api) + body


def load(name: str = "acme") -> LoadedConnector:
    """
    Load it from what is installed now.
    """
    return load_connector(Catalogue.installed(), name)


def test_a_connector_is_loaded_by_name_and_no_other_is_imported(site: Any) -> None:
    """
    Loading a connector by its name imports its own module, also where others are broken.
    """
    site.connector("acme", source())
    site.connector("zeta", "raise RuntimeError('imported')")

    loaded = load()

    assert issubclass(loaded.kind, Connector)
    assert "orderferry-acme 1.0" == loaded.entry.origin
    assert {"orderferry_acme"} == site.imported_modules()


ASYNC = """
    @hookimpl
    async def check(self, context):
        return []
"""

MISSPELT = """
    @hookimpl
    def find_exports(self, export, context):
        return None
"""

BROKEN = {
    "no module": (
        "raise ModuleNotFoundError(\"No module named 'six'\")",
        ImportFailedError,
        (
            r"cannot be imported from orderferry_acme:TheConnector: ModuleNotFoundError: No module "
            "named 'six'; fix or reinstall orderferry-acme"
        ),
    ),
    "syntax": ("def", ImportFailedError, "SyntaxError"),
    "exit": ("raise SystemExit(3)", ImportFailedError, "SystemExit: 3"),
    "no such object": (
        "",
        ImportFailedError,
        "names orderferry_acme:TheConnector, but orderferry_acme has no TheConnector; reinstall",
    ),
    "an attribute of its own": (
        "import sys\nsys.nothing",
        ImportFailedError,
        "cannot be imported from .*: AttributeError: module 'sys' has no attribute 'nothing'",
    ),
    "a function": (
        "def TheConnector(): pass",
        NotAConnectorError,
        "names orderferry_acme:TheConnector, which is not a connector; it must be a class that",
    ),
    "another class": ("class TheConnector: pass", NotAConnectorError, "is not a connector"),
    "Connector itself": (
        "from orderferry import Connector as TheConnector",
        NotAConnectorError,
        "is not a connector",
    ),
    "by value": (
        source().replace("(eq=False)", ""),
        NotAConnectorError,
        r"compares by value; decorate its class with @define\(eq=False\)",
    ),
    "no settings": (
        source().replace("    settings: Settings", ""),
        NotAConnectorError,
        r"cannot be built as TheConnector\(settings=...\): got an unexpected keyword argument",
    ),
    "plain settings": (
        source().replace("@frozen", ""),
        NotAConnectorError,
        "has a Settings that is not an attrs class; use @frozen",
    ),
    "settings that are no class": (
        source().replace("Settings = Settings", "Settings = {}"),
        NotAConnectorError,
        "has a Settings that is not an attrs class",
    ),
    "hook API 2.0": (
        source(api="(2, 0)"),
        HookVersionError,
        (
            "was made for hook API 2.0, but this orderferry supports 1.0; install a newer version "
            "of orderferry"
        ),
    ),
    "hook API 0.9": (
        source(api="(0, 9)"),
        HookVersionError,
        "was made for hook API 0.9, .* install a newer version of orderferry-acme",
    ),
    "hook API in words": (
        source(api="'1.0'"),
        HookVersionError,
        r"declares hook_api = '1.0'; it must be a pair of integers, such as \(1, 0\)",
    ),
    "hook API of one": (source(api="(1,)"), HookVersionError, r"declares hook_api = \(1,\)"),
    "async": (
        source(EXPORT + ASYNC),
        HookError,
        "check is async, but hooks are called from threads; make it a plain def",
    ),
    "misspelt": (
        source(EXPORT + MISSPELT),
        HookError,
        "find_exports is not a hook of API 1.0; did you mean find_export?",
    ),
    "no export_order": (
        source("    pass\n"),
        MissingHookError,
        "has no export_order; every connector needs that hook",
    ),
    "unmarked export_order": (
        source(EXPORT.replace("@hookimpl", "")),
        MissingHookError,
        "has no export_order; its method export_order is not marked; add @hookimpl",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_connector_is_named_with_distribution_and_reason(case: str, site: Any) -> None:
    """
    The error names the connector, its distribution and the reason, and other connectors load.
    """
    text, kind, reason = BROKEN[case]
    site.connector("acme", text, version="2.1")
    site.connector("good")

    with pytest.raises(kind, match=reason) as error:
        load()

    assert kind is type(error.value)
    assert str(error.value).startswith("connector acme (orderferry-acme 2.1) ")
    assert "acme" == error.value.connector
    assert "orderferry-acme" == error.value.distribution
    assert "2.1" == error.value.version
    assert "orderferry-good 1.0" == load("good").entry.origin


def test_the_error_of_an_import_is_chained(site: Any) -> None:
    """
    The cause of an `ImportFailedError` is the exception that the vendor's module raised.
    """
    site.connector("acme", "1 / 0")

    with pytest.raises(ImportFailedError) as error:
        load()

    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_an_interrupt_during_an_import_is_not_the_connector_s_failure(site: Any) -> None:
    """
    A `KeyboardInterrupt` during an import is raised as it is.
    """
    site.connector("acme", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        load()


def test_a_duplicate_name_and_an_unknown_name_are_errors(site: Any) -> None:
    """
    A duplicate or unknown name is reported before anything is imported.
    """
    site.connector("acme", distribution="acme-official")
    site.connector("acme", distribution="acme-fork")

    with pytest.raises(DuplicateNameError, match=r"acme-fork 1\.0 and acme-official 1\.0"):
        load()
    with pytest.raises(NotInstalledError):
        load("nothing")
    assert set() == site.imported_modules()


@pytest.mark.parametrize(
    ("requires", "accepted"),
    [
        ([], True),
        (["orderferry"], True),
        (["orderferry>=0.0.1", "six>=99"], True),
        (["Order.Ferry>=99"], True),
        (["orderferry>=99"], False),
        (["six", "OrderFerry<0.0.1"], False),
        (["orderferry>=99; python_version < '3'"], True),
        (["orderferry>=99; extra == 'test'"], True),
        (["not a requirement @@"], True),
    ],
)
def test_a_distribution_has_to_accept_this_core(
    requires: list[str], accepted: bool, site: Any
) -> None:
    """
    A distribution whose requirements exclude this core is not imported.
    """
    site.connector("acme", source(), requires=requires)

    if accepted:
        assert "acme" == load().entry.name
    else:
        with pytest.raises(RequirementError, match=r"requires orderferry[<>].*; install a version"):
            load()
    assert accepted is ("orderferry_acme" in sys.modules)


def test_a_core_of_unknown_version_accepts_any_requirement(site: Any) -> None:
    """
    A core whose version is unknown meets every requirement.
    """
    site.connector("acme", source(), requires=["orderferry>=99"])
    entry = Catalogue.installed().find("acme")

    assert entry is load_connector(Catalogue([entry]), "acme").entry


def test_a_newer_minor_is_loaded_if_all_its_hooks_are_known(site: Any) -> None:
    """
    A connector that was made for a newer minor version loads if it uses nothing new.
    """
    site.connector("acme", source(api="(1, 3)"))

    assert (1, 3) == load().kind.hook_api


NEW_HOOK = """
    @hookimpl
    def refund_order(self, order):
        return None
"""

NEW_ARGUMENT = """
    @hookimpl
    def check(self, context, depth):
        return []
"""


@pytest.mark.parametrize("body", [NEW_HOOK, NEW_ARGUMENT])
def test_a_newer_minor_with_something_unknown_says_that_it_may_be_newer(
    body: str, site: Any
) -> None:
    """
    The error of a newer connector names both versions of the hook API.
    """
    site.connector("acme", source(EXPORT + body, api="(1, 3)"))

    with pytest.raises(HookError, match=r"made for hook API 1\.3, this orderferry supports 1\.0"):
        load()


def test_hooks_may_be_inherited(site: Any) -> None:
    """
    A hook that a base class implements is a hook of the connector.
    """
    child = "\n@define(eq=False)\nclass Child(TheConnector):\n    pass\n"
    site.connector("acme", source() + child, object="Child")

    assert "Child" == load().kind.__name__
    assert ("export_order",) == load().hooks


def test_all_load_errors_are_of_one_kind() -> None:
    """
    Every error of loading is a `LoadError`, so that one `except` quarantines any connector.
    """
    assert all(issubclass(kind, LoadError) for _, kind, _ in BROKEN.values())


def test_a_connector_that_declares_no_hook_api_counts_as_made_for_the_first(site: Any) -> None:
    """
    A connector without `hook_api` counts as made for 1.0, whatever this core serves.
    """
    site.connector("acme", source().replace("    hook_api = (1, 0)\n", ""))

    assert (1, 0) == load().kind.hook_api
