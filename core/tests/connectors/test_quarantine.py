"""
Tests of connectors and instances that cannot be loaded: each is quarantined alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from orderferry.connectors import (
    ExportResult,
    InstanceConfig,
    InstanceName,
    Instances,
)
from orderferry.errors import (
    DuplicateNameError,
    ExporterNotFoundError,
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    RequirementError,
    SecretError,
)

from .conftest import export
from .sources import EXPORT, source

BROKEN: Mapping[str, tuple[type[LoadError], str, str]] = {
    "unimportable": (ImportFailedError, "quarantined", "cannot be imported"),
    "future": (HookVersionError, "incompatible", "was made for hook API 2.0"),
    "demanding": (RequirementError, "incompatible", "requires orderferry>=99"),
    "misspelt": (
        HookError,
        "quarantined",
        "export_ordr is not a hook .* did you mean export_order?",
    ),
    "async": (HookError, "quarantined", "export_order is async"),
    "hookless": (MissingHookError, "quarantined", "has no export_order"),
    "twice": (
        DuplicateNameError,
        "quarantined",
        "twice-a 1.0 and twice-b 1.0 both provide 'twice'",
    ),
    "secretive": (SecretError, "quarantined", "the environment variable NOWHERE is not set"),
}


@pytest.fixture
def broken_site(site: Any) -> Any:
    """
    One connector broken in each way, and two that work.
    """
    site.connector("good")
    site.connector("fine")
    site.connector("unimportable", "import nothing_of_this_name")
    site.connector("future", source(api="(2, 0)"))
    site.connector("demanding", source(), requires=["orderferry>=99"])
    site.connector("misspelt", source(EXPORT.replace("export_order", "export_ordr")))
    site.connector("async", source(export=EXPORT.replace("def ", "async def ")))
    site.connector("hookless", source(export="pass"))
    site.connector("twice", distribution="twice-a")
    site.connector("twice", distribution="twice-b")
    site.connector("secretive", source())
    return site


def all_of(configure: Any) -> Instances:
    """
    An instance of each.
    """
    names = ("good", *BROKEN, "fine")
    settings = {"secretive": {"token": "${env:NOWHERE}"}}
    instances: Instances = configure(
        *(InstanceConfig(name=name, settings=settings.get(name, {})) for name in names)
    )
    return instances


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_connector_is_named_and_every_other_one_works(
    name: str, broken_site: Any, configure: Any
) -> None:
    """
    The error names the instance, its distribution and the reason, and its cause is the LoadError.
    """
    kind, reason, message = BROKEN[name]
    instances = all_of(configure)

    with pytest.raises(ExporterNotFoundError, match=message) as error:
        export(instances, name)

    assert str(error.value).startswith(f"exporter {name}/default not found: {reason}; ")
    assert (name, "default", reason) == (
        error.value.connector,
        error.value.connector_id,
        error.value.reason,
    )
    assert kind is type(error.value.__cause__)
    assert isinstance(error.value.__cause__, LoadError)
    assert name == error.value.__cause__.connector
    for other in ("good", "fine"):
        assert ExportResult({"order": "R-1001"}, "created") == export(instances, other)


def test_only_what_is_asked_for_is_imported(broken_site: Any, configure: Any) -> None:
    """
    An export imports no module of another connector, whether that is configured or not.
    """
    export(all_of(configure), "good")

    assert {"orderferry_good"} == broken_site.imported_modules()


def test_an_instance_with_a_missing_secret_leaves_the_connector_s_others_alone(
    site: Any, configure: Any
) -> None:
    """
    An instance whose settings are invalid is quarantined, and others of its connector work.
    """
    site.connector("acme")
    instances = configure(
        InstanceConfig(name="acme", id="no", settings={"token": "${env:NO_TOKEN}"}),
        InstanceConfig(name="acme", id="se", settings={"token": "${env:SE_TOKEN}"}),
        environment={"SE_TOKEN": "swedish-token"},
    )

    with pytest.raises(ExporterNotFoundError, match=r"acme/no not found: .*NO_TOKEN is not set"):
        export(instances, "acme", "no")
    assert ExportResult({"order": "R-1001"}, "created") == export(instances, "acme", "se")


def test_a_quarantined_instance_is_still_a_candidate(site: Any, configure: Any) -> None:
    """
    An order is not exported to another instance because the selected one is broken.
    """
    site.connector("acme")
    instances = configure(
        InstanceConfig(name="acme", id="no", markets=["NO"], settings={"bad": 1}),
        InstanceConfig(name="acme", id="world"),
    )

    with pytest.raises(ExporterNotFoundError) as error:
        instances.select("acme", None, "NO")

    assert "quarantined" == error.value.reason
    assert InstanceName("acme", "world") == instances.select("acme", None, "SE").name


def test_a_failure_to_load_is_remembered_and_told_afresh(site: Any, configure: Any) -> None:
    """
    The same error is raised each time, and its traceback does not grow.
    """
    site.connector("acme", "raise ValueError('broken')")
    instances = configure(InstanceConfig(name="acme"))
    errors = []
    for _ in range(2):
        with pytest.raises(ImportFailedError) as error:
            instances.exporter(InstanceName("acme", "default"))
        errors.append(error.value)

    first, second = errors
    assert str(first) == str(second)
    assert first is not second
    assert first.__cause__ is second.__cause__
