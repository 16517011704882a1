"""
Tests of each command as a process: the installed program, its exit code, and its streams.

The other tests start `demo`, `doctor`, `new-connector`, `run` and `worker` as processes. Behaviour
that does not depend on a process is tested in the process of the tests.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from .conftest import Workplace

WHY = ("--reason", "the warehouse lost it")
ANSWERS: list[tuple[tuple[str, ...], int, bytes, str]] = [
    (("check",), 1, b"acme/default (orderferry-acme 1.0)\n", ""),
    (
        ("preview", "--connector", "acme", "A1.json"),
        0,
        b"A1  {} none\n\x00\xff",
        "application/x-acme, A1.acme\n",
    ),
    (("connectors", "show", "acme"), 0, b"acme  orderferry-acme 1.0\n", ""),
    (("init",), 2, b"", "Error: orderferry.toml and workflow.json"),
    (("certify", "acme"), 2, b"", "Error: no simulator of acme is installed"),
    (("orders", "show", "A9"), 2, b"", "Error: there is no order A9\n"),
    (("exports", "list"), 0, b"No matching exports.\n", ""),
    (("export", "A9", "--connector", "acme", *WHY), 2, b"", "Error: there is no order A9\n"),
    (("cancel", "A9", "--connector", "acme"), 2, b"", "Usage: orderferry cancel [OPTIONS]"),
    (("lanes", "pause"), 2, b"", "Error: pass either names of lanes or --all\n"),
    (("reconcile",), 0, b"No exports are missing.\n", ""),
    (("db", "check"), 2, b"", "Error: database sqlite:///"),
]
"""The arguments, the exit code, and the beginnings of standard output and standard error."""


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"), ANSWERS, ids=[arguments[0] for arguments, *_ in ANSWERS]
)
def test_the_program_answers_on_its_streams(
    workplace: Workplace, arguments: tuple[str, ...], code: int, out: bytes, err: str
) -> None:
    """
    Results are on standard output, errors on standard error, and the exit code tells them apart.
    """
    workplace.configure({"does": "fail"})
    workplace.order()
    program = Path(sysconfig.get_path("scripts"), "orderferry")

    with workplace.start(*arguments, program=(str(program),)) as process:
        streams = process.communicate(timeout=60)

    assert code == process.returncode
    assert out == streams[0][: len(out)]
    assert err == streams[1].decode()[: len(err)]
    assert (bool(out), bool(err)) == tuple(map(bool, streams))
