"""
Tests of distributions that do not fit each other, as pip leaves them.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from orderferry.connectors import Catalogue, load_connector
from orderferry.errors import (
    DuplicateNameError,
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
)

from .sources import EXPORT, source

NEW_HOOK = """
    @hookimpl
    def refund_order(self, order, context):
        return None
"""

NEW_ARGUMENT = """
    @hookimpl
    def check(self, context, depth):
        return []
"""


def load_error(name: str = "acme") -> LoadError:
    """
    Load a connector, and return the error.
    """
    with pytest.raises(LoadError) as error:
        load_connector(Catalogue.installed(), name)
    return error.value


def test_a_hook_of_a_newer_minor_is_named_with_both_versions(site: Any) -> None:
    """
    An unknown hook of a connector that was made for a newer API is reported with both versions.
    """
    site.connector("acme", source(EXPORT + NEW_HOOK, api="(1, 1)"), version="1.2")

    error = load_error()

    assert HookError is type(error)
    assert re.fullmatch(
        r"connector acme \(orderferry-acme 1\.2\) has hooks that cannot be called: refund_order is "
        r"not a hook of API 1\.0; .*\(made for hook API 1\.1, this orderferry supports 1\.0: a "
        r"newer one may have them\)",
        str(error),
    )


def test_an_argument_of_a_newer_minor_is_named_with_its_hook(site: Any) -> None:
    """
    An unknown argument is reported with the arguments that the hook has in this core.
    """
    site.connector("acme", source(EXPORT + NEW_ARGUMENT, api="(1, 1)"))

    error = load_error()

    assert HookError is type(error)
    assert (
        "connector acme (orderferry-acme 1.0) has hooks that cannot be called: check has no "
        "argument depth in API 1.0; its arguments are context (made for hook API 1.1, this "
        "orderferry supports 1.0: a newer one may have them)"
    ) == str(error)


def test_an_optional_hook_of_a_newer_minor_is_ignored(site: Any) -> None:
    """
    A connector loads if the hooks that this core does not have are optional.
    """
    optional = NEW_HOOK.replace("@hookimpl", "@hookimpl(optionalhook=True)")
    site.connector("acme", source(EXPORT + optional, api="(1, 1)"))

    assert ("export_order",) == load_connector(Catalogue.installed(), "acme").hooks


def test_a_newer_major_says_which_side_to_upgrade(site: Any) -> None:
    """
    A connector that was made for a newer major version is rejected before its hooks are checked.
    """
    site.connector("acme", source(EXPORT + NEW_HOOK, api="(2, 1)"), version="3.0")

    error = load_error()

    assert HookVersionError is type(error)
    assert (
        "connector acme (orderferry-acme 3.0) was made for hook API 2.1, but this orderferry "
        "supports 1.0; install a newer version of orderferry"
    ) == str(error)


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ("orderferry_acme:Yanked", "orderferry_acme has no Yanked"),
        ("orderferry_acme.gone:TheConnector", "there is no module orderferry_acme.gone"),
        ("nothing_here.at.all:TheConnector", "there is no module nothing_here"),
    ],
)
def test_an_entry_point_that_names_nothing_is_reported(value: str, missing: str, site: Any) -> None:
    """
    The error names the module or the attribute that does not exist.
    """
    package = site.folder / "orderferry_acme"
    package.mkdir()
    (package / "__init__.py").write_text("")
    points = {"orderferry.connectors": {"acme": value}}
    site.distribution("orderferry-acme", entry_points=points, version="1.2")

    error = load_error()

    assert ImportFailedError is type(error)
    assert (
        f"connector acme (orderferry-acme 1.2) names {value}, but {missing}; reinstall "
        "orderferry-acme, install a version that has it, or uninstall it"
    ) == str(error)


def test_metadata_without_its_files_has_no_module(site: Any) -> None:
    """
    A distribution whose files were deleted by hand is reported as one without its module.
    """
    site.connector("acme")
    (site.folder / "orderferry_acme.py").unlink()
    site.refresh()

    assert "but there is no module orderferry_acme; reinstall orderferry-acme" in str(load_error())


def test_a_module_that_its_own_code_misses_is_no_missing_entry_point(site: Any) -> None:
    """
    An import of a library that is not installed is reported as the error of the import.
    """
    site.connector("acme", "import a_library_of_theirs")

    assert "ModuleNotFoundError: No module named 'a_library_of_theirs'" in str(load_error())


def test_two_distributions_of_one_name_are_both_named(site: Any) -> None:
    """
    The error names both distributions with their versions, and neither is loaded.
    """
    site.connector("acme", distribution="orderferry-acme", version="1.0")
    site.connector("acme", distribution="acme-fork", version="2.0")

    error = load_error()

    assert DuplicateNameError is type(error)
    assert (
        "acme-fork 2.0 and orderferry-acme 1.0 both provide 'acme'; uninstall one of them"
    ) == str(error)
