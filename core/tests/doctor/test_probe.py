"""
An entry point is loaded in a process of its own, whatever becomes of that.
"""

from __future__ import annotations

from typing import Any

import pytest

from core.tests.connectors.sources import source
from orderferry.connectors import Catalogue
from orderferry.doctor._probe import SIMULATORS, Probed, probe

CRASHES = {
    "os._exit": ("import os; os._exit(0)", "ends the process when it is imported (exit code 0)"),
    "os._exit(3)": ("import os; os._exit(3)", "ends the process when it is imported (exit code 3)"),
    "segfault": (
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "ends the process when it is imported (signal SIGSEGV)",
    ),
    "abort": (
        "import os, sys; print('corrupt heap', file=sys.stderr, flush=True); os.abort()",
        "ends the process when it is imported (signal SIGABRT); it said: corrupt heap",
    ),
    "interrupt": (
        "raise KeyboardInterrupt",
        "ends the process when it is imported (signal SIGINT); it said: KeyboardInterrupt",
    ),
}


def probed(name: str = "acme") -> Probed:
    """
    What comes of it.
    """
    return probe(Catalogue.installed().find(name))


def test_a_connector_that_loads_tells_its_hook_api(site: Any) -> None:
    """
    And nothing of it is imported here.
    """
    site.connector("acme", source(api="(1, 2)"))

    assert Probed(hook_api="1.2") == probed()
    assert set() == site.imported()


def test_one_that_cannot_be_used_tells_why(site: Any) -> None:
    """
    In the words of whoever loads it, without its name again.
    """
    site.connector("acme", "raise ValueError('broken')")

    reason = (
        "cannot be imported from orderferry_acme:TheConnector: ValueError: broken; mend or "
        "reinstall orderferry-acme"
    )
    assert Probed(reason=reason) == probed()


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_ends_the_child_only(crash: str, site: Any) -> None:
    """
    How it ended is told, and what it said last.
    """
    text, reason = CRASHES[crash]
    site.connector("acme", text)

    assert Probed(reason=reason) == probed()


def test_what_a_module_prints_is_no_answer(site: Any) -> None:
    """
    Nor do threads that it leaves behind keep anyone waiting.
    """
    noise = "print('{}', flush=True)\nimport threading\nforever = threading.Event()\n"
    thread = "threading.Thread(target=forever.wait).start()\n"
    site.connector("acme", noise + thread + source())

    assert Probed(hook_api="1.0") == probed()


def test_an_import_that_does_not_end_is_ended(site: Any) -> None:
    """
    After a time.
    """
    site.connector("acme", "import threading; threading.Event().wait()")

    entry = Catalogue.installed().find("acme")

    assert Probed(reason="takes more than 1 s to be imported") == probe(entry, seconds=1.0)


def test_a_simulator_has_what_simulators_have(site: Any) -> None:
    """
    Its methods; attributes may come when it is built.
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
    found = Catalogue.installed(SIMULATORS)

    assert {
        "whole": None,
        "half": "names acme_simulator:Half, which has no start, stop, received",
        "gone": "names acme_simulator:Gone, and acme_simulator has no Gone",
        "away": "names acme_nowhere:Gone, and there is no module acme_nowhere",
    } == {name: probe(found.find(name)).reason for name in ("whole", "half", "gone", "away")}
