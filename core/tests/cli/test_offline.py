"""
Tests that preview and test mode use no network, without a network or with blocked sockets.

In each test, a run that is no test shows that the network is really blocked.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from orderferry import Ferry, read_order
from orderferry.connectors import Catalogue

from .conftest import Ran, Workplace, workflow_of

RUN_ALL = """
import json, sys
from click.testing import CliRunner
from orderferry.cli import main

for arguments in json.loads(sys.argv[1]):
    ran = CliRunner().invoke(main, arguments)
    print(json.dumps([ran.exit_code, ran.stdout, ran.stderr]))
"""
"""Runs several commands, and prints the exit code and output of each."""

BLOCKED = """
import sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"}:
        print("REACHED", event, file=sys.stderr, flush=True)
        raise PermissionError(event)

sys.addaudithook(refuse)
"""
"""Reports and blocks every attempt to connect."""

PREVIEW = ("preview", "--connector", "acme")
TEST = ("run", "--status", "New", "--test", "--json")
RUN = ("run", "--status", "New", "--json")


@pytest.fixture
def posting(workplace: Workplace) -> Workplace:
    """
    A connector that posts each order to an address of this machine.
    """
    workplace.configure({"does": "post"}, runtime="inline_deadline_seconds = 5")
    return workplace


def run_all(place: Workplace, program: str, before: Sequence[str] = ()) -> list[Ran]:
    """
    Preview, test and run an order in one process, in this order.
    """
    name = place.order()
    commands = json.dumps([[*arguments, name] for arguments in (PREVIEW, TEST, RUN)])
    with place.start(commands, program=("-c", program), before=before) as process:
        out, err = process.communicate(timeout=60)
    assert 0 == process.returncode
    assert b"" == err
    return [
        Ran(code, output.encode(), error)
        for code, output, error in map(json.loads, out.splitlines())
    ]


def test_preview_and_test_mode_ask_for_no_socket(posting: Workplace) -> None:
    """
    Only a run that is no test asks to connect or to look up a name.
    """
    preview, test, run = run_all(posting, BLOCKED + RUN_ALL)

    assert 0 == preview.code
    assert b"A1 " == preview.out[:3]
    assert "REACHED" not in preview.err
    assert 0 == test.code
    assert "REACHED" not in test.err
    assert "REACHED socket." in run.err


def test_preview_and_test_mode_need_no_network(posting: Workplace) -> None:
    """
    Preview and test mode work in a network namespace without interfaces, and a run does not.
    """
    unshare = shutil.which("unshare")
    inside = (unshare or "unshare", "--map-root-user", "--net")
    if unshare is None or subprocess.run((*inside, "true"), check=False).returncode:
        pytest.skip("this machine gives no network namespace (unshare --map-root-user --net)")

    preview, test, run = run_all(posting, RUN_ALL, before=inside)

    assert 0 == preview.code
    assert b"A1 " == preview.out[:3]
    assert 0 == test.code
    assert "Success" == test.json()[0]["outcome"]
    assert "network is unreachable" in run.json()[0]["steps"][0]["message"]


def test_what_waits_from_before_is_sent_by_a_run_only(workplace: Workplace) -> None:
    """
    Commands that send nothing do not deliver earlier exports either.
    """
    workplace.configure({}, workflow=workflow_of({"runAfterOrderIsSaved": True}))
    Catalogue.forget()
    with Ferry.from_config(workplace.folder / "orderferry.toml", deliver=False) as ferry:
        ferry.transition(read_order('{"id": "EARLIER"}'), "New")
    name = workplace.order()
    looking = (
        (*TEST, name),
        (*PREVIEW, name),
        ("check",),
        ("connectors",),
        ("connectors", "show", "acme"),
    )

    codes = [workplace.call(*arguments).code for arguments in looking]
    received = workplace.taken
    run = workplace.call(*RUN, name)

    assert [0] * 5 == codes
    assert [] == received
    assert 0 == run.code
    assert ["A1", "EARLIER"] == sorted(workplace.taken)
