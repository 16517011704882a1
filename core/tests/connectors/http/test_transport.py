"""
Tests of TLS: trusted certificates and client certificates.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
import trustme
from attrs import frozen
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from orderferry.connectors import Secret
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Tls
from orderferry.errors import AuthenticationError, ExportError, TransientError

from .conftest import SECONDS, Conversation, Serve


@frozen
class Authority:
    """
    A certificate authority, and the path of its certificate.
    """

    ca: trustme.CA
    ca_file: Path

    def server(self, name: str = "127.0.0.1", clients: trustme.CA | None = None) -> ssl.SSLContext:
        """
        Return the TLS context of a server with its certificate, and the authority of its clients.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name).configure_cert(context)
        if clients is not None:
            clients.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """
    Return a certificate authority of the test.
    """
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return Authority(ca, path)


def client_files(ca: trustme.CA, folder: Path, password: str | None = None) -> tuple[Path, Path]:
    """
    Return a client certificate and its key as files.
    """
    issued = ca.issue_cert("orderferry@shop.example")
    certificate, key = folder / "client.pem", folder / "client.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    pem = issued.private_key_pem.bytes()
    if password is not None:
        pem = load_pem_private_key(pem, None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
        )
    key.write_bytes(pem)
    return certificate, key


def answer(conversation: Conversation) -> None:
    """
    Respond to a request with an accepted order.
    """
    while conversation.request():
        conversation.answer(b"4711", 201)


def failure_message(http: BoundClient, url: str, tls: Tls | None, error: type[ExportError]) -> str:
    """
    Return the message of a write that fails with TLS.
    """
    with pytest.raises(error) as caught:
        http.post(url, content=b"W1", tls=tls)
    assert error is caught.type
    return str(caught.value)


