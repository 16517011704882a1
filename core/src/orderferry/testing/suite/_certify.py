"""
Certifying: the suite, run on an installed connector in a pytest of its own.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from orderferry.connectors import Catalogue, LoadedConnector, load_connector
from orderferry.errors import NotInstalledError, OrderferryError, UsageError
from orderferry.orders import Order, order_document, write_json
from orderferry.testing.suite import ConnectorSuite
from orderferry.testing.suite._guarantees import GUARANTEES, Guarantee, guarantee_of
from orderferry.testing.suite._report import OUTCOMES, Outcome, Result

__all__ = ["Certificate", "Target", "certify"]

_RAN: Final = (0, 1)
"""The exit codes of a pytest that ran its tests, whatever became of them."""

_MODULE: Final = '''\
"""
The suite, as `orderferry certify` runs it.
"""

from importlib import import_module
from pathlib import Path

from attrs import evolve

from orderferry.orders import order_from, read_json
from orderferry.testing import ConnectorSuite, example_order

ORDER = Path(__file__).with_name("order.json")


class TestConnector(ConnectorSuite):
    connector = {connector!r}
    target = getattr(import_module({module!r}), {name!r})

    def order(self, order_id):
        if not ORDER.exists():
            return example_order(order_id)
        order = order_from(read_json(ORDER.read_bytes()).document)
        return evolve(order, id=order_id, order_number=order_id)
'''

_INI: Final = """\
[pytest]
addopts = -p no:cacheprovider
filterwarnings = error
"""


@frozen
class Target:
    """
    What a connector was certified against.

    Attributes:
        name: The simulator's class, as `module:Class`.
        software: Name and version of software that is not the vendor's, or `None` where the
            simulator is all there is.
    """

    name: str
    software: str | None

    @property
    def kind(self) -> str:
        """
        `foreign` where other software judges, else `simulator`.
        """
        return "simulator" if self.software is None else "foreign"


@frozen(kw_only=True)
class Certificate:
    """
    What is shown of an installed connector.

    Attributes:
        connector: Its name.
        distribution: The distribution that it comes from.
        version: That distribution's version.
        hook_api: The version of the hooks that it was made for.
        core: The version of orderferry that ran it.
        python: The version of Python.
        date: When, in UTC.
        target: What it talked to.
        outcomes: Every guarantee, proven, not offered, not tried or failed.
    """

    connector: str
    distribution: str
    version: str
    hook_api: str
    core: str | None
    python: str
    date: datetime
    target: Target
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """
        Whether every guarantee was tried that the connector offers.
        """
        return all(each.result is not Result.NOT_TRIED for each in self.outcomes)

    @property
    def passed(self) -> bool:
        """
        Whether it is complete, and no guarantee failed.
        """
        return self.complete and all(each.result is not Result.FAILED for each in self.outcomes)

    def document(self) -> dict[str, object]:
        """
        The certificate as it is written.
        """
        target = self.target
        return {
            "connector": self.connector,
            "distribution": self.distribution,
            "version": self.version,
            "hookApi": self.hook_api,
            "orderferry": self.core,
            "python": self.python,
            "date": self.date.isoformat(timespec="seconds"),
            "target": {"class": target.name, "kind": target.kind, "software": target.software},
            "guarantees": [each.document() for each in self.outcomes],
            "complete": self.complete,
            "passed": self.passed,
        }


def certify(
    connector: str,
    *,
    simulator: str | None = None,
    order: Order | None = None,
    only: Collection[str] = (),
) -> Certificate:
    """
    Run the suite on an installed connector.

    Args:
        connector: The connector's name.
        simulator: Its target, as `module:Class`; by default the simulator that is installed under
            the connector's name.
        order: An order that the target takes, where the example will not do; it gets ids of its
            own.
        only: The guarantees that are tried; by default all. What is left out is not tried, and the
            certificate not complete.

    Raises:
        LoadError: There is no such connector, or it cannot be loaded.
        UsageError: There is no such simulator, or no such guarantee.
        OrderferryError: The suite could not be run.
    """
    catalogue = Catalogue.installed()
    chosen = _chosen(only)
    loaded = load_connector(catalogue, connector)
    target = _target(connector, simulator)
    heard = _outcomes(connector, target, order, chosen)
    outcomes = tuple(
        heard.get(name) or _missing(guarantee, chosen) for name, guarantee in GUARANTEES.items()
    )
    return Certificate(
        connector=connector,
        distribution=loaded.entry.distribution,
        version=loaded.entry.version,
        hook_api=_hook_api(loaded),
        core=catalogue.core_version,
        python=platform.python_version(),
        date=datetime.now(UTC),
        target=target,
        outcomes=outcomes,
    )


def _chosen(only: Collection[str]) -> frozenset[str]:
    for name in only:
        if name not in GUARANTEES:
            near = get_close_matches(name, GUARANTEES, 1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(GUARANTEES)}"
            raise UsageError(f"there is no guarantee {name!r}; {meant}")
    return frozenset(only or GUARANTEES)


def _missing(guarantee: Guarantee, chosen: Collection[str]) -> Outcome:
    if guarantee.name in chosen:
        return Outcome(guarantee, Result.FAILED, "no test of it ran")
    return Outcome(guarantee, Result.NOT_TRIED, "it was left out")


def _hook_api(loaded: LoadedConnector) -> str:
    return ".".join(map(str, loaded.kind.hook_api))


def _target(connector: str, simulator: str | None) -> Target:
    remedy = "give one with --simulator MODULE:CLASS"
    if simulator is None:
        try:
            simulator = Catalogue.installed("orderferry.simulators").find(connector).value
        except NotInstalledError as error:
            raise UsageError(f"no simulator of {connector} is installed; {remedy}") from error
    module, _, name = simulator.partition(":")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"there is no simulator {simulator}: {error}; {remedy}") from error
    return Target(simulator, getattr(kind, "software", None))


def _outcomes(
    connector: str, target: Target, order: Order | None, chosen: Collection[str]
) -> dict[str, Outcome]:
    """
    The outcomes by guarantee, from a pytest that sees no file of the vendor's.
    """
    module, _, name = target.name.partition(":")
    with TemporaryDirectory(prefix="orderferry-certify-") as temporary:
        folder = Path(temporary)
        source = _MODULE.format(connector=connector, module=module, name=name)
        (folder / "test_certificate.py").write_text(source, encoding="utf-8")
        (folder / "pytest.ini").write_text(_INI, encoding="utf-8")
        if order is not None:
            (folder / "order.json").write_bytes(write_json(order_document(order)))
        written = folder / "outcomes.json"
        ini = ("-c", str(folder / "pytest.ini"), "--rootdir", temporary)
        done = subprocess.run(  # noqa: S603 - this Python, and files of ours
            [sys.executable, "-m", "pytest", "-q", *ini, *_tests(folder, chosen)],
            capture_output=True,
            cwd=folder,
            env=_environment(written),
            check=False,
        )
        if done.returncode not in _RAN or not written.exists():
            said = (done.stdout + done.stderr).decode(errors="replace")[-3000:]
            raise OrderferryError(f"the suite could not be run on {connector}: {said}")
        found = json.loads(written.read_bytes()).get(connector, [])
    return {each["name"]: Outcome.read(each) for each in found}


def _tests(folder: Path, chosen: Collection[str]) -> list[str]:
    """
    The tests of the guarantees that were chosen, as pytest names them.
    """
    shown = {name: guarantee_of(getattr(ConnectorSuite, name)) for name in dir(ConnectorSuite)}
    return [
        f"{folder / 'test_certificate.py'}::TestConnector::{test}"
        for test, guarantee in shown.items()
        if guarantee is not None and guarantee.name in chosen
    ]


def _environment(written: Path) -> dict[str, str]:
    """
    This process's import path, and nothing that changes how pytest runs.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {
        **kept,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        OUTCOMES: str(written),
    }
