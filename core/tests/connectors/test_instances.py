"""
All configured instances: lazy, safe between threads, and each broken on its own.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any

import pytest

from orderferry.connectors import (
    Catalogue,
    ExportResult,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
    Properties,
)
from orderferry.connectors.http import Client
from orderferry.errors import (
    DuplicateNameError,
    ExporterNotFoundError,
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    NotInstalledError,
    RequirementError,
    SecretError,
)
from orderferry.orders import Order

HEAD = """
from attrs import define, frozen
from orderferry import Connector, ExportResult, Secret, hookimpl

@frozen
class Settings:
    token: Secret | None = None

@define(eq=False)
class TheConnector(Connector):
    Settings = Settings
    hook_api = {api}
    settings: Settings
    {methods}
"""

EXPORT = """
    @hookimpl
    def export_order(self, order):
        return ExportResult()
"""


def source(extra: str = "", export: str = EXPORT, api: str = "(1, 0)") -> str:
    """
    A connector's module.
    """
    return HEAD.format(methods=export + extra, api=api)


def export(instances: Instances, name: str, connector_id: str | None = None) -> object:
    """
    Export an order through a selected instance.
    """
    exporter = instances.select(name, connector_id, None)
    return exporter.call(
        "export_order",
        exporter.context(deadline=monotonic() + 10),
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
    )


BROKEN: Mapping[str, tuple[type[LoadError], str, str]] = {
    "unimportable": (ImportFailedError, "quarantined", "cannot be imported"),
    "future": (HookVersionError, "incompatible", "was made for hook API 2.0"),
    "demanding": (RequirementError, "incompatible", "requires orderferry>=99"),
    "misspelt": (HookError, "quarantined", "export_ordr is no hook .* did you mean export_order?"),
    "async": (HookError, "quarantined", "export_order is async"),
    "hookless": (MissingHookError, "quarantined", "has no export_order"),
    "twice": (DuplicateNameError, "quarantined", "twice-a 1.0 and twice-b 1.0 both bring 'twice'"),
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
    With its distribution and the reason, as the step's message and in its cause.
    """
    kind, reason, message = BROKEN[name]
    instances = all_of(configure)

    with pytest.raises(ExporterNotFoundError, match=message) as error:
        export(instances, name)

    assert str(error.value).startswith(f"exporter {name}/default not found: {reason}; ")
    assert (name, None, reason) == (
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
    Configured or not.
    """
    export(all_of(configure), "good")

    assert {"orderferry_good"} == broken_site.imported()


def test_an_instance_with_a_missing_secret_leaves_the_connector_s_others_alone(
    site: Any, configure: Any
) -> None:
    """
    Instances are quarantined, not connectors.
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
    Selection is by configuration: an order never goes to another system because one is broken.
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


@pytest.mark.parametrize(
    ("name", "reason", "message"),
    [
        ("acme", "not configured", "exporter acme not found: not configured; add a"),
        ("gone", "not installed", "exporter gone not found: not installed; "),
        ("acm", "not installed", r"exporter acm not found: not installed; .* did you mean acme\?"),
    ],
)
def test_what_is_not_there_is_not_installed_or_not_configured(
    name: str, reason: str, message: str, site: Any, configure: Any
) -> None:
    """
    Installed and not configured, configured and not installed, neither.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="gone"))

    with pytest.raises(ExporterNotFoundError, match=f"^{message}") as error:
        instances.select(name, None, None)

    assert reason == error.value.reason


def test_a_failure_to_load_is_remembered_and_told_afresh(site: Any, configure: Any) -> None:
    """
    The same words each time, and no traceback that grows.
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


def test_two_instances_of_one_connector_are_apart(site: Any, configure: Any) -> None:
    """
    Each has its own settings, secrets and memory.
    """
    site.connector("acme")
    instances = configure(
        InstanceConfig(name="acme", id="a", settings={"token": "secret-of-a"}),
        InstanceConfig(name="acme", id="b", settings={"token": "secret-of-b"}),
    )
    a, b = (instances.exporter(InstanceName("acme", each)) for each in "ab")

    a.context(deadline=0).state.next("n")

    assert ("1", None) == (
        a.context(deadline=0).state.get("n"),
        b.context(deadline=0).state.get("n"),
    )
    assert ("*** secret-of-b", "secret-of-a ***") == (
        a.redactor.text("secret-of-a secret-of-b"),
        b.redactor.text("secret-of-a secret-of-b"),
    )


def test_threads_that_ask_at_once_get_the_same_exporter(site: Any, configure: Any) -> None:
    """
    It is loaded once.
    """
    site.connector(
        "acme",
        source().replace("@define", "BUILT = []\n\n@define", 1)
        + "\n    def __attrs_post_init__(self):\n        BUILT.append(self)\n",
    )
    instances = configure(InstanceConfig(name="acme"))
    barrier = Barrier(8)

    def ask(_: int) -> object:
        barrier.wait(10)
        return instances.exporter(InstanceName("acme", "default"))

    with ThreadPoolExecutor(8) as threads:
        exporters = set(threads.map(ask, range(8)))

    assert 1 == len(exporters)
    assert 1 == len(sys.modules["orderferry_acme"].BUILT)


def test_instances_say_what_is_configured_and_enabled(configure: Any) -> None:
    """
    In the order of the file, installed or not.
    """
    b = InstanceConfig(name="b", disabled_markets=["NO"])
    a = InstanceConfig(name="a", markets=["NO"])
    c = InstanceConfig(name="c", id="1")
    instances = configure(b, a, c)

    assert (b, a, c) == instances.configured
    assert (a.reference, c.reference) == instances.enabled("NO")
    assert (b.reference, c.reference) == instances.enabled(None)


def test_an_instance_that_is_not_configured_is_unknown(configure: Any) -> None:
    """
    Asked for by its full name.
    """
    with pytest.raises(KeyError):
        configure().exporter(InstanceName("acme", "default"))


def test_closing_the_instances_closes_their_connections() -> None:
    """
    The client's pools.
    """
    closed = []

    class Watched(Client):
        def close(self) -> None:
            closed.append(True)

    instances = Instances(
        [],
        catalogue=Catalogue([]),
        environment={},
        state=lambda _: MemoryState(),
        http=Watched(environment={}),
    )
    instances.close()

    assert [True] == closed


def test_a_connector_that_is_gone_by_the_time_it_is_needed_is_not_installed(
    configure: Any, site: Any
) -> None:
    """
    Configured, and not in the catalogue.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="gone"))

    with pytest.raises(NotInstalledError):
        instances.exporter(InstanceName("gone", "default"))


def test_what_is_chosen_need_not_be_loaded(site: Any, configure: Any) -> None:
    """
    By the configuration alone, and nothing is imported for it.
    """
    site.connector("acme", "raise ValueError('broken')")
    instances = configure(InstanceConfig(name="acme", id="no", markets=["NO"]))

    assert InstanceName("acme", "no") == instances.chosen("acme", None, "NO")
    with pytest.raises(ExporterNotFoundError, match="not configured"):
        instances.chosen("acme", None, "SE")
    assert set() == site.imported()
