"""
Tests of addresses without TLS.
"""

from __future__ import annotations

import ssl

import pytest

from orderferry.connectors.http import BoundClient

from .conftest import Conversation, Serve


def answer(conversation: Conversation) -> None:
    """
    Respond to a request with an accepted order.
    """
    while conversation.request():
        conversation.answer(b"4711", 201)


def _unexpected(**_: object) -> ssl.SSLContext:
    raise AssertionError("nothing is said over TLS")


def test_a_target_without_tls_needs_no_authorities(
    http: BoundClient, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The certificate authorities of the system are loaded for the first address with TLS, and not
    before.
    """
    monkeypatch.setattr("ssl.create_default_context", _unexpected)

    assert 201 == http.get(serve(answer).url).status


def test_a_pool_without_authorities_supports_no_tls(http: BoundClient) -> None:
    """
    A pool without certificate authorities supports no https, so that no certificate is trusted
    unverified.
    """
    pools = http._router.shared.pools
    plain = pools.manager(None, None, secure=False)

    assert plain is not pools.manager(None, None)
    with pytest.raises(KeyError, match="https"):
        plain.connection_from_host("127.0.0.1", 443, "https")
