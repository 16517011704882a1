"""
Tests of proxies.
"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread

import pytest
import trustme
from urllib3.util import parse_url

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client, Tls
from orderferry.connectors.http._transport import EnvironmentProxies, Proxy
from orderferry.errors import AuthenticationError, TransientError, UnknownOutcomeError

from .conftest import SECONDS, Conversation, RawServer, Script, Serve

SIGN_IN = "Basic " + b64encode(b"user:geheim-1234").decode()


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "http://wms.example/", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://wms.example/", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://wms.example/", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://wms.example/", "http://p:1"),
        ({"https_proxy": "p:1", "HTTPS_PROXY": "q:1"}, "https://wms.example/", "http://p:1"),
        ({"ALL_PROXY": "https://p"}, "http://wms.example/", "https://p"),
        ({"HTTP_PROXY": ""}, "http://wms.example/", None),
        ({"HTTP_PROXY": "p", "REQUEST_METHOD": "GET"}, "http://wms.example/", None),
        ({"http_proxy": "p", "REQUEST_METHOD": "GET"}, "http://wms.example/", "http://p"),
        ({"ALL_PROXY": "p"}, "http://localhost:8080/", None),
        ({"ALL_PROXY": "p"}, "http://127.0.0.2/", None),
        ({"ALL_PROXY": "p"}, "http://[::1]/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "*"}, "http://wms.example/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "example"}, "http://wms.example/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": ".example"}, "http://WMS.example/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "*.example"}, "http://wms.example/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "a, wms.example"}, "http://wms.example/", None),
        ({"ALL_PROXY": "p", "no_proxy": "ms.example"}, "http://wms.example/", "http://p"),
        ({"ALL_PROXY": "p", "NO_PROXY": "wms.example:443"}, "https://wms.example/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "wms.example:443"}, "http://wms.example/", "http://p"),
        ({"ALL_PROXY": "p", "NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "10.0.0.0/8"}, "http://11.1.2.3/", "http://p"),
        ({"ALL_PROXY": "p", "NO_PROXY": "10.1.2.3"}, "http://10.1.2.3/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "fd00::/8"}, "http://[fd00::1]/", None),
        ({"ALL_PROXY": "p", "NO_PROXY": "10.0.0.0/8"}, "http://wms.example/", "http://p"),
    ],
)
def test_the_environment_names_the_proxy(
    environment: Mapping[str, str], url: str, proxy: str | None
) -> None:
    """
    The proxy of an address is the one of the environment, as other programs read it, and never for
    loopback addresses.
    """
    environment_proxy = EnvironmentProxies(environment).proxy_for(parse_url(url))

    assert proxy == (None if environment_proxy is None else environment_proxy.url)


@pytest.mark.parametrize("address", ["socks5://p:1", "http://", "http://p:port"])
def test_an_invalid_proxy_address_is_an_error(address: str) -> None:
    """
    An invalid proxy address is an error with the name of its variable, for requests that use it
    only.
    """
    with Client(environment={"HTTPS_PROXY": address, "NO_PROXY": "sap.invalid"}) as client:
        http = client.bind()

        with pytest.raises(TransientError, match=r"nothing was sent: .* variable HTTPS_PROXY: "):
            http.post("https://wms.invalid/")
        with pytest.raises(TransientError, match="the host name cannot be resolved"):
            http.post("https://sap.invalid/")
        with pytest.raises(ValueError, match="proxy"):
            http.post("https://wms.invalid/", proxy=address)


def test_a_proxy_shows_no_password() -> None:
    """
    The `repr` of a proxy shows no password.
    """
    proxy = Proxy.parse("http://us%40er:geheim%2F1234@p:1")

    assert ("us@er", "geheim/1234") == (proxy.user, proxy.password)
    assert "geheim" not in repr(proxy)


def relay(conversation: Conversation) -> None:
    """
    Serve as a proxy: open tunnels, and respond to plain requests with what was received.
    """
    while request := conversation.request():
        words = request.split(b" ")
        if words[0] != b"CONNECT":
            conversation.answer(words[1], 201)
            continue
        port = int(words[1].rpartition(b":")[2])
        with socket.create_connection(("127.0.0.1", port), SECONDS) as target:
            conversation.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            thread = Thread(target=pump, args=(target, conversation.sock))
            thread.start()
            pump(conversation.sock, target)
            thread.join(SECONDS)
        return


def pump(source: socket.socket, sink: socket.socket) -> None:
    """
    Carry bytes one way until they end.
    """
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def proxy(serve: Serve) -> RawServer:
    """
    Return a proxy without authentication.
    """
    return serve(relay)


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    """
    Return a certificate authority, and the path of its certificate.
    """
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return ca, tmp_path / "ca.pem"


@pytest.fixture
def target(serve: Serve, authority: tuple[trustme.CA, Path]) -> RawServer:
    """
    Return a target with TLS that has the name wms.example.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("wms.example").configure_cert(context)

    def answer(conversation: Conversation) -> None:
        while conversation.request():
            conversation.answer(b"4711", 201)

    return serve(answer, context)


def with_password(proxy: RawServer) -> str:
    """
    Return the proxy's address with a user and a password.
    """
    return f"http://user:geheim-1234@127.0.0.1:{proxy.port}"


