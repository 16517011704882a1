"""
The 3PL connector works with OpenSSH's server.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import asyncssh
import pytest
from attrs import evolve

from orderferry import Absent, ExportResult, FindingState, Found
from orderferry.connectors.http import Client
from orderferry.errors import AuthenticationError, TransientError
from orderferry.orders import OrderForm

from .openssh import OpenSsh, find_sshd, serve
from .threepl import LONG, ExporterOf, export, exporter_with, find_export, order_of


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    """
    The server for all tests of this module.
    """
    sshd = find_sshd()
    if sshd is None:
        pytest.skip("no OpenSSH server: `make foreign` installs it, as root on Debian")
    with serve(sshd, tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def server(running: OpenSsh) -> OpenSsh:
    """
    The server, with empty folders.
    """
    for folder in ("inbound", "archive"):
        for path in (running.root / folder).iterdir():
            path.unlink()
    return running


@pytest.fixture
def exporter_of(server: OpenSsh) -> Iterator[ExporterOf]:
    """
    A function that returns an exporter for the server, with changed settings.
    """
    client = Client()
    yield lambda state=None, **changes: exporter_with(client, {**server.settings, **changes}, state)
    client.close()


def test_an_order_arrives_as_one_whole_file(server: OpenSsh, exporter_of: ExporterOf) -> None:
    """
    The folder has one file, under its final name and complete.
    """
    result = export(exporter_of(), order_of("WEB-1"))

    assert isinstance(result, ExportResult)
    assert [result.remote_ids["file"]] == server.names("inbound")
    content = (server.root / "inbound" / result.remote_ids["file"]).read_bytes()
    assert content.startswith(b"ISA*00*")
    assert content.endswith(b"IEA*1*000000001~\n")


def test_a_large_file_arrives_whole(server: OpenSsh, exporter_of: ExporterOf) -> None:
    """
    The file of an order of 5000 lines, which takes several writes, is complete.
    """
    order = order_of("WEB-1")
    (line,) = order.lines
    lines = tuple(evolve(line, line_item_id=f"{number}") for number in range(5000))
    order = evolve(order, order_form=OrderForm(line_items=lines))

    export(exporter_of(), order)

    (name,) = server.names("inbound")
    content = (server.root / "inbound" / name).read_bytes()
    assert len(content) > 100_000
    assert b"W76*10000~\nSE*" in content


def test_everything_is_proven_by_check(server: OpenSsh, exporter_of: ExporterOf) -> None:
    """
    `check` proves every finding, and leaves no file behind.
    """
    exporter = exporter_of()

    findings = exporter.check(exporter.context(deadline=monotonic() + LONG))

    assert isinstance(findings, list)
    assert {FindingState.PROVEN} == {finding.state for finding in findings}
    assert [] == server.names("inbound")


def test_a_repeat_replaces_the_file(server: OpenSsh, exporter_of: ExporterOf) -> None:
    """
    An order that is sent again has the same file name, even without the instance's state.
    """
    first = export(exporter_of(), order_of("WEB-1"))
    again = export(exporter_of(), order_of("WEB-1"))

    assert first == again
    assert 1 == len(server.names("inbound"))


def test_a_file_is_found_in_the_folder_and_in_the_archive(
    server: OpenSsh, exporter_of: ExporterOf
) -> None:
    """
    An order is absent before it is sent, and found before and after it is archived.
    """
    order = order_of("WEB-1", "S1")
    assert Absent() == find_export(exporter_of(), order)
    result = export(exporter_of(), order)
    assert isinstance(result, ExportResult)
    assert Found(result.remote_ids) == find_export(exporter_of(), order)

    name = result.remote_ids["file"]
    (server.root / "inbound" / name).rename(server.root / "archive" / name)

    assert Found(result.remote_ids) == find_export(exporter_of(), order)


@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519"])
def test_any_of_the_servers_keys_is_accepted(
    server: OpenSsh, exporter_of: ExporterOf, kind: str
) -> None:
    """
    The connector asks the server for the kind of key that is configured.
    """
    exporter = exporter_of(known_hosts=server.host_keys[kind])

    assert isinstance(export(exporter, order_of("WEB-1")), ExportResult)


def test_an_unknown_host_key_is_reported_with_its_fingerprint(
    server: OpenSsh, exporter_of: ExporterOf
) -> None:
    """
    An unknown host key is an authentication error with its fingerprint, and nothing is sent.
    """
    unknown_key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    key = asyncssh.import_public_key(server.host_keys["ssh-ed25519"])

    with pytest.raises(AuthenticationError) as raised:
        export(exporter_of(known_hosts=unknown_key), order_of("WEB-1"))

    assert key.get_fingerprint() in str(raised.value)
    assert [] == server.names("inbound")


def test_a_wrong_private_key_is_an_authentication_error(exporter_of: ExporterOf) -> None:
    """
    The error of a wrong private key names the settings to check.
    """
    wrong_key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()

    with pytest.raises(AuthenticationError, match="check the settings username"):
        export(exporter_of(private_key=wrong_key), order_of("WEB-1"))


@pytest.mark.parametrize("folder", ["locked", "nowhere"])
def test_a_folder_that_cannot_be_written_is_a_configuration_error(
    server: OpenSsh, exporter_of: ExporterOf, folder: str
) -> None:
    """
    The error of a folder without write permission names the setting, and does not reject the order.
    """
    if folder == "locked" and os.geteuid() != 0 and os.access(server.root / folder, os.W_OK):
        pytest.skip("this account may write everywhere")

    with pytest.raises(AuthenticationError, match="check the setting folder"):
        export(exporter_of(folder=f"{server.seen_root}/{folder}"), order_of("WEB-1"))


def test_eight_threads_send_forty_orders(server: OpenSsh, exporter_of: ExporterOf) -> None:
    """
    Each order arrives once, with its own interchange number.
    """
    exporter = exporter_of()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: export(exporter, order_of(f"W{n}"), key=f"{n}"), range(40)))

    contents = [path.read_bytes() for path in (server.root / "inbound").iterdir()]
    assert 40 == len(contents)
    assert 40 == len({content[90:99] for content in contents})


def test_a_server_that_has_ended_is_transient(tmp_path: Path) -> None:
    """
    The error of a closed port is transient, as nothing was sent.
    """
    sshd = find_sshd()
    if sshd is None:
        pytest.skip("no OpenSSH server: `make foreign` installs it, as root on Debian")
    with serve(sshd, tmp_path) as server:
        settings = server.settings
    client = Client()

    with pytest.raises(TransientError, match="Connect call failed"):
        export(exporter_with(client, settings, None), order_of("WEB-1"))

    client.close()
