"""
Tests of hiding secrets in errors, timelines and logs of requests.
"""

from __future__ import annotations

import logging
import traceback

import pytest
import urllib3

from orderferry.connectors import Secret
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import Auth, BasicAuth, BearerAuth, BoundClient
from orderferry.errors import ExportError

from .conftest import Conversation, Script, Serve

SECRET = "geheim/12 34"
FORMS = ("geheim", "Z2VoZWlt", "dXNlcjpnZWhlaW0vMTIgMzQ=")


def echo_in_body(conversation: Conversation) -> None:
    """
    Send a request back in the body.
    """
    while request := conversation.request():
        conversation.answer(request, 400, "Set-Cookie: s=geheim\r\n")


def echo_in_status_line(conversation: Conversation) -> None:
    """
    Send a request back in an invalid status line.
    """
    conversation.send(conversation.request().replace(b"\r\n", b" ") + b"\r\n\r\n")


def echo_in_location(conversation: Conversation) -> None:
    """
    Redirect to an address that contains a secret.
    """
    conversation.request()
    conversation.answer(b"", 302, "Location: /geheim%2F12%2034/?key=geheim%2F12%2034\r\n")


def echo_in_chunk(conversation: Conversation) -> None:
    """
    Send a request back in an invalid chunk.
    """
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    conversation.send(head + conversation.request())


def echo_in_encoding(conversation: Conversation) -> None:
    """
    Send a request back as the name of an encoding.
    """
    conversation.request()
    conversation.answer(b"x", 200, f"Content-Encoding: {SECRET}\r\n")


@pytest.mark.parametrize(
    "script",
    [echo_in_body, echo_in_status_line, echo_in_location, echo_in_chunk, echo_in_encoding],
)
@pytest.mark.parametrize("auth", [BasicAuth("user", Secret(SECRET)), BearerAuth(Secret(SECRET))])
def test_secrets_that_the_target_sends_back_are_hidden(
    http: BoundClient,
    serve: Serve,
    timeline: Timeline,
    caplog: pytest.LogCaptureFixture,
    script: Script,
    auth: Auth,
) -> None:
    """
    A secret that the target sends back is shown neither in the error and its causes, in the
    timeline nor in logs.
    """
    server = serve(script)
    caplog.set_level(logging.DEBUG)

    with pytest.raises(ExportError) as caught:
        http.post(
            f"{server.url}/orders",
            params={"key": SECRET},
            headers={"X-Api-Key": SECRET},
            json={"password": SECRET},
            auth=auth,
        )

    shown = "\n".join(
        [
            *traceback.format_exception(caught.value),
            repr(caught.value),
            repr(timeline.exchanges),
            caplog.text,
        ]
    )
    assert [] == [form for form in FORMS if form in shown]
    assert "Authorization: " in timeline.exchanges[0].request


def test_header_fields_without_secrets_are_shown(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    The timeline shows header fields without secrets, and hides those with credentials.
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"", 403, "X-CSRF-Token: Required\r\nWWW-Authenticate: Basic\r\n")

    server = serve(answer)

    http.post(
        server.url,
        headers={
            "Authorization": "Digest username=user",
            "Cookie": "s=1",
            "X-CSRF-Token": "abc",
            "Api-Key": "k",
            "Idempotency-Key": "7f",
        },
        accept=(403,),
    )

    exchange = timeline.exchanges[0]
    assert [
        "Authorization: Digest ***",
        "Cookie: ***",
        "X-CSRF-Token: ***",
        "Api-Key: ***",
        "Idempotency-Key: 7f",
    ] == exchange.request.splitlines()[1:6]
    assert "X-CSRF-Token: Required\nWWW-Authenticate: Basic" in str(exchange.response)


def test_requests_of_other_code_are_logged(
    http: BoundClient, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Only requests of this client are not logged by urllib3.
    """
    server = serve(echo_in_body)
    caplog.set_level(logging.DEBUG)

    http.get(f"{server.url}/ours", accept=(400,))
    with urllib3.PoolManager() as manager:
        manager.request("GET", f"{server.url}/theirs")

    assert ("/theirs" in caplog.text, "/ours" in caplog.text) == (True, False)


def test_repeated_cookies_and_tokens_are_hidden(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    Cookies and tokens of the target are hidden where it repeats them, unless they are short.
    """
    session, token = "Ai3Py-4bm8xaBVWN-M5OaA", "10LSgWKZLPPbvjJXwsfvMjP_qNmxzJNa"
    headers = {"Cookie": f"SESSION={session}; context=client=100", "X-CSRF-Token": token}
    with pytest.raises(ExportError) as caught:
        http.post(serve(echo_in_body).url, headers=headers, content="order")

    shown = "".join(traceback.format_exception(caught.value)) + repr(timeline.exchanges)
    assert session not in shown
    assert token not in shown
    assert "context=client=100" in shown
