"""
Settings that are rewritten so that an instance connects to the proxy.
"""

from __future__ import annotations

from orderferry.testing.trials._rewriting import route_through_proxy, speaks_http, use_tls

TARGET = ("127.0.0.1", 80)
PROXY = ("127.0.0.2", 4000)


def test_every_form_of_the_address_is_replaced() -> None:
    """
    The address is replaced in texts, lists and tables, the host also alone, the port as a number.
    """
    settings = {
        "url": "http://127.0.0.1:80/api",
        "host": "127.0.0.1",
        "port": 80,
        "both": ["127.0.0.1:80", {"url": "sftp://127.0.0.1:80"}],
    }

    assert {
        "url": "http://127.0.0.2:4000/api",
        "host": "127.0.0.2",
        "port": 4000,
        "both": ["127.0.0.2:4000", {"url": "sftp://127.0.0.2:4000"}],
    } == route_through_proxy(settings, TARGET, PROXY)


def test_similar_values_are_not_replaced() -> None:
    """
    A port that only begins like the target's, other numbers, flags and texts are not replaced.
    """
    settings = {"url": "http://127.0.0.1:8080", "wait": 81, "on": True, "client": "80", "no": None}

    assert settings == route_through_proxy(settings, TARGET, PROXY)


def test_http_is_recognized_in_the_settings() -> None:
    """
    A plain HTTP address of the target is recognized at any depth.
    """
    assert speaks_http({"urls": [{"api": "http://127.0.0.1:80/api"}]}, TARGET)


def test_other_protocols_are_not_http() -> None:
    """
    HTTPS and other protocols are forwarded as bytes, so they do not count as HTTP.
    """
    assert not speaks_http({"url": "https://127.0.0.1:80", "host": "127.0.0.1"}, TARGET)


def test_tls_changes_addresses_of_the_proxy_only() -> None:
    """
    Only the addresses of the proxy get `https`.
    """
    settings = {"url": "http://127.0.0.2:4000/api", "urls": ["http://other:1"], "port": 4000}

    assert {**settings, "url": "https://127.0.0.2:4000/api"} == use_tls(settings, PROXY)