def test_a_certificate_of_the_ca_file_is_trusted(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A certificate of the authority in the CA file is trusted.
    """
    server = serve(answer, authority.server())
    tls = Tls(ca_file=authority.ca_file)

    assert [b"4711"] * 2 == [http.post(server.url, tls=tls).content for _ in range(2)]
    assert 1 == server.connections


def test_a_certificate_of_another_authority_is_an_error(
    http: BoundClient, serve: Serve, timeline: Timeline, authority: Authority
) -> None:
    """
    A certificate of another authority is an error that says what to do, and nothing is sent.
    """
    server = serve(answer, authority.server())

    message = failure_message(http, server.url, None, TransientError)

    assert "was not sent: its certificate is not trusted" in message
    assert "configure the issuing CA as CA file" in message
    assert ([], False) == (server.requests, timeline.begun)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_for_another_name_is_an_error(
    http: BoundClient, serve: Serve, authority: Authority, host: str
) -> None:
    """
    A certificate for another host name is an error; the name is always verified.
    """
    server = serve(answer, authority.server("wms.example"))
    url = f"https://{host}:{server.port}"

    message = failure_message(http, url, Tls(ca_file=authority.ca_file), TransientError)

    assert "its certificate is for another name" in message
    assert [] == server.requests


def test_an_expired_certificate_is_an_error(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    An expired certificate is an error that names the reason.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    expired = datetime(2020, 1, 1, tzinfo=UTC)
    authority.ca.issue_cert("127.0.0.1", not_after=expired).configure_cert(context)
    server = serve(answer, context)

    message = failure_message(http, server.url, Tls(ca_file=authority.ca_file), TransientError)

    assert "its certificate is not trusted (certificate has expired)" in message


def test_a_target_without_tls_is_named(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A target without TLS is an error that names the port and the scheme.
    """

    def talk(conversation: Conversation) -> None:
        conversation.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = serve(talk)

    message = failure_message(http, server.url.replace("http:", "https:"), None, TransientError)

    assert "the target does not use TLS on this port; check the port and the scheme" in message


def test_a_handshake_that_stalls_sent_nothing(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    The error of a handshake that stalls says that nothing was sent.
    """
    released = Event()

    def stall(_: Conversation) -> None:
        released.wait(SECONDS)

    server = serve(stall)

    with pytest.raises(TransientError, match="was not sent: no response within"):
        http.post(server.url.replace("http:", "https:"), content=b"W1", timeout=0.3)
    released.set()

    assert not timeline.begun


@pytest.mark.parametrize("password", [None, "geheim-1234"])
def test_a_client_certificate_is_sent(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path, password: str | None
) -> None:
    """
    A client certificate is sent, with a key that has a password or none.
    """
    clients = trustme.CA()
    certificate, key = client_files(clients, tmp_path, password)
    server = serve(answer, authority.server(clients=clients))
    tls = Tls(
        ca_file=authority.ca_file,
        certificate=certificate,
        key=key,
        key_password=None if password is None else Secret(password),
    )

    assert b"4711" == http.post(server.url, content=b"W1", tls=tls).content


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_rejected_client_certificate_is_an_authentication_error(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    """
    A rejected client certificate is an `AuthenticationError`; with TLS 1.3 the rejection is
    received after the request was sent.
    """
    certificate, key = client_files(trustme.CA(), tmp_path)
    context = authority.server(clients=trustme.CA())
    context.maximum_version = version
    server = serve(answer, context)
    tls = Tls(ca_file=authority.ca_file, certificate=certificate, key=key)

    message = failure_message(http, server.url, tls, AuthenticationError)

    assert "was not accepted: the target rejects the client certificate" in message
    assert [] == server.requests


def test_a_missing_certificate_is_an_authentication_error(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A missing client certificate is an `AuthenticationError` with TLS 1.3.
    """
    server = serve(answer, authority.server(clients=trustme.CA()))

    message = failure_message(http, server.url, Tls(ca_file=authority.ca_file), AuthenticationError)

    assert "certificate required" in message


def test_another_fault_of_tls_is_described(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    Another fault of TLS, such as an unsupported version, is described by its reason.
    """
    context = authority.server()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    own = Tls(ca_file=authority.ca_file)
    server = serve(answer, context)
    older = http._router.shared.pools.manager(own, None).connection_pool_kw["ssl_context"]
    older.maximum_version = ssl.TLSVersion.TLSv1_2

    message = failure_message(http, server.url, own, TransientError)

    assert "was not sent: TLS failed (tlsv1 alert protocol version)" in message


def test_a_missing_certificate_is_guessed_with_older_tls(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A failed handshake with TLS 1.2 says that a client certificate may be missing.
    """
    context = authority.server(clients=trustme.CA())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    server = serve(answer, context)

    message = failure_message(http, server.url, Tls(ca_file=authority.ca_file), TransientError)

    assert "the target may require a client certificate" in message


def test_files_that_cannot_be_used_are_named(
    http: BoundClient, authority: Authority, tmp_path: Path
) -> None:
    """
    An unreadable file is an error that names it; a missing password of a key is not read from the
    terminal.
    """
    certificate, key = client_files(authority.ca, tmp_path, "geheim-1234")
    no_pem = tmp_path / "no.pem"
    no_pem.write_text("no certificate")
    url = "https://127.0.0.1:1/"

    cases = {
        Tls(ca_file=tmp_path / "gone.pem"): "the CA file .*gone.pem cannot be used: No such file",
        Tls(ca_file=no_pem): "the CA file .*no.pem cannot be used: not PEM",
        Tls(certificate=tmp_path / "gone.pem"): "certificate .*gone.pem cannot be used: No such",
        Tls(certificate=certificate, key=key): "wrong key or password",
        Tls(certificate=certificate, key=key, key_password=Secret("wrong-password")): "or password",
    }

    for tls, message in cases.items():
        with pytest.raises(TransientError, match=message):
            http.post(url, content=b"W1", tls=tls)


def test_a_key_without_its_certificate_is_an_error() -> None:
    """
    A client key without a certificate is an error.
    """
    with pytest.raises(ValueError, match="a client key requires its certificate"):
        Tls(key="client.key")


def test_a_redirect_from_tls_is_not_followed(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A redirect from TLS to plain HTTP is not followed.
    """
    plain = serve(answer)

    def lead(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"", 302, f"Location: {plain.url}/\r\n")

    server = serve(lead, authority.server())

    with pytest.raises(TransientError, match="which is not followed"):
        http.get(server.url, tls=Tls(ca_file=authority.ca_file))

    assert 0 == plain.connections


def test_another_origin_receives_no_client_certificate(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path
) -> None:
    """
    A redirect to another origin is followed without the client certificate.
    """
    certificate, key = client_files(authority.ca, tmp_path)
    elsewhere = serve(answer, authority.server(clients=authority.ca))

    def lead(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"", 302, f"Location: {elsewhere.url}/\r\n")

    server = serve(lead, authority.server())
    tls = Tls(ca_file=authority.ca_file, certificate=certificate, key=key)

    with pytest.raises(AuthenticationError, match="certificate required"):
        http.get(server.url, tls=tls)
