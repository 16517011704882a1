"""
Certifying a connector: the suite is run on an installed connector in a separate pytest process.
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

from orderferry.connectors import Catalogue, load_connector
from orderferry.errors import NotInstalledError, OrderferryError, UsageError
from orderferry.orders import Order, order_document, write_json
from orderferry.testing._pace import stall_seconds
from orderferry.testing.suite import ConnectorSuite
from orderferry.testing.suite._guarantees import GUARANTEES, Guarantee, guarantee_of
from orderferry.testing.suite._report import OUTCOMES, Outcome, Result

__all__ = ["Certificate", "Target", "certify"]

_RAN: Final = (0, 1)
"""The exit codes with which pytest has run the tests: they passed, or some failed."""

_MODULE: Final = '''\
"""
The suite as `orderferry certify` runs it.
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
    The target that a connector was certified against.

    Attributes:
        name: The simulator's class, as `module:Class`.
        software: Name and version of the foreign software that the simulator runs, or `None` if
            the vendor's own simulator is the target.
    """

    name: str
    software: str | None

    @property
    def kind(self) -> str:
        """
        `foreign` if the target is foreign software, else `simulator`.
        """
        return "simulator" if self.software is None else "foreign"


@frozen(kw_only=True)
class Certificate:
    """
    The outcome of the suite for an installed connector.

    Attributes:
        connector: The connector's name.
        distribution: The distribution that provides the connector.
        version: The distribution's version.
        hook_api: The version of the hooks that the connector was written for.
        core: The version of orderferry that ran the suite.
        python: The version of Python.
        date: The time of the run, in UTC.
        target: The target.
        outcomes: The outcome of every guarantee: proven, not offered, not tried or failed.
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
        Whether every guarantee that the connector offers was tried.
        """
        return all(outcome.result is not Result.NOT_TRIED for outcome in self.outcomes)

    @property
    def passed(self) -> bool:
        """
        Whether the certificate is complete, and no guarantee failed.
        """
        failed = any(outcome.result is Result.FAILED for outcome in self.outcomes)
        return self.complete and not failed

    def document(self) -> dict[str, object]:
        """
        The certificate as a JSON object.
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
            "guarantees": [outcome.document() for outcome in self.outcomes],
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
        simulator: The target, as `module:Class`; by default the simulator that is installed under
            the connector's name.
        order: An order that the target accepts, if it does not accept the example; each test uses
            it with a new id.
        only: The guarantees to try; by default all. The others are not tried, so the certificate is
            not complete.

    Raises:
        LoadError: There is no such connector, or it cannot be loaded.
        UsageError: There is no such simulator or guarantee, or `ORDERFERRY_STALL_SECONDS` is
            invalid.
        OrderferryError: The suite could not be run.
    """
    catalogue = Catalogue.installed()
    stall_seconds()
    selected = _select(only)
    loaded = load_connector(catalogue, connector)
    target = _target(connector, simulator)
    ran = _run_suite(connector, target, order, selected)
    outcomes = tuple(
        ran.get(name) or _outcome_without_test(guarantee, selected)
        for name, guarantee in GUARANTEES.items()
    )
    return Certificate(
        connector=connector,
        distribution=loaded.entry.distribution,
        version=loaded.entry.version,
        hook_api=loaded.hook_api,
        core=catalogue.core_version,
        python=platform.python_version(),
        date=datetime.now(UTC),
        target=target,
        outcomes=outcomes,
    )


def _select(only: Collection[str]) -> frozenset[str]:
    for name in only:
        if name not in GUARANTEES:
            near = get_close_matches(name, GUARANTEES, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(GUARANTEES)}"
            raise UsageError(f"there is no guarantee {name!r}; {hint}")
    return frozenset(only or GUARANTEES)


def _outcome_without_test(guarantee: Guarantee, selected: Collection[str]) -> Outcome:
    if guarantee.name in selected:
        return Outcome(guarantee, Result.FAILED, "no test of this guarantee ran")
    return Outcome(guarantee, Result.NOT_TRIED, "this guarantee was not selected")


def _target(connector: str, simulator: str | None) -> Target:
    remedy = "pass one with --simulator MODULE:CLASS"
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


def _run_suite(
    connector: str, target: Target, order: Order | None, selected: Collection[str]
) -> dict[str, Outcome]:
    """
    Run the suite in a pytest process that reads none of the vendor's files.

    Returns:
        The outcomes, by guarantee.
    """
    module, _, name = target.name.partition(":")
    with TemporaryDirectory(prefix="orderferry-certify-") as temporary:
        folder = Path(temporary)
        source = _MODULE.format(connector=connector, module=module, name=name)
        (folder / "test_certificate.py").write_text(source, encoding="utf-8")
        (folder / "pytest.ini").write_text(_INI, encoding="utf-8")
        if order is not None:
            (folder / "order.json").write_bytes(write_json(order_document(order)))
        outcomes = folder / "outcomes.json"
        ini = ("-c", str(folder / "pytest.ini"), "--rootdir", temporary)
        process = subprocess.run(  # noqa: S603 - this Python, and orderferry's own files
            [sys.executable, "-m", "pytest", "-q", *ini, *_test_ids(folder, selected)],
            capture_output=True,
            cwd=folder,
            env=_environment(outcomes),
            check=False,
        )
        if process.returncode not in _RAN or not outcomes.exists():
            output = (process.stdout + process.stderr).decode(errors="replace")[-3000:]
            raise OrderferryError(
                f"the suite could not be run on {connector}: pytest ended with exit code "
                f"{process.returncode}; last output: {output}"
            )
        documents = json.loads(outcomes.read_bytes()).get(connector, [])
    return {document["name"]: Outcome.read(document) for document in documents}


def _test_ids(folder: Path, selected: Collection[str]) -> list[str]:
    """
    The node ids of the tests that prove the selected guarantees.
    """
    proven = {name: guarantee_of(getattr(ConnectorSuite, name)) for name in dir(ConnectorSuite)}
    return [
        f"{folder / 'test_certificate.py'}::TestConnector::{test}"
        for test, guarantee in proven.items()
        if guarantee is not None and guarantee.name in selected
    ]


def _environment(outcomes: Path) -> dict[str, str]:
    """
    The environment with this process's import path, and without variables that configure pytest.
    """
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    return {
        **variables,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        OUTCOMES: str(outcomes),
    }
