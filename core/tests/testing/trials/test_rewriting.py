"""
Settings that lead through the proxy.
"""

from __future__ import annotations

from orderferry.testing.trials._rewriting import over_tls, speaks_http, through

TARGET = ("127.0.0.1", 80)
PROXY = ("127.0.0.2", 4000)


def test_every_form_of_the_address_is_replaced() -> None:
    """
    Within texts, lists and tables; the host alone, and the port as a number.
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
    } == through(settings, TARGET, PROXY)


def test_what_only_looks_like_it_stays() -> None:
    """
    Another port that begins alike, another number, a flag, a text with digits.
    """
    settings = {"url": "http://127.0.0.1:8080", "wait": 81, "on": True, "client": "80", "no": None}

    assert settings == through(settings, TARGET, PROXY)


def test_http_is_seen_in_the_settings() -> None:
    """
    At any depth; other protocols, and HTTPS, are carried as bytes.
    """
    assert speaks_http({"urls": [{"api": "http://127.0.0.1:80/api"}]}, TARGET)
    assert not speaks_http({"url": "https://127.0.0.1:80", "host": "127.0.0.1"}, TARGET)


def test_the_same_road_over_tls() -> None:
    """
    Only addresses of the proxy change.
    """
    settings = {"url": "http://127.0.0.2:4000/api", "urls": ["http://other:1"], "port": 4000}

    assert {**settings, "url": "https://127.0.0.2:4000/api"} == over_tls(settings, PROXY)