def test_a_plain_request_is_sent_to_the_proxy(http: BoundClient, proxy: RawServer) -> None:
    """
    A plain request is sent to the proxy with the name of the target, and with the user and
    password.
    """
    response = http.post("http://wms.example/orders?a=b", content=b"W1", proxy=with_password(proxy))

    assert "http://wms.example/orders?a=b" == response.text
    head = proxy.requests[0].decode()
    assert "\r\nHost: wms.example\r\n" in head
    assert f"\r\nProxy-Authorization: {SIGN_IN}\r\n" in head


def test_a_tls_request_is_sent_through_a_tunnel(
    http: BoundClient, proxy: RawServer, target: RawServer, authority: tuple[trustme.CA, Path]
) -> None:
    """
    The proxy receives no part of a TLS request, and the target no header field for the proxy; the
    connection is kept alive.
    """
    url = f"https://wms.example:{target.port}/orders"
    tls = Tls(ca_file=authority[1])

    for _ in range(2):
        http.post(url, content=b"W1", tls=tls, proxy=with_password(proxy))

    assert 1 == len(proxy.requests)
    assert proxy.requests[0].startswith(f"CONNECT wms.example:{target.port} ".encode())
    assert f"Proxy-Authorization: {SIGN_IN}".encode() in proxy.requests[0]
    assert 2 == len(target.requests)
    assert not [head for head in target.requests if b"Proxy" in head]


@pytest.fixture
def client_with_proxy(proxy: RawServer) -> Iterator[BoundClient]:
    """
    Return a client whose environment names the proxy.
    """
    environment = {"ALL_PROXY": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": "sap.example"}
    with Client(environment=environment) as client:
        yield client.bind()


def test_the_environments_proxy_is_used(client_with_proxy: BoundClient, proxy: RawServer) -> None:
    """
    A request without a proxy of its own uses the proxy of the environment.
    """
    assert "http://wms.example/" == client_with_proxy.get("http://wms.example/", accept=(201,)).text
    assert 1 == proxy.connections


def test_a_request_can_be_sent_without_the_environments_proxy(
    client_with_proxy: BoundClient, proxy: RawServer
) -> None:
    """
    A request uses no proxy if its own is an empty address, or if `NO_PROXY` covers the host.
    """
    for url, how in (("http://wms.invalid/", ""), ("http://sap.example/", None)):
        with pytest.raises(TransientError, match="the host name cannot be resolved"):
            client_with_proxy.get(url, proxy=how)

    assert 0 == proxy.connections


def test_a_proxy_that_is_down_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    The error of a proxy that is down says that nothing was sent, and names the proxy.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    for url in ("http://wms.example/", "https://wms.example/"):
        with pytest.raises(TransientError) as caught:
            http.post(url, content=b"W1", proxy=f"http://127.0.0.1:{port}")
        assert "was not sent: the proxy could not be used: the connection was refused" in str(
            caught.value
        )

    assert not timeline.begun


def rejecting(status: str) -> Script:
    """
    Return a proxy that rejects every request.
    """

    def script(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    return script


def test_a_proxy_that_requires_a_password_is_an_authentication_error(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    A proxy that requires a password is an `AuthenticationError`, for tunnels and for plain
    requests.
    """
    proxy = serve(rejecting("407 Proxy Authentication Required")).url

    with pytest.raises(AuthenticationError, match=r"the proxy could not be used: .*407"):
        http.post("https://wms.example/", content=b"W1", proxy=proxy)
    assert not timeline.begun
    with pytest.raises(AuthenticationError, match="check the user and password of the proxy"):
        http.post("http://wms.example/", content=b"W1", proxy=proxy)


def test_a_proxy_that_opens_no_tunnel_sent_nothing(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    The error of a proxy that opens no tunnel says that nothing was sent.
    """
    proxy = serve(rejecting("502 Bad Gateway")).url

    with pytest.raises(TransientError, match=r"was not sent: .*502 Bad Gateway"):
        http.post("https://wms.example/", content=b"W1", proxy=proxy)

    assert not timeline.begun


def test_a_gateway_error_of_a_plain_proxy_is_an_unknown_outcome(
    http: BoundClient, serve: Serve
) -> None:
    """
    The outcome of a plain write that ends with 504 is unknown, because the proxy may have forwarded
    it.
    """
    proxy = serve(rejecting("504 Gateway Timeout")).url

    with pytest.raises(UnknownOutcomeError, match="answered 504"):
        http.post("http://wms.example/", content=b"W1", proxy=proxy)


def test_the_proxys_password_is_not_shown(
    http: BoundClient, serve: Serve, timeline: Timeline, redactor: Redactor
) -> None:
    """
    The proxy's password is not shown, also if the proxy sends it back.
    """

    def echo(conversation: Conversation) -> None:
        conversation.answer(conversation.request(), 400)

    proxy = serve(echo)

    with pytest.raises(Exception, match="answered 400") as caught:
        http.post("http://wms.example/", proxy=with_password(proxy))

    shown = f"{caught.value}{timeline.exchanges}"
    assert "geheim" not in shown
    assert SIGN_IN.removeprefix("Basic ") not in shown
    assert "***" == redactor.text("geheim-1234")


def test_a_proxy_over_tls_is_verified(
    http: BoundClient, serve: Serve, authority: tuple[trustme.CA, Path]
) -> None:
    """
    The certificate of a proxy is verified with the authorities of the system and of the CA file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    proxy = serve(relay, context).url
    tls = Tls(ca_file=authority[1])

    assert "http://wms.example/" == http.post("http://wms.example/", proxy=proxy, tls=tls).text
    with pytest.raises(TransientError, match="its certificate is not trusted"):
        http.post("http://wms.example/", proxy=proxy)
