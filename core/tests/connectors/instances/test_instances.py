"""
All configured instances: lazy, and safe between threads.
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
