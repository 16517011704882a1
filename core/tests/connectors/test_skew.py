"""
Distributions that do not fit, as pip leaves them: each is named in one plain sentence.
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


def refused(name: str = "acme") -> LoadError:
    """
    Why it cannot be loaded.
    """
    with pytest.raises(LoadError) as error:
        load_connector(Catalogue.installed(), name)
    return error.value


def test_a_hook_of_a_newer_minor_is_named_with_both_versions(site: Any) -> None:
    """
    A newer core may know it.
    """
    site.connector("acme", source(EXPORT + NEW_HOOK, api="(1, 1)"), version="1.2")

    error = refused()

    assert HookError is type(error)
    assert re.fullmatch(
        r"connector acme \(orderferry-acme 1\.2\) has hooks that cannot be called: refund_order is "
        r"no hook of API 1\.0; .*\(made for hook API 1\.1, this orderferry serves 1\.0: a newer "
        r"one may know them\)",
        str(error),
    )


def test_an_argument_of_a_newer_minor_is_named_with_its_hook(site: Any) -> None:
    """
    And with what the hook is given here.
    """
    site.connector("acme", source(EXPORT + NEW_ARGUMENT, api="(1, 1)"))

    error = refused()

    assert HookError is type(error)
    assert (
        "connector acme (orderferry-acme 1.0) has hooks that cannot be called: check has no "
        "argument depth in API 1.0; it is given context (made for hook API 1.1, this orderferry "
        "serves 1.0: a newer one may know them)"
    ) == str(error)


def test_a_newer_minor_can_leave_to_newer_cores_what_only_they_know(site: Any) -> None:
    """
    With an optional hook.
    """
    optional = NEW_HOOK.replace("@hookimpl", "@hookimpl(optionalhook=True)")
    site.connector("acme", source(EXPORT + optional, api="(1, 1)"))

    assert ("export_order",) == load_connector(Catalogue.installed(), "acme").hooks


def test_a_newer_major_says_which_side_to_upgrade(site: Any) -> None:
    """
    Before its hooks are looked at: they are of another world.
    """
    site.connector("acme", source(EXPORT + NEW_HOOK, api="(2, 1)"), version="3.0")

    error = refused()

    assert HookVersionError is type(error)
    assert (
        "connector acme (orderferry-acme 3.0) was made for hook API 2.1, and this orderferry "
        "serves 1.0; install a newer version of orderferry"
    ) == str(error)


@pytest.mark.parametrize(
    ("value", "gone"),
    [
        ("orderferry_acme:Yanked", "orderferry_acme has no Yanked"),
        ("orderferry_acme.gone:TheConnector", "there is no module orderferry_acme.gone"),
        ("nothing_here.at.all:TheConnector", "there is no module nothing_here"),
    ],
)
def test_an_entry_point_that_names_nothing_says_what_is_gone(
    value: str, gone: str, site: Any
) -> None:
    """
    The module, or what it should hold.
    """
    package = site.folder / "orderferry_acme"
    package.mkdir()
    (package / "__init__.py").write_text("")
    points = {"orderferry.connectors": {"acme": value}}
    site.distribution("orderferry-acme", entry_points=points, version="1.2")

    error = refused()

    assert ImportFailedError is type(error)
    assert (
        f"connector acme (orderferry-acme 1.2) names {value}, and {gone}; reinstall "
        "orderferry-acme, or a version of it that has it, or uninstall it"
    ) == str(error)


def test_metadata_without_its_files_says_that_the_module_is_gone(site: Any) -> None:
    """
    Somebody deleted a folder, where pip would have known.
    """
    site.connector("acme")
    (site.folder / "orderferry_acme.py").unlink()
    site.refresh()

    assert "and there is no module orderferry_acme; reinstall orderferry-acme" in str(refused())


def test_a_module_that_its_own_code_misses_is_no_missing_entry_point(site: Any) -> None:
    """
    What is not installed is then another distribution.
    """
    site.connector("acme", "import a_library_of_theirs")

    assert "ModuleNotFoundError: No module named 'a_library_of_theirs'" in str(refused())


def test_two_distributions_of_one_name_are_both_named(site: Any) -> None:
    """
    With their versions, and neither is taken.
    """
    site.connector("acme", distribution="orderferry-acme", version="1.0")
    site.connector("acme", distribution="acme-fork", version="2.0")

    error = refused()

    assert DuplicateNameError is type(error)
    assert (
        "acme-fork 2.0 and orderferry-acme 1.0 both bring 'acme'; uninstall one of them"
    ) == str(error)
