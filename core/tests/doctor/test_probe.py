"""
Tests of `orderferry.doctor._probe`: real modules in real child processes.
"""

from __future__ import annotations

from typing import Any

import pytest

from core.tests.connectors.sources import source
from orderferry.connectors import Catalogue
from orderferry.doctor._probe import SIMULATORS, ProbeResult, probe

CRASHES = {
    "os._exit": ("import os; os._exit(0)", "ends the process on import (exit code 0)"),
    "os._exit(3)": ("import os; os._exit(3)", "ends the process on import (exit code 3)"),
    "segfault": (
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "crashes the process on import (SIGSEGV)",
    ),
    "abort": (
        "import os, sys; print('corrupt heap', file=sys.stderr, flush=True); os.abort()",
        "crashes the process on import (SIGABRT); last output: corrupt heap",
    ),
    "interrupt": (
        "raise KeyboardInterrupt",
        "crashes the process on import (SIGINT); last output: KeyboardInterrupt",
    ),
}


def probe_connector(name: str = "acme") -> ProbeResult:
    """
    Load an installed connector in a child process.
    """
    return probe(Catalogue.installed().find(name))


def test_a_connector_that_loads_has_a_hook_api(site: Any) -> None:
    """
    The result of a connector that loads is its hook API, and nothing is imported into this process.
    """
    site.connector("acme", source(api="(1, 2)"))

    assert ProbeResult(hook_api="1.2") == probe_connector()
    assert set() == site.imported_modules()


def test_a_connector_that_does_not_load_has_a_reason(site: Any) -> None:
    """
    The reason is the message of the error, without the connector's name.
    """
    site.connector("acme", "raise ValueError('broken')")

    reason = (
        "cannot be imported from orderferry_acme:TheConnector: ValueError: broken; fix or "
        "reinstall orderferry-acme"
    )
    assert ProbeResult(reason=reason) == probe_connector()


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_ends_the_child_only(crash: str, site: Any) -> None:
    """
    The reason names how the child process ended, and the last line that it printed.
    """
    text, reason = CRASHES[crash]
    site.connector("acme", text)

    assert ProbeResult(reason=reason) == probe_connector()


def test_output_and_threads_of_a_module_do_no_harm(site: Any) -> None:
    """
    A module that prints and leaves a thread running has the same result as one that does not.
    """
    noise = "print('{}', flush=True)\nimport threading\nforever = threading.Event()\n"
    thread = "threading.Thread(target=forever.wait).start()\n"
    site.connector("acme", noise + thread + source())

    assert ProbeResult(hook_api="1.0") == probe_connector()


def test_an_import_that_does_not_end_is_stopped(site: Any) -> None:
    """
    The child process is killed after the given number of seconds.
    """
    site.connector("acme", "import threading; threading.Event().wait()")

    entry = Catalogue.installed().find("acme")

    assert ProbeResult(reason="takes more than 1 s to import") == probe(entry, seconds=1.0)


def test_a_simulator_has_the_methods_of_simulators(site: Any) -> None:
    """
    A simulator's class has the methods `start`, `stop` and `received`.
    """
    site.distribution(
        "orderferry-acme",
        modules={
            "acme_simulator": "class Whole:\n    start = stop = received = 1\nclass Half: ..."
        },
        entry_points={
            SIMULATORS: {
                "whole": "acme_simulator:Whole",
                "half": "acme_simulator:Half",
                "gone": "acme_simulator:Gone",
                "away": "acme_nowhere:Gone",
            }
        },
    )
    catalogue = Catalogue.installed(SIMULATORS)

    assert {
        "whole": None,
        "half": "names acme_simulator:Half, which has no start, stop, received",
        "gone": "names acme_simulator:Gone, but acme_simulator has no Gone",
        "away": "names acme_nowhere:Gone, but there is no module acme_nowhere",
    } == {name: probe(catalogue.find(name)).reason for name in ("whole", "half", "gone", "away")}
