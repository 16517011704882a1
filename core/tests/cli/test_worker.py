"""
Tests of `orderferry worker`, in processes of its own where signals are sent.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from .conftest import Workplace, workflow_of

LATER = workflow_of({"runAfterOrderIsSaved": True})


@pytest.fixture
def waiting(stored: Workplace) -> Workplace:
    """
    Three orders that are saved, with exports that are still queued.
    """
    stored.configure({}, workflow=LATER)
    stored.call(
        "run",
        "--status",
        "New",
        "--no-wait",
        *(stored.order(order_id) for order_id in ("A1", "A2", "A3")),
    )
    return stored


def ready(worker: subprocess.Popen[bytes]) -> str:
    """
    The line that a worker prints when it is ready.
    """
    assert worker.stderr is not None
    return worker.stderr.readline().decode()


def states(place: Workplace) -> list[str]:
    """
    The states of all exports.
    """
    return [export["state"] for export in place.call("exports", "list", "--json").json()]


def test_a_worker_delivers_what_others_saved(waiting: Workplace) -> None:
    """
    A worker delivers until it is idle, and reports on standard error when it is ready and done.
    """
    ran = waiting.call("worker", "--until-idle")

    assert 0 == ran.code
    assert b"" == ran.out
    assert ["A1", "A2", "A3"] == sorted(waiting.taken)
    first, *_, last = ran.err.splitlines()
    assert first.startswith("worker ready: 1 lane, ")
    assert "worker done: nothing is left to deliver" == last


def test_a_worker_with_nothing_to_do_ends_at_once(stored: Workplace) -> None:
    """
    The option --until-idle ends a worker that has nothing to do.
    """
    assert 0 == stored.call("worker", "--until-idle").code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_with_exit_code_0(
    waiting: Workplace, number: signal.Signals
) -> None:
    """
    A signal ends the worker after its exports in flight, with exit code 0.
    """
    with waiting.start("worker") as worker:
        ready(worker)
        worker.send_signal(number)
        _, err = worker.communicate(timeout=60)

    assert 0 == worker.returncode
    assert b"Traceback" not in err
    assert err.decode().endswith("worker stopping: waiting for in-flight exports\nworker done\n")
    assert set(states(waiting)) <= {"queued", "accepted"}


def test_an_export_of_a_killed_worker_is_left_to_an_operator(stored: Workplace) -> None:
    """
    An export that a killed worker was sending becomes unknown, and is not sent again.
    """
    fifo = stored.folder / "taken.fifo"
    os.mkfifo(fifo)
    stored.configure({"does": "wait"}, workflow=LATER)

    with stored.start("worker") as worker:
        ready(worker)
        stored.call("run", "--status", "New", "--no-wait", stored.order("WAIT"))
        assert "here" == fifo.read_text()
        assert ["sending"] == states(stored)
        worker.kill()
        worker.communicate()
    assert [] == stored.taken
    stored.configure({}, workflow=LATER)

    ran = stored.call("worker", "--until-idle")

    assert 0 == ran.code
    assert ["unknown"] == states(stored)
    assert [] == stored.taken


def test_a_second_signal_ends_it_at_once(stored: Workplace) -> None:
    """
    A second signal ends the worker although an export is in flight.
    """
    fifo = stored.folder / "taken.fifo"
    os.mkfifo(fifo)
    stored.configure({"does": "wait"}, workflow=LATER)
    stored.call("run", "--status", "New", "--no-wait", stored.order("WAIT"))

    with stored.start("worker") as worker:
        ready(worker)
        assert "here" == fifo.read_text()
        worker.terminate()
        assert worker.stderr is not None
        assert "worker stopping" in worker.stderr.readline().decode()
        worker.terminate()
        worker.communicate(timeout=60)

    assert -signal.SIGTERM == worker.returncode


def test_overdue_exports_are_logged(waiting: Workplace) -> None:
    """
    Overdue exports are logged on standard error, also without --verbose.
    """
    waiting.call("lanes", "pause", "--all")
    waiting.configure({}, workflow=LATER, runtime="age_limits = { queued = 0.001 }")

    ran = waiting.call("worker", "--until-idle")

    assert (
        "WARNING orderferry.worker lane acme/default: 3 overdue exports in state queued" in ran.err
    )


def test_an_invalid_configuration_is_reported(workplace: Workplace) -> None:
    """
    An invalid configuration is reported without a traceback.
    """
    Path(workplace.folder / "orderferry.toml").write_text("[runtime]\nnothing = 1\n")

    ran = workplace.call("worker")

    assert 2 == ran.code
    assert ran.err.startswith("Error: ")
