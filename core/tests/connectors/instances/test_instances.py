"""
Tests of `orderferry.connectors.Instances`.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from orderferry.connectors import (
    Catalogue,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
)
from orderferry.connectors.http import Client
from orderferry.errors import (
    ExporterNotFoundError,
    NotInstalledError,
)

from ..sources import source


@pytest.mark.parametrize(
    ("name", "reason", "message"),
    [
        ("acme", "not configured", "exporter acme not found: not configured; add a"),
        ("gone", "not installed", "exporter gone not found: not installed; "),
        ("acm", "not installed", r"exporter acm not found: not installed; .* did you mean acme\?"),
    ],
)
def test_a_connector_may_be_not_installed_or_not_configured(
    name: str, reason: str, message: str, site: Any, configure: Any
) -> None:
    """
    A connector that is not installed, or installed but not configured, is an error with that
    reason.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="gone"))

    with pytest.raises(ExporterNotFoundError, match=f"^{message}") as error:
        instances.select(name, None, None)

    assert reason == error.value.reason


def test_two_instances_of_one_connector_are_apart(site: Any, configure: Any) -> None:
    """
    Two instances of one connector have their own settings, secrets and stored state.
    """
    site.connector("acme")
    instances = configure(
        InstanceConfig(name="acme", id="a", settings={"token": "secret-of-a"}),
        InstanceConfig(name="acme", id="b", settings={"token": "secret-of-b"}),
    )
    a, b = (instances.exporter(InstanceName("acme", name)) for name in "ab")

    a.context(deadline=0).state.next("n")

    assert "1" == a.context(deadline=0).state.get("n")
    assert b.context(deadline=0).state.get("n") is None
    assert "*** secret-of-b" == a.redactor.text("secret-of-a secret-of-b")
    assert "secret-of-a ***" == b.redactor.text("secret-of-a secret-of-b")


def test_threads_share_one_exporter(site: Any, configure: Any) -> None:
    """
    Threads that need an instance at the same time share one exporter, which is loaded once.
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


def test_instances_are_in_the_order_of_the_file(configure: Any) -> None:
    """
    The configured and the enabled instances are in the order of the file.
    """
    b = InstanceConfig(name="b", disabled_markets=["NO"])
    a = InstanceConfig(name="a", markets=["NO"])
    c = InstanceConfig(name="c", id="1")
    instances = configure(b, a, c)

    assert (b, a, c) == instances.configured
    assert (a.reference, c.reference) == instances.enabled("NO")
    assert (b.reference, c.reference) == instances.enabled(None)


def test_an_instance_that_is_not_configured_is_a_key_error(configure: Any) -> None:
    """
    An instance that is not configured is a `KeyError`.
    """
    with pytest.raises(KeyError):
        configure().exporter(InstanceName("acme", "default"))


def test_closing_the_instances_closes_their_connections() -> None:
    """
    Closing the instances closes the shared HTTP client.
    """
    closed = []

    class RecordingClient(Client):
        def close(self) -> None:
            closed.append(True)

    instances = Instances(
        [],
        catalogue=Catalogue([]),
        environment={},
        state=lambda _: MemoryState(),
        http=RecordingClient(environment={}),
    )
    instances.close()

    assert [True] == closed


def test_loading_a_connector_that_is_not_installed_is_an_error(configure: Any, site: Any) -> None:
    """
    Loading a configured instance whose connector is not installed is an error.
    """
    site.connector("acme")
    instances = configure(InstanceConfig(name="gone"))

    with pytest.raises(NotInstalledError):
        instances.exporter(InstanceName("gone", "default"))


def test_choosing_loads_nothing(site: Any, configure: Any) -> None:
    """
    An instance is chosen by the configuration alone, and nothing is imported.
    """
    site.connector("acme", "raise ValueError('broken')")
    instances = configure(InstanceConfig(name="acme", id="no", markets=["NO"]))

    assert InstanceName("acme", "no") == instances.choose("acme", None, "NO")
    with pytest.raises(ExporterNotFoundError, match="not configured"):
        instances.choose("acme", None, "SE")
    assert set() == site.imported_modules()
