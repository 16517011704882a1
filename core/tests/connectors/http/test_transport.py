"""
TLS: whom we trust, and whom we tell that we are.
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
    A certificate authority, and where its certificate stands.
    """

    ca: trustme.CA
    ca_file: Path

    def server(self, name: str = "127.0.0.1", clients: trustme.CA | None = None) -> ssl.SSLContext:
        """
        A server's side of TLS: its certificate, and whose clients it wants.
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
    An authority of the test's own.
    """
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return Authority(ca, path)


def written(ca: trustme.CA, folder: Path, password: str | None = None) -> tuple[Path, Path]:
    """
    A client's certificate and key as files.
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
    A target that takes an order.
    """
    while conversation.request():
        conversation.answer(b"4711", 201)


def refused(http: BoundClient, url: str, tls: Tls | None, error: type[ExportError]) -> str:
    """
    The message of a write that TLS keeps from the target.
    """
    with pytest.raises(error) as caught:
        http.post(url, content=b"W1", tls=tls)
    assert error is caught.type
    return str(caught.value)


def test_a_certificate_of_our_own_authority_is_trusted(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    Where its CA file is given.
    """
    server = serve(answer, authority.server())
    tls = Tls(ca_file=authority.ca_file)

    assert [b"4711"] * 2 == [http.post(server.url, tls=tls).content for _ in range(2)]
    assert 1 == server.connections


def test_any_other_certificate_is_not(
    http: BoundClient, serve: Serve, timeline: Timeline, authority: Authority
) -> None:
    """
    Nothing is sent, and the message says what to do.
    """
    server = serve(answer, authority.server())

    message = refused(http, server.url, None, TransientError)

    assert "was not sent: its certificate is not trusted" in message
    assert "configure the issuing CA as CA file" in message
    assert ([], False) == (server.requests, timeline.begun)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_for_another_name_is_not_taken(
    http: BoundClient, serve: Serve, authority: Authority, host: str
) -> None:
    """
    There is no switch that leaves the name unverified.
    """
    server = serve(answer, authority.server("wms.example"))
    url = f"https://{host}:{server.port}"

    message = refused(http, url, Tls(ca_file=authority.ca_file), TransientError)

    assert "its certificate is for another name" in message
    assert [] == server.requests


def test_a_certificate_that_has_expired_is_not_taken(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    The reason is named.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    expired = datetime(2020, 1, 1, tzinfo=UTC)
    authority.ca.issue_cert("127.0.0.1", not_after=expired).configure_cert(context)
    server = serve(answer, context)

    message = refused(http, server.url, Tls(ca_file=authority.ca_file), TransientError)

    assert "its certificate is not trusted (certificate has expired)" in message


def test_a_target_without_tls_is_named(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    A wrong port or scheme is the usual reason.
    """

    def talk(conversation: Conversation) -> None:
        conversation.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = serve(talk)

    message = refused(http, server.url.replace("http:", "https:"), None, TransientError)

    assert "the target does not use TLS on this port; check the port and the scheme" in message


def test_a_handshake_that_stalls_sent_nothing(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    The request begins only when TLS stands.
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
def test_our_certificate_lets_us_in(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path, password: str | None
) -> None:
    """
    With a key that has a password, or none.
    """
    clients = trustme.CA()
    certificate, key = written(clients, tmp_path, password)
    server = serve(answer, authority.server(clients=clients))
    tls = Tls(
        ca_file=authority.ca_file,
        certificate=certificate,
        key=key,
        key_password=None if password is None else Secret(password),
    )

    assert b"4711" == http.post(server.url, content=b"W1", tls=tls).content


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_of_ours_that_is_refused_is_an_authentication_error(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    """
    With TLS 1.3 the refusal comes only after the request left; it was not taken all the same.
    """
    certificate, key = written(trustme.CA(), tmp_path)
    context = authority.server(clients=trustme.CA())
    context.maximum_version = version
    server = serve(answer, context)
    tls = Tls(ca_file=authority.ca_file, certificate=certificate, key=key)

    message = refused(http, server.url, tls, AuthenticationError)

    assert "was not accepted: the target rejects the client certificate" in message
    assert [] == server.requests


def test_a_missing_certificate_is_an_authentication_error(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    With TLS 1.3, where the target says so.
    """
    server = serve(answer, authority.server(clients=trustme.CA()))

    message = refused(http, server.url, Tls(ca_file=authority.ca_file), AuthenticationError)

    assert "certificate required" in message


def test_any_other_fault_of_tls_keeps_its_words(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    Such as a version that one of the two does not speak.
    """
    context = authority.server()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    own = Tls(ca_file=authority.ca_file)
    server = serve(answer, context)
    older = http._router.shared.pools.manager(own, None).connection_pool_kw["ssl_context"]
    older.maximum_version = ssl.TLSVersion.TLSv1_2

    message = refused(http, server.url, own, TransientError)

    assert "was not sent: TLS failed (tlsv1 alert protocol version)" in message


def test_a_missing_certificate_is_guessed_with_older_tls(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    TLS 1.2 only says that the handshake failed.
    """
    context = authority.server(clients=trustme.CA())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    server = serve(answer, context)

    message = refused(http, server.url, Tls(ca_file=authority.ca_file), TransientError)

    assert "the target may require a client certificate" in message


def test_files_that_cannot_be_used_are_named(
    http: BoundClient, authority: Authority, tmp_path: Path
) -> None:
    """
    Nothing is sent; a key whose password is missing does not ask the terminal.
    """
    certificate, key = written(authority.ca, tmp_path, "geheim-1234")
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


def test_a_key_without_its_certificate_is_refused() -> None:
    """
    It would be left out without a word.
    """
    with pytest.raises(ValueError, match="a client key requires its certificate"):
        Tls(key="client.key")


def test_a_redirect_never_leads_out_of_tls(
    http: BoundClient, serve: Serve, authority: Authority
) -> None:
    """
    What was protected would be sent in the clear.
    """
    plain = serve(answer)

    def lead(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"", 302, f"Location: {plain.url}/\r\n")

    server = serve(lead, authority.server())

    with pytest.raises(TransientError, match="which is not followed"):
        http.get(server.url, tls=Tls(ca_file=authority.ca_file))

    assert 0 == plain.connections


def test_another_origin_does_not_see_our_certificate(
    http: BoundClient, serve: Serve, authority: Authority, tmp_path: Path
) -> None:
    """
    It is a credential, as a password is.
    """
    certificate, key = written(authority.ca, tmp_path)
    elsewhere = serve(answer, authority.server(clients=authority.ca))

    def lead(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"", 302, f"Location: {elsewhere.url}/\r\n")

    server = serve(lead, authority.server())
    tls = Tls(ca_file=authority.ca_file, certificate=certificate, key=key)

    with pytest.raises(AuthenticationError, match="certificate required"):
        http.get(server.url, tls=tls)
